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
