"""What can go wrong with objections, with consent by rule, and with sealed scans.

Conflict
├── ObjectionOpen         the line has an open objection already
├── ObjectionEnded        the objection was answered or withdrawn
├── RejectionAsked        the issuer asked for the rejection already
├── RejectionNotAsked     the issuer did not ask for it
├── NoConsentByRule       no rule takes silence for consent, or the time is not up
├── ScanStanding          the statement has a scan that was not sent back
├── ScanElsewhere         the scan belongs to another statement
├── ScanEnded             the scan was checked or sent back
└── OtherScan             the scan named is not the statement's
Invalid
└── BadAnswer             the answer does not fit the objection; `errors` names why
NotFound
├── NoSuchObjection
├── NoSuchMessage
└── NoSuchScan
"""

from services.kit.errors import Conflict, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchObjection(NotFound):
    """The statement has no such objection."""

    slug = "no-such-objection"
    title = lazy("没有这条异议")


class NoSuchMessage(NotFound):
    """There is no such file under the objection, or none for this person."""

    slug = "no-such-message"
    title = lazy("没有这份附件")


class NoSuchScan(NotFound):
    """The statement has no such scan, or none for this person."""

    slug = "no-such-scan"
    title = lazy("没有这份盖章扫描件")


class ObjectionOpen(Conflict):
    """The county has an open objection to this line already."""

    slug = "objection-open"
    title = lazy("对这一行已有未答复的异议")


class ObjectionEnded(Conflict):
    """The objection was answered or withdrawn before."""

    slug = "objection-ended"
    title = lazy("这条异议已答复或已撤回")


class BadAnswer(Invalid):
    """The answer does not fit the objection."""

    slug = "bad-answer"
    title = lazy("答复与异议不符")


class RejectionAsked(Conflict):
    """The issuer asked for the rejection already."""

    slug = "rejection-asked"
    title = lazy("已请县区退回，尚待退回")


class RejectionNotAsked(Conflict):
    """The issuer did not ask for the rejection; a county that finds a fault objects."""

    slug = "rejection-not-asked"
    title = lazy("签发方未请求退回；如有不同意见请提出异议")


class NoConsentByRule(Conflict):
    """No rule of the city takes silence for consent, or the time to answer is not up."""

    slug = "no-consent-by-rule"
    title = lazy("不能按规则视同确认")


class ScanStanding(Conflict):
    """The statement has a scan that was not sent back."""

    slug = "scan-standing"
    title = lazy("这份结算单已有盖章扫描件")


class ScanElsewhere(Conflict):
    """The same scan stands for another statement."""

    slug = "scan-elsewhere"
    title = lazy("这份扫描件已用于另一份结算单")


class ScanEnded(Conflict):
    """The scan was checked or sent back before."""

    slug = "scan-ended"
    title = lazy("这份扫描件已复核或已退回")


class OtherScan(Conflict):
    """The scan named at the confirmation is not the one that stands for the statement."""

    slug = "other-scan"
    title = lazy("扫描件不是这份结算单的")
