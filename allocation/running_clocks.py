"""Which clocks run on a lead: what starts and stops each, who owes the step, and how it stands today.

One table says all of it (`allocation/clock_table`). The figures of the rules are settings of the city, in
force on the day a clock starts; 'today' is an argument. Moves are read in the order of their sequence, never
of their dates, so that a computer's clock that leaps changes no order. A passed deadline is flagged and,
after some days, escalated to who stands above; it locks nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from allocation.clock_table import SUPERIORS, TABLE, ClockKind, Colour, Debtor, Start, Superior
from allocation.clocks import Deadline, Due, Rule, WorkingCalendar, deadline, due
from allocation.lifecycle import State


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry of a lead's history.

    Attributes:
        seq: its number within the lead.
        action: the move's name; `expert` entries are those of `EXPERT`.
        state: the state after it.
        on: its business date.
        evidence: whether evidence is on record with it.
    """

    seq: int
    action: str
    state: State
    on: date
    evidence: bool = False


EXPERT: Final = "ask_experts"
"""The entry that says that experts were asked: it answers the registration, and judging may take longer."""

_HANDED_IN: Final = frozenset({"register", "resubmit"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A host that was asked and has not answered, with the last day of its answer."""

    county: str
    park: str
    on: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What the clocks of one lead are read from.

    Attributes:
        state: where it stands.
        origin, host: region codes.
        park: the host's park, if any.
        registered_on: its registration, for leads that were loaded without history.
        moves: its history.
        stored: last days that were fixed when their period began, by clock.
        asked: hosts that have not answered.
        proofs: days of what evidence on record shows, beside the history's own.
        major: whether the joint meeting assigns it.
    """

    state: State
    origin: str
    registered_on: date
    host: str | None = None
    park: str | None = None
    moves: Sequence[Moved] = ()
    stored: Mapping[ClockKind, date] = field(default_factory=dict)
    asked: Sequence[Asked] = ()
    proofs: Sequence[date] = ()
    major: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The figures in force on a day.

    Attributes:
        periods: the period of each clock that has one of its own.
        judge_expert: the period of judging with experts' help.
        decide_major: the period of deciding on a major project.
        warning_days: a clock with no more days left is yellow.
        escalation: how long after its last day a clock is brought to the next superior.
    """

    periods: Mapping[ClockKind, Rule]
    judge_expert: Rule
    decide_major: Rule
    warning_days: int
    escalation: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock that runs.

    Attributes:
        kind: which.
        debtor: who owes the step.
        county: the region that owes it; the city's own code is left to the caller (None).
        park: the park that is asked, if any.
        seq: the entry of the history that started it; 0 when none did.
        started_on: the day it began.
        due: how its last day stands.
        colour: how it looks.
        levels: to how many superiors it is to be brought by today.
    """

    kind: ClockKind
    debtor: Debtor
    county: str | None
    park: str | None
    seq: int
    started_on: date
    due: Due
    colour: Colour
    levels: int

    @property
    def superiors(self) -> tuple[Superior, ...]:
        """To whom it is to be brought by today, lowest first."""
        return SUPERIORS[self.debtor][: self.levels]


def running(
    lead: Lead, rules_on: Callable[[date], Rules], calendar: WorkingCalendar, today: date
) -> tuple[Clock, ...]:
    """Tell which clocks run on a lead and how they stand, in the order of their last day.

    Args:
        lead: the lead.
        rules_on: the figures in force on a day.
        calendar: which days are worked.
        today: the business date.
    """
    moves = sorted(lead.moves, key=lambda move: move.seq)
    found = [*_by_table(lead, moves, rules_on, calendar, today)]
    found += [_of_host(lead, host, rules_on, calendar, today) for host in lead.asked]
    return tuple(sorted(found, key=lambda clock: (clock.due.on, clock.kind, clock.county or "")))


def _by_table(
    lead: Lead,
    moves: Sequence[Moved],
    rules_on: Callable[[date], Rules],
    calendar: WorkingCalendar,
    today: date,
) -> Iterator[Clock]:
    experts = _asked_experts(moves)
    for row in TABLE:
        if lead.state not in row.states or (row.kind is ClockKind.respond and experts):
            continue
        seq, began = _start(row.start, lead, moves)
        rules = rules_on(began)
        if row.start is Start.stored:
            last = lead.stored.get(row.kind)
            if last is None:
                continue
            limit = Deadline(last, calendar.is_provisional(last))
        else:
            limit = deadline(began, _period(row.kind, rules, lead, experts=experts), calendar)
        owes = {Debtor.host: lead.host, Debtor.city: None}.get(row.debtor, lead.origin)
        park = lead.park if row.debtor is Debtor.host else None
        yield _clock(row.kind, row.debtor, (owes, park), (seq, began), limit, rules, calendar, today)


def _of_host(
    lead: Lead,
    host: Asked,
    rules_on: Callable[[date], Rules],
    calendar: WorkingCalendar,
    today: date,
) -> Clock:
    limit = Deadline(host.until, calendar.is_provisional(host.until))
    seq = max((move.seq for move in lead.moves if move.action == "propose" and move.on <= host.on), default=0)
    place = (host.county, host.park)
    rules = rules_on(host.on)
    return _clock(ClockKind.host_reply, Debtor.host, place, (seq, host.on), limit, rules, calendar, today)


def _clock(
    kind: ClockKind,
    debtor: Debtor,
    place: tuple[str | None, str | None],
    start: tuple[int, date],
    limit: Deadline,
    rules: Rules,
    calendar: WorkingCalendar,
    today: date,
) -> Clock:
    stands = due(limit, today)
    if stands.overdue:
        colour = Colour.red
    else:
        colour = Colour.yellow if stands.days_left <= rules.warning_days else Colour.green
    return Clock(
        kind=kind,
        debtor=debtor,
        county=place[0],
        park=place[1],
        seq=start[0],
        started_on=start[1],
        due=stands,
        colour=colour,
        levels=_levels(debtor, limit.on, rules.escalation, calendar, today),
    )


def _levels(debtor: Debtor, last: date, wait: Rule, calendar: WorkingCalendar, today: date) -> int:
    """Count the superiors to whom a clock is to be brought: one more after each wait."""
    reached = 0
    for _superior in SUPERIORS[debtor]:
        last = deadline(last, wait, calendar).on
        if today <= last:
            break
        reached += 1
    return reached


def _period(kind: ClockKind, rules: Rules, lead: Lead, *, experts: bool) -> Rule:
    if kind is ClockKind.judge and experts:
        return rules.judge_expert
    if kind is ClockKind.decide and lead.major:
        return rules.decide_major
    return rules.periods[kind]


def _handed_in(moves: Sequence[Moved]) -> int:
    """Return the place of the last registration or resubmission; -1 where there is none."""
    return max((place for place, move in enumerate(moves) if move.action in _HANDED_IN), default=-1)


def _asked_experts(moves: Sequence[Moved]) -> bool:
    return any(move.action == EXPERT for move in moves[_handed_in(moves) + 1 :])


def _start(start: Start, lead: Lead, moves: Sequence[Moved]) -> tuple[int, date]:
    """Return the entry that started a clock and its day; a lead without history began at its registration."""
    if not moves:
        return 0, lead.registered_on
    if start is Start.registered:
        place = _handed_in(moves)
        return (moves[place].seq, moves[place].on) if place >= 0 else (0, lead.registered_on)
    entered = _entered(moves)
    if start in {Start.entered, Start.stored}:
        return moves[entered].seq, moves[entered].on
    if start is Start.last_move:
        move = moves[-1]
    else:
        proven = [move for move in moves[entered + 1 :] if move.evidence]
        move = proven[-1] if proven else moves[entered]
    return move.seq, max([move.on, *lead.proofs])


def _entered(moves: Sequence[Moved]) -> int:
    """Return the place of the move into the present state: the first of the last row of its entries."""
    place = len(moves) - 1
    while place > 0 and moves[place - 1].state is moves[place].state:
        place -= 1
    return place
