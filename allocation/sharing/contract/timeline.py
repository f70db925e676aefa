"""When an agreement runs: its clock, its agreement years, and the segments that versions cut them into."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.clauses import Change, Clock, ClockKind
from allocation.sharing.contract.known import Event, EventKind, Retained, Version
from allocation.sharing.years import month_of, year_start

_STARTED_BY = {
    ClockKind.construction: EventKind.construction,
    ClockKind.production: EventKind.production,
}


def clock_start(
    contract: Contract,
    receipts: Iterable[Retained],
    events: Iterable[Event] = (),
    clock: Clock | None = None,
) -> date | None:
    """The day a clock of the contract starts, the tax clock where none is named; None before it.

    The first tax is the earliest positive payment that the terms cover, by date of receipt. A refund or a
    late fee starts no clock, nor does a payment before the agreement takes effect.
    """
    clock = clock or contract.clock
    if clock.kind is ClockKind.fixed:
        return clock.on
    if clock.kind is not ClockKind.first_tax:
        kind = _STARTED_BY[clock.kind]
        return min((event.on for event in events if event.kind is kind), default=None)
    taxes, kinds, effective = contract.base.taxes, contract.base.kinds, contract.effective_on
    return min(
        (
            receipt.paid_on
            for receipt in receipts
            if receipt.fen > 0
            and receipt.paid_on >= effective
            and receipt.tax in taxes
            and receipt.kind in kinds
        ),
        default=None,
    )


def last_day(events: Iterable[Event]) -> date | None:
    """The last day whose receipts are shared, by an early end or a relocation; None while it runs."""
    ends = (EventKind.end, EventKind.relocation)
    return min((event.on for event in events if event.kind in ends), default=None)


def in_force(versions: Sequence[Version], first_day: date) -> Version:
    """The version that governs from a day: the newest in effect on it, else the first."""
    started = [version for version in versions if version.contract.effective_on <= first_day]
    return max(started or versions[:1], key=lambda version: version.version)


class Segment(NamedTuple):
    """A part of an agreement year under one version, by months (`2025-03`), both included."""

    version: Version
    first: str
    last: str


class Year(NamedTuple):
    """An agreement year: its number, its last month as the agreement ran, and its segments in order."""

    number: int
    last_month: str
    segments: tuple[Segment, ...]


def years_of(versions: Sequence[Version], start: date, through: str, end: date | None) -> Iterator[Year]:
    """The agreement years up to the month `through`, the term's end or an early end.

    An agreement year is governed by the version in force on its first day. A later version that says it
    changes from its month on cuts the year there; any other waits for the next year.
    """
    basis = versions[0].contract.year_basis
    final = max(version.contract.years for version in versions)
    for number in range(1, final + 1):
        first_day = year_start(basis, start, number)
        governing = in_force(versions, first_day)
        if number > governing.contract.years or month_of(first_day) > through:
            return
        if end is not None and first_day > end:
            return
        closing = year_start(basis, start, number + 1) - timedelta(days=1)
        if end is not None and end < closing:
            closing = end
        cuts = _cuts(versions, governing, first_day, closing)
        bounds = [month_of(first_day), *(month_of(cut.contract.effective_on) for cut in cuts)]
        ends = [_month_before(bound) for bound in bounds[1:]] + [month_of(closing)]
        segments = tuple(
            Segment(version, first, last)
            for version, first, last in zip([governing, *cuts], bounds, ends, strict=True)
            if number <= version.contract.years and first <= last
        )
        yield Year(number, month_of(closing), segments)


def _cuts(versions: Sequence[Version], governing: Version, first_day: date, closing: date) -> list[Version]:
    """The versions that change the ratio within a year, in the order in which they do."""
    later = [
        version
        for version in versions
        if version.contract.change is Change.month and first_day < version.contract.effective_on <= closing
    ]
    found: list[Version] = []
    for version in sorted(later, key=lambda version: (version.contract.effective_on, version.version)):
        if version.version > (found[-1] if found else governing).version:
            found.append(version)
    return found


def _month_before(month: str) -> str:
    return month_of(date.fromisoformat(month + "-01") - timedelta(days=1))
