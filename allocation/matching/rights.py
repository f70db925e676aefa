"""Bounded credit balances: who sends leads away is heard a little more when it bids for others.

When a county's lead lands elsewhere, the county earns the lead's points; the county that hosts it pays them.
A balance turns the value of leads at the county's own parks by 0.9 to 1.1. Balances are bounded on both
sides, so nobody can save up for years or sink for ever.

The rule that keeps the books: every point is booked against the city's account, which bids for nothing and
has no bound. What a bound cuts off stays with the city, and so do points of leads without a county of origin
(an outpost's) and of leads at city parks. All balances and the city's together are 0, always. A run is booked
as a whole: each county's earned and paid points are netted first, so the order of leads does not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allocation.matching.pool import LEAST_MULTIPLIER_BP, MOST_MULTIPLIER_BP, Pool
from allocation.matching.scoring import weight
from allocation.units import WHOLE


@dataclass(frozen=True, slots=True)
class CreditBalance:
    """A county's balance in points; one point is one unit of a lead's weight by investment."""

    county: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRule:
    """The city's setting.

    Attributes:
        bound: no balance is above this or below its negative; the multiplier is 1.1 or 0.9 there.
    """

    bound: int = 200

    def __post_init__(self) -> None:
        if self.bound < 1:
            raise ValueError("the bound of balances is not positive")


@dataclass(frozen=True, slots=True)
class Booking:
    """What a run did to a county's balance: `after` is `before + earned - paid`, cut off at the bounds."""

    county: str
    before: int
    earned: int
    paid: int
    after: int


@dataclass(frozen=True, slots=True)
class Books:
    """The bookings of a run, one a county, and what the city's account takes: all changes add up to 0."""

    bookings: tuple[Booking, ...]
    city: int

    def balances(self) -> tuple[CreditBalance, ...]:
        """Give the balances after the run."""
        return tuple(CreditBalance(booked.county, booked.after) for booked in self.bookings)


def multiplier_bp(points: int, rule: BalanceRule) -> int:
    """Turn a balance into a multiplier in basis points: 10,000 at 0, 9,000 and 11,000 at the bounds.

    Rounded toward 10,000, so that equal balances of either sign turn by equal parts. A balance outside the
    bounds, left by an earlier setting, counts as the bound.
    """
    reach = MOST_MULTIPLIER_BP - WHOLE if points > 0 else WHOLE - LEAST_MULTIPLIER_BP
    turned = reach * min(abs(points), rule.bound) // rule.bound
    return WHOLE + turned if points > 0 else WHOLE - turned


def multipliers(pool: Pool, balances: Mapping[str, int], rule: BalanceRule) -> dict[str, int]:
    """Give the multiplier of each county of a pool whose balance turns anything; absent means 10,000."""
    found = {code: multiplier_bp(balances.get(code, 0), rule) for code in sorted(pool.counties)}
    return {code: multiplier for code, multiplier in found.items() if multiplier != WHOLE}


def settle(
    pool: Pool, assignment: Mapping[str, str | None], balances: Mapping[str, int], rule: BalanceRule
) -> Books:
    """Book a run: for each lead placed, its origin earns and its host pays its weight in points.

    Args:
        pool: what the run read.
        assignment: what became of it: the hosts that were decided, by lead.
        balances: points by county before; 0 where a county is not named.
        rule: the city's setting.
    """
    owner = {park.code: park.owner for park in pool.parks}
    earned = dict.fromkeys(sorted(pool.counties), 0)
    paid = dict(earned)
    for lead in pool.leads:
        host = assignment[lead.id]
        if host is None:
            continue
        points = weight(pool.weights, lead)
        if lead.origin in earned:
            earned[lead.origin] += points
        if owner[host] in paid:
            paid[owner[host]] += points
    bookings: list[Booking] = []
    for county in earned:
        before = balances.get(county, 0)
        after = max(-rule.bound, min(rule.bound, before + earned[county] - paid[county]))
        bookings.append(Booking(county, before, earned[county], paid[county], after))
    return Books(tuple(bookings), sum(booked.before - booked.after for booked in bookings))
