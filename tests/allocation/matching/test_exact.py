"""The solver agrees with brute force, keeps its word on bounds, and repeats itself."""

import subprocess
import sys

import pytest
from hypothesis import given, settings

from allocation.matching import exact
from allocation.matching.encode import encode_gap, encode_instance
from allocation.matching.instance import CountyLimit, Gap
from allocation.matching.result import Status, gap_percent, gap_ppm
from allocation.matching.verify import gap_faults, instance_faults
from tests.allocation.matching import factories as make


@given(make.small_instances)
@settings(max_examples=30)
def test_values_are_those_of_brute_force(problem: make.Instance) -> None:
    found = exact.solve_instance(problem, seconds=10, seed=1)
    assert instance_faults(problem, found) == []
    best = make.brute_force(problem)
    assert found.objective == best
    assert found.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)
    assert found.bound == best


@given(make.gaps)
@settings(max_examples=30)
def test_costs_are_those_of_brute_force(gap: Gap) -> None:
    found = exact.solve_gap(gap, seconds=10, seed=1)
    assert gap_faults(gap, found) == []
    assert found.objective == make.cheapest(gap)


def test_g35_places_three_projects_at_24() -> None:
    needs = {"P1": 200, "P2": 100, "P3": 60}
    scores = {"P1": (9, 7, 3), "P2": (8, 9, 5), "P3": (7, 8, 9)}
    hosts = {"Q1": ("c", (150,)), "Q2": ("c", (220,)), "Q3": ("c", (100,))}
    leads = [
        make.seeker(name, *(make.option(host, scores[name][place], mu) for place, host in enumerate(hosts)))
        for name, mu in needs.items()
    ]
    found = exact.solve_instance(make.instance(hosts, *leads), seconds=5, seed=1)
    assert (found.objective, dict(found.assignment)) == (24, {"P1": "Q2", "P2": "Q1", "P3": "Q3"})


def test_no_simplification_loses_the_best_placement() -> None:
    """Of this CP-SAT 9.15 proves 3 unless it is told not to compare constraints that include each other."""
    hosts = {"A": ("c", (899_999_916,)), "B": ("c", (2_999_999_997,))}
    leads = (
        make.seeker("4", make.option("A", 1, 699_999_989), make.option("B", 3, 2_000_000_000)),
        make.seeker("1", make.option("B", 1, 1_225_183_949)),
        make.seeker("3", make.option("B", 1, 699_999_997), make.option("A", 1, 199_999_990)),
        make.seeker("2", make.option("B", 1, 1_198_896_829)),
    )
    problem = make.instance(hosts, *leads)
    found = exact.solve_instance(problem, seconds=10, seed=1)
    assert (
        (found.status, found.objective) == (Status.OPTIMAL, make.brute_force(problem)) == (Status.OPTIMAL, 4)
    )


def test_an_empty_instance_is_worth_nothing() -> None:
    found = exact.solve_instance(make.instance({"h": ("c", (1,))}), seconds=5, seed=1)
    assert (found.status, found.objective, found.assignment) == (Status.OPTIMAL, 0, {})


def test_a_lead_without_options_stays_unless_it_must_be_placed() -> None:
    hosts = {"h": ("c", (1,))}
    assert exact.solve_instance(make.instance(hosts, make.seeker("l")), seconds=5, seed=1).assignment == {
        "l": None
    }
    must = make.instance(hosts, make.seeker("l", must=True))
    assert exact.solve_instance(must, seconds=5, seed=1).status is Status.INFEASIBLE


def _knapsacks(jobs: int = 40, agents: int = 5) -> Gap:
    """A GAP that takes the solver longer than a blink: correlated costs, as the type d of the literature."""
    use = tuple(tuple(1 + (agent * 37 + job * 53) % 97 for job in range(jobs)) for agent in range(agents))
    cost = tuple(
        tuple(111 - spent + (agent * job) % 7 for job, spent in enumerate(row))
        for agent, row in enumerate(use)
    )
    return Gap(cost, use, tuple(sum(row) * 8 // (10 * agents) for row in use))


def test_the_same_seed_gives_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "DETERMINISTIC_SHARE", 0.01)  # no load of the machine lets the wall stop it
    answers = [exact.solve_gap(_knapsacks(), seconds=30, seed=7) for _ in range(2)]
    assert answers[0].status is Status.FEASIBLE
    assert not answers[0].limited_by_wall
    assert repr(answers[0]) == repr(answers[1])


def test_an_unproven_answer_has_a_bound_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "DETERMINISTIC_SHARE", 0.01)
    gap = _knapsacks()
    found = exact.solve_gap(gap, seconds=30, seed=1)
    assert found.status is Status.FEASIBLE
    assert gap_faults(gap, found) == []
    assert found.objective is not None
    assert found.bound is not None
    assert found.bound < found.objective
    assert found.work > 0


def test_no_time_no_claim() -> None:
    gap = _knapsacks(100, 10)
    found = exact.solve_gap(gap, seconds=0.000_001, seed=1)
    assert (found.status, found.objective, found.assignment) == (Status.UNKNOWN, None, {})
    assert found.bound == sum(min(row[job] for row in gap.cost) for job in range(100))
    assert gap_faults(gap, found) == ["there is no result: unknown"]


def test_a_false_infeasible_would_be_found_out() -> None:
    hosts = {"h": ("c", (2,))}
    limit = CountyLimit("c", 2, 1, (None,))
    problem = encode_instance(
        make.instance(
            hosts,
            make.seeker("a", make.option("h", 5, 1), must=True),
            make.seeker("b", make.option("h", 3, 1)),
            counties=(limit,),
        )
    )
    found = exact._confirm(problem, 5, 5, 1)
    assert found.status is Status.FEASIBLE
    assert found.taken is not None
    assert problem.placement(found.taken)["a"] == "h"
    assert found.bound == 8


def test_the_second_formulation_claims_nothing_without_time() -> None:
    problem = encode_gap(_knapsacks(100, 10))
    assert exact._confirm(problem, 0.000_001, 0.000_001, 1).status is Status.UNKNOWN


def test_a_model_that_the_solver_refuses_is_an_error() -> None:
    huge = 2**62
    problem = make.instance(
        {"h": ("c", (1,))}, *(make.seeker(f"l{n}", make.option("h", huge, 1)) for n in range(4))
    )
    with pytest.raises(ValueError, match="refused"):
        exact.solve_instance(problem, seconds=1, seed=1)


def test_values_beyond_doubles_are_exact() -> None:
    top = 2**40 - 1
    leads = [make.seeker(f"l{n:05}", make.option("h", top - n, 1)) for n in range(9_000)]
    found = exact.solve_instance(make.instance({"h": ("c", (9_000,))}, *leads), seconds=20, seed=1)
    assert found.objective == found.bound == sum(top - n for n in range(9_000))
    assert found.objective > 2**53


def test_gaps_are_rounded_up() -> None:
    assert gap_ppm(3, 3) == 0
    assert gap_ppm(10**9, 10**9 + 1) == 1
    assert gap_ppm(0, 5) == 5_000_000
    assert gap_percent(1000, 1001) == 0.1


def test_rules_and_scores_load_no_solver() -> None:
    code = (
        "import sys, allocation.matching.judge, allocation.matching.eligibility, allocation.matching.record,"
        " allocation.matching.formats, allocation.matching.verify; sys.exit('ortools' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
