"""What tracking refuses with, in words that say how to mend it."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NotYourTracking(Forbidden):
    """The project is seen, but another unit keeps its tracking."""

    slug = "not-your-tracking"
    title = lazy("项目跟踪由承接单位或市级统筹部门办理")


class NoSuchItem(NotFound):
    """No such entry, or none of a project that one sees."""

    slug = "no-such-tracking-entry"
    title = lazy("没有这条跟踪记录")


class BadTracking(Invalid):
    """An entry lacks something or contradicts itself."""

    slug = "bad-tracking-entry"
    title = lazy("跟踪记录填写不完整")


class WrongItemStep(Conflict):
    """The item does not stand where this step starts."""

    slug = "wrong-item-step"
    title = lazy("事项当前状态不能办理这一步")
    detail = lazy("顺序是：待办结、报办结、核实、销号；核实不实的退回，已核实或已销号的可以重新打开。")


class AlreadyEnded(Conflict):
    """It was ended, resolved or reviewed before."""

    slug = "tracking-entry-ended"
    title = lazy("该记录已经办结，不能重复办理")


class SponsorStands(Conflict):
    """Somebody answers in this role."""

    slug = "sponsor-stands"
    title = lazy("该岗位已有责任人，请先登记其结束")


class NoSuchPromise(NotFound):
    """No such promise or strength, or none of a county whose promises one sees."""

    slug = "no-such-promise"
    title = lazy("没有这项承诺记录")


class NotYourPromises(Forbidden):
    """The promises are seen, but another enters or reviews them."""

    slug = "not-your-promises"
    title = lazy("承诺兑现和财力由本级财政登记，由市级财政或统筹部门的另一人审核")


class PromiseOverpaid(Conflict):
    """More would be paid than was promised."""

    slug = "promise-overpaid"
    title = lazy("兑现金额超过承诺金额")
    detail = lazy("这项承诺尚未兑现 {owed} 万元，本次金额不能更大。")


class NoSuchOuting(NotFound):
    """No such trip, or none of one's own unit."""

    slug = "no-such-outing"
    title = lazy("没有这次外出招商记录")


class NotYourOuting(Forbidden):
    """Trips are entered by the unit that went."""

    slug = "not-your-outing"
    title = lazy("外出招商由本单位登记")
