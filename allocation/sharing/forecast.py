"""What a year may bring under an agreement, for the budget: an estimate, never a promise.

The last twelve months' receipts are taken to come again, month by month, and the agreement's own rules are
applied to them: ratio by year, cap left, term, refunds, incentives already granted. Low, middle and high are
the same months at 80, 100 and 120 %. No incentive to come is assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from allocation.sharing.entitlement import Incentive, Retained, TermsVersion, entitle
from allocation.sharing.years import month_of

SPREAD_BP: Final = (8_000, 10_000, 12_000)
"""Low, middle and high, in basis points of the last twelve months."""
WHOLE_BP: Final = 10_000
MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The origin's share of a year, in fen, low to high; `retained_fen` is what the twelve months brought."""

    low_fen: int
    middle_fen: int
    high_fen: int
    retained_fen: int


def last_months(today: date) -> tuple[str, ...]:
    """The twelve whole months before a day."""
    first = today.year * MONTHS + today.month - 1 - MONTHS
    return tuple(f"{place // MONTHS:04}-{place % MONTHS + 1:02}" for place in range(first, first + MONTHS))


def forecast(
    versions: Sequence[TermsVersion],
    receipts: Sequence[Retained],
    incentives: Sequence[Incentive],
    *,
    today: date,
    year: int,
    ended_on: date | None = None,
) -> Forecast:
    """Estimate the origin's share of the receipts of a calendar year.

    Args:
        versions: the agreement's terms in the order of their versions.
        receipts: the firm's payments to the host as known; those after the last whole month are left out.
        incentives: what the host paid the firm until now.
        today: the business date.
        year: the calendar year asked for, not before the year of the last whole month.
        ended_on: the last day whose receipts are shared, where the agreement was ended.
    """
    months = last_months(today)
    known = [one for one in receipts if month_of(one.paid_on) <= months[-1]]
    latest = [one for one in known if month_of(one.paid_on) >= months[0]]
    shares = sorted(
        _share(versions, known + _coming(latest, months[-1], year, spread, ended_on), incentives, year)
        for spread in SPREAD_BP
    )
    return Forecast(
        low_fen=shares[0],
        middle_fen=shares[1],
        high_fen=shares[2],
        retained_fen=sum(one.fen for one in latest),
    )


def _share(
    versions: Sequence[TermsVersion], receipts: Sequence[Retained], incentives: Sequence[Incentive], year: int
) -> int:
    due = entitle(versions, receipts, incentives, through=f"{year:04}-12")
    return sum(line.amounts.origin for line in due.lines if line.month[:4] == f"{year:04}")


def _coming(
    latest: Sequence[Retained], last: str, year: int, spread: int, ended_on: date | None
) -> list[Retained]:
    """The last twelve months again, from the month after the last one to the end of the year."""
    found = []
    for one in latest:
        for later in range(one.paid_on.year + 1, year + 1):
            day = _same_day(one.paid_on, later)
            if month_of(day) > last and (ended_on is None or day <= ended_on):
                again = replace(
                    one,
                    ticket=f"{one.ticket}/{later}",
                    paid_on=day,
                    fen=_part(one.fen, spread),
                )
                found.append(again)
    return found


def _part(fen: int, spread: int) -> int:
    """A part in basis points, half a fen away from zero."""
    whole = (2 * abs(fen) * spread + WHOLE_BP) // (2 * WHOLE_BP)
    return whole if fen >= 0 else -whole


def _same_day(day: date, year: int) -> date:
    """The same day of another year; 29 February is 28 February there."""
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
