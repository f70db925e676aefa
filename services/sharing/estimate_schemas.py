"""What is asked of the calculator and what it answers. Money in fen, shares in basis points."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from allocation.matching.result import Rule
from allocation.sharing.calculator.outcome import Indicator, Way
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import CreditRule

RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
Amount = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Year = Annotated[int, Field(ge=1, le=50, strict=True)]
Weight = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class Strict(BaseModel):
    """The base of all input: nothing unknown, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


class RampForm(Strict):
    """How the lead grows, in years from this one (1); what is left out is the city's setting."""

    start_year: Year | None = None
    build_years: Year | None = None
    first_tax_year: Year | None = None
    first_tax_bp: BasisPoints | None = None
    growth_bp: BasisPoints | None = None


class EstimateForm(Strict):
    """A lead and a deal to try out; nothing of it is stored.

    The yearly tax is given by tax (`taxes`), or as a sum (`tax_fen`) that is divided by the city's mix.
    Without `host` every other county of the city comes into question. `can_host` says whether the origin
    could host the lead itself, where that is known. Ratio, years and ramp are the city's settings where left
    out.
    """

    origin: RegionCode
    host: RegionCode | None = None
    tax_fen: Amount | None = None
    taxes: dict[Tax, Amount] | None = None
    investment_fen: Amount = 0
    fixed_investment_fen: Amount = 0
    output_fen: Amount = 0
    ratio_bp: BasisPoints | None = None
    years: Annotated[int, Field(ge=0, le=50, strict=True)] | None = None
    grace_years: Annotated[int, Field(ge=0, le=50, strict=True)] = 0
    cap_fen: Annotated[int, Field(ge=1, lt=2**53, strict=True)] | None = None
    credit_rule: CreditRule = CreditRule.origin_full
    ramp: RampForm = RampForm()
    can_host: bool | None = None


class EstimateQuery(Strict):
    """Floor terms to try out on a lead of the pool."""

    ratio_bp: Annotated[int, Field(ge=0, le=10_000)]
    years: Annotated[int, Field(ge=0, le=30)]


class LevelForm(Strict):
    """A line of a level table: how a tax paid in at a treasury is divided from a date on, 10,000 in all."""

    treasury: RegionCode
    tax: Tax
    effective_from: date
    central_bp: BasisPoints
    province_bp: BasisPoints
    city_bp: BasisPoints
    county_bp: BasisPoints


class EstimateFile(EstimateForm):
    """A question with all that it takes, in one file: `yipanqi estimate FILE`."""

    format: Literal["yipanqi.estimate/1"]
    city: RegionCode
    first_year: Annotated[int, Field(ge=1949, lt=9000, strict=True)]
    levels: Annotated[list[LevelForm], Field(min_length=1, max_length=10_000)]
    mix: dict[Tax, Weight] | None = None


class CreditAnswer(Answer):
    """What the county's assessment counts of one indicator: this year first."""

    indicator: Indicator
    this_year_fen: int
    by_year_fen: list[int]
    total_fen: int


class MoneyAnswer(Answer):
    """What the county's treasury gets with one host, by year; `retained_fen` stays there before sharing."""

    host: str | None
    by_year_fen: list[int]
    retained_fen: list[int]
    total_fen: int


class WayAnswer(Answer):
    """One way: credit, then money with the least and with the best paying host.

    `possible` is null where it is not known. What is not possible has no figures, and money is null where no
    host comes into question.
    """

    way: Way
    possible: bool | None
    credit: list[CreditAnswer]
    money_low: MoneyAnswer | None
    money_high: MoneyAnswer | None


class ObstacleAnswer(Answer):
    """A rule that keeps the lead from a park of the origin; units as of matches' rejections."""

    rule: Rule
    measured: int | str
    limit: int | str
    unit: str


class ParkAnswer(Answer):
    """A park of the origin and all that keeps the lead from it."""

    park: str
    obstacles: list[ObstacleAnswer]


class AssumptionAnswer(Answer):
    """One thing that the figures rest on: a stable code, and a sentence."""

    code: str
    text: str


class Estimate(Answer):
    """What a lead may bring its county in five years; a calculation, no promise.

    `ways` are passing on, keeping, losing, in this order. `why_not` names the origin's parks where none of
    them could take the lead. The figures from `years` on sum the first way up: years that count, the lowest
    and the highest share that stays with a host, and the county's money with them.
    """

    calendar_years: list[int]
    ways: list[WayAnswer]
    why_not: list[ParkAnswer]
    assumptions: list[AssumptionAnswer]
    promises: Literal[False] = False
    years: int
    ratio_bp: int
    yearly_tax_fen: int
    county_share_low_bp: int
    county_share_high_bp: int
    low_fen: int
    high_fen: int
