"""What can go wrong in the ledger.

Conflict
├── PeriodClosed          the month is closed; late data go to an open one
├── MonthNotBegun         the month lies ahead
├── PeriodNotEnded        the quarter or year is not over
├── NotComputed           something due in the period is not booked yet
├── WrongState            the statement's state does not allow the step
├── OtherContent          the content named is not the statement's
├── CloseBlocked          a check of the year's close fails; `errors` names each
├── CloseNotRequested     nobody asked for the close
├── AlreadyDeclared       the month was declared before, or has receipts
├── PostingConflict       a posting's key was used for another content
└── Unbalanced            a posting does not balance in every county's book
Forbidden
└── NotForYou             the step belongs to another role or county
Invalid
├── NoPeriod              the text names no month, quarter or year
├── NoLine                the statement has no such line
└── ReasonMissing         the step needs a reason
NotFound
├── NoSuchStatement
└── NoSuchBook            no such county, or none whose book this person may read
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchStatement(NotFound):
    """There is no such statement, or none that this person may know of."""

    slug = "no-such-statement"
    title = lazy("没有这份结算单")


class NoSuchBook(NotFound):
    """There is no such county, or none whose book this person may read."""

    slug = "no-such-book"
    title = lazy("没有这本账")


class NoSuchBatch(NotFound):
    """There is no such batch, or none that touches this person's treasury."""

    slug = "no-such-batch"
    title = lazy("没有这个批次")


class NoSuchReceipt(NotFound):
    """There is no such ticket, or it is withdrawn already."""

    slug = "no-such-receipt"
    title = lazy("没有这张税票，或已经作废")


class NotForYou(Forbidden):
    """The step belongs to another role or county."""

    slug = "ledger-not-for-you"
    title = lazy("这一步不由您办理")


class NoPeriod(Invalid):
    """The text names no month, quarter or year."""

    slug = "no-period"
    title = lazy("没有这个期间")


class NoLine(Invalid):
    """The statement has no such line."""

    slug = "no-such-line"
    title = lazy("结算单没有这一行")


class ReasonMissing(Invalid):
    """The step needs a reason in words."""

    slug = "reason-missing"
    title = lazy("请写明理由")


class PeriodClosed(Conflict):
    """The month is closed; late data go to an open one."""

    slug = "period-closed"
    title = lazy("该月已关账，迟到的数据记入未关账的月份")


class MonthNotBegun(Conflict):
    """The month lies ahead of the business date."""

    slug = "month-not-begun"
    title = lazy("该月尚未开始")


class PeriodNotEnded(Conflict):
    """The quarter or year is not over yet."""

    slug = "period-not-ended"
    title = lazy("该期间尚未结束")


class NotComputed(Conflict):
    """Something due in the period is not booked yet."""

    slug = "not-computed"
    title = lazy("该期间最后一个月尚未按最新数据测算")


class WrongState(Conflict):
    """The statement's state does not allow the step."""

    slug = "statement-state"
    title = lazy("结算单当前状态不允许这一步")


class OtherContent(Conflict):
    """The content named is not the statement's."""

    slug = "statement-content-differs"
    title = lazy("校验码与结算单不符，请核对后再确认")


class CloseBlocked(Conflict):
    """A check of the year's close fails; `errors` names each."""

    slug = "close-blocked"
    title = lazy("尚不能关账")


class CloseNotRequested(Conflict):
    """Nobody asked for this year's close yet."""

    slug = "close-not-requested"
    title = lazy("尚未申请关账")


class AlreadyDeclared(Conflict):
    """The month was declared before, or has receipts."""

    slug = "month-declared"
    title = lazy("该月已有入库或已申报无入库")


class PostingConflict(Conflict):
    """A posting's key was used for another content."""

    slug = "posting-conflict"
    title = lazy("同一记账编号用于了不同的内容")


class Unbalanced(Conflict):
    """A posting does not balance in every county's book."""

    slug = "posting-unbalanced"
    title = lazy("分录借贷不平")
