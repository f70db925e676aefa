"""What comes in and goes out about fairness. A county reads the rule and its own line, the city reads all."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from allocation.matching.fairness import Measure
from allocation.matching.fairness_report import FairRule
from allocation.matching.fairness_watch import Verdict
from allocation.matching.floors import ClashReason
from services.matching.fair_words import Series
from services.matching.schemas import Answer, Strict

RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
Whole = Annotated[int, Field(strict=True)]
MOST_COUNTIES = 200


class FairnessForm(Strict):
    """The rule from a day on. Ratios and weights in basis points; a bound that is null is no bound.

    `ceiling_bp` and `floor_bp` are shares of a county's entitlement; `weights_bp` turns the land of the
    counties named, 10,000 for all others. With `credits`, balances turn bids by 0.9 to 1.1.
    """

    effective_from: date
    enabled: Annotated[bool, Field(strict=True)]
    months: Annotated[Whole, Field(ge=1, le=60)] = 12
    measure: Measure = Measure.LEADS
    ceiling_bp: Annotated[Whole, Field(ge=10_000, le=100_000)] | None = 15_000
    floor_bp: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    weights_bp: Annotated[
        dict[RegionCode, Annotated[Whole, Field(ge=0, le=100_000)]], Field(max_length=MOST_COUNTIES)
    ] = Field(default_factory=dict)
    credits: Annotated[bool, Field(strict=True)] = False
    balance_bound: Annotated[Whole, Field(ge=1, le=100_000)] = 200


class FairnessAnswer(Answer):
    """The rule in force. Before the city's first setting it is off, and `version` is 0."""

    effective_from: date | None
    enabled: bool
    months: int
    measure: Measure
    ceiling_bp: int | None
    floor_bp: int | None
    weights_bp: dict[str, int]
    credits: bool
    balance_bound: int
    version: int


class CountyLine(Answer):
    """A county in a run: its share of the land, what the window held, what the run gives it, and its ratio.

    `ratio_bp` is what it has as a share of its entitlement, null where that is nothing. `without_leads` is
    what it would get with no rule; `max_leads`, `max_wan` and `min_leads` what the rules let it take.
    """

    county: str
    share_bp: int
    past_leads: int
    past_wan: int
    without_leads: int
    given_leads: int
    given_wan: int
    ratio_bp: int | None
    max_leads: int | None
    max_wan: int | None
    min_leads: int
    multiplier_bp: int


class PriceLine(Answer):
    """What a rule costs the whole city: found, and the range that is certain. Null: nothing was found."""

    rule: FairRule
    value: int | None
    bound: int | None
    price: int | None
    least: int
    most: int | None
    exact: bool


class MovedLine(Answer):
    """A project that the rules moved; null: it stays in the pool."""

    project: str
    name: str
    without_park: str | None
    with_park: str | None


class LoweredLine(Answer):
    """A floor that could not be kept: asked, and what the run was held to.

    `together` are the counties whose floors clash, `possible` the leads that these can have together at most
    (for `capacity`: that they were held to). `reason` is null in runs stored before it was told.
    """

    county: str
    asked: int
    given: int
    reason: ClashReason | None = None
    together: tuple[str, ...] = ()
    possible: int | None = None


class RunFairness(Answer):
    """What a run says about fairness: one's own line, or for the city all lines with prices and who moved."""

    view: Literal["own", "all"]
    run: UUID
    as_of: date | None
    finished_at: datetime | None
    measure: Measure
    months: int
    counties: tuple[CountyLine, ...]
    least_ratio_bp: int | None = None
    most_ratio_bp: int | None = None
    prices: tuple[PriceLine, ...] = ()
    displaced: tuple[MovedLine, ...] = ()
    lowered: tuple[LoweredLine, ...] = ()


class WatchLine(Answer):
    """A county over the months: what it got, what it was entitled to, and whether that may be chance.

    `months` counts those that placed a project anywhere and in which it was entitled to a part, `leads` the
    projects it got; `due_bp` is its entitlement in ten-thousandths of a project; `share_bp` and `received_bp`
    are both as shares of all projects, `ratio_bp` is the one by the other. A fair draw gets so far from the
    share, to that side, with a probability of at most `chance_ppm` millionths. Null: nothing was placed, or
    nothing is due.
    """

    county: str
    months: int
    leads: int
    due_bp: int
    share_bp: int | None
    received_bp: int | None
    ratio_bp: int | None
    chance_ppm: int
    verdict: Verdict


class SeriesAnswer(Answer):
    """All projects, or the major ones alone: how many there were, and each county's line.

    A county gets its own line; none while fewer than three of the projects are others'.
    """

    kind: Series
    total: int
    counties: tuple[WatchLine, ...]


class WatchAnswer(Answer):
    """Fairness over the last twelve months, by the last done run of each; a project counts once.

    A county is flagged (`less`, `more`) if it was on the same side of its entitlement in each of the last
    `least_months` months, its ratio is below `low_bp` or above `high_bp`, and its `chance_ppm` is not above
    the one stated here. `major_from_fen` is what major projects invest at least.
    """

    view: Literal["own", "all"]
    months: int
    first: date | None
    last: date | None
    least_months: int
    low_bp: int
    high_bp: int
    chance_ppm: int
    major_from_fen: int | None
    series: tuple[SeriesAnswer, ...]


class BalanceLine(Answer):
    """A county's balance in points, and the multiplier of its bids."""

    county: str
    points: int
    multiplier_bp: int


class BookingLine(Answer):
    """One change of a balance."""

    county: str
    seq: int
    before: int
    earned: int
    paid: int
    after: int
    booked_at: datetime


class BalancesAnswer(Answer):
    """Balances and their latest bookings: one's own, or for the city all, with the city's own account."""

    view: Literal["own", "all"]
    balances: tuple[BalanceLine, ...]
    bookings: tuple[BookingLine, ...]
    city: int | None = None
