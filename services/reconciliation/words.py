"""The closed lists of reconciling: what can be said of a difference, a paper and an incentive."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class DifferenceAction(StrEnum):
    """What happened to a difference. Its state follows from the last one."""

    open = "open"
    change = "change"
    explain = "explain"
    resolve = "resolve"
    settle = "settle"

    @property
    def zh(self) -> str:
        """The action's name, a message id."""
        return ACTION_NAMES[self]


ACTION_NAMES: Final = MappingProxyType(
    {
        DifferenceAction.open: lazy("发现差异"),
        DifferenceAction.change: lazy("数字有变"),
        DifferenceAction.explain: lazy("说明原因"),
        DifferenceAction.resolve: lazy("办结差异"),
        DifferenceAction.settle: lazy("数字已一致"),
    }
)


class DifferenceState(StrEnum):
    """Where a difference stands."""

    open = "open"
    explained = "explained"
    resolved = "resolved"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return STATE_NAMES[self]


STATE_NAMES: Final = MappingProxyType(
    {
        DifferenceState.open: lazy("待说明"),
        DifferenceState.explained: lazy("已说明"),
        DifferenceState.resolved: lazy("已办结"),
    }
)
STATE_AFTER: Final = MappingProxyType(
    {
        DifferenceAction.open: DifferenceState.open,
        DifferenceAction.change: DifferenceState.open,
        DifferenceAction.explain: DifferenceState.explained,
        DifferenceAction.resolve: DifferenceState.resolved,
        DifferenceAction.settle: DifferenceState.resolved,
    }
)


class Reason(StrEnum):
    """Why two sides differ: a closed list. Every reason comes with words, and another person resolves."""

    timing = "timing"
    scope = "scope"
    refund = "refund"
    treasury_error = "treasury_error"
    entry_error = "entry_error"
    unmatched = "unmatched"
    other = "other"

    @property
    def zh(self) -> str:
        """The reason in words, a message id."""
        return REASON_NAMES[self]


REASON_NAMES: Final = MappingProxyType(
    {
        Reason.timing: lazy("入库跨月"),
        Reason.scope: lazy("统计口径不同"),
        Reason.refund: lazy("退库未计入"),
        Reason.treasury_error: lazy("国库更正"),
        Reason.entry_error: lazy("填报差错"),
        Reason.unmatched: lazy("企业尚未匹配"),
        Reason.other: lazy("其他原因"),
    }
)


class AnswerAction(StrEnum):
    """What a county says of a 对账单."""

    acknowledge = "acknowledge"
    note = "note"

    @property
    def zh(self) -> str:
        """The answer's name, a message id."""
        return ANSWER_NAMES[self]


ANSWER_NAMES: Final = MappingProxyType(
    {AnswerAction.acknowledge: lazy("核对无误"), AnswerAction.note: lazy("注明差异")}
)


class CheckAction(StrEnum):
    """What the origin's finance says of an incentive."""

    checked = "checked"
    queried = "queried"

    @property
    def zh(self) -> str:
        """The finding's name, a message id."""
        return CHECK_NAMES[self]


CHECK_NAMES: Final = MappingProxyType(
    {CheckAction.checked: lazy("首谈地已核对"), CheckAction.queried: lazy("首谈地有疑问")}
)
