"""The closed lists of assessment credit: indicators, bureaus, states and steps of the yearly confirmation."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy

PAPER: Final = lazy("指标认定表")


class CountedIndicator(StrEnum):
    """What is counted. Funds in foreign currency are listed apart: no rate is agreed on."""

    paid_in = "paid_in"

    @property
    def zh(self) -> str:
        """The indicator's name, a message id."""
        return INDICATORS[self]


INDICATORS: Final = MappingProxyType({CountedIndicator.paid_in: lazy("到位资金")})


class Bureau(StrEnum):
    """Who examines (审查) before the city confirms: five bureaus."""

    promotion = "promotion"
    finance = "finance"
    statistics = "statistics"
    tax = "tax"
    assessment = "assessment"

    @property
    def zh(self) -> str:
        """The bureau's name, a message id."""
        return BUREAUS[self]


BUREAUS: Final = MappingProxyType(
    {
        Bureau.promotion: lazy("投资促进"),
        Bureau.finance: lazy("财政"),
        Bureau.statistics: lazy("统计"),
        Bureau.tax: lazy("税务"),
        Bureau.assessment: lazy("考核"),
    }
)


class SheetState(StrEnum):
    """报备 → 审查 → 认定; a sheet that a newer one replaces is superseded."""

    filed = "filed"
    examined = "examined"
    confirmed = "confirmed"
    superseded = "superseded"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return STATES[self]


STATES: Final = MappingProxyType(
    {
        SheetState.filed: lazy("已报备，待审查"),
        SheetState.examined: lazy("五部门已审查，待认定"),
        SheetState.confirmed: lazy("已认定"),
        SheetState.superseded: lazy("已被新版取代"),
    }
)


class SheetAction(StrEnum):
    """What happened to a sheet."""

    file = "file"
    opine = "opine"
    confirm = "confirm"
    supersede = "supersede"

    @property
    def zh(self) -> str:
        """The step's name, a message id."""
        return ACTIONS[self]


ACTIONS: Final = MappingProxyType(
    {
        SheetAction.file: lazy("报备"),
        SheetAction.opine: lazy("审查意见"),
        SheetAction.confirm: lazy("认定"),
        SheetAction.supersede: lazy("被新版取代"),
    }
)
