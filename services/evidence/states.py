"""The closed lists of the log in the database: what is sealed, and how a key stands."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.evidence.entry import STATEMENT
from services.kit.i18n import lazy


class Kind(StrEnum):
    """What an entry seals. The values stand in the entries' bytes."""

    agreement_version = "agreement_version"
    receipt_batch = "receipt_batch"
    run = "run"
    journal = "journal"
    statement = STATEMENT
    statement_event = "statement_event"
    period_close = "period_close"
    year_close = "year_close"
    settlement = "settlement"
    settlement_event = "settlement_event"
    payment_order = "payment_order"

    @property
    def zh(self) -> str:
        """The kind's name, a message id."""
        return KIND_NAMES[self]


KIND_NAMES: Final = MappingProxyType(
    {
        Kind.agreement_version: lazy("协议条款"),
        Kind.receipt_batch: lazy("税收入库批次"),
        Kind.run: lazy("测算"),
        Kind.journal: lazy("记账"),
        Kind.statement: lazy("结算单"),
        Kind.statement_event: lazy("结算单办理"),
        Kind.period_close: lazy("月度结账"),
        Kind.year_close: lazy("年度关账"),
        Kind.settlement: lazy("轧差方案"),
        Kind.settlement_event: lazy("轧差办理"),
        Kind.payment_order: lazy("拨款指令"),
    }
)


class KeyState(StrEnum):
    """How a key stands: handed in, in force after a second person confirmed it, or no longer."""

    proposed = "proposed"
    active = "active"
    retired = "retired"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return KEY_STATE_NAMES[self]


KEY_STATE_NAMES: Final = MappingProxyType(
    {
        KeyState.proposed: lazy("待复核"),
        KeyState.active: lazy("使用中"),
        KeyState.retired: lazy("已停用"),
    }
)
