"""Fairness over time: who keeps getting more or less than a fair share, month after month.

One run says little: a county without a park for this month's leads gets none. So a county is flagged only if
it was on the same side of its entitlement in each of its last months, its sum over all of them is outside a
band, and a fair draw would hardly bring a sum so far from its share. The watch looks at results alone, so it
sees a bias wherever it sits: in weights, in data, or in who applies.

The chance of that last test is of leads that are drawn one by one, apart from each other. Two runs on one
pool are not apart: they place mostly the same leads. So of each month only the last run counts, and a lead
that waits for several months counts in the first of them alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import exp, log
from typing import TypeVar

from allocation.matching.fairness import Entitlement
from allocation.units import WHOLE

T = TypeVar("T")


class Verdict(StrEnum):
    """What the watch says of a county."""

    LESS = "less"
    MORE = "more"
    USUAL = "usual"
    """Nothing stands out."""
    SHORT = "short"
    """There are not months enough to tell."""
    NO_SHARE = "no_share"
    """It is entitled to nothing: it has no land."""


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """What a run gave to each county, with the entitlements as they were on its day.

    Attributes:
        on: its business date.
        entitled: each county's share.
        hosts: the county of each lead that it placed in one; leads at city parks are in no county.
    """

    on: date
    entitled: tuple[Entitlement, ...]
    hosts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule:
    """When a county is flagged.

    Attributes:
        months: on the same side in so many months in a row, the last ones that placed leads;
        low_bp: and below this share of its entitlement in sum, in basis points;
        high_bp: or above this;
        chance: and a fair draw gets as far to that side with at most this probability. So of counties that
            are treated fairly at most twice this part is flagged at any one look, once for each side.
    """

    months: int = 3
    low_bp: int = 8_000
    high_bp: int = 12_500
    chance: float = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A county's line.

    Attributes:
        county: its code.
        ratios_bp: what it got in each month, as a share of its entitlement; None where nothing was placed.
        leads: what it got in all.
        total: what all counties got.
        due_bp: what it was entitled to, in ten-thousandths of a lead.
        ratio_bp: the first as a share of what it was entitled to; None where that is nothing.
        chance: no fair draw gets so far from its share, to that side, with a greater probability.
        verdict: what stands out.
    """

    county: str
    ratios_bp: tuple[int | None, ...]
    leads: int
    total: int
    due_bp: int
    ratio_bp: int | None
    chance: float
    verdict: Verdict


def last_of_months(items: Iterable[T], day: Callable[[T], date]) -> list[T]:
    """Keep the last item of each month, oldest first; of one day's the one that comes last."""
    kept = {(day(item).year, day(item).month): item for item in sorted(items, key=day)}
    return list(kept.values())


def once(runs: Sequence[WatchedRun]) -> list[WatchedRun]:
    """Count each lead in the first of the runs that placed it in a county, and in no later one."""
    seen: set[str] = set()
    found = []
    for run in runs:
        found.append(replace(run, hosts={lead: run.hosts[lead] for lead in run.hosts if lead not in seen}))
        seen |= run.hosts.keys()
    return found


def watch(runs: Iterable[WatchedRun], rule: WatchRule) -> tuple[Watched, ...]:
    """Look at runs over time, county by county.

    Args:
        runs: those of one day in the order in which they were done; each county's entitlement is taken as of
            each run.
        rule: when a county is flagged.
    """
    counted = once(last_of_months(runs, lambda run: run.on))
    counties = sorted({share.county for run in counted for share in run.entitled})
    return tuple(_line(county, counted, rule) for county in counties)


def chance(leads: int, total: int, share: float) -> float:
    """Bound the probability that a fair draw is as far to one side of its mean as this one.

    By Hoeffding's inequality (Journal of the American Statistical Association 58, 1963, theorem 1) a sum of
    `total` independent draws whose probabilities average `share` is at least (at most) `leads`, above (below)
    the mean, with probability ≤ exp(−total · D), D the Kullback-Leibler divergence of leads/total from
    `share`. It holds for shares that differ from month to month as well.
    """
    if not total or not 0 < share < 1:
        return 1.0
    part = leads / total
    divergence = _weighed(part, share) + _weighed(1 - part, 1 - share)
    return exp(-total * max(0.0, divergence))


def _weighed(part: float, share: float) -> float:
    return part * log(part / share) if part else 0.0


def _line(county: str, runs: Sequence[WatchedRun], rule: WatchRule) -> Watched:
    ratios: list[int | None] = []
    leads, total, due = 0, 0, 0
    for run in runs:
        share = next((item for item in run.entitled if item.county == county), Entitlement(county, 0, 1))
        gets = sum(host == county for host in run.hosts.values())
        ratios.append(share.ratio_bp(gets, len(run.hosts)))
        leads += gets
        total += len(run.hosts)
        due += share.least(len(run.hosts), WHOLE * WHOLE)
    line = Watched(
        county=county,
        ratios_bp=tuple(ratios),
        leads=leads,
        total=total,
        due_bp=due,
        ratio_bp=leads * WHOLE * WHOLE // due if due else None,
        chance=chance(leads, total, due / (total * WHOLE) if total else 0.0),
        verdict=Verdict.USUAL,
    )
    return replace(line, verdict=_verdict(line, rule))


def _verdict(line: Watched, rule: WatchRule) -> Verdict:
    last = [found for found in line.ratios_bp if found is not None][-rule.months :]
    if line.ratio_bp is None:
        return Verdict.NO_SHARE if line.total else Verdict.SHORT
    if len(last) < rule.months:
        return Verdict.SHORT
    if line.chance > rule.chance:
        return Verdict.USUAL
    if line.ratio_bp < rule.low_bp and max(last) < WHOLE:
        return Verdict.LESS
    if line.ratio_bp > rule.high_bp and min(last) > WHOLE:
        return Verdict.MORE
    return Verdict.USUAL
