"""The closed lists of settlements and payments: states, steps, why a line stays out."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy

SETTLED_BY: Final = (3, 31)
"""What a year owes is due by the end of March of the next: the work of January to March."""


class SettlementState(StrEnum):
    """Where a settlement stands. Posted, voided and expired are final; one of them comes once."""

    proposed = "proposed"
    pending = "pending"
    posted = "posted"
    voided = "voided"
    expired = "expired"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return STATE_NAMES[self]


STATE_NAMES: Final = MappingProxyType(
    {
        SettlementState.proposed: lazy("待复核"),
        SettlementState.pending: lazy("待各方确认"),
        SettlementState.posted: lazy("已入账"),
        SettlementState.voided: lazy("已作废"),
        SettlementState.expired: lazy("已失效"),
    }
)
OPEN_STATES: Final = (SettlementState.proposed, SettlementState.pending)


class SettlementAction(StrEnum):
    """What happened to a settlement."""

    propose = "propose"
    check = "check"
    confirm = "confirm"
    post = "post"
    void = "void"
    expire = "expire"

    @property
    def zh(self) -> str:
        """The action's name, a message id."""
        return ACTION_NAMES[self]


ACTION_NAMES: Final = MappingProxyType(
    {
        SettlementAction.propose: lazy("提出轧差方案"),
        SettlementAction.check: lazy("复核轧差方案"),
        SettlementAction.confirm: lazy("确认净额"),
        SettlementAction.post: lazy("入账"),
        SettlementAction.void: lazy("作废"),
        SettlementAction.expire: lazy("宣告失效"),
    }
)


class Held(StrEnum):
    """Why a line stays out of the net."""

    disputed = "disputed"
    reserved = "reserved"
    differs = "differs"

    @property
    def zh(self) -> str:
        """The reason, a message id."""
        return HELD_NAMES[self]


HELD_NAMES: Final = MappingProxyType(
    {
        Held.disputed: lazy("有异议"),
        Held.reserved: lazy("存疑保留"),
        Held.differs: lazy("两地结算单不一致"),
    }
)


class PaymentState(StrEnum):
    """Where a payment stands: recorded by one, posted by another; taken back the same way."""

    recorded = "recorded"
    posted = "posted"
    rejected = "rejected"
    reversing = "reversing"
    reversed = "reversed"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return PAYMENT_NAMES[self]


PAYMENT_NAMES: Final = MappingProxyType(
    {
        PaymentState.recorded: lazy("已登记待复核"),
        PaymentState.posted: lazy("已入账"),
        PaymentState.rejected: lazy("已退回"),
        PaymentState.reversing: lazy("已申请冲正待复核"),
        PaymentState.reversed: lazy("已冲正"),
    }
)
PAID_STATES: Final = (PaymentState.posted, PaymentState.reversing)
"""A payment counts as paid once it is posted and until its reversal is."""
LIVE_STATES: Final = (PaymentState.recorded, *PAID_STATES)
"""A payment takes room of its order from the day it is recorded."""


class OpenKind(StrEnum):
    """What is open: a share between two counties not settled yet, or an order not paid yet."""

    share = "share"
    order = "order"

    @property
    def zh(self) -> str:
        """The kind's name, a message id."""
        return OPEN_NAMES[self]


OPEN_NAMES: Final = MappingProxyType(
    {OpenKind.share: lazy("未轧差的分享款"), OpenKind.order: lazy("未付清的拨款指令")}
)
