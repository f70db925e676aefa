"""Bounds and multipliers that fairness puts on a pool: obeyed, explained, judged, recorded."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.compile import compile_pool
from allocation.matching.eligibility import blockers
from allocation.matching.judge import pool_faults
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.record import pool_record, read_pool
from allocation.matching.result import Blocker, Rule, Status
from allocation.matching.scoring import score, value
from allocation.matching.solve import solve_pool
from allocation.matching.verify import instance_faults
from allocation.units import Fen
from tests.allocation.matching import factories as make

COUNTS = st.builds(
    CountyCount,
    max_leads=st.none() | st.integers(0, 3),
    min_leads=st.sampled_from([0, 0, 0, 1]),
    max_investment_wan=st.none() | st.integers(0, 3 * 10**6),
)


@given(make.pools, COUNTS, st.integers(9_000, 11_000))
@settings(max_examples=40, deadline=None)
def test_bounds_and_multipliers_hold_in_every_answer(pool: Pool, count: CountyCount, multiplier: int) -> None:
    fair = replace(pool, limits={"610001": count}, multipliers_bp={"610001": multiplier})
    match = solve_pool(fair, seconds=5, seed=1)
    assert read_pool(pool_record(fair)) == fair
    if match.solution.status is Status.INFEASIBLE:
        assert count.min_leads
        assert (
            solve_pool(
                replace(fair, limits={"610001": replace(count, min_leads=0)}), seconds=5, seed=1
            ).solution.status
            is Status.OPTIMAL
        )
        return
    assert match.solution.status is Status.OPTIMAL
    assert pool_faults(fair, match) == []
    assert instance_faults(compile_pool(fair), match.solution) == []


def three(limits: Mapping[str, CountyCount]) -> Pool:
    """Three leads of 30 mu and of 20,000 万元 each fit into the one park that there is."""
    return make.pool(tuple(make.lead(f"L{number}", 30) for number in range(3)), limits=limits)


@pytest.mark.parametrize(
    ("count", "placed", "reason"),
    [
        (CountyCount(max_leads=2), 2, Blocker(Rule.COUNTY_LEADS, 1, 0)),
        (CountyCount(max_investment_wan=59_999), 2, Blocker(Rule.COUNTY_INVESTMENT, 20_000, 19_999)),
        (CountyCount(max_investment_wan=60_000), 3, None),
        (CountyCount(max_leads=3), 3, None),
    ],
)
def test_a_county_takes_its_bound_and_no_more(
    count: CountyCount, placed: int, reason: Blocker | None
) -> None:
    pool = three({"610001": count})
    match = solve_pool(pool, seconds=5, seed=1)
    hosts = match.solution.assignment
    assert sum(host is not None for host in hosts.values()) == placed
    assert pool_faults(pool, match) == []
    for explanation in match.explanations:
        if hosts[explanation.lead] is None:
            assert explanation.candidates[0].shortfalls == (reason,)
    tighter = replace(pool, limits={"610001": CountyCount(max_leads=1)})
    assert pool_faults(tighter, match) == ["county 610001 is over its quotas"]
    tighter = replace(pool, limits={"610001": CountyCount(max_investment_wan=39_999)})
    assert pool_faults(tighter, match) == ["county 610001 is over its quotas"]
    asking = replace(pool, limits={"610001": CountyCount(min_leads=4)})
    assert pool_faults(asking, match) == [f"county 610001 hosts {placed} leads, not 4"]


def test_a_floor_draws_leads_to_a_county_that_would_get_none() -> None:
    better = make.park("A", leading=frozenset({make.CIRCUITS}))
    pool = make.pool((make.lead("L1"), make.lead("L2")), (better, make.park("B", "610002")))
    assert set(solve_pool(pool, seconds=5, seed=1).solution.assignment.values()) == {"A"}
    asking = replace(pool, limits={"610002": CountyCount(min_leads=1)})
    match = solve_pool(asking, seconds=5, seed=1)
    assert sorted(filter(None, match.solution.assignment.values())) == ["A", "B"]
    assert pool_faults(asking, match) == []


@pytest.mark.parametrize("multiplier", [9_000, 9_999, 10_000, 11_000])
def test_a_multiplier_turns_the_value_and_leaves_the_score(multiplier: int) -> None:
    pool = make.pool(parks=(make.park("A"), make.park("B", "610000")))
    turned = replace(pool, multipliers_bp={"610001": multiplier})
    found, (here, there) = pool.leads[0], pool.parks
    assert score(turned, found, here) == score(pool, found, here)
    assert value(turned, found, here) == value(pool, found, here) * multiplier // 10_000
    assert value(turned, found, there) == value(pool, found, there)
    match = solve_pool(turned, seconds=5, seed=1)
    assert pool_faults(turned, match) == []
    if multiplier != 10_000:
        assert pool_faults(pool, match) != []


def test_investment_counts_by_whole_wan_rounded_up() -> None:
    pool = make.pool((make.lead(investment_fen=Fen(10**6 + 1)),))
    held = replace(pool, limits={"610001": CountyCount(max_investment_wan=1)})
    assert blockers(held, held.leads[0], held.parks[0]) == (Blocker(Rule.COUNTY_INVESTMENT, 2, 1),)
    open_ = replace(pool, limits={"610001": CountyCount(max_investment_wan=2)})
    assert blockers(open_, open_.leads[0], open_.parks[0]) == ()


def test_a_pool_without_fairness_is_recorded_as_before() -> None:
    record = pool_record(make.pool())
    assert {"limits", "multipliers_bp"}.isdisjoint(record)
    assert read_pool(record) == make.pool()


@pytest.mark.parametrize(
    "changes",
    [
        {"limits": {"610009": CountyCount()}},
        {"multipliers_bp": {"610009": 10_000}},
        {"multipliers_bp": {"610001": 8_999}},
        {"multipliers_bp": {"610001": 11_001}},
    ],
)
def test_bounds_of_strangers_and_wild_multipliers_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="61000"):
        make.pool(**changes)


@pytest.mark.parametrize("changes", [{"max_leads": -1}, {"min_leads": -1}, {"max_investment_wan": -1}])
def test_negative_bounds_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        CountyCount(**changes)
