"""What the matcher reads: a pool as the offices know it.

A pool is frozen: a run reads it once, stores it, and never looks at the database again. Land is in hundredths
    of a mu, halls in m², energy in tonnes of coal equivalent a year, water in t/d, COD in kg a year, money in
    fen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from allocation.units import FEN_PER_WAN, Fen, Mu

NO_LAND: Final = Mu(0)

CLASS_DIGITS: Final = 4
"""Digits of a smallest industry class in GB/T 4754."""

LEAST_MULTIPLIER_BP: Final = 9_000
MOST_MULTIPLIER_BP: Final = 11_000
"""How far the balance of a county may turn its bids: 0.9 to 1.1."""


class LandUse(StrEnum):
    """What a plot is zoned for."""

    INDUSTRIAL = "industrial"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True, order=True)
class Industry:
    """A class of GB/T 4754. A code means different things in different editions, so both are the key."""

    edition: str
    code: str

    def covers(self, other: "Industry") -> bool:
        """Tell whether `other` lies in this class.

        A class of three digits that has no children stands for itself + "0" (367 ≡ 3670), so a lead's short
        code is filled with zeros; a park's shorter code covers every class below it.
        """
        return self.edition == other.edition and other.code.ljust(CLASS_DIGITS, "0").startswith(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a lead takes at its host."""

    land_mu: Mu = NO_LAND
    hall_m2: int = 0
    energy_tce: int = 0
    water_td: int = 0
    cod_kg: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A project of the pool that looks for a host.

    Attributes:
        id: its key in the pool.
        origin: the region that met the investor first; its own parks are out.
        industry: its class.
        investment_fen: total investment; sets the weight.
        fixed_investment_fen: fixed-asset investment; the numerator of the intensity.
        tax_fen: expected tax a year.
        needs: what it takes.
        deadline: the last day to hand over land; a passed one counts as due on the pool's date.
        must_place: whether a result without a host for it is no result.
        held_by: the county that alone may host it, if any.
        declined: regions that said no to it, ascending: their parks are out.
    """

    id: str
    origin: str
    industry: Industry
    investment_fen: Fen
    fixed_investment_fen: Fen
    tax_fen: Fen
    needs: Needs
    deadline: date
    must_place: bool = False
    held_by: str | None = None
    declined: tuple[str, ...] = ()

    @property
    def hall_only(self) -> bool:
        """Whether it asks for no land: floors per mu then mean nothing."""
        return self.needs.land_mu == 0

    @property
    def investment_wan(self) -> int:
        """Its investment in 万元, rounded up: what it draws from a county's bound on investment."""
        return -(-self.investment_fen // FEN_PER_WAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A piece of land. `replan` land (可调规) is not clear yet, but counts from its date."""

    code: str
    land_use: LandUse
    replan: bool
    area_mu: Mu
    ready_on: date
    verified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """A standard factory hall."""

    code: str
    area_m2: int
    ready_on: date
    verified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What a lead placed earlier has taken at a park and will need by its deadline."""

    lead: str
    needs: Needs
    deadline: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """A park with its stock, its own entry rules, and what was taken already.

    Attributes:
        code: its key.
        owner: the region it belongs to; the city's own code for a city park (市属).
        leading: industries it stands for first (首位).
        main: industries it mainly takes (主导).
        forbidden: industries it refuses (禁入).
        investment_floor_fen: least fixed investment for a mu.
        tax_floor_fen: least tax a year for a mu.
        energy_tce: energy it can still give, before holds.
        water_td: water it can still give, before holds.
        cod_kg: COD it can still take, before holds.
        plots: its land.
        halls: its halls.
        holds: open holds on it.
    """

    code: str
    owner: str
    leading: frozenset[Industry] = frozenset()
    main: frozenset[Industry] = frozenset()
    forbidden: frozenset[Industry] = frozenset()
    investment_floor_fen: Fen
    tax_floor_fen: Fen
    energy_tce: int
    water_td: int
    cod_kg: int
    plots: tuple[Plot, ...] = ()
    halls: tuple[Hall, ...] = ()
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county with its chains and its quotas of the year (before holds). The city itself is no county."""

    code: str
    chains: frozenset[str] = frozenset()
    energy_tce: int
    cod_kg: int
    land_mu: Mu


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How a score is made; stored with each run.

    Attributes:
        positioning, fit, headroom, intensity, tax: the most points of each part.
        leading_bp … other_bp: the share of the positioning points by tier, in basis points.
        by_investment: pairs (least investment in fen, weight), ascending; the first is (0, …). The default is
            log-shaped: 14 at 1 亿 and 2 more for each doubling, rounded.
    """

    positioning: int = 4_000
    fit: int = 2_000
    headroom: int = 1_500
    intensity: int = 1_250
    tax: int = 1_250
    leading_bp: int = 10_000
    main_bp: int = 8_000
    county_chain_bp: int = 6_000
    park_chain_bp: int = 4_000
    other_bp: int = 1_000
    by_investment: tuple[tuple[int, int], ...] = (
        (0, 10),
        (5_000 * 10**6, 12),
        (10_000 * 10**6, 14),
        (20_000 * 10**6, 16),
        (50_000 * 10**6, 19),
        (100_000 * 10**6, 21),
        (200_000 * 10**6, 23),
        (500_000 * 10**6, 25),
        (1_000_000 * 10**6, 27),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Settings of the hard rules.

    Attributes:
        stock_days: stock not verified within so many days of the pool's date is out.
        positioning_gate: whether a lead outside every positioning tier is refused; a city may wish so.
    """

    stock_days: int = 180
    positioning_gate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyCount:
    """What the parks of a county may take together in this run, for fairness; None is no bound.

    Attributes:
        max_leads: at most so many leads of this run.
        min_leads: at least so many leads of this run.
        max_investment_wan: at most so much total investment, each lead's rounded up to 万元.
    """

    max_leads: int | None = None
    min_leads: int = 0
    max_investment_wan: int | None = None

    def __post_init__(self) -> None:
        bounds = (self.min_leads, self.max_leads or 0, self.max_investment_wan or 0)
        if min(bounds) < 0:
            raise ValueError("a bound of a county is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Everything that a run reads.

    Attributes:
        as_of: the business date of the run.
        leads: the leads, by ascending id.
        parks: the parks, by ascending code.
        counties: the counties by code; a park whose owner is none of them is a city park and has no quotas.
        chains: the chains that each industry belongs to.
        weights: how scores are made.
        rules: how hard rules are set.
        limits: what fairness bounds by county; a county that is not named is free.
        multipliers_bp: by county, what the value of a lead at its parks is multiplied by, in basis points
            from 9,000 to 11,000; a county that is not named, and a city park, has 10,000.
    """

    as_of: date
    leads: tuple[Lead, ...]
    parks: tuple[Park, ...]
    counties: Mapping[str, County]
    chains: Mapping[Industry, frozenset[str]] = field(default_factory=dict)
    weights: Weights = Weights()
    rules: Rules = Rules()
    limits: Mapping[str, CountyCount] = field(default_factory=dict)
    multipliers_bp: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, keys in (
            ("leads", [lead.id for lead in self.leads]),
            ("parks", [park.code for park in self.parks]),
        ):
            if any(left >= right for left, right in pairwise(keys)):
                raise ValueError(f"{what} must have ascending keys, each once")
        strangers = sorted({*self.limits, *self.multipliers_bp} - set(self.counties))
        if strangers:
            raise ValueError(f"{strangers[0]} is no county of the pool")
        for code, multiplier in self.multipliers_bp.items():
            if not LEAST_MULTIPLIER_BP <= multiplier <= MOST_MULTIPLIER_BP:
                raise ValueError(f"the multiplier of {code} is {multiplier}, not 9,000 to 11,000")

    def due(self, deadline: date) -> date:
        """Tell when a deadline counts: a passed one is due now."""
        return max(deadline, self.as_of)
