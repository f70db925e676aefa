"""What a run says about fairness: ratios, the price of each rule, who is displaced, what was relaxed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from allocation.matching.fairness import Entitlement, Measure, Tally
from allocation.matching.floors import ClashReason
from allocation.matching.pool import CountyCount


class FairRule(StrEnum):
    """A rule that has a price; the last is all of them together."""

    CEILING = "ceiling"
    FLOOR = "floor"
    BALANCE = "balance"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What a rule costs the whole city: the value without any rule, less the value with it.

    Both values are what searches found, so the price is exact only if both are proven. What is certain always
    is the range: a run without the rule is worth its value at least and its bound at most, and so is one with
    it.

    Attributes:
        rule: which one.
        value: found with the rule, at the values of a run without any multiplier; None if the rule admits
            nothing, or nothing was found.
        bound: no result with the rule is worth more.
        price: the difference of the two values found; a poor search can make it negative.
        least: the true price is not below this.
        most: nor above this; None without a value.
        exact: whether both searches proved their result.
    """

    rule: FairRule
    value: int | None
    bound: int | None
    price: int | None
    least: int
    most: int | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Displaced:
    """A lead whose host differs because of the rules; None: it stays in the pool."""

    lead: str
    without: str | None
    with_rules: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyFairness:
    """A county's line.

    Attributes:
        county: its code.
        share_bp: its share of the land, weighted, in basis points, floored.
        past: what the window holds.
        without: what the run would give it without rules.
        given: what the run gives it.
        ratio_bp: past and given, as a share of its entitlement in basis points; None without entitlement.
        bound: what the rules let it take in this run.
    """

    county: str
    share_bp: int
    past: Tally
    without: Tally
    given: Tally
    ratio_bp: int | None
    bound: CountyCount

    @property
    def gained(self) -> int:
        """Leads that it gets through the rules; negative: loses."""
        return self.given.leads - self.without.leads


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A floor that could not be kept, and was lowered as the caller had allowed.

    Attributes:
        county: whose.
        asked: leads that the rule asks for.
        given: leads that the run was held to.
        together: all counties whose floors clash; one alone clashes with the rest of the run.
        possible: leads that those counties can have together.
        reason: why their floors clash.
    """

    county: str
    asked: int
    given: int
    together: tuple[str, ...]
    possible: int
    reason: ClashReason


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessReport:
    """What a run publishes.

    Attributes:
        measure: what the ratios count.
        counties: a line for each.
        least_ratio_bp: the smallest ratio of a county that has an entitlement.
        most_ratio_bp: the largest.
        prices: of each rule by itself, then of all together.
        displaced: leads that the rules moved, by id.
        relaxed: floors that were lowered.
    """

    measure: Measure
    counties: tuple[CountyFairness, ...]
    least_ratio_bp: int | None
    most_ratio_bp: int | None
    prices: tuple[RulePrice, ...]
    displaced: tuple[Displaced, ...]
    relaxed: tuple[Relaxed, ...] = ()


def displaced(
    without: Mapping[str, str | None], with_rules: Mapping[str, str | None]
) -> tuple[Displaced, ...]:
    """List the leads whose host differs between two runs of one pool."""
    return tuple(
        Displaced(lead, host, with_rules[lead])
        for lead, host in sorted(without.items())
        if host != with_rules[lead]
    )


def report(
    entitled: Iterable[Entitlement],
    measure: Measure,
    bounds: Mapping[str, CountyCount],
    past: Mapping[str, Tally],
    without: Mapping[str, Tally],
    given: Mapping[str, Tally],
    *,
    prices: tuple[RulePrice, ...],
    moved: tuple[Displaced, ...],
    relaxed: tuple[Relaxed, ...] = (),
) -> FairnessReport:
    """Put a run's figures together; ratios are of what past and run really give, not of the agreed total."""
    total = sum([*past.values(), *given.values()], Tally()).by(measure)
    lines: list[CountyFairness] = []
    for share in entitled:
        has = past.get(share.county, Tally())
        gets = given.get(share.county, Tally())
        lines.append(
            CountyFairness(
                county=share.county,
                share_bp=share.share_bp,
                past=has,
                without=without.get(share.county, Tally()),
                given=gets,
                ratio_bp=share.ratio_bp((has + gets).by(measure), total),
                bound=bounds.get(share.county, CountyCount()),
            )
        )
    ratios = [line.ratio_bp for line in lines if line.ratio_bp is not None]
    return FairnessReport(
        measure=measure,
        counties=tuple(lines),
        least_ratio_bp=min(ratios, default=None),
        most_ratio_bp=max(ratios, default=None),
        prices=prices,
        displaced=moved,
        relaxed=relaxed,
    )
