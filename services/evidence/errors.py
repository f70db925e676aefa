"""What can go wrong with the log.

Conflict
├── KeyNotProposed        the key is confirmed or retired already
├── KeyNotInForce         the key is not confirmed, or no longer in force
├── KeyKnown              this public key was handed in before
├── OldCheckpoint         a later checkpoint is co-signed already
├── NotSealed             the statement is not sealed yet
└── NothingSealed         there is no checkpoint yet
Forbidden
└── KeyNotForYou          keys are for the county's finance or leader and the city's finance
Invalid
├── BadKey                the text is no key of this log and county
├── BadCosignature        the text is no signature of a known key over that checkpoint
├── NoYear                the text is no year
└── UnknownCheckpoint     the log has no such checkpoint
NotFound
└── NoSuchKey
TooLarge
└── TooManyEntries        the bundle is too large for a page; the command writes it
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from services.kit.i18n import lazy


class KeyNotProposed(Conflict):
    """The key is confirmed or retired already."""

    slug = "key-not-proposed"
    title = lazy("这把公钥不在待复核状态")


class KeyNotInForce(Conflict):
    """The key is not confirmed, or no longer in force."""

    slug = "key-not-in-force"
    title = lazy("这把公钥未生效或已停用")


class KeyKnown(Conflict):
    """This public key was handed in before."""

    slug = "key-known"
    title = lazy("这把公钥已经提交过")


class OldCheckpoint(Conflict):
    """A later checkpoint is co-signed already: who co-signs an older one may be shown another history."""

    slug = "old-checkpoint"
    title = lazy("本县区已会签过更新的存证点")


class NotSealed(Conflict):
    """The statement is not sealed yet; sealing takes some seconds."""

    slug = "not-sealed"
    title = lazy("这份结算单尚未封存，请稍后再试")


class NothingSealed(Conflict):
    """There is no checkpoint yet; sealing takes some seconds."""

    slug = "nothing-sealed"
    title = lazy("尚无存证点，请稍后再试")


class KeyNotForYou(Forbidden):
    """Keys are a matter of the county's finance and leader and of the city's finance."""

    slug = "key-not-for-you"
    title = lazy("密钥由本县区财政局、县区领导或市财政局办理")


class BadKey(Invalid):
    """The text is no key of this log and county."""

    slug = "bad-key"
    title = lazy("不是本县区会签用的公钥")
    detail = lazy("公钥的名称应为 {name}，用 yipanqi key new 生成")


class BadCosignature(Invalid):
    """The text is no signature of a known key over that checkpoint."""

    slug = "bad-cosignature"
    title = lazy("会签不符：不是本县区已登记的密钥对该存证点的签名")


class UnknownCheckpoint(Invalid):
    """The log has no such checkpoint: another log's, another history's, or one it never signed."""

    slug = "unknown-checkpoint"
    title = lazy("没有这个存证点")


class NoYear(Invalid):
    """The text is no year."""

    slug = "no-year"
    title = lazy("请填写年度，如 2025")


class NoSuchKey(NotFound):
    """There is no such key, or none that this person may know of."""

    slug = "no-such-key"
    title = lazy("没有这把公钥")


class TooManyEntries(TooLarge):
    """The bundle is too large for a page."""

    slug = "too-many-entries"
    title = lazy("证据包过大")
    detail = lazy(
        "共 {entries} 条记录，页面最多给出 {most} 条；请缩小范围，或由市级用命令 yipanqi bundle 导出"
    )
