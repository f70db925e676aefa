"""Why here, and why not there: each lead's best three hosts, and every reason against each other park.

Reasons come from direct rule checks, never from a solver's core: on a project blocked by five rules a core
named three.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from allocation.matching.eligibility import blockers, investment_wan
from allocation.matching.pool import CountyCount, Hold, Lead, Pool
from allocation.matching.result import Blocker, Candidate, Explanation, Rule
from allocation.matching.scoring import score, worth

BEST: Final = 3
"""How many hosts are proposed."""


def explain(pool: Pool, assignment: Mapping[str, str | None]) -> tuple[Explanation, ...]:
    """Explain a run, lead by lead, in the pool's order."""
    return tuple(_explain(pool, lead, assignment) for lead in pool.leads)


def beside(pool: Pool, lead: Lead, assignment: Mapping[str, str | None]) -> Pool:
    """Give the pool as it is for one lead while all other placements stay: they are holds.

    What fairness lets a county take is what they leave of it.
    """
    owner = {park.code: park.owner for park in pool.parks}
    limits = dict(pool.limits)
    holds: dict[str, list[Hold]] = {park.code: list(park.holds) for park in pool.parks}
    for other in pool.leads:
        host = assignment[other.id]
        if host is not None and other.id != lead.id:
            holds[host].append(Hold(lead=other.id, needs=other.needs, deadline=other.deadline))
            if owner[host] in limits:
                limits[owner[host]] = _less(limits[owner[host]], other)
    parks = tuple(replace(park, holds=tuple(holds[park.code])) for park in pool.parks)
    return replace(pool, parks=parks, limits=limits)


def _less(count: CountyCount, lead: Lead) -> CountyCount:
    """Give what is left of a county's bounds beside one more lead."""
    most, invested = count.max_leads, count.max_investment_wan
    return replace(
        count,
        max_leads=None if most is None else max(0, most - 1),
        max_investment_wan=None if invested is None else max(0, invested - investment_wan(lead)),
    )


def _explain(pool: Pool, lead: Lead, assignment: Mapping[str, str | None]) -> Explanation:
    others = beside(pool, lead, assignment)
    rejections: dict[str, tuple[Blocker, ...]] = {}
    open_parks: list[Candidate] = []
    for park, crowded in zip(pool.parks, others.parks, strict=True):
        alone = blockers(pool, lead, park)
        if alone:
            rejections[park.code] = alone
            continue
        parts = score(pool, lead, park)
        open_parks.append(
            Candidate(
                rank=0,
                park=park.code,
                score=parts,
                value=worth(pool, lead, park, parts.total),
                placed=assignment[lead.id] == park.code,
                shortfalls=blockers(others, lead, crowded),
            )
        )
    ranked = sorted(
        open_parks,
        key=lambda found: (not found.placed, bool(found.shortfalls), -found.score.total, found.park),
    )
    best = tuple(replace(found, rank=rank) for rank, found in enumerate(ranked[:BEST], start=1))
    for found in ranked[BEST:]:
        outranked = Blocker(Rule.OUTRANKED, found.score.total, best[-1].score.total)
        rejections[found.park] = found.shortfalls or (outranked,)
    beside_only = tuple(sorted(found.park for found in ranked[BEST:] if found.shortfalls))
    return Explanation(lead.id, best, rejections, beside_only)
