"""Words and shapes of the settlement pages: tags, tabs, steps."""

from types import MappingProxyType
from typing import Final

from services.console.frame import Action
from services.kit.i18n import Locale, gettext, lazy
from services.settlement.schemas import PaymentView, SettlementView
from services.settlement.words import PaymentState, SettlementAction, SettlementState

TONES: Final = MappingProxyType(
    {
        SettlementState.proposed: "info",
        SettlementState.pending: "warn",
        SettlementState.posted: "ok",
        SettlementState.voided: "",
        SettlementState.expired: "bad",
    }
)
PAYMENT_TONES: Final = MappingProxyType(
    {
        PaymentState.recorded: "info",
        PaymentState.posted: "ok",
        PaymentState.rejected: "",
        PaymentState.reversing: "warn",
        PaymentState.reversed: "bad",
    }
)
TABS: Final = (
    ("/settlements", lazy("轧差与拨款")),
    ("/settlements/summary", lazy("结算汇总表")),
    ("/settlements/unsettled", lazy("未结清册与账龄")),
    ("/settlements/forecast", lazy("下年预测")),
)
STEPS: Final = (lazy("提出轧差方案"), lazy("复核轧差方案"), lazy("各方确认"), lazy("入账"))
PLACES: Final = MappingProxyType(
    {SettlementState.proposed: 1, SettlementState.pending: 2, SettlementState.posted: 4}
)
CONSEQUENCES: Final = MappingProxyType(
    {
        SettlementAction.check: lazy("将记录：您已复核这份轧差方案，并送各县区确认净额；记录不能撤销。"),
        SettlementAction.confirm: lazy(
            "将记录：本县区认可所列各行和净额。最后一方确认后即入账，应上解、应收补助转为与市级往来；记录不能撤销。"
        ),
        SettlementAction.void: lazy("作废后本方案不能恢复，可以另提一份；已入账的不能作废。"),
        SettlementAction.expire: lazy("确认期限已过。宣告失效后本方案不能恢复，可以另提一份。"),
    }
)
DONE: Final = MappingProxyType(
    {
        SettlementAction.check: lazy("已复核，待各方确认"),
        SettlementAction.confirm: lazy("已确认净额"),
        SettlementAction.void: lazy("已作废"),
        SettlementAction.expire: lazy("已宣告失效"),
    }
)
PAYMENT_STEPS: Final = MappingProxyType(
    {
        "check": lazy("复核入账"),
        "reject": lazy("退回"),
        "reversal": lazy("申请冲正"),
        "reversal-check": lazy("复核冲正"),
        "reversal-refuse": lazy("不予冲正"),
    }
)
PAYMENT_DONE: Final = MappingProxyType(
    {
        "check": lazy("拨款已入账"),
        "reject": lazy("拨款已退回"),
        "reversal": lazy("已申请冲正，请另一人复核"),
        "reversal-check": lazy("已冲正"),
        "reversal-refuse": lazy("未予冲正，拨款仍有效"),
    }
)


def tabs_of(path: str, locale: Locale) -> list[tuple[str, str, bool]]:
    """The tabs of the settlement's pages."""
    return [(href, gettext(words, locale), href == path) for href, words in TABS]


def actions_of(one: SettlementView) -> list[Action]:
    """The steps that this person may take now, as links to their 核对 pages."""
    tones = {SettlementAction.void: "bad", SettlementAction.expire: "bad"}
    return [
        Action(step.zh, f"/settlements/{one.id}/{step.value}", "get", tones.get(step, "primary"))
        for step in one.actions
    ]


def progress_of(one: SettlementView, locale: Locale) -> tuple[list[str], int] | None:
    """The steps' names and the one that is next; None for a settlement that came to nothing."""
    place = PLACES.get(one.state)
    return None if place is None else ([gettext(step, locale) for step in STEPS], place)


def steps_of(payment: PaymentView, locale: Locale) -> list[tuple[str, str]]:
    """What the person may do with a payment: the step and its words."""
    return [(step, gettext(PAYMENT_STEPS[step], locale)) for step in payment.actions]
