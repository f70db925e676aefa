"""What one county gains by not telling the truth: the mechanism is not strategy-proof, so it is measured.

The matcher runs twice: on the true pool, and on the pool as one county tells it. Both results are judged at
the truth. A county's gain is the true value of the leads it hosts, more or less than without the lie: that is
what it is after, whatever the assessment counts. What a lie promised and the ground does not give fails:
leads are seated at the truth from the most valuable on, and one that does not fit then, or may not be there,
is lost (the letter of commitment is where that comes to light).

Four kinds, each by the same share. `tiers`: the county's parks call that share of the industries their first
that are not, those with the most investment in the pool. `land_less`: it hides that share of its land, to be
choosy. `land_more`: it claims as much that is not there; the plot register stands against that, so it shows
what the register is for. `need`: it inflates the land that its own leads ask for, so that they fill others'
parks and more of the other leads come to its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from allocation.matching.eligibility import blockers
from allocation.matching.pool import Hold, Industry, Lead, Park, Plot, Pool
from allocation.matching.scoring import value
from allocation.units import WHOLE, Mu

Solve = Callable[[Pool], Mapping[str, str | None]]
"""The matcher: where each lead of a pool goes."""


class Kind(StrEnum):
    """What a county shades."""

    TIERS = "tiers"
    LAND_LESS = "land_less"
    LAND_MORE = "land_more"
    NEED = "need"


@dataclass(frozen=True, slots=True)
class Trial:
    """One county's lie in one pool.

    Attributes:
        kind: what it shades.
        county: who.
        honest: true value of the leads it hosts when all tell the truth.
        lying: the same when it alone does not.
        lost: leads of the county that failed at the truth.
    """

    kind: Kind
    county: str
    honest: int
    lying: int
    lost: int

    @property
    def gain_bp(self) -> int:
        """The gain in basis points of what honesty gives, floored; a county that had nothing counts as 1."""
        return (self.lying - self.honest) * WHOLE // max(1, self.honest)


@dataclass(frozen=True, slots=True)
class Summary:
    """Trials of one kind: the mean gain weighed by what is at stake, and the worst for all others."""

    kind: Kind
    trials: int
    mean_gain_bp: int
    worst: Trial


def told(pool: Pool, county: str, kind: Kind, by_bp: int) -> Pool:
    """Give a pool as one county tells it.

    Args:
        pool: the truth.
        county: who lies.
        kind: what it shades.
        by_bp: by how much of the truth, in basis points.
    """
    if kind is Kind.NEED:
        return replace(
            pool,
            leads=tuple(_inflated(lead, by_bp) if lead.origin == county else lead for lead in pool.leads),
        )
    return replace(
        pool,
        parks=tuple(
            _shaded(pool, park, kind, by_bp) if park.owner == county else park for park in pool.parks
        ),
    )


def _inflated(lead: Lead, by_bp: int) -> Lead:
    land = Mu(lead.needs.land_mu * (WHOLE + by_bp) // WHOLE)
    return replace(lead, needs=replace(lead.needs, land_mu=land))


def _shaded(pool: Pool, park: Park, kind: Kind, by_bp: int) -> Park:
    if kind is Kind.TIERS:
        return replace(park, leading=park.leading | _claimed(pool, park, by_bp))
    part = WHOLE + by_bp if kind is Kind.LAND_MORE else WHOLE - by_bp
    return replace(park, plots=tuple(_sized(plot, part) for plot in park.plots))


def _claimed(pool: Pool, park: Park, by_bp: int) -> frozenset[Industry]:
    """Choose industries that a park neither stands for first nor refuses, the most invested in first."""
    invested: dict[Industry, int] = {}
    for lead in pool.leads:
        if not any(own.covers(lead.industry) for own in park.leading | park.forbidden):
            invested[lead.industry] = invested.get(lead.industry, 0) + lead.investment_fen
    best = sorted(invested, key=lambda industry: (-invested[industry], industry))
    return frozenset(best[: -(-len(best) * by_bp // WHOLE)])


def _sized(plot: Plot, part_bp: int) -> Plot:
    return replace(plot, area_mu=Mu(plot.area_mu * part_bp // WHOLE))


def seated(pool: Pool, assignment: Mapping[str, str | None]) -> dict[str, str]:
    """Seat placements at the truth, the most valuable first; what does not fit then is left out.

    Args:
        pool: the truth; its counties' bounds on counts are not asked, for nothing here adds a lead.
        assignment: of a run on what was told.
    """
    parks = {park.code: park for park in pool.parks}
    placed = [(lead, parks[host]) for lead in pool.leads if (host := assignment[lead.id]) is not None]
    placed.sort(key=lambda pair: (-value(pool, *pair), pair[0].id))
    kept: dict[str, str] = {}
    empty = replace(pool, leads=(), limits={})
    for lead, park in placed:
        now = replace(empty, parks=tuple(parks[other.code] for other in pool.parks))
        if not blockers(now, lead, parks[park.code]):
            kept[lead.id] = park.code
            hold = Hold(lead=lead.id, needs=lead.needs, deadline=lead.deadline)
            parks[park.code] = replace(parks[park.code], holds=(*parks[park.code].holds, hold))
    return kept


def hosted(pool: Pool, hosts: Mapping[str, str | None], county: str) -> int:
    """Sum the true value of the leads that a county hosts."""
    parks = {park.code: park for park in pool.parks if park.owner == county}
    return sum(value(pool, lead, parks[host]) for lead in pool.leads if (host := hosts.get(lead.id)) in parks)


def simulate(
    pool: Pool, solve: Solve, kinds: Iterable[Kind] = tuple(Kind), by_bp: int = 2_000
) -> list[Trial]:
    """Let each county that has parks lie alone, in each way.

    Args:
        pool: the truth.
        solve: the matcher.
        kinds: what is shaded.
        by_bp: by how much of the truth.
    """
    honest = solve(pool)
    counties = sorted({park.owner for park in pool.parks} & set(pool.counties))
    trials: list[Trial] = []
    for kind in kinds:
        for county in counties:
            answer = solve(told(pool, county, kind, by_bp))
            kept = seated(pool, answer)
            owner = {park.code: park.owner for park in pool.parks}
            lost = sum(owner.get(host or "") == county and lead not in kept for lead, host in answer.items())
            trials.append(Trial(kind, county, hosted(pool, honest, county), hosted(pool, kept, county), lost))
    return trials


def summary(trials: Iterable[Trial]) -> list[Summary]:
    """Sum up by kind: all gains over all that was at stake, and the trial with the greatest gain."""
    groups: dict[Kind, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(trial.kind, []).append(trial)
    return [
        Summary(
            kind,
            len(found),
            sum(trial.lying - trial.honest for trial in found)
            * WHOLE
            // max(1, sum(trial.honest for trial in found)),
            max(found, key=lambda trial: trial.gain_bp),
        )
        for kind, found in groups.items()
    ]
