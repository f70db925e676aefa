"""The clocks of a lead's road as a table: what starts and stops each, who owes the step, who stands above."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.lifecycle import State


class ClockKind(StrEnum):
    """The clocks of a lead's road."""

    respond = "respond"  # 响应
    judge = "judge"  # 研判
    feed_back = "feed_back"  # 反馈
    accept = "accept"  # 受理
    protection = "protection"  # 首谈保护
    follow_up = "follow_up"  # 定期跟进
    stale = "stale"  # 久无进展
    transfer_review = "transfer_review"  # 流转审核
    window = "window"  # 申领窗口
    host_reply = "host_reply"  # 承接方答复
    decide = "decide"  # 市级审定
    hold_progress = "hold_progress"  # 持有推进


class Debtor(StrEnum):
    """Who owes the step that stops a clock."""

    origin_leader = "origin_leader"
    origin = "origin"
    host = "host"
    city = "city"


class Superior(StrEnum):
    """To whom a clock that is long past its day is brought."""

    county_leader = "county_leader"
    city_office = "city_office"


class Colour(StrEnum):
    """How a clock looks: time enough, soon due, past its day."""

    green = "green"
    yellow = "yellow"
    red = "red"


class Start(StrEnum):
    """What starts a clock."""

    registered = "registered"  # the lead's registration, or the last time it was handed in again
    entered = "entered"  # the move into the present state
    last_move = "last_move"  # the latest entry in the lead's history, or the latest evidence
    progress = "progress"  # the latest evidence since the present state began, else its beginning
    stored = "stored"  # a last day that was fixed when the period began


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One row of the table of clocks.

    Attributes:
        kind: the clock.
        states: it runs in these; leaving them stops it.
        start: what starts it.
        debtor: who owes the step.
    """

    kind: ClockKind
    states: frozenset[State]
    start: Start
    debtor: Debtor


_POOL: Final = frozenset({State.pooled, State.applied})
_SLOW: Final = frozenset({State.returned, State.recalled, State.pooled, State.applied, State.terms_accepted})

TABLE: Final = (
    Kind(
        kind=ClockKind.respond,
        states=frozenset({State.registered}),
        start=Start.registered,
        debtor=Debtor.origin_leader,
    ),
    Kind(
        kind=ClockKind.judge,
        states=frozenset({State.registered}),
        start=Start.registered,
        debtor=Debtor.origin_leader,
    ),
    Kind(
        kind=ClockKind.feed_back,
        states=frozenset({State.registered, State.reviewed}),
        start=Start.registered,
        debtor=Debtor.city,
    ),
    Kind(
        kind=ClockKind.accept,
        states=frozenset({State.reviewed}),
        start=Start.entered,
        debtor=Debtor.city,
    ),
    Kind(
        kind=ClockKind.protection,
        states=frozenset({State.accepted}),
        start=Start.stored,
        debtor=Debtor.origin,
    ),
    Kind(
        kind=ClockKind.follow_up,
        states=frozenset({State.accepted}),
        start=Start.last_move,
        debtor=Debtor.origin,
    ),
    Kind(kind=ClockKind.stale, states=_SLOW, start=Start.last_move, debtor=Debtor.origin),
    Kind(
        kind=ClockKind.transfer_review,
        states=frozenset({State.transfer_requested}),
        start=Start.entered,
        debtor=Debtor.city,
    ),
    Kind(kind=ClockKind.window, states=_POOL, start=Start.stored, debtor=Debtor.city),
    Kind(
        kind=ClockKind.decide,
        states=frozenset({State.chosen}),
        start=Start.entered,
        debtor=Debtor.city,
    ),
    Kind(
        kind=ClockKind.hold_progress,
        states=frozenset({State.held}),
        start=Start.progress,
        debtor=Debtor.host,
    ),
)
"""Every clock but `host_reply`, of which one runs for each host that was asked and has not answered."""

STATES: Final = frozenset(state for row in TABLE for state in row.states)
"""States in which a clock runs."""

SUPERIORS: Final[Mapping[Debtor, tuple[Superior, ...]]] = MappingProxyType(
    {
        Debtor.origin: (Superior.county_leader, Superior.city_office),
        Debtor.host: (Superior.county_leader, Superior.city_office),
        Debtor.origin_leader: (Superior.city_office,),
        Debtor.city: (Superior.city_office,),
    }
)
"""To whom a late clock is brought, first and then; the city's own stay before its office."""
