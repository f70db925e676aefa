"""The judge of a pool, against answers that lie in one figure."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.judge import plan_faults, pool_faults
from allocation.matching.pool import CountyCount, Pool, Weights
from allocation.matching.result import Blocker, Explanation, Match, Rule, Status
from allocation.matching.solve import solve_pool
from allocation.units import Mu
from tests.allocation.matching import factories as make


def crowd() -> Pool:
    """Six parks for two leads: one barred by seven rules, one crowded, one behind the first three."""
    poor = make.park(
        "A",
        "610009",
        forbidden=frozenset({make.CIRCUITS}),
        investment_floor_fen=make.Fen(900 * make.WAN),
        tax_floor_fen=make.Fen(90 * make.WAN),
        water_td=1,
        plots=(make.plot("A-1", 90, verified_on=date(2026, 1, 1)),),
    )
    one = make.park("B", leading=frozenset({make.CIRCUITS}), plots=(make.plot("B-1", 60),))
    parks = (poor, one, *(make.park(code, "610002", main=frozenset()) for code in "CDEF"))
    leads = (make.lead("L1", 60, held_by="610001"), make.lead("L2", 60))
    return make.pool(leads, parks, limits={"610002": CountyCount(max_leads=5, max_investment_wan=90_000)})


POOL = crowd()
TRUE = solve_pool(POOL, seconds=5, seed=1)


def lie(number: int, **changes: object) -> Match:
    told = [*TRUE.explanations]
    told[number] = replace(told[number], **changes)  # type: ignore[arg-type] # named by the cases
    return replace(TRUE, explanations=tuple(told))


def candidate(number: int, place: int, **changes: object) -> Match:
    found = [*TRUE.explanations[number].candidates]
    found[place] = replace(found[place], **changes)  # type: ignore[arg-type] # named by the cases
    return lie(number, candidates=tuple(found))


def reasons(number: int, park: str, *told: Blocker) -> Match:
    return lie(number, rejections={**TRUE.explanations[number].rejections, park: told})


def told(number: int, park: str) -> tuple[Blocker, ...]:
    return TRUE.explanations[number].rejections[park]


def test_the_case_holds_what_it_is_for() -> None:
    assert pool_faults(POOL, TRUE) == []
    assert [reason.rule for reason in told(1, "A")] == [
        Rule.ORIGIN,
        Rule.FORBIDDEN,
        Rule.INTENSITY,
        Rule.TAX,
        Rule.LAND,
        Rule.STALE_LAND,
        Rule.WATER,
    ]
    assert TRUE.explanations[1].crowded == ("B",)
    assert [reason.rule for reason in told(1, "F")] == [Rule.OUTRANKED]


SECOND: Explanation = TRUE.explanations[1]
FIRST = SECOND.candidates[0]
LIES = {
    "a reason is hidden": lambda: reasons(1, "A", *told(1, "A")[1:]),
    "a reason is invented": lambda: reasons(1, "A", *told(1, "A"), Blocker(Rule.COD, 1, 0)),
    "a figure is off by one": lambda: reasons(1, "B", Blocker(Rule.LAND, 6_000, 1)),
    "the age of a check": lambda: reasons(
        1,
        "A",
        *(
            replace(one, measured=one.measured + 1) if one.rule is Rule.STALE_LAND else one
            for one in told(1, "A")
        ),
    ),
    "a score to beat": lambda: reasons(1, "F", replace(told(1, "F")[0], limit=1)),
    "crowding is hidden": lambda: lie(1, crowded=()),
    "crowding is invented": lambda: lie(1, crowded=("A", "B")),
    "points move between parts": lambda: candidate(
        1,
        0,
        score=replace(
            SECOND.candidates[0].score, fit=1_999, headroom=SECOND.candidates[0].score.headroom + 1
        ),
    ),
    "ranks change places": lambda: lie(
        1, candidates=(SECOND.candidates[1], SECOND.candidates[0], SECOND.candidates[2])
    ),
    "a rank is skipped": lambda: candidate(1, 2, rank=4),
    "a price below nothing": lambda: candidate(1, 1, price=-1),
    "a price of what it has": lambda: candidate(1, 0, price=1),
    "a price without proof": lambda: replace(
        candidate(1, 1, price=1), solution=replace(TRUE.solution, status=Status.FEASIBLE)
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_every_lie_is_found(name: str) -> None:
    assert pool_faults(POOL, LIES[name]())


def test_prices_of_the_true_answer_need_its_proof() -> None:
    bare = tuple(
        replace(one, candidates=tuple(replace(found, price=None) for found in one.candidates))
        for one in TRUE.explanations
    )
    unproven = replace(TRUE.solution, status=Status.FEASIBLE, bound=10**9)
    assert pool_faults(POOL, Match(unproven, bare)) == []


def test_a_plan_is_checked_without_its_reasons() -> None:
    hosts, value = TRUE.solution.assignment, TRUE.solution.objective or 0
    assert plan_faults(POOL, hosts, value) == []
    assert plan_faults(POOL, hosts, value + 1) == [f"value {value + 1} is said, {value} is true"]
    assert plan_faults(POOL, {"L1": "B"}, value) == ["the leads of the plan are not those of the pool"]
    assert plan_faults(POOL, {**hosts, "L2": "Z"}, value) == ["a lead is placed at no park"]
    assert plan_faults(POOL, {**hosts, "L2": "A"}, value) == [
        "lead L2 may not be at A",
        "park A is over-full",
    ]
    assert plan_faults(POOL, {"L1": "B", "L2": "B"}, value) == ["park B is over-full"]


@given(make.pools, st.sampled_from([400, 4_000]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_weights_may_be_any(pool: Pool, other: int, gate: bool) -> None:
    """A city may let a lower tier earn more than a higher one."""
    odd = replace(
        pool,
        weights=Weights(positioning=3_000, fit=3_000, other_bp=other, park_chain_bp=9_000, main_bp=2_000),
        rules=replace(pool.rules, positioning_gate=gate),
    )
    assert pool_faults(odd, solve_pool(odd, seconds=5, seed=1)) == []


def test_a_county_may_be_over_each_of_its_bounds() -> None:
    pool = make.pool((make.lead("L1"),))
    match = solve_pool(pool, seconds=5, seed=1)
    for name in ("land_mu", "energy_tce", "cod_kg"):
        tight = replace(
            pool, counties={"610001": make.county(**{name: Mu(1)}), "610002": make.county("610002")}
        )
        assert "county 610001 is over its quotas" in pool_faults(tight, match)
    for name in ("energy_tce", "water_td", "cod_kg"):
        small = replace(pool, parks=(make.park(**{name: 1}),))
        assert "park A is over-full" in pool_faults(small, match)
