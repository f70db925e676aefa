"""Why here, and why not there: each lead's best three hosts, and every reason against each other park.

Reasons come from direct rule checks, never from a solver's core: on a project blocked by five rules a core
named three. What parks have left is worked out twice, without and with the placements of the run; for each
lead its own use is given back, so the work grows with the number of pairs and no faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from allocation.matching.eligibility import blockers, shortages
from allocation.matching.pool import Lead, Park, Pool
from allocation.matching.result import Blocker, Candidate, Explanation, Rule
from allocation.matching.room import Counted, Room, rooms
from allocation.matching.scoring import score, worth

BEST: Final = 3
"""How many hosts are proposed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A pool and a run's placements, with what each park has left before and after them.

    Attributes:
        pool: the pool.
        assignment: the host of each lead; None: it stays.
        parks: the parks by code.
        before: what parks have left after holds from before the run.
        after: what they have left after the run's placements too.
    """

    pool: Pool
    assignment: Mapping[str, str | None]
    parks: Mapping[str, Park]
    before: Mapping[str, Room]
    after: Mapping[str, Room]

    @classmethod
    def of(cls, pool: Pool, assignment: Mapping[str, str | None]) -> "Standing":
        """Work out what is left."""
        return cls(
            pool, assignment, {park.code: park for park in pool.parks}, rooms(pool), rooms(pool, assignment)
        )

    def counted(self, lead: Lead, park: Park) -> Counted:
        """Tell how much of the lead's own use stands in what is left at the park."""
        host = self.assignment[lead.id]
        if host is None:
            return Counted.NOT
        if host == park.code:
            return Counted.PARK
        return Counted.COUNTY if self.parks[host].owner == park.owner else Counted.NOT

    def alone(self, lead: Lead, park: Park) -> tuple[Blocker, ...]:
        """List the rules that the pair breaks by itself."""
        return blockers(self.pool, lead, park, self.before[park.code])

    def beside(self, lead: Lead, park: Park) -> tuple[Blocker, ...]:
        """List what an allowed pair lacks while all other placements stay."""
        return shortages(self.pool, lead, park, self.after[park.code], self.counted(lead, park))


def explain(pool: Pool, assignment: Mapping[str, str | None]) -> tuple[Explanation, ...]:
    """Explain a run, lead by lead, in the pool's order."""
    standing = Standing.of(pool, assignment)
    return tuple(explain_lead(standing, lead) for lead in pool.leads)


def explain_lead(standing: Standing, lead: Lead) -> Explanation:
    """Explain one lead of a run."""
    pool = standing.pool
    rejections: dict[str, tuple[Blocker, ...]] = {}
    open_parks: list[Candidate] = []
    for park in pool.parks:
        alone = standing.alone(lead, park)
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
                placed=standing.assignment[lead.id] == park.code,
                shortfalls=standing.beside(lead, park),
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
