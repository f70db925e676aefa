"""What the matcher says when it is asked why: plain frozen records, kept by whoever asked.

No number here is a float and nothing imports a solver, so a service may store and show these. Units are
those of the pool: land in hundredths of a mu, halls in m², energy in tce a year, water in t/d, COD in kg a
year, money in fen; values are score × weight.

Every field whose content tells of other leads is marked: `leads` where single leads can be read off (their
ids, amounts or moves), `sums` where only what others take together shows. `answer_record.walled` empties
them. A change itself is never emptied: how much would be enough is what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from allocation.matching.pool import Industry
from allocation.matching.result import Blocker, Rule, Score, Status

LEADS: Final[Mapping[str, str]] = {"reveals": "leads"}
"""Metadata of a field from which single other leads can be read."""

SUMS: Final[Mapping[str, str]] = {"reveals": "sums"}
"""Metadata of a field from which it shows what other leads take together."""

PRICE_SCALE: Final = 2**20
"""A shadow price is a whole number of 1/PRICE_SCALE of value for a unit of its resource."""


class Lever(StrEnum):
    """A figure that may be changed so that a lead wins, or in a scenario.

    The first group belongs to a park, the next to a county, the next to the lead itself. `CAPACITY` is a
    resource of a host or county of a compiled instance, which does not say what it is made of.
    """

    LAND = "land"
    HALL = "hall"
    ENERGY = "energy"
    WATER = "water"
    COD = "cod"
    TIER = "tier"  # 1: the lead's industry becomes one of the park's 主导; 2: one of its 首位
    INVESTMENT_FLOOR = "investment_floor"
    TAX_FLOOR = "tax_floor"
    COUNTY_LAND = "county_land"
    COUNTY_ENERGY = "county_energy"
    COUNTY_COD = "county_cod"
    COUNTY_LEADS = "county_leads"
    COUNTY_INVESTMENT = "county_investment"
    LEAD_LAND = "lead_land"
    LEAD_HALL = "lead_hall"
    LEAD_ENERGY = "lead_energy"
    LEAD_WATER = "lead_water"
    LEAD_COD = "lead_cod"
    LEAD_INVESTMENT = "lead_investment"
    LEAD_TAX = "lead_tax"
    LEAD_DEADLINE = "lead_deadline"
    CAPACITY = "capacity"


LEVER_UNITS: Final[Mapping[Lever, str]] = {
    Lever.LAND: "mu",
    Lever.HALL: "m2",
    Lever.ENERGY: "tce",
    Lever.WATER: "td",
    Lever.COD: "kg",
    Lever.TIER: "tier",
    Lever.INVESTMENT_FLOOR: "fen_per_mu",
    Lever.TAX_FLOOR: "fen_per_mu",
    Lever.COUNTY_LAND: "mu",
    Lever.COUNTY_ENERGY: "tce",
    Lever.COUNTY_COD: "kg",
    Lever.COUNTY_LEADS: "leads",
    Lever.COUNTY_INVESTMENT: "wan",
    Lever.LEAD_LAND: "mu",
    Lever.LEAD_HALL: "m2",
    Lever.LEAD_ENERGY: "tce",
    Lever.LEAD_WATER: "td",
    Lever.LEAD_COD: "kg",
    Lever.LEAD_INVESTMENT: "fen",
    Lever.LEAD_TAX: "fen",
    Lever.LEAD_DEADLINE: "days",
    Lever.CAPACITY: "units",
}
"""What the amount of a change is counted in; `mu` stands for hundredths of a mu, as everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure moved.

    Attributes:
        lever: which figure.
        owner: the park, county or lead that it belongs to.
        amount: how far it moves in the direction that helps a lead: needs and floors fall, all others rise.
            Negative: the other way, for scenarios.
        on: by which day new land or halls are ready; None otherwise.
        industry: which industry a `TIER` is changed for; None otherwise.
        resource: which resource of a compiled instance; None otherwise.
    """

    lever: Lever
    owner: str
    amount: int
    on: date | None = None
    industry: Industry | None = None
    resource: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One solve in figures.

    Attributes:
        status: how far it came; `OPTIMAL` is proven.
        value: of the plan; None without a result.
        bound: no plan is worth more; None if nothing is known.
        placed: how many leads have a host.
    """

    status: Status
    value: int | None
    bound: int | None
    placed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A lead whose host differs between two plans; None is the pool."""

    lead: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What a lead lacks at a park while all other placements of a run stay.

    Attributes:
        rule: which limit.
        need: what the lead takes.
        short: how much more the limit would have to be.
        resource: which resource of a compiled instance; None in a pool.
    """

    rule: Rule | None
    need: int
    short: int = field(default=0, metadata=SUMS)
    resource: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Another lead that draws on a limit which is too small for one more.

    Attributes:
        lead: its id.
        park: where it stands.
        amount: what it draws.
        earlier: whether it is a hold from before the run, which the run cannot move.
    """

    lead: str
    park: str
    amount: int
    earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Who draws on one limit that is too small, largest first."""

    rule: Rule | None
    holders: tuple[Holder, ...] = field(default=(), metadata=LEADS)
    resource: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPrice:
    """What one more unit of a limit would be worth, as the run's prices say; an estimate, often too high.

    Attributes:
        owner: the park or county.
        resource: its resource as compiled, or "leads".
        price: in 1/PRICE_SCALE of value for a unit.
    """

    owner: str
    resource: str
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a lead would draw of one scarce limit, and what that is worth by the run's prices.

    Attributes:
        owner: the park or county.
        resource: its resource as compiled, or "leads".
        amount: what the lead draws.
        cost: amount × price, rounded up to whole value.
    """

    owner: str
    resource: str
    amount: int
    cost: int = field(default=0, metadata=SUMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A lead at one park: what it scores there, what that is worth, and what it would take from others.

    Attributes:
        park: the park's code.
        score: its parts; None where a rule forbids the pair or the instance does not tell.
        value: what the pair is worth; None where it is forbidden.
        costs: what it draws of scarce limits, at the run's prices.
        reduced: value less these costs; None where the pair is forbidden or there are no prices.
    """

    park: str
    score: Score | None
    value: int | None
    costs: tuple[Cost, ...] = ()
    reduced: int | None = field(default=None, metadata=SUMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a lead is not at a park.

    Attributes:
        lead: its id.
        park: the park asked about.
        host: where the run places the lead; None if it stays in the pool.
        blockers: every rule that the pair breaks by itself, whoever else is placed.
        missing: what is too little there while all other placements stay.
        here: the lead at its host; None if it stays.
        there: the lead at the park asked about.
        held: who draws on each limit that is too small.
    """

    lead: str
    park: str
    host: str | None
    blockers: tuple[Blocker, ...]
    missing: tuple[Missing, ...]
    here: Side | None
    there: Side
    held: tuple[Held, ...] = ()

    @property
    def free(self) -> bool:
        """Whether nothing stands in the way: then it is the score or the prices that speak for the host."""
        return not self.blockers and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldWin:
    """What would have to change for a lead to be placed at a park, and whether it then is.

    Attributes:
        level: 0: what is missing with nothing moved, not solved again; 1: the change was applied and the pool
            solved again; 2: the smallest such change that was found.
        lead: its id.
        park: the park asked about.
        barred: rules that no change of a figure mends, or that the change leaves broken.
        change: what is changed, together.
        wins: level 0: the lead fits once the change is made and nobody moves. Levels 1 and 2: the new plan
            places the lead there; among plans of equal value the one that does is taken.
        standing: the value of the plan before.
        value: the value of the new plan; None at level 0.
        exact: levels 1 and 2: the solves that decide are proven.
        minimal: level 2: proven that no smaller amount wins (of several, that none can fall alone).
        up_to: level 2: the largest amount tried of a single figure, if none wins.
        solves: how many solves it took.
        moved: other leads that the new plan moves.
    """

    level: int
    lead: str
    park: str
    barred: tuple[Blocker, ...]
    change: tuple[Change, ...]
    wins: bool
    standing: int | None = field(default=None, metadata=SUMS)
    value: int | None = field(default=None, metadata=SUMS)
    exact: bool = False
    minimal: bool = False
    up_to: int | None = None
    solves: int = 0
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePrice:
    """What it costs the whole pool to place a lead at a park against the run.

    Attributes:
        lead: its id.
        park: the host wished for.
        bent: rules that the pair breaks by itself; then there is no price, for no plan may hold the pair.
        standing: the plan without the override.
        forced: the best plan found with it; None if the pair is barred.
        loss: value of the standing plan less that of the forced one; None if there is no such plan.
        moved: who else moves, from where to where.
        exact: whether both plans are proven optimal; otherwise the true loss lies between what the plans'
            values and bounds allow.
    """

    lead: str
    park: str
    bent: tuple[Blocker, ...] = ()
    standing: Plan | None = field(default=None, metadata=SUMS)
    forced: Plan | None = field(default=None, metadata=SUMS)
    loss: int | None = field(default=None, metadata=SUMS)
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another host that a lead could have, everything else solved again around it.

    Attributes:
        rank: from 1.
        side: the lead there.
        loss: what the whole pool loses.
        exact: whether both values are proven.
        moved: who else moves.
    """

    rank: int
    side: Side
    loss: int | None = field(default=None, metadata=SUMS)
    exact: bool = False
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The best other hosts of a lead, by value less the run's prices; none of them unseats another's hold."""

    lead: str
    host: str | None
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a park or county takes in two plans: (before, after) of each figure; holds from before apart.

    Attributes:
        owner: the park's or county's code.
        leads: how many leads.
        investment_fen: their total investment.
        land_mu, hall_m2, energy_tce, water_td, cod_kg: what they take.
    """

    owner: str
    leads: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    investment_fen: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    land_mu: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    hall_m2: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    energy_tce: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    water_td: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    cod_kg: tuple[int, int] = field(metadata=SUMS, default=(0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDiff:
    """Two pools solved the same way, side by side.

    Attributes:
        before: the plan of the pool as it is.
        after: the plan of the pool with the scenario's changes.
        gain: value after less value before, each by the weights of its own pool; None without two results.
        gain_before: the same by the weights of the pool as it is: what the new plan would be worth to whoever
            keeps them; None where the plan holds a pair that these rules forbid.
        exact: whether both plans are proven optimal.
        moved: every lead whose host differs.
        counties, parks: what each takes in both plans, by code; the city's own parks stand under its code.
    """

    before: Plan = field(metadata=SUMS)
    after: Plan = field(metadata=SUMS)
    gain: int | None = field(default=None, metadata=SUMS)
    gain_before: int | None = field(default=None, metadata=SUMS)
    exact: bool = False
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)
    counties: tuple[Tally, ...] = ()
    parks: tuple[Tally, ...] = ()


Answer = WhyNot | WouldWin | OverridePrice | Alternatives | ScenarioDiff
