"""Floors that cannot be kept are lowered to what can be had, and the report says so."""

from dataclasses import replace

from allocation.matching.compile import compile_pool
from allocation.matching.fairness import FairnessRule
from allocation.matching.fairness_report import Relaxed
from allocation.matching.floors import ClashReason, lower_floors
from allocation.matching.judge import plan_faults
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.result import Solution, Status
from allocation.matching.solve import solve_instance
from services.matching.fair_record import read_report, report_record
from services.matching.fair_solving import conclude, ground_record, prepare, read_ground, relaxed_floors
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
    assert ground.relaxed == (Relaxed(SOUTH, 1, 0, (SOUTH,), 0, ClashReason.TOO_FEW_LEADS),)
    (floor,) = ground.prices
    assert (floor.value, floor.price, floor.exact) == (None, None, False)
    answer = solve(ground.pool)
    assert plan_faults(ground.pool, answer.assignment, answer.objective or 0) == []
    report = conclude(ground, answer, RULE)
    assert read_report(report_record(report)) == report
    assert (report.prices[-1].price, report.displaced) == (0, ())
    assert read_ground(ground_record(ground), pool, RULE, {}) == ground


def test_a_floor_without_room_is_told_apart_from_one_without_leads() -> None:
    """Four leads may go anywhere, but one of two equal counties lacks energy: only a solve can tell."""
    plots = {code: (make.plot(f"{code}-1", 200),) for code in ("A", "B")}
    dark = make.park("B", owner=SOUTH, plots=plots["B"], energy_tce=1_000)
    leads = tuple(make.lead(f"L{number}") for number in range(4))
    ground = prepare(make.pool(leads, (make.park("A", plots=plots["A"]), dark)), RULE, {}, solve)
    assert ground is not None
    (line,) = ground.relaxed
    assert (line.county, line.asked, line.together, line.reason) == (SOUTH, 2, (SOUTH,), ClashReason.CAPACITY)
    assert line.given == line.possible == ground.pool.limits[SOUTH].min_leads < line.asked
    answer = solve(ground.pool)
    assert plan_faults(ground.pool, answer.assignment, answer.objective or 0) == []


def test_each_lowered_floor_has_its_own_reason() -> None:
    """A floor over its ceiling, one that wants leads, and one that wants room; the fourth is kept."""
    asked = {
        "a": CountyCount(max_leads=1, min_leads=3),
        "b": CountyCount(min_leads=2),
        "c": CountyCount(min_leads=2),
        "d": CountyCount(min_leads=1),
    }
    reach = {"1": {"a"}, "2": {"b"}, "3": {"c"}, "4": {"c"}, "5": {"d"}}
    met, clashes = lower_floors(asked, reach)
    held = {**met, "c": CountyCount(min_leads=1)}
    assert relaxed_floors(asked, met, held, clashes) == (
        Relaxed("a", 3, 1, ("a",), 1, ClashReason.CEILING),
        Relaxed("b", 2, 1, ("b",), 1, ClashReason.TOO_FEW_LEADS),
        Relaxed("c", 2, 1, ("c",), 1, ClashReason.CAPACITY),
    )


def test_without_any_result_there_is_no_ground() -> None:
    nothing = Solution(Status.UNKNOWN, {}, None, None, 0.0)
    assert prepare(replace(make.pool()), RULE, {}, lambda _: nothing) is None
