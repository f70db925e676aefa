"""What can go wrong with assessment credit.

Conflict
├── CreditPeriodClosed    the month of booking is closed
├── CreditNotCurrent      what counts has changed since the sheet was filed
├── CreditConfirmed       the year is confirmed and final
├── CreditNotExamined     not all five bureaus agreed to this content
├── CreditYearNotEnded    the year is not over
└── CreditOtherContent    the content named is not the sheet's
Forbidden
└── CreditNotForYou       the step belongs to another role
Invalid
└── OpinionIncomplete     an opinion names its document, and an objection its reason
NotFound
└── NoSuchCreditSheet     none that this person may know of
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class CreditPeriodClosed(Conflict):
    """The month of booking is closed."""

    slug = "credit-period-closed"
    title = lazy("该月已关账，请选未关账的月份计入")


class CreditNotCurrent(Conflict):
    """What counts has changed since the sheet was filed, or was not counted yet."""

    slug = "credit-not-current"
    title = lazy("考核计入已有变动，请先重新计入并重新报备")


class CreditConfirmed(Conflict):
    """The year is confirmed and final."""

    slug = "credit-confirmed"
    title = lazy("该年度已认定，不再变动")


class CreditNotExamined(Conflict):
    """Not all five bureaus agreed to this content."""

    slug = "credit-not-examined"
    title = lazy("五部门审查意见未齐或有异议")


class CreditYearNotEnded(Conflict):
    """The year is not over."""

    slug = "credit-year-not-ended"
    title = lazy("年度尚未结束，不能报备认定")


class CreditOtherContent(Conflict):
    """The content named is not the sheet's."""

    slug = "credit-other-content"
    title = lazy("认定的内容与现行认定表不一致")


class CreditNotForYou(Forbidden):
    """The step belongs to another role."""

    slug = "credit-not-for-you"
    title = lazy("这一步不由您办理")


class OpinionIncomplete(Invalid):
    """An opinion names its document; an objection, its reason."""

    slug = "opinion-incomplete"
    title = lazy("请写明文号；不同意的须写明理由")


class NoSuchCreditSheet(NotFound):
    """There is no such sheet, or none that this person may know of."""

    slug = "no-such-credit-sheet"
    title = lazy("没有这份指标认定表")
