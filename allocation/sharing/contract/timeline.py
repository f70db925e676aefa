"""When an agreement runs: its clock, its agreement years, and the segments that versions cut them into."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from allocation.sharing.contract.clauses import Change, Clock, ClockKind
from allocation.sharing.contract.known import ENDINGS, Event, EventKind, Retained, Version
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.years import month_of, year_start

_STARTED_BY = {
    ClockKind.construction: EventKind.construction,
    ClockKind.production: EventKind.production,
}


def clock_start(clock: Clock, counted: Iterable[Retained], events: Iterable[Event] = ()) -> date | None:
    """The day a clock starts; None before it.

    Args:
        clock: what starts it.
        counted: the receipts that the agreement counts; the earliest payment among them is the first tax.
        events: what happened.
    """
    if clock.kind is ClockKind.fixed:
        return clock.on
    if clock.kind is ClockKind.first_tax:
        return min((receipt.paid_on for receipt in counted if receipt.fen > 0), default=None)
    kind = _STARTED_BY[clock.kind]
    return min((event.on for event in events if event.kind is kind), default=None)


def agreement_start(
    versions: Sequence[Version], receipts: Iterable[Retained], events: Sequence[Event] = ()
) -> date | None:
    """The day on which the years of an agreement begin to count; None before it.

    The clock is the first version's. The first tax is the earliest payment that the agreement itself counts:
    one above zero (no refund), of a tax and kind that the version governing its month covers, not before the
    agreement takes effect and not after its last day. So a receipt that is left out starts nothing, and
    nothing is owed where none counts. Any other clock that would start after the last day does not start.
    """
    first, end = versions[0].contract, last_day(events)
    if first.clock.kind is not ClockKind.first_tax:
        start = clock_start(first.clock, (), events)
        return None if start is None or (end is not None and start > end) else start
    paid = {
        (receipt.paid_on, receipt.tax, receipt.kind)
        for receipt in receipts
        if receipt.fen > 0
        and receipt.paid_on >= first.effective_on
        and (end is None or receipt.paid_on <= end)
    }
    counted = (day for day, tax, kind in sorted(paid) if _would_count(versions, end, day, tax, kind))
    return next(counted, None)


def _would_count(
    versions: Sequence[Version], end: date | None, day: date, tax: Tax, kind: ReceiptKind
) -> bool:
    """Whether a receipt of a day is shared if the years are counted from that very day."""
    first_year = next(years_of(versions, day, month_of(day), end))
    governing = first_year.governing(month_of(day))
    base = None if governing is None else governing.contract.base
    return base is not None and tax in base.taxes and kind in base.kinds


def last_day(events: Iterable[Event]) -> date | None:
    """The last day whose receipts are shared, by an early end or a relocation; None while it runs."""
    return min((event.on for event in events if event.kind in ENDINGS), default=None)


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

    def governing(self, month: str) -> Version | None:
        """The version under which a month of the year is shared; None where none does."""
        return next((one.version for one in self.segments if one.first <= month <= one.last), None)


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
