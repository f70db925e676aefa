"""Each county's fair share over twelve months: entitlement, ceiling, floor, and what came of it.

A county's entitlement is its share of the land, as the plot register knows it (never as a county claims it),
turned by a weight that the city may set. Over a rolling window, what a county hosts is held between a ceiling
and a floor around its entitlement. The rules become plain bounds of one run (`CountyCount`), which the engine
prices like every other limit.

A rule about shares of what *will* be placed would bind each county's count to all others'. So the total is
agreed before the run: what the window holds already, plus what the run places without the rule. That makes
each bound a number that an officer can check by hand.

Nothing here imports numpy or a solver; `fairness_prices` solves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from allocation.clocks import add_months
from allocation.matching.pool import CountyCount, Lead, Pool
from allocation.matching.stock import usable_halls, usable_plots
from allocation.units import WHOLE

M2_PER_HUNDREDTH_MU: Final = (20, 3)
"""A hundredth of a mu is 20/3 square metres."""


class Measure(StrEnum):
    """What a share is a share of."""

    LEADS = "leads"
    INVESTMENT = "investment"


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessRule:
    """The city's setting.

    Attributes:
        months: length of the window.
        measure: what the ceiling counts; the floor always counts leads.
        ceiling_bp: most that a county hosts, as a share of its entitlement in basis points; None is no rule.
        floor_bp: least that it hosts, likewise.
        weights_bp: what a county's land counts, in basis points; 10,000 where it is not named.
    """

    months: int = 12
    measure: Measure = Measure.LEADS
    ceiling_bp: int | None = 15_000
    floor_bp: int | None = None
    weights_bp: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError("the window has no month")
        if min(self.ceiling_bp or 0, self.floor_bp or 0, *self.weights_bp.values(), 0) < 0:
            raise ValueError("a share of fairness is negative")


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A county's share: `weight` of the sum `whole` of all counties' weights."""

    county: str
    weight: int
    whole: int

    @property
    def share_bp(self) -> int:
        """The share in basis points, floored."""
        return self.weight * WHOLE // max(1, self.whole)

    def most(self, total: int, share_bp: int) -> int:
        """Tell `share_bp` of the entitlement to a total, rounded up: a bound never forbids a part."""
        return -(-total * self.weight * share_bp // max(1, self.whole * WHOLE))

    def least(self, total: int, share_bp: int) -> int:
        """Tell `share_bp` of the entitlement to a total, rounded down: nobody is owed a part."""
        return total * self.weight * share_bp // max(1, self.whole * WHOLE)

    def ratio_bp(self, count: int, total: int) -> int | None:
        """Tell what a county has, as a share of its entitlement in basis points, floored.

        None where the entitlement is nothing: no county without land, and nothing placed, has a ratio.
        """
        due = total * self.weight
        return count * self.whole * WHOLE // due if due else None


@dataclass(frozen=True, slots=True)
class Placement:
    """A lead that a county was given, on its day: what the window remembers."""

    county: str
    on: date
    investment_wan: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What a county has: leads, and their investment in 万元."""

    leads: int = 0
    investment_wan: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.leads + other.leads, self.investment_wan + other.investment_wan)

    def by(self, measure: Measure) -> int:
        """Read one of the figures."""
        return self.leads if measure is Measure.LEADS else self.investment_wan


def entitlements(pool: Pool, rule: FairnessRule) -> tuple[Entitlement, ...]:
    """Share out by land: industrial plots and halls of each county's parks, in time for no one in particular.

    Stock that a hold has taken counts on, so that hosting does not shrink a county's share; stock that nobody
    verified lately does not count. A square metre of hall counts as one of land. City parks belong to no
    county.
    """
    land = dict.fromkeys(sorted(pool.counties), 0)
    per, of = M2_PER_HUNDREDTH_MU
    for park in pool.parks:
        if park.owner in land:
            halls = sum(hall.area_m2 for hall in usable_halls(pool, park))
            land[park.owner] += sum(plot.area_mu for plot in usable_plots(pool, park)) + halls * of // per
    return shares(land, rule.weights_bp)


def shares(land: Mapping[str, int], weights_bp: Mapping[str, int]) -> tuple[Entitlement, ...]:
    """Share out by any land: each county's, times its weight.

    Args:
        land: by county, in any one unit.
        weights_bp: basis points by county; 10,000 where it is not named.
    """
    weights = {county: area * weights_bp.get(county, WHOLE) for county, area in sorted(land.items())}
    whole = sum(weights.values())
    return tuple(Entitlement(county, weight, whole) for county, weight in weights.items())


def window(placements: Iterable[Placement], as_of: date, months: int) -> dict[str, Tally]:
    """Count what each county was given in the months up to a day; the same day `months` ago is out."""
    after = add_months(as_of, -months)
    found: dict[str, Tally] = {}
    for placed in placements:
        if after < placed.on <= as_of:
            given = Tally(1, placed.investment_wan)
            found[placed.county] = found.get(placed.county, Tally()) + given
    return found


def tallies(pool: Pool, assignment: Mapping[str, str | None]) -> dict[str, Tally]:
    """Count what each county is given by a run; leads at city parks count for no county."""
    owner = {park.code: park.owner for park in pool.parks if park.owner in pool.counties}
    found = dict.fromkeys(sorted(pool.counties), Tally())
    for lead in pool.leads:
        county = owner.get(assignment[lead.id] or "")
        if county is not None:
            found[county] += tally(lead)
    return found


def tally(lead: Lead) -> Tally:
    """Count one lead."""
    return Tally(1, lead.investment_wan)


def bounds(
    entitled: Iterable[Entitlement], past: Mapping[str, Tally], free: Mapping[str, Tally], rule: FairnessRule
) -> dict[str, CountyCount]:
    """Turn the rule into bounds of one run.

    Args:
        entitled: each county's share.
        past: what the window holds.
        free: what the run would give without the rule; with `past` it makes the total.
        rule: the city's setting.

    Returns:
        By county, what it may still take: its ceiling and floor over the window, less what it has. A county
        that is over its ceiling takes nothing, one that is over its floor is owed nothing.
    """
    total = sum([*past.values(), *free.values()], Tally())
    found: dict[str, CountyCount] = {}
    for share in entitled:
        has = past.get(share.county, Tally())
        most = None
        if rule.ceiling_bp is not None:
            ceiling = share.most(total.by(rule.measure), rule.ceiling_bp)
            most = max(0, ceiling - has.by(rule.measure))
        least = 0 if rule.floor_bp is None else max(0, share.least(total.leads, rule.floor_bp) - has.leads)
        by_leads = rule.measure is Measure.LEADS
        found[share.county] = CountyCount(
            max_leads=most if by_leads else None,
            min_leads=least,
            max_investment_wan=None if by_leads else most,
        )
    return found
