"""What can go wrong in settlements and payments.

Conflict
├── YearNotClosed         the year's statements are not all confirmed and closed
├── AlreadyOpen           another settlement of the year is under way
├── NothingToSettle       all that the year's statements say is settled
├── SettlementMoved       the settlement's state does not allow the step
├── PartDiffers           the content named is not the county's part
├── PartConfirmed         the county confirmed its part before
├── NotExpired            the day until which it can be confirmed has not passed
├── PaymentMoved          the payment's state does not allow the step
├── Overpaid              more than is open of the order
└── VoucherUsed           a live payment has this voucher number
Forbidden
└── NotYours              the step belongs to another role or county
Invalid
├── BadPayment            amount, date or voucher cannot be
├── BadYear               no estimate is made for the year
└── ReasonNeeded          the step needs a reason in words
NotFound
├── NoSuchSettlement
├── NoSuchOrder
└── NoSuchPayment
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchSettlement(NotFound):
    """There is no such settlement, or none that this person may know of."""

    slug = "no-such-settlement"
    title = lazy("没有这份轧差方案")


class NoSuchOrder(NotFound):
    """There is no such payment order, or none that this person may know of."""

    slug = "no-such-payment-order"
    title = lazy("没有这份拨款指令")


class NoSuchPayment(NotFound):
    """There is no such payment, or none that this person may know of."""

    slug = "no-such-payment"
    title = lazy("没有这笔拨款")


class NotYours(Forbidden):
    """The step belongs to another role or county."""

    slug = "settlement-not-for-you"
    title = lazy("这一步不由您办理")


class BadPayment(Invalid):
    """Amount, date or voucher cannot be."""

    slug = "bad-payment"
    title = lazy("拨款登记不符合要求")


class BadYear(Invalid):
    """No estimate is made for the year."""

    slug = "forecast-year"
    title = lazy("该年度不能预测")


class ReasonNeeded(Invalid):
    """The step needs a reason in words."""

    slug = "settlement-reason-missing"
    title = lazy("请写明理由")


class YearNotClosed(Conflict):
    """The year's statements are not all confirmed and closed."""

    slug = "settlement-year-not-closed"
    title = lazy("该年度结算单尚未全部确认并关账，不能轧差")


class AlreadyOpen(Conflict):
    """Another settlement of the year is under way."""

    slug = "settlement-open"
    title = lazy("该年度已有一份轧差方案在办")


class NothingToSettle(Conflict):
    """All that the year's statements say is settled, or held."""

    slug = "nothing-to-settle"
    title = lazy("该年度没有可以轧差的款项")


class SettlementMoved(Conflict):
    """The settlement's state does not allow the step."""

    slug = "settlement-state"
    title = lazy("轧差方案当前状态不允许这一步")


class PartDiffers(Conflict):
    """The content named is not the county's part."""

    slug = "settlement-content-differs"
    title = lazy("校验码与本县区的轧差明细不符，请核对后再确认")


class PartConfirmed(Conflict):
    """The county confirmed its part before."""

    slug = "settlement-part-confirmed"
    title = lazy("本县区已确认")


class NotExpired(Conflict):
    """The day until which it can be confirmed has not passed."""

    slug = "settlement-not-expired"
    title = lazy("确认期限未过，不能宣告失效")


class PaymentMoved(Conflict):
    """The payment's state does not allow the step."""

    slug = "payment-state"
    title = lazy("这笔拨款当前状态不允许这一步")


class Overpaid(Conflict):
    """More than is open of the order."""

    slug = "payment-exceeds-order"
    title = lazy("拨款超过指令未付金额")
    detail = lazy("指令尚可登记 {open_yuan} 元，本次 {asked_yuan} 元")


class VoucherUsed(Conflict):
    """A live payment has this voucher number."""

    slug = "voucher-used"
    title = lazy("该凭证号已登记过")
