"""Floors that cannot be kept are lowered to what can be had, and the report says so."""

from dataclasses import replace

from allocation.matching.compile import compile_pool
from allocation.matching.fairness import FairnessRule
from allocation.matching.pool import Pool
from allocation.matching.result import Solution, Status
from allocation.matching.solve import solve_instance
from services.matching.fair_solving import conclude, ground_record, prepare, read_ground
from tests.allocation.matching import factories as make

RULE = FairnessRule(ceiling_bp=None, floor_bp=10_000)
NORTH, SOUTH = "610001", "610002"


def solve(pool: Pool) -> Solution:
    return solve_instance(compile_pool(pool), seconds=1, seed=1)


def test_a_floor_that_no_lead_can_fill_is_lowered_and_told() -> None:
    barred = make.park("B", owner=SOUTH, forbidden=frozenset({make.CIRCUITS}))
    pool = make.pool(leads=(make.lead("L1"), make.lead("L2")), parks=(make.park("A"), barred))
    ground = prepare(pool, RULE, {}, solve)
    assert ground is not None
    assert {county: bound.min_leads for county, bound in ground.pool.limits.items()} == {NORTH: 1, SOUTH: 0}
    assert [(line.county, line.asked, line.given) for line in ground.relaxed] == [(SOUTH, 1, 0)]
    (floor,) = ground.prices
    assert (floor.value, floor.price, floor.exact) == (None, None, False)
    answer = solve(ground.pool)
    report = conclude(ground, answer, RULE)
    assert (report.prices[-1].price, report.displaced) == (0, ())
    assert read_ground(ground_record(ground), pool, RULE, {}) == ground


def test_without_any_result_there_is_no_ground() -> None:
    nothing = Solution(Status.UNKNOWN, {}, None, None, 0.0)
    assert prepare(replace(make.pool()), RULE, {}, lambda _: nothing) is None
