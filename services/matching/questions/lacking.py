"""What leads that a run leaves in the pool lack at each park: level 0, stored with the run."""

from collections.abc import Mapping
from typing import Any

from allocation.matching.answer_record import answer_record
from allocation.matching.explain import Standing
from allocation.matching.pool import Pool
from allocation.matching.shortage import shortage


def lacks(pool: Pool, assignment: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Write what every lead without a host lacks at every park, in the pool's order; nothing is solved."""
    standing = Standing.of(pool, assignment)
    return [
        answer_record(shortage(standing, lead, park))
        for lead in pool.leads
        if assignment[lead.id] is None
        for park in pool.parks
    ]
