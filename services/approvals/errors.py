"""What approvals refuse with.

NotFound
├── NoSuchSheet           none, or none that this person may know of
├── NoSuchDelegation
└── NoSuchHandover
Forbidden
├── LentOn                who acts in another's stead lends nothing, hands nothing over
└── NotForOffice          the office, the seat or the chain is another's to arrange
Conflict
├── ActRefused            `reasons` names all that stands against the act
├── MatterSettled         what the sheet is about has been settled elsewhere
├── NotPlain              the item is not alike and undisputed: it is decided on its own
├── SeatLent              the seat is lent to somebody in these days
├── DelegateIsMaker       who would act made what waits for this seat
├── DelegationOver        it has ended
├── HandoverOpen          a handover of this seat waits for its confirmations
└── HandoverMoved         confirmed before, or its list was made anew
Invalid
├── BadDelegation
├── BadHandover
└── BadChain
"""

from allocation.approving import Reason
from services.approvals.words import REASONS
from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchSheet(NotFound):
    """There is no such sheet, or none that this person may know of: the answer is the same."""

    slug = "no-such-approval"
    title = lazy("没有这份审批单")


class NoSuchDelegation(NotFound):
    """There is no such delegation, or none that this person may know of."""

    slug = "no-such-delegation"
    title = lazy("没有这项委托")


class NoSuchHandover(NotFound):
    """There is no such handover, or none that this person may know of."""

    slug = "no-such-handover"
    title = lazy("没有这份交接单")


class LentOn(Forbidden):
    """Who acts in another's stead lends nothing on and hands nothing over."""

    slug = "delegation-not-chained"
    title = lazy("代办身份不能再委托或交接")


class NotForOffice(Forbidden):
    """The office is another's to arrange."""

    slug = "not-for-this-office"
    title = lazy("该单位的事项不由您安排")


class ActRefused(Conflict):
    """An act is refused. Every reason is named."""

    slug = "approval-act-refused"
    title = lazy("当前不能进行此操作")

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        places = [FieldError("", reason.value, REASONS[reason]) for reason in reasons]
        super().__init__(errors=places, reasons=[reason.value for reason in reasons])
        self.reasons = reasons


class MatterSettled(Conflict):
    """What the sheet is about has been settled elsewhere."""

    slug = "matter-settled"
    title = lazy("该事项已在别处办结")


class NotPlain(Conflict):
    """The item is disputed, or unlike the others: it is decided on its own page."""

    slug = "not-for-batch"
    title = lazy("该事项有争议或需单独说明，不能批量办理")


class SeatLent(Conflict):
    """The seat is lent to somebody on some of these days."""

    slug = "seat-lent"
    title = lazy("该岗位在这段时间已委托他人")


class DelegateIsMaker(Conflict):
    """Who would act in another's stead made what waits for the seat."""

    slug = "delegate-is-maker"
    title = lazy("受托人是待审事项的经办人，不能既经办又审批")
    detail = lazy("受托人是待审的 {count} 件事项的经办人，不能既经办又审批")


class DelegationOver(Conflict):
    """The delegation has ended."""

    slug = "delegation-over"
    title = lazy("委托已结束")


class HandoverOpen(Conflict):
    """A handover of this seat waits for its confirmations."""

    slug = "handover-open"
    title = lazy("该岗位已有一份待确认的交接单")


class HandoverMoved(Conflict):
    """It was confirmed before by this person, or is done."""

    slug = "handover-moved"
    title = lazy("交接单已确认")


class BadDelegation(Invalid):
    """Days, kinds or people of a delegation cannot be."""

    slug = "bad-delegation"
    title = lazy("委托内容不符合要求")


class BadHandover(Invalid):
    """The people of a handover do not fit."""

    slug = "bad-handover"
    title = lazy("交接内容不符合要求")


class BadChain(Invalid):
    """The steps of a chain do not fit."""

    slug = "bad-chain"
    title = lazy("审批流程不符合要求")
