"""The receipts that an agreement does not count, each with its reason: told, never dropped in silence."""

from collections.abc import Iterable, Sequence
from datetime import date

from allocation.sharing.contract.known import Event, Retained, Version
from allocation.sharing.contract.lines import Outside, Reason
from allocation.sharing.contract.timeline import Year, agreement_start, last_day, years_of
from allocation.sharing.years import agreement_year, month_of


def left_out(
    versions: Sequence[Version], receipts: Iterable[Retained], events: Sequence[Event] = (), *, through: str
) -> tuple[Outside, ...]:
    """The receipts that `entitle` does not count, each with the reason, in the order given."""
    known = [event for event in events if month_of(event.on) <= through]
    several = list(receipts)
    start, end = agreement_start(versions, several, known), last_day(known)
    years = [] if start is None else list(years_of(versions, start, through, end))
    by_number = {year.number: year for year in years}
    found = []
    for receipt in several:
        reason = _time_reason(versions, receipt, start, end, through)
        if reason is None and start is not None:
            reason = _scope_reason(versions, receipt, start, by_number)
        if reason is not None:
            found.append(Outside(receipt, reason))
    return tuple(found)


def _time_reason(
    versions: Sequence[Version], receipt: Retained, start: date | None, end: date | None, through: str
) -> Reason | None:
    day = receipt.paid_on
    if month_of(day) > through:
        return Reason.after_through
    if day < versions[0].contract.effective_on:
        return Reason.before_effective
    if end is not None and day > end:
        return Reason.after_end
    if start is None or day < start:
        return Reason.before_clock
    return None


def _scope_reason(
    versions: Sequence[Version], receipt: Retained, start: date, years: dict[int, Year]
) -> Reason | None:
    number = agreement_year(versions[0].contract.year_basis, start, receipt.paid_on)
    month = month_of(receipt.paid_on)
    governing = years[number].governing(month) if number in years else None
    if governing is None:
        return Reason.after_term
    if receipt.tax not in governing.contract.base.taxes:
        return Reason.tax_not_covered
    if receipt.kind not in governing.contract.base.kinds:
        return Reason.kind_not_covered
    return None
