"""Fairness over time: who keeps getting more or less than a fair share, run after run.

One run says little: a county without a park for this month's leads gets none. So a county is flagged only if
it was on the same side of its entitlement in several runs in a row, its sum over all of them is outside a
band, and, where leads are counted, that sum is further from its share than chance would bring it (three
standard deviations of a binomial). The watch looks at results alone, so it sees a bias wherever it sits: in
weights, in data, or in who applies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allocation.matching.fairness import Entitlement, Measure, Tally, tally
from allocation.matching.pool import Pool
from allocation.units import WHOLE


class Side(StrEnum):
    """On which side of its share a county is."""

    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """What a run gave to each county, with the entitlements as they were on its day."""

    on: date
    entitled: tuple[Entitlement, ...]
    given: Mapping[str, Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule:
    """When a county is flagged.

    Attributes:
        runs: so many runs in a row on the same side.
        low_bp: and below this share of its entitlement in sum, in basis points;
        high_bp: or above this.
        deviations: and so many standard deviations away, where leads are counted.
    """

    runs: int = 3
    low_bp: int = 8_000
    high_bp: int = 12_500
    deviations: int = 3


@dataclass(frozen=True, slots=True)
class Watched:
    """A county's line: its ratio in each run, and of the sum of all; `flag` is None where none stands out."""

    county: str
    ratios_bp: tuple[int | None, ...]
    ratio_bp: int | None
    flag: Side | None


def strong(pool: Pool, assignment: Mapping[str, str | None], least_investment_fen: int) -> dict[str, Tally]:
    """Count only strong leads by county: those of at least so much investment."""
    owner = {park.code: park.owner for park in pool.parks if park.owner in pool.counties}
    found = dict.fromkeys(sorted(pool.counties), Tally())
    for lead in pool.leads:
        county = owner.get(assignment[lead.id] or "")
        if county is not None and lead.investment_fen >= least_investment_fen:
            found[county] += tally(lead)
    return found


def watch(runs: Iterable[WatchedRun], measure: Measure, rule: WatchRule) -> tuple[Watched, ...]:
    """Look at runs over time, county by county.

    Args:
        runs: in any order; each county's entitlement is taken as of each run.
        measure: what the ratios count.
        rule: when a county is flagged.
    """
    ordered = sorted(runs, key=lambda run: run.on)
    counties = sorted({share.county for run in ordered for share in run.entitled})
    return tuple(_line(county, ordered, measure, rule) for county in counties)


def _line(county: str, runs: Sequence[WatchedRun], measure: Measure, rule: WatchRule) -> Watched:
    ratios: list[int | None] = []
    has, due, spread = 0, 0, 0  # due and spread in basis points of a unit
    for run in runs:
        total = sum(run.given.values(), Tally()).by(measure)
        share = next((item for item in run.entitled if item.county == county), Entitlement(county, 0, 1))
        gets = run.given.get(county, Tally()).by(measure)
        ratios.append(share.ratio_bp(gets, total))
        has += gets
        expected = share.least(total, WHOLE * WHOLE)
        due += expected
        spread += expected * (WHOLE - share.share_bp) // WHOLE
    ratio = has * WHOLE * WHOLE // due if due else None
    return Watched(
        county, tuple(ratios), ratio, _flag(ratios, ratio, has * WHOLE - due, spread, measure, rule)
    )


def _flag(
    ratios: Sequence[int | None],
    ratio: int | None,
    excess: int,
    spread: int,
    measure: Measure,
    rule: WatchRule,
) -> Side | None:
    last = [found for found in ratios if found is not None][-rule.runs :]
    by_chance = measure is Measure.LEADS and excess**2 <= rule.deviations**2 * spread * WHOLE
    if ratio is None or len(last) < rule.runs or by_chance:
        return None
    if ratio < rule.low_bp and max(last) < WHOLE:
        return Side.LESS
    if ratio > rule.high_bp and min(last) > WHOLE:
        return Side.MORE
    return None
