"""Whole pools: the judge accepts what the matcher answers, and nothing that is changed in it."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from allocation.matching import price
from allocation.matching.compile import compile_pool
from allocation.matching.eligibility import blockers
from allocation.matching.explain import explain
from allocation.matching.judge import pool_faults
from allocation.matching.pool import Pool
from allocation.matching.price import priced
from allocation.matching.record import (
    canonical,
    digest,
    parts,
    pool_record,
    read_match,
    read_pool,
)
from allocation.matching.result import Blocker, Match, Rule, Status
from allocation.matching.solve import solve_gap, solve_instance, solve_pool
from allocation.matching.verify import instance_faults
from allocation.units import Mu
from tests.allocation.matching import factories as make


@given(make.pools)
@settings(max_examples=50)
def test_the_judge_accepts_every_answer(pool: Pool) -> None:
    match = solve_pool(pool, seconds=5, seed=1)
    assert match.solution.status is Status.OPTIMAL
    assert pool_faults(pool, match) == []
    assert instance_faults(compile_pool(pool), match.solution) == []
    assert read_pool(pool_record(pool)) == pool
    assert read_match(json.loads(json.dumps(match, default=parts))) == match


@given(make.pools)
@settings(max_examples=25)
def test_a_lead_that_stays_has_a_reason_at_every_park(pool: Pool) -> None:
    match = solve_pool(pool, seconds=5, seed=1)
    for explanation in match.explanations:
        if match.solution.assignment[explanation.lead] is None:
            assert all(candidate.shortfalls for candidate in explanation.candidates)


def two() -> Pool:
    """Two leads of 60 mu want the same 100 mu; only one of them may also go elsewhere."""
    parks = (
        make.park("A", leading=frozenset({make.CIRCUITS})),
        make.park("B", "610002", plots=(make.plot("B-1", 70, replan=True),)),
        make.park("C", "610009"),
    )
    return make.pool((make.lead("L1", 60), make.lead("L2", 60, held_by="610001")), parks)


def test_two_leads_share_two_parks() -> None:
    match = solve_pool(two(), seconds=5, seed=1)
    assert dict(match.solution.assignment) == {"L1": "B", "L2": "A"}
    first = match.explanations[0]
    assert [(found.rank, found.park, found.placed) for found in first.candidates] == [
        (1, "B", True),
        (2, "A", False),
    ]
    assert first.candidates[1].shortfalls == (Blocker(Rule.LAND, 6_000, 4_000),)
    assert [blocker.rule for blocker in first.rejections["C"]] == [Rule.ORIGIN]
    assert match.explanations[1].rejections["B"] == (Blocker(Rule.HELD, "610002", "610001"),)


def test_the_price_of_another_host_is_the_difference_of_two_solves() -> None:
    pool = two()
    match = solve_pool(pool, seconds=5, seed=1)
    bound = replace(pool, leads=(replace(pool.leads[0], held_by="610001", must_place=True), pool.leads[1]))
    forced = solve_instance(compile_pool(bound), seconds=5, seed=1)
    assert forced.objective is not None
    assert match.solution.objective is not None
    prices = [found.price for found in match.explanations[0].candidates]
    assert prices == [0, match.solution.objective - forced.objective]


def test_no_price_without_proof_or_beyond_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = two()
    match = solve_pool(pool, seconds=5, seed=1)
    instance = compile_pool(pool)
    bare = explain(pool, match.solution.assignment)
    unproven = replace(match.solution, status=Status.FEASIBLE)
    assert priced(instance, unproven, bare, seconds=5, seed=1) == bare
    spent = replace(match.solution, deterministic_limit=0.0)
    assert [found.price for found in priced(instance, spent, bare, seconds=5, seed=1)[0].candidates] == [
        0,
        None,
    ]
    assert priced(instance, match.solution, bare, seconds=5, seed=1) == match.explanations
    monkeypatch.setattr(price, "MOST_PAIRS", 1)
    told = priced(instance, match.solution, bare, seconds=5, seed=1)
    assert {found.price for explanation in told for found in explanation.candidates} == {0, None}


def test_no_price_where_the_other_host_is_out_of_reach() -> None:
    parks = (make.park("A"), make.park("B", "610002"))
    pool = make.pool((make.lead("L1", 60), make.lead("L2", 60, held_by="610001", must_place=True)), parks)
    match = solve_pool(pool, seconds=5, seed=1)
    assert [(found.park, found.price) for found in match.explanations[0].candidates] == [
        ("B", 0),
        ("A", None),
    ]


def test_the_order_of_ranks_and_what_comes_behind_them() -> None:
    """Five parks: the placed one first, then by score those with room, then those without."""
    crowded = make.park("A", leading=frozenset({make.CIRCUITS}), plots=(make.plot("A-1", 60),))
    parks = (crowded, *(make.park(code, "610002", main=frozenset()) for code in "BCDE"))
    leads = (make.lead("L1", 60, held_by="610001"), make.lead("L2", 60))
    match = solve_pool(make.pool(leads, parks), seconds=5, seed=1)
    second = match.explanations[1]
    assert match.solution.assignment["L1"] == "A"
    assert len(second.candidates) == 3
    assert second.candidates[0].placed
    assert "A" not in [found.park for found in second.candidates]
    assert second.rejections["A"] == (Blocker(Rule.LAND, 6_000, 0),)
    assert second.crowded == ("A",)
    last = next(code for code in "BCDE" if code in second.rejections)
    total = second.candidates[2].score.total
    assert second.rejections[last] == (Blocker(Rule.OUTRANKED, total, total),)


def test_a_must_place_lead_that_fits_nowhere_has_no_answer() -> None:
    pool = make.pool((make.lead(mu=5_000, must_place=True),))
    match = solve_pool(pool, seconds=5, seed=1)
    assert match.solution.status is Status.INFEASIBLE
    assert match.explanations == ()
    assert pool_faults(pool, match) == ["there is no result: infeasible"]


def test_cumulative_land_is_one_resource_an_interval() -> None:
    plots = (make.plot("A-1", 40), make.plot("A-2", 100, ready_on=make.LATER))
    leads = (
        make.lead("L1", 30),
        make.lead("L2", 30, deadline=date(2027, 4, 1)),
        make.lead("L3", 70, deadline=date(2028, 1, 1)),
    )
    park = make.park(plots=plots, holds=(make.hold(mu=5, deadline=date(2027, 6, 1)),))
    instance = compile_pool(make.pool(leads, (park,)))
    assert instance.resources == (
        "land@2027-01-15",
        "land@2027-04-26",
        "hall@2027-01-15",
        "energy",
        "water",
        "cod",
    )
    assert instance.hosts[0].capacity == (4_000, 13_500, 10_000, 9_000, 900, 9_000)
    assert [lead.options[0].use[:2] for lead in instance.leads] == [
        (3_000, 3_000),
        (3_000, 3_000),
        (0, 7_000),
    ]
    assert instance.counties[0].capacity == (None, 99_500, None, 49_000, None, 49_000)
    found = solve_instance(instance, seconds=5, seed=1)
    assert sorted(name for name, host in found.assignment.items() if host) in (["L1", "L3"], ["L2", "L3"])


def test_holds_beyond_the_stock_leave_nothing_and_forbid_no_hall() -> None:
    park = make.park(plots=(make.plot("A-1", 20),), holds=(make.hold(mu=30),))
    hall = make.lead("L2", mu=0, needs=make.needs(0, hall_m2=5_000))
    match = solve_pool(make.pool((make.lead("L1", 1), hall), (park,)), seconds=5, seed=1)
    assert dict(match.solution.assignment) == {"L1": None, "L2": "A"}
    assert pool_faults(make.pool((make.lead("L1", 1), hall), (park,)), match) == []


def test_the_hash_of_a_pool_is_that_of_its_canonical_bytes() -> None:
    record = pool_record(two())
    again = pool_record(read_pool(dict(reversed(record.items()))))
    assert canonical(record) == canonical(again)
    assert digest(record) == digest(again)
    assert digest(record) != digest(pool_record(replace(two(), as_of=date(2027, 1, 16))))
    with pytest.raises(ValueError, match=r"yipanqi\.pool/1"):
        read_pool({**record, "format": "yipanqi.pool/2"})


def _answer() -> tuple[Pool, Match]:
    return two(), solve_pool(two(), seconds=5, seed=1)


def _placed(match: Match, **places: str | None) -> Match:
    return replace(
        match, solution=replace(match.solution, assignment={**match.solution.assignment, **places})
    )


LIES = {
    "another value": lambda match: replace(
        match, solution=replace(match.solution, objective=match.solution.objective + 1)
    ),
    "a bound below": lambda match: replace(match, solution=replace(match.solution, bound=0)),
    "no bound": lambda match: replace(match, solution=replace(match.solution, bound=None)),
    "optimal with a gap": lambda match: replace(
        match, solution=replace(match.solution, bound=match.solution.bound + 1)
    ),
    "no result": lambda match: replace(match, solution=replace(match.solution, status=Status.UNKNOWN)),
    "a lead too few": lambda match: replace(match, solution=replace(match.solution, assignment={"L1": "B"})),
    "no park": lambda match: _placed(match, L1="Z"),
    "its own park": lambda match: _placed(match, L1="C"),
    "too many": lambda match: _placed(match, L1="A"),
    "explanations missing": lambda match: replace(match, explanations=match.explanations[:1]),
    "a park unexplained": lambda match: _first(match, rejections={}),
    "an empty reason": lambda match: _first(match, rejections={"C": ()}),
    "a false reason": lambda match: _first(match, rejections={"C": (Blocker(Rule.OUTRANKED, 1, 2),)}),
    "a candidate dearer": lambda match: _candidate(match, value=1),
    "a candidate not placed": lambda match: _candidate(match, placed=False),
    "room denied": lambda match: _candidate(match, shortfalls=(Blocker(Rule.LAND, 1, 0),)),
}


def _first(match: Match, **changes: object) -> Match:
    return replace(match, explanations=(replace(match.explanations[0], **changes), *match.explanations[1:]))


def _candidate(match: Match, **changes: object) -> Match:
    first = match.explanations[0]
    return _first(match, candidates=(replace(first.candidates[0], **changes), *first.candidates[1:]))


@pytest.mark.parametrize("name", LIES)
def test_the_judge_finds_every_lie(name: str) -> None:
    pool, match = _answer()
    assert pool_faults(pool, match) == []
    assert pool_faults(pool, LIES[name](match))


@pytest.mark.parametrize(
    "harder",
    [
        lambda pool: replace(pool, leads=(replace(pool.leads[0], must_place=True), pool.leads[1])),
        lambda pool: replace(pool, as_of=date(2027, 12, 1)),
        lambda pool: replace(
            pool, counties={**pool.counties, "610002": make.county("610002", land_mu=Mu(0))}
        ),
        lambda pool: replace(pool, parks=(pool.parks[0], replace(pool.parks[1], water_td=0), pool.parks[2])),
        lambda pool: replace(pool, parks=(pool.parks[0], replace(pool.parks[1], plots=()), pool.parks[2])),
    ],
)
def test_the_judge_looks_at_the_pool_itself(harder: object) -> None:
    pool, match = _answer()
    changed = harder(pool)  # type: ignore[operator] # a function of the list above
    stays = _placed(match, L1=None) if changed.leads[0].must_place else match
    assert pool_faults(changed, stays)


def test_the_judge_and_the_rules_agree_pair_by_pair() -> None:
    @given(make.pools)
    @settings(max_examples=25)
    def agree(pool: Pool) -> None:
        for lead in pool.leads:
            for park in pool.parks:
                alone = make_alone(pool, lead, park.code)
                bad = [fault for fault in pool_faults(pool, alone) if "may not be" in fault]
                assert bool(bad) == bool(blockers(pool, lead, park))

    def make_alone(pool: Pool, lead: object, code: str) -> Match:
        places = {item.id: code if item is lead else None for item in pool.leads}
        return Match(make.solution(places, 0), ())

    agree()


def test_the_door_solves_gaps_too() -> None:
    gap = make.Gap(((1, 5), (5, 1)), ((1, 1), (1, 1)), (1, 1))
    assert solve_gap(gap, seconds=5, seed=1).objective == 2


def test_a_lead_that_needs_nothing_fits_a_city_park() -> None:
    pool = make.pool((make.lead(mu=0, needs=make.Needs()),), (make.park("A", "610000"),))
    match = solve_pool(pool, seconds=5, seed=1)
    assert match.solution.assignment == {"L1": "A"}
    assert pool_faults(pool, match) == []
