"""The engine: optimal only where it is, infeasible only where proven, the same bytes each time."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from allocation.matching import engine, exact
from allocation.matching.core import unmet
from allocation.matching.effort import SMALL, Effort
from allocation.matching.encode import STAYS, Encoded, encode_gap, encode_instance
from allocation.matching.instance import Gap, Instance
from allocation.matching.result import Status
from allocation.matching.solve import solve_gap, solve_instance
from allocation.matching.verify import gap_faults, instance_faults
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import best_value, planted, value_of

BRIEF = Effort(seconds=60.0, moves=400, deterministic=1.0)


@given(make.small_instances)
@settings(max_examples=40, deadline=None)
def test_small_instances_are_solved_to_proof(problem: Instance) -> None:
    found = solve_instance(problem, seconds=10, seed=1)
    best = make.brute_force(problem)
    assert instance_faults(problem, found) == []
    assert found.objective == found.bound == best
    assert found.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)


@given(make.gaps)
@settings(max_examples=20, deadline=None)
def test_small_gaps_are_solved_to_proof(gap: Gap) -> None:
    found = solve_gap(gap, seconds=1, seed=1)
    assert gap_faults(gap, found) == []
    assert found.objective == make.cheapest(gap)


@given(make.small_instances)
@settings(max_examples=25, deadline=None)
def test_without_proof_no_claim_is_false(problem: Instance) -> None:
    enc = encode_instance(problem)
    found = engine.solve(enc, effort=replace(BRIEF, deterministic=0.0), seed=2)
    best = best_value(enc)
    if found.taken is not None:
        assert best is not None
        assert found.value == value_of(enc, found.taken)
        assert found.bound is not None
        assert found.value is not None
        assert found.value <= best <= found.bound
    if found.status is Status.OPTIMAL:
        assert found.value == best
    if found.status is Status.INFEASIBLE:
        assert best is None


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_planted_optima_are_found(seed: int) -> None:
    plan = planted(seed, leads=14, counties=2)
    found = solve_instance(plan.instance, seconds=10, seed=seed)
    assert instance_faults(plan.instance, found) == []
    assert (found.status, found.objective) == (Status.OPTIMAL, plan.value)


def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine take every instance for a large one."""
    monkeypatch.setattr(engine, "SMALL", -1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_large_pools_keep_their_word(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    large(monkeypatch)
    plan = planted(seed, leads=20, counties=2)
    reports: list[engine.Progress] = []
    found = engine.solve(plan.enc, effort=BRIEF, seed=1, report=reports.append)
    assert found.taken is not None
    assert value_of(plan.enc, found.taken) == found.value
    assert found.value is not None
    assert found.bound is not None
    assert found.value <= plan.value <= found.bound
    assert found.value * 100 >= plan.value * 85
    assert [report.value for report in reports] == sorted({report.value for report in reports})
    assert all(value_of(plan.enc, report.taken) == report.value for report in reports)
    assert reports[-1].value == found.value


def gapped() -> Encoded:
    """Three leads of use 2 want room of 3: one of them is placed, prices bound the value by 7."""
    leads = [make.seeker(name, make.option("h", 5, 2)) for name in "abc"]
    return encode_instance(make.instance({"h": ("c", (3,))}, *leads))


def test_a_gap_that_rounding_leaves_goes_to_neighbourhoods(monkeypatch: pytest.MonkeyPatch) -> None:
    large(monkeypatch)
    enc = gapped()
    found = engine.solve(enc, effort=BRIEF, seed=1)
    assert (found.value, found.bound, found.status) == (5, 7, Status.FEASIBLE)
    assert found.work > 0
    told = engine.solve(enc, effort=replace(BRIEF, moves=0), seed=1)
    assert told.value == 5
    monkeypatch.setattr(engine, "REACHED", 0)  # among many hosts a few are not worth their time
    assert engine.solve(enc, effort=BRIEF, seed=1).work == 0


def test_a_start_is_never_made_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    large(monkeypatch)
    plan = planted(8, leads=20, counties=2)
    best = plan.enc.taken(plan.assignment)
    found = engine.solve(plan.enc, effort=replace(BRIEF, moves=0), seed=1, start=best)
    assert (found.value, found.moves) == (plan.value, 0)


def test_the_end_that_a_clock_asks_for_is_marked() -> None:
    found = engine.solve(gapped(), effort=BRIEF, seed=1, stop=lambda: True)
    assert found.limited_by_wall
    assert found.moves == 0
    assert (found.status, found.value, found.bound) == (Status.FEASIBLE, 5, 7)


def test_a_wrong_word_of_cp_sat_takes_no_placement_back(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = exact.Answer(Status.INFEASIBLE, None, None, None, 0.5)
    monkeypatch.setattr(exact, "solve", lambda *_, **__: wrong)
    found = engine.solve(gapped(), effort=BRIEF, seed=1)
    assert (found.status, found.value, found.bound, found.work) == (Status.FEASIBLE, 5, 7, 0.5)
    assert found.taken is not None
    assert value_of(gapped(), found.taken) == 5


def crowded(must: int, capacity: int) -> Instance:
    """Give so many must-place leads of use 5 one host."""
    leads = [make.seeker(f"m{number}", make.option("h", 5, 5), must=True) for number in range(must)]
    return make.instance({"h": ("c", (capacity,))}, *leads, make.seeker("w", make.option("h", 9, 1)))


def test_must_place_leads_that_cannot_fit_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert solve_instance(crowded(3, 14), seconds=5, seed=1).status is Status.INFEASIBLE
    fits = solve_instance(crowded(3, 15), seconds=5, seed=1)
    assert (fits.status, fits.objective) == (Status.OPTIMAL, 15)
    large(monkeypatch)
    far = engine.solve(encode_instance(crowded(3, 9)), effort=BRIEF, seed=1)
    assert (far.status, far.bound, far.taken, far.route) == (Status.INFEASIBLE, None, None, "pool")
    close = engine.solve(encode_instance(crowded(3, 14)), effort=BRIEF, seed=1)
    assert close.status is Status.INFEASIBLE
    monkeypatch.setattr(engine, "RESCUED", 0)
    wedged = [make.seeker(f"m{number}", *(make.option(h, 5, 2) for h in "ab"), must=True) for number in "123"]
    pair = make.instance(
        {"a": ("c", (3,)), "b": ("c", (3,))}, *wedged, make.seeker("w", make.option("a", 9, 1))
    )
    unsure = engine.solve(encode_instance(pair), effort=BRIEF, seed=1)
    assert (unsure.status, unsure.taken) == (Status.UNKNOWN, None)


def test_a_must_place_lead_without_any_pair_is_infeasible_at_once() -> None:
    found = solve_instance(make.instance({"h": ("c", (1,))}, make.seeker("l", must=True)), seconds=5, seed=1)
    assert (found.status, found.bound, found.route) == (Status.INFEASIBLE, None, "prices")


def test_a_least_that_nobody_can_reach_is_infeasible() -> None:
    limit = make.CountyLimit("c", None, 2, (None,))
    problem = make.instance({"h": ("c", (1,))}, make.seeker("l", make.option("h", 5, 1)), counties=(limit,))
    assert solve_instance(problem, seconds=5, seed=1).status is Status.INFEASIBLE


def test_demands_are_what_they_say() -> None:
    limit = make.CountyLimit("c", None, 1, (None,))
    leads = (make.seeker("a", make.option("h", 5, 1)), make.seeker("b", make.option("g", 5, 1), must=True))
    enc = encode_instance(make.instance({"h": ("c", (1,)), "g": ("d", (1,))}, *leads, counties=(limit,)))
    assert unmet(enc, np.array([0, 1])) == 0
    assert unmet(enc, np.array([STAYS, 1])) == 1
    assert unmet(enc, np.array([STAYS, STAYS])) == 2


def scaled(problem: Instance, factor: int) -> Instance:
    """Multiply all values."""
    leads = tuple(
        replace(lead, options=tuple(replace(item, value=factor * item.value) for item in lead.options))
        for lead in problem.leads
    )
    return replace(problem, leads=leads)


@given(make.small_instances)
@settings(max_examples=15, deadline=None)
def test_what_should_not_matter_does_not(problem: Instance) -> None:
    plain = solve_instance(problem, seconds=5, seed=1)
    turned = replace(problem, leads=problem.leads[::-1], hosts=problem.hosts[::-1])
    assert dict(solve_instance(turned, seconds=5, seed=1).assignment) == dict(plain.assignment)
    useless = make.Host("z", "z", (0,) * len(problem.resources))
    more = replace(problem, hosts=(*problem.hosts, useless))
    assert solve_instance(more, seconds=5, seed=1).objective == plain.objective
    seven = solve_instance(scaled(problem, 7), seconds=5, seed=1)
    assert seven.objective == (None if plain.objective is None else 7 * plain.objective)


def test_every_process_gives_the_same_bytes() -> None:
    code = (
        "from tests.allocation.matching.planted import planted;"
        "from allocation.matching import engine;"
        "engine.SMALL = -1;"
        "found = engine.solve(planted(3, leads=20, counties=2).enc,"
        " effort=engine.Effort(60.0, 300, 1.0), seed=5);"
        "print(found.taken.tobytes().hex(), found.value, found.bound, found.moves)"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert answers.pop().strip()


def test_efforts_grow_with_the_seconds() -> None:
    small, tight = planted(1).enc, encode_gap(Gap(((1, 2),), ((1, 1),), (2,)))
    assert Effort.of(2, small).moves == 20 * small.pairs
    assert Effort.of(2, tight).moves == 2 * Effort.of(1, tight).moves
    assert Effort.of(2, small).deterministic == 2 * Effort.of(1, small).deterministic
    many = Encoded(**{**_parts(small), "host": np.zeros(SMALL + 1, np.int32)})
    assert Effort.of(2, many).moves // 2 == Effort.of(1, many).moves


def _parts(enc: Encoded) -> dict[str, object]:
    return {name: getattr(enc, name) for name in Encoded.__slots__}


def test_cp_sat_tells_what_it_finds_on_the_way() -> None:
    plan = planted(4, leads=14, counties=2)
    told: list[int | None] = []
    answer = exact.solve(
        plan.enc, limit=5.0, seconds=60, seed=1, found=lambda taken: told.append(value_of(plan.enc, taken))
    )
    assert answer.value == plan.value == told[-1]
    again = exact.solve(plan.enc, limit=5.0, seconds=60, seed=1, hint=answer.taken, bound=plan.value)
    assert (again.status, again.value) == (Status.OPTIMAL, plan.value)


def test_nothing_is_searched_once_nothing_can_be_better() -> None:
    """There is room for all, so the rounding is the bound; pairs are more than CP-SAT is asked about."""
    hosts = {f"h{number:03}": ("c", (SMALL, SMALL)) for number in range(50)}
    leads = [
        make.seeker(
            f"l{lead:03}",
            *[make.option(host, 5 + (lead + place) % 7, 1, 1) for place, host in enumerate(hosts)],
        )
        for lead in range(SMALL // 50 + 1)
    ]
    enc = encode_instance(make.instance(hosts, *leads))
    found = engine.solve(enc, effort=BRIEF, seed=1)
    assert enc.pairs > SMALL
    assert (found.status, found.value, found.moves) == (Status.OPTIMAL, 11 * len(leads), 0)
