"""The re-solve of a pool that is too large to be proven: its standing plan is repaired, not thrown away."""

from allocation.matching import engine
from allocation.matching.answers import Plan
from allocation.matching.encode import STAYS, Encoded
from allocation.matching.resolve import Run, Solve, standing_in


def solve_warm(enc: Encoded, run: Run) -> Solve:
    """Repair the standing plan in an instance that differs from the run's."""
    stands = standing_in(enc, run.assignment)
    found = engine.solve(enc, effort=engine.Effort.of(run.seconds, enc), seed=run.seed, start=stands)
    if found.taken is None:
        return Solve(plan=Plan(status=found.status, value=None, bound=None, placed=0), assignment={})
    return Solve(
        plan=Plan(
            status=found.status,
            value=found.value,
            bound=found.bound,
            placed=int((found.taken != STAYS).sum()),
        ),
        assignment=enc.placement(found.taken),
    )
