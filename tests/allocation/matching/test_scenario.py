"""Figures and rules moved: pools with changes, overrides priced, other hosts, scenarios compared."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.matching.alternatives import alternatives
from allocation.matching.answer_parts import Change, Lever, Moved, ShadowPrice
from allocation.matching.compare import compare
from allocation.matching.compile import compile_pool
from allocation.matching.eligibility import blockers
from allocation.matching.judge import plan_faults
from allocation.matching.levers import BadChange, changed
from allocation.matching.override import override_price
from allocation.matching.pool import CountyCount, Pool, Rules, Weights
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run
from allocation.matching.result import Rule, Status
from allocation.matching.scenario import RULES_OFF, Scenario, scenario_pool
from allocation.matching.solve import solve_instance
from allocation.matching.wouldwin import smallest, would_win
from tests.allocation.matching import factories as make


def run_of(pool: Pool, **changes: object) -> Run:
    found = solve_instance(compile_pool(pool), seconds=5, seed=1)
    assert plan_faults(pool, found.assignment, found.objective or 0) == []
    run = Run(assignment=found.assignment, status=found.status, bound=found.bound, seconds=5, seed=1)
    return replace(run, **changes)  # type: ignore[arg-type] # named by the tests


def best_with(pool: Pool, lead: str, park: str) -> int | None:
    """Try every placement with the lead at the park."""
    instance = compile_pool(pool)
    leads = tuple(
        replace(item, must_place=True, options=tuple(one for one in item.options if one.host == park))
        if item.id == lead
        else item
        for item in instance.leads
    )
    return make.brute_force(replace(instance, leads=leads))


@given(make.pools, st.data())
@settings(max_examples=25, deadline=None)
def test_an_override_costs_the_difference_of_two_best_plans(pool: Pool, data: st.DataObject) -> None:
    assume(pool.leads and pool.parks)
    run = run_of(pool)
    lead, park = data.draw(st.sampled_from(pool.leads)), data.draw(st.sampled_from(pool.parks))
    told = override_price(PoolCase(pool), run, lead.id, park.code)
    assert told.bent == blockers(pool, lead, park)
    assert told.standing is not None
    assert told.standing.value == make.brute_force(compile_pool(pool))
    if told.bent:
        assert (told.loss, told.forced, told.moved) == (None, None, ())
        return
    best = best_with(pool, lead.id, park.code)
    assert told.forced is not None
    assert told.forced.value == best
    if best is not None:
        assert told.exact
        assert told.loss == told.standing.value - best
        after = {**run.assignment, lead.id: park.code, **{item.lead: item.after for item in told.moved}}
        assert plan_faults(pool, after, best) == []
        assert all(run.assignment[item.lead] == item.before != item.after for item in told.moved)
        assert lead.id not in [item.lead for item in told.moved]


def rivals() -> Pool:
    """L1 stands at A, the best park for both; L2 is held by A's county and stands there too."""
    parks = (
        make.park("A", leading=frozenset({make.CIRCUITS}), plots=(make.plot("A-1", 60),)),
        make.park("B", plots=(make.plot("B-1", 60),)),
        make.park("C", "610002", plots=(make.plot("C-1", 60),)),
        make.park("D", "610002", plots=(make.plot("D-1", 60),), main=frozenset({make.CIRCUITS})),
        make.park("E", "610002", plots=(make.plot("E-1", 60),)),
    )
    return make.pool((make.lead("L1", 60), make.lead("L2", 60, held_by="610001")), parks)


def test_who_moves_is_as_few_as_can_be() -> None:
    pool = rivals()
    run = run_of(pool)
    assert run.assignment == {"L1": "D", "L2": "A"}
    told = override_price(PoolCase(pool), run, "L1", "A")
    assert told.moved == (Moved(lead="L2", before="A", after="B"),)
    assert told.exact
    assert (told.loss or 0) > 0


def test_where_the_pair_cannot_be_beside_what_must_be_there_is_no_price() -> None:
    leads = (make.lead("L1", 60), make.lead("L2", 60, held_by="610001", must_place=True))
    pool = make.pool(leads, (make.park("A"), make.park("B", "610002")))
    told = override_price(PoolCase(pool), run_of(pool), "L1", "A")
    assert (told.loss, told.bent) == (None, ())
    assert told.forced is not None
    assert told.forced.status is Status.INFEASIBLE


def test_alternatives_are_ranked_by_reduced_value_and_unseat_no_hold() -> None:
    pool = rivals()
    run = run_of(pool)
    told = alternatives(PoolCase(pool), run, "L1")
    assert [(one.rank, one.side.park) for one in told.alternatives] == [(1, "A"), (2, "B"), (3, "C")]
    assert [(one.moved, one.exact) for one in told.alternatives[1:]] == [((), True), ((), True)]
    dear = (ShadowPrice(owner="B", resource="leads", price=2**40),)
    told = alternatives(PoolCase(pool), run, "L1", dear)
    assert [one.side.park for one in told.alternatives] == ["A", "C", "E"]
    assert told.host == "D"
    one_park = replace(pool, parks=(pool.parks[0], *pool.parks[2:]))
    run = run_of(one_park)
    told = alternatives(PoolCase(one_park), run, "L1")  # at A it would unseat L2, which may go nowhere else
    assert [one.side.park for one in told.alternatives] == ["C", "E"]


AMOUNTS = {
    Lever.LAND: (
        Change(lever=Lever.LAND, owner="A", amount=-5_000),
        lambda p: p.parks[0].plots[0].area_mu,
        5_000,
    ),
    Lever.HALL: (
        Change(lever=Lever.HALL, owner="A", amount=-1),
        lambda p: p.parks[0].halls[0].area_m2,
        9_999,
    ),
    Lever.ENERGY: (Change(lever=Lever.ENERGY, owner="A", amount=-1), lambda p: p.parks[0].energy_tce, 9_999),
    Lever.WATER: (Change(lever=Lever.WATER, owner="A", amount=2), lambda p: p.parks[0].water_td, 1_002),
    Lever.COD: (Change(lever=Lever.COD, owner="A", amount=2), lambda p: p.parks[0].cod_kg, 10_002),
    Lever.COUNTY_LAND: (
        Change(lever=Lever.COUNTY_LAND, owner="610001", amount=-1),
        lambda p: p.counties["610001"].land_mu,
        99_999,
    ),
    Lever.COUNTY_COD: (
        Change(lever=Lever.COUNTY_COD, owner="610001", amount=3),
        lambda p: p.counties["610001"].cod_kg,
        50_003,
    ),
    Lever.LEAD_DEADLINE: (
        Change(lever=Lever.LEAD_DEADLINE, owner="L1", amount=31),
        lambda p: p.leads[0].deadline,
        date(2027, 4, 1),
    ),
    Lever.LEAD_INVESTMENT: (
        Change(lever=Lever.LEAD_INVESTMENT, owner="L1", amount=20_000 * make.WAN),
        lambda p: (p.leads[0].fixed_investment_fen, p.leads[0].investment_fen),
        (30_000 * make.WAN, 30_000 * make.WAN),
    ),
}


@pytest.mark.parametrize("lever", AMOUNTS)
def test_a_change_moves_one_figure(lever: Lever) -> None:
    change, read, after = AMOUNTS[lever]
    assert read(changed(make.pool(), (change,))) == after


def test_land_taken_away_is_the_latest_first_and_added_land_is_clear() -> None:
    plots = (make.plot("A-1", 10), make.plot("A-2", 10, ready_on=make.LATER))
    pool = make.pool(parks=(make.park(plots=plots),))
    less = changed(pool, (Change(lever=Lever.LAND, owner="A", amount=-1_500),))
    assert [plot.area_mu for plot in less.parks[0].plots] == [500, 0]
    more = changed(pool, (Change(lever=Lever.HALL, owner="A", amount=7, on=make.LATER),))
    assert [(hall.area_m2, hall.ready_on) for hall in more.parks[0].halls[1:]] == [(7, make.LATER)]
    twice = changed(
        pool, [Change(lever=Lever.TIER, owner="A", amount=n, industry=make.DRUGS) for n in (1, 2)]
    )
    assert make.DRUGS in twice.parks[0].main & twice.parks[0].leading


@pytest.mark.parametrize(
    "change",
    [
        Change(lever=Lever.LAND, owner="Z", amount=1),
        Change(lever=Lever.LAND, owner="A", amount=-10_001),
        Change(lever=Lever.HALL, owner="A", amount=-10_001),
        Change(lever=Lever.TIER, owner="A", amount=1),
        Change(lever=Lever.TIER, owner="A", amount=3, industry=make.DRUGS),
        Change(lever=Lever.WATER, owner="A", amount=-1_001),
        Change(lever=Lever.TAX_FLOOR, owner="A", amount=11 * make.WAN),
        Change(lever=Lever.LEAD_LAND, owner="L1", amount=5_000),
        Change(lever=Lever.LEAD_TAX, owner="L9", amount=1),
        Change(lever=Lever.COUNTY_LEADS, owner="610001", amount=1),
        Change(lever=Lever.COUNTY_ENERGY, owner="610000", amount=1),
        Change(lever=Lever.CAPACITY, owner="A", amount=1, resource="land"),
    ],
)
def test_a_change_that_cannot_be_is_refused(change: Change) -> None:
    with pytest.raises(BadChange, match=f"{change.owner}|{change.lever}"):
        changed(make.pool(), (change,))


BLOCKED = {
    Rule.FORBIDDEN: make.pool(parks=(make.park(forbidden=frozenset({make.CIRCUITS})),)),
    Rule.POSITIONING: make.pool(rules=Rules(positioning_gate=True)),
    Rule.INTENSITY: make.pool(parks=(make.park(investment_floor_fen=make.Fen(10**12)),)),
    Rule.TAX: make.pool(parks=(make.park(tax_floor_fen=make.Fen(10**12)),)),
    Rule.STALE_LAND: make.pool(parks=(make.park(plots=(make.plot(verified_on=date(2020, 1, 1)),)),)),
    Rule.STALE_HALL: make.pool(
        (make.lead(needs=make.needs(hall_m2=5)),),
        (make.park(halls=(make.hall(verified_on=date(2020, 1, 1)),)),),
    ),
    Rule.COUNTY_LAND: make.pool(counties={"610001": make.county(land_mu=make.Mu(1))}),
    Rule.COUNTY_ENERGY: make.pool(counties={"610001": make.county(energy_tce=1)}),
    Rule.COUNTY_COD: make.pool(counties={"610001": make.county(cod_kg=1)}),
    Rule.COUNTY_LEADS: make.pool(limits={"610001": CountyCount(max_leads=0)}),
    Rule.COUNTY_INVESTMENT: make.pool(limits={"610001": CountyCount(max_investment_wan=1)}),
}


@pytest.mark.parametrize("rule", sorted(RULES_OFF))
def test_a_rule_taken_away_no_longer_stands_in_the_way(rule: Rule) -> None:
    pool = BLOCKED[rule]
    run = run_of(pool)
    assert run.assignment == {"L1": None}
    free = scenario_pool(pool, Scenario(off=frozenset({rule})))
    assert blockers(free, free.leads[0], free.parks[0]) == ()
    told = compare(PoolCase(pool), run, Scenario(off=frozenset({rule})))
    assert told.moved == (Moved(lead="L1", before=None, after="A"),)
    assert (told.gain_before, told.exact) == (None, True)
    others = scenario_pool(pool, Scenario(off=RULES_OFF - {rule}))
    assert rule in [reason.rule for reason in blockers(others, others.leads[0], others.parks[0])]
    with pytest.raises(BadChange, match="origin"):
        scenario_pool(pool, Scenario(off=frozenset({Rule.ORIGIN})))


def test_two_scenarios_side_by_side() -> None:
    pool = rivals()
    run = run_of(pool)
    roomy = Scenario(changes=(Change(lever=Lever.LAND, owner="A", amount=6_000),))
    told = compare(PoolCase(pool), run, roomy)
    assert told.moved == (Moved(lead="L1", before="D", after="A"),)
    assert told.gain is not None
    assert told.gain > 0
    assert told.gain_before is not None
    parks = {tally.owner: (tally.leads, tally.land_mu) for tally in told.parks}
    assert parks["A"] == ((1, 2), (6_000, 12_000))
    assert parks["D"] == ((1, 0), (6_000, 0))
    counties = {tally.owner: tally.investment_fen for tally in told.counties}
    assert counties["610001"] == (20_000 * make.WAN, 40_000 * make.WAN)
    assert sum(sum(tally.leads) for tally in told.counties) == 4
    same = compare(PoolCase(pool), run, Scenario())
    assert (same.gain, same.gain_before, same.moved, same.exact) == (0, 0, (), True)
    other = compare(
        PoolCase(pool), run, Scenario(weights=Weights(tax=0, intensity=0), rules=Rules(stock_days=1))
    )
    assert other.after.value == 0
    assert other.gain == -(other.before.value or 0)


def test_a_scenario_without_a_plan_has_no_gain() -> None:
    pool = make.pool((make.lead(must_place=True),))
    gone = Scenario(changes=(Change(lever=Lever.LAND, owner="A", amount=-9_000),))
    told = compare(PoolCase(pool), run_of(pool), gone)
    assert (told.gain, told.after.status, told.parks) == (None, Status.INFEASIBLE, ())


def test_an_unproven_run_is_repaired_and_says_so() -> None:
    pool = rivals()
    run = run_of(pool, status=Status.FEASIBLE)
    case = PoolCase(pool)
    told = override_price(case, run, "L1", "A")
    assert (told.exact, told.moved) == (False, (Moved(lead="L2", before="A", after="B"),))
    answer = would_win(case, run, "L1", "A", 2)
    assert (answer.wins, answer.exact, answer.minimal) == (True, False, False)
    assert [change.lever for change in answer.change] == [Lever.LAND]
    assert answer.standing == told.standing.value if told.standing else False
    nothing = smallest(case, run, "L1", "C", case.change("L1", "C", Lever.WATER))
    assert (nothing.wins, nothing.minimal, nothing.up_to) == (False, False, 200)
    same = compare(case, run, Scenario())
    assert (same.gain, same.moved) == (0, ())
    barred = would_win(case, run, "L2", "C", 2)
    assert [reason.rule for reason in barred.barred] == [Rule.HELD]
    must = replace(pool, leads=(pool.leads[0], replace(pool.leads[1], must_place=True)), parks=pool.parks[:1])
    alone = run_of(must, status=Status.FEASIBLE)
    assert override_price(PoolCase(must), alone, "L1", "A").loss is None
    empty = replace(pool, leads=(replace(pool.leads[0], must_place=True),), parks=pool.parks[:1])
    shut = Scenario(changes=(Change(lever=Lever.LAND, owner="A", amount=-6_000),))
    told_off = compare(PoolCase(empty), run_of(empty, status=Status.FEASIBLE), shut)
    assert told_off.gain is None
