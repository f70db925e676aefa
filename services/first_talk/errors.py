"""What can go wrong in cases between counties.

NotFound
└── NoSuchCase            none, or none that this person may know of
Forbidden
└── NotForYou             the step belongs to another side or role
Conflict
├── NoRival               no other county filed the firm, so there is nothing to decide
├── CaseOpen              one of the leads is in a case already
├── CaseMoved             the case's state does not allow the step
├── NotHeard              a ruling before the sides were heard
├── RulingWaits           a ruling is written and waits for its second person
└── NotAgreed             not every county has agreed to the settlement
Invalid
├── BadCase               the leads named cannot be a case
├── BadStatement          a statement whose evidence is not whole
├── BadHearing            a hearing before today
├── UnreasonedRuling      a ruling without findings, reasons or the minutes' number
└── BadRuling             a ground, a side or a precedent that cannot be
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchCase(NotFound):
    """There is no such case, or none that this person may know of."""

    slug = "no-such-first-talk-case"
    title = lazy("没有这件首谈争议")


class NotForYou(Forbidden):
    """The step belongs to another side or role."""

    slug = "first-talk-not-for-you"
    title = lazy("这一步不由您办理")


class NoRival(Conflict):
    """No other county filed the firm, so there is nothing to decide."""

    slug = "no-rival-filing"
    title = lazy("没有其他县区登记同一投资方，不构成首谈争议")


class CaseOpen(Conflict):
    """One of the leads is in a case already."""

    slug = "first-talk-case-open"
    title = lazy("该线索已有一件在办的首谈争议")


class CaseMoved(Conflict):
    """The case's state does not allow the step."""

    slug = "first-talk-case-state"
    title = lazy("争议当前状态不允许这一步")


class NotHeard(Conflict):
    """A ruling before the sides were heard."""

    slug = "first-talk-not-heard"
    title = lazy("尚未听取各方意见，不能裁定")


class RulingWaits(Conflict):
    """A ruling is written and waits for its second person."""

    slug = "first-talk-ruling-waits"
    title = lazy("已有一份拟定的裁定待确认")


class NotAgreed(Conflict):
    """Not every county has agreed to the settlement, or another offer came since."""

    slug = "first-talk-not-agreed"
    title = lazy("和解方案尚未得到各县区同意")


class BadCase(Invalid):
    """The leads named cannot be a case."""

    slug = "bad-first-talk-case"
    title = lazy("所列线索不能构成首谈争议")


class BadStatement(Invalid):
    """A statement whose evidence is not whole."""

    slug = "bad-first-talk-statement"
    title = lazy("陈述的证据不完整")


class BadHearing(Invalid):
    """A hearing before today."""

    slug = "bad-first-talk-hearing"
    title = lazy("听取意见日期不能早于今天")


class UnreasonedRuling(Invalid):
    """A ruling without findings, reasons or the minutes' number."""

    slug = "ruling-without-reasons"
    title = lazy("裁定须写明认定事实、理由和会议纪要文号")


class BadRuling(Invalid):
    """A ground, a side or a precedent that cannot be."""

    slug = "bad-first-talk-ruling"
    title = lazy("裁定内容有误")
