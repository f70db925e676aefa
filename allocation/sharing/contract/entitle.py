"""What is due: one pure function of the signed versions, receipts, incentives and events as known.

Every figure follows from the *cumulative* base of an agreement year and tax (`segment`); what is posted is
the difference to what was posted before (`allocation.sharing.postings`), so late, revised and withdrawn
receipts need no other rule.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from allocation.sharing.contract.aftermath import clawed_back, succeeded
from allocation.sharing.contract.known import Event, EventKind, Incentive, Retained, Version
from allocation.sharing.contract.lines import Due, Line
from allocation.sharing.contract.segment import Month, State, run_segment
from allocation.sharing.contract.timeline import Year, agreement_start, last_day, years_of
from allocation.sharing.contract.trueup import true_up
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import YearBasis
from allocation.sharing.years import agreement_year, month_of

_Paid = dict[tuple[Tax, ReceiptKind], int]


class _Months:
    """Sums of what came in, by agreement year and month: their order means nothing."""

    def __init__(self, basis: YearBasis, start: date) -> None:
        self.basis, self.start = basis, start
        self.paid: dict[int, dict[str, _Paid]] = {}
        self.given: dict[int, dict[str, int]] = {}

    def take(self, receipts: Iterable[Retained], incentives: Iterable[Incentive]) -> None:
        """Count receipts and incentives."""
        by_day: dict[date, _Paid] = {}
        for receipt in receipts:
            sums = by_day.setdefault(receipt.paid_on, {})
            key = (receipt.tax, receipt.kind)
            sums[key] = sums.get(key, 0) + receipt.fen
        for day, sums in by_day.items():
            number = agreement_year(self.basis, self.start, day)
            month_sums = self.paid.setdefault(number, {}).setdefault(month_of(day), {})
            for key, fen in sums.items():
                month_sums[key] = month_sums.get(key, 0) + fen
        for incentive in incentives:
            day = incentive.paid_on
            given = self.given.setdefault(agreement_year(self.basis, self.start, day), {})
            month = month_of(day)
            given[month] = given.get(month, 0) + incentive.fen

    def between(self, number: int, first: str, last: str) -> list[Month]:
        """The months of an agreement year in which something came in, in order."""
        paid, given = self.paid.get(number, {}), self.given.get(number, {})
        return [
            Month(month, paid.get(month, {}), given.get(month, 0))
            for month in sorted(paid.keys() | given.keys())
            if first <= month <= last
        ]


def entitle(
    versions: Sequence[Version],
    receipts: Sequence[Retained],
    incentives: Sequence[Incentive] = (),
    events: Sequence[Event] = (),
    *,
    through: str,
) -> Due:
    """Work out all that is due under an agreement up to and including the month `through`.

    Args:
        versions: the contract's versions in their order; at least one. The first one's clock, kind of year
            and day of effect are the agreement's.
        receipts: the county-retained parts of the firm's payments as known, in any order.
        incentives: what the host paid the firm, in any order.
        events: what happened, in any order.
        through: the last month (`2025-12`); later payments and events are left out.
    """
    first = versions[0].contract
    known = [event for event in events if month_of(event.on) <= through]
    start = agreement_start(versions, receipts, known)
    if start is None or month_of(start) > through:
        return Due(None, ())
    end = last_day(known)
    months = _Months(first.year_basis, start)
    months.take(
        [one for one in receipts if one.paid_on >= start and _within(one.paid_on, first.effective_on, end)],
        [one for one in incentives if _within(one.paid_on, first.effective_on, end)],
    )
    state = State()
    lines: list[Line] = []
    for year in years_of(versions, start, through, end):
        lines += _year(year, months, state, through)
    lines += clawed_back(versions, lines, start, known, through)
    if any(event.kind is EventKind.merger for event in known):
        lines = succeeded(lines, known)
    return Due(start, tuple(lines))


def _within(day: date, effective: date, end: date | None) -> bool:
    return day >= effective and (end is None or day <= end)


def _year(year: Year, months: _Months, state: State, through: str) -> list[Line]:
    """The lines of an agreement year: its segments, and its true-ups once it has ended."""
    state.begin_year()
    lines: list[Line] = []
    for version, first, last in year.segments:
        inside = months.between(year.number, first, min(last, through))
        lines += run_segment(version, year.number, version.contract.codes, inside, state)
    if year.segments and year.last_month <= through:
        lines += true_up(year.segments[-1].version, year.number, year.last_month, state)
    return lines
