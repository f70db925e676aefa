"""Yearly targets (考核目标): what each known indicator counts, for whom, and how far one has come.

A project counts once within an actor type: a lead for the county that brought it, from signing on for the
county that hosts it (as in the month's statistics); for the park that hosts it; for the outpost, department
or team through which it came. Sums over one actor type never count a project twice; sums over types would.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.statistics.rates import Kind, Rate
from allocation.units import FEN_PER_WAN

YI: Final = 10_000 * FEN_PER_WAN
"""One 亿元 in fen."""


class Actor(StrEnum):
    """Who has a target: 县区, 园区, 驻外招商局, 市直部门, 招商工作队."""

    county = "county"
    park = "park"
    outpost = "outpost"
    department = "department"
    team = "team"


CHANNELS: Final[Mapping[Actor, str]] = MappingProxyType(
    {Actor.outpost: "驻外招商局", Actor.department: "市直部门", Actor.team: "产业招商工作队"}
)
"""The channel through which an actor's projects come; it names the actor itself beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venture:
    """A project as targets see it.

    Attributes:
        project: its key.
        origin: the region that brought it in.
        host: the county that hosts it; None before one does.
        park: the park that hosts it, if any.
        channel: through which it came.
        channel_unit: which outpost, department or team that was.
        investor: what tells one investor from another.
        investment_fen: the agreed investment.
        accepted_on: when the city accepted the lead.
        signed_on: when it was signed.
        paid: fen paid in, by month.
    """

    project: object
    origin: str
    host: str | None
    park: str | None
    channel: str
    channel_unit: str | None
    investor: str
    investment_fen: int
    accepted_on: date | None = None
    signed_on: date | None = None
    paid: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the beginning of a year up to a day in it."""

    year: int
    as_of: date

    def holds(self, day: date | None) -> bool:
        """Tell whether a day lies in it."""
        return day is not None and day.year == self.year and day <= self.as_of

    def paid(self, venture: Venture) -> int:
        """Return the fen that a project paid in within it."""
        first, last = f"{self.year:04}-01", f"{self.as_of.year:04}-{self.as_of.month:02}"
        return sum(
            fen for month, fen in venture.paid.items() if first <= month <= min(last, f"{self.year}-12")
        )


Count = Callable[[Collection[Venture], Span], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What an indicator counts.

    Attributes:
        kind: projects, or money in fen.
        units: the units that a target may be stated in, and how many of what is counted each is.
        count: adds up a unit's own projects; None where this program keeps no record to count from.
        by_origin: whether a county counts what it brought, not what it hosts.
    """

    kind: Kind
    units: Mapping[str, int]
    count: Count | None
    by_origin: bool = False


def signed_from(least_fen: int) -> Count:
    """Count the projects signed in the span whose investment reaches a least amount."""

    def count(ventures: Collection[Venture], span: Span) -> int:
        return sum(span.holds(one.signed_on) and one.investment_fen >= least_fen for one in ventures)

    return count


def signed_money(ventures: Collection[Venture], span: Span) -> int:
    """Add up the investment of the projects signed in the span, in fen."""
    return sum(one.investment_fen for one in ventures if span.holds(one.signed_on))


def paid_in(ventures: Collection[Venture], span: Span) -> int:
    """Add up the funds paid in within the span, in fen."""
    return sum(span.paid(one) for one in ventures)


def accepted_leads(ventures: Collection[Venture], span: Span) -> int:
    """Count the leads that the city accepted in the span: an effective lead (有效线索) is an accepted one."""
    return sum(span.holds(one.accepted_on) for one in ventures)


_COUNTED: Final = MappingProxyType({"个": 1, "条": 1})
_MONEY: Final = MappingProxyType({"万元": FEN_PER_WAN, "亿元": YI})

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        "新签约项目": Indicator(kind=Kind.count, units=_COUNTED, count=signed_from(0)),
        "新签约亿元以上项目": Indicator(kind=Kind.count, units=_COUNTED, count=signed_from(YI)),
        "新签约10亿元以上项目": Indicator(kind=Kind.count, units=_COUNTED, count=signed_from(10 * YI)),
        "新签约总投资": Indicator(kind=Kind.amount, units=_MONEY, count=signed_money),
        "到位资金": Indicator(kind=Kind.amount, units=_MONEY, count=paid_in),
        "有效线索": Indicator(kind=Kind.count, units=_COUNTED, count=accepted_leads, by_origin=True),
        "主要负责人外出招商": Indicator(kind=Kind.count, units=MappingProxyType({"天": 1}), count=None),
    }
)
"""Every indicator that is known, by its name in the offices' file."""


def own(ventures: Iterable[Venture], actor: Actor, unit: str, indicator: Indicator) -> list[Venture]:
    """Return the projects that count for a unit."""
    return [one for one in ventures if (actor, unit, indicator.by_origin) in units_of(one)]


def units_of(venture: Venture) -> list[tuple[Actor, str, bool]]:
    """Return whom a project counts for: the actor, its unit, and whether what it brought is counted."""
    host = venture.host or venture.origin
    found = [(Actor.county, venture.origin, True), (Actor.county, host, False)]
    others = [(Actor.park, venture.park)] if venture.park else []
    if venture.channel_unit:
        others += [
            (actor, venture.channel_unit) for actor, said in CHANNELS.items() if said == venture.channel
        ]
    return found + [(actor, unit, by_origin) for actor, unit in others for by_origin in (True, False)]


def by_unit(ventures: Iterable[Venture]) -> dict[tuple[Actor, str, bool], list[Venture]]:
    """Put projects together by whom they count for, as `units_of` tells."""
    found: dict[tuple[Actor, str, bool], list[Venture]] = {}
    for one in ventures:
        for unit in units_of(one):
            found.setdefault(unit, []).append(one)
    return found


def progress(
    ventures: Iterable[Venture], actor: Actor, unit: str, name: str, target: int, span: Span
) -> Rate | None:
    """Tell how far a unit has come.

    Args:
        ventures: all projects of the city.
        actor: what the unit is.
        unit: its code, or its name where it has none.
        name: a known indicator.
        target: in what the indicator counts: projects, or fen.
        span: the year up to a day.

    Returns:
        what was reached over the target; None where nothing here can be counted.
    """
    indicator = INDICATORS[name]
    if indicator.count is None:
        return None
    reached = indicator.count(own(ventures, actor, unit, indicator), span)
    return Rate(max(reached, 0), target, indicator.kind, span.as_of)


def behind(rate: Rate, span: Span) -> bool:
    """Tell whether a target lags behind the part of its year that has passed."""
    end = date(span.year, 12, 31)
    passed = (min(span.as_of, end) - date(span.year - 1, 12, 31)).days
    days = (end - date(span.year - 1, 12, 31)).days
    return rate.numerator * days < rate.denominator * max(passed, 0)


def new_customers(ventures: Iterable[Venture], span: Span) -> Rate:
    """新客商占比: of the projects signed in the span, those whose investor had signed none here before.

    Of two projects that one investor signs, the earlier is the new customer's; of the same day, the one with
    the smaller key.
    """
    signed = sorted(
        (one for one in ventures if one.signed_on is not None),
        key=lambda one: (one.signed_on, str(one.project)),
    )
    met: set[str] = set()
    fresh = among = 0
    for one in signed:
        if span.holds(one.signed_on):
            among += 1
            fresh += one.investor not in met
        met.add(one.investor)
    return Rate(fresh, among, Kind.count, span.as_of)
