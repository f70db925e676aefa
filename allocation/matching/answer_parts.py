"""What answers to questions are made of: changes, plans, movers, holders, prices; plain frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from allocation.matching.pool import Industry
from allocation.matching.result import Rule, Score, Status

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
