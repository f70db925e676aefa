"""The closed lists of reopenings and adjustment sheets: states, reasons, causes of a difference."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class ReopeningState(StrEnum):
    """How far a reopening (反关账) has come."""

    requested = "requested"
    open = "open"
    closing = "closing"
    closed = "closed"
    refused = "refused"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return REOPENING_STATES[self]


REOPENING_STATES: Final = MappingProxyType(
    {
        ReopeningState.requested: lazy("已申请，待批准"),
        ReopeningState.open: lazy("已反关账"),
        ReopeningState.closing: lazy("已申请重新关账"),
        ReopeningState.closed: lazy("已重新关账"),
        ReopeningState.refused: lazy("未批准"),
    }
)
LIVE: Final = (ReopeningState.requested, ReopeningState.open, ReopeningState.closing)
REOPENED: Final = (ReopeningState.open, ReopeningState.closing)


class ReopeningReason(StrEnum):
    """Why a closed year is opened again."""

    receipts = "receipts"
    agreement = "agreement"
    incentive = "incentive"
    audit = "audit"
    ruling = "ruling"
    mistake = "mistake"

    @property
    def zh(self) -> str:
        """The reason's name, a message id."""
        return REASONS[self]


REASONS: Final = MappingProxyType(
    {
        ReopeningReason.receipts: lazy("税收入库数据更正"),
        ReopeningReason.agreement: lazy("协议补充或变更"),
        ReopeningReason.incentive: lazy("政策兑现更正"),
        ReopeningReason.audit: lazy("审计或检查意见"),
        ReopeningReason.ruling: lazy("裁决或会议决定"),
        ReopeningReason.mistake: lazy("工作差错"),
    }
)


class AdjustmentState(StrEnum):
    """Where an adjustment sheet (调整单) stands."""

    made = "made"
    approved = "approved"
    rejected = "rejected"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return ADJUSTMENT_STATES[self]


ADJUSTMENT_STATES: Final = MappingProxyType(
    {
        AdjustmentState.made: lazy("待批准"),
        AdjustmentState.approved: lazy("已批准"),
        AdjustmentState.rejected: lazy("不予调整"),
    }
)


class Cause(StrEnum):
    """Why a figure of an earlier month changes."""

    receipt = "receipt"
    incentive = "incentive"
    terms = "terms"
    level_table = "level_table"
    engine = "engine"
    not_computed = "not_computed"

    @property
    def zh(self) -> str:
        """The cause's name, a message id."""
        return CAUSES[self]


CAUSES: Final = MappingProxyType(
    {
        Cause.receipt: lazy("税收入库变动"),
        Cause.incentive: lazy("政策兑现变动"),
        Cause.terms: lazy("协议版本变动"),
        Cause.level_table: lazy("分级比例变动"),
        Cause.engine: lazy("计算程序变动"),
        Cause.not_computed: lazy("当时未测算"),
    }
)
