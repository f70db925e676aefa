"""Closed lists of the funds, with their Chinese words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.statistics.goals import Actor
from services.kit.i18n import lazy


class Currency(StrEnum):
    """What money came in: yuan, or US dollars."""

    yuan = "CNY"
    dollar = "USD"


class EntryState(StrEnum):
    """An entry waits to be confirmed; a confirmed one counts until it is replaced or withdrawn."""

    pending = "pending"
    confirmed = "confirmed"
    refused = "refused"
    replaced = "replaced"
    withdrawn = "withdrawn"


CURRENCIES: Final[Mapping[Currency, str]] = MappingProxyType(
    {Currency.yuan: lazy("人民币"), Currency.dollar: lazy("美元")}
)

ENTRY_STATES: Final[Mapping[EntryState, str]] = MappingProxyType(
    {
        EntryState.pending: lazy("待确认"),
        EntryState.confirmed: lazy("已确认"),
        EntryState.refused: lazy("未予确认"),
        EntryState.replaced: lazy("已被修订"),
        EntryState.withdrawn: lazy("已撤销"),
    }
)

ENTRY_TONES: Final[Mapping[EntryState, str]] = MappingProxyType(
    {
        EntryState.pending: "warn",
        EntryState.confirmed: "ok",
        EntryState.refused: "bad",
        EntryState.replaced: "",
        EntryState.withdrawn: "",
    }
)

ACTORS: Final[Mapping[Actor, str]] = MappingProxyType(
    {
        Actor.county: lazy("县区"),
        Actor.park: lazy("园区"),
        Actor.outpost: lazy("驻外招商局"),
        Actor.department: lazy("市直部门"),
        Actor.team: lazy("招商工作队"),
    }
)

INDICATOR_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "新签约项目": lazy("新签约项目"),
        "新签约亿元以上项目": lazy("新签约亿元以上项目"),
        "新签约10亿元以上项目": lazy("新签约10亿元以上项目"),
        "新签约总投资": lazy("新签约总投资"),
        "到位资金": lazy("到位资金"),
        "有效线索": lazy("有效线索"),
        "主要负责人外出招商": lazy("主要负责人外出招商"),
    }
)
"""How the indicators that are known are shown; what is stored is their name in the offices' file."""

UNIT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"个": lazy("个"), "条": lazy("条"), "天": lazy("天"), "万元": lazy("万元"), "亿元": lazy("亿元")}
)
"""How the units of measure of targets are shown."""
