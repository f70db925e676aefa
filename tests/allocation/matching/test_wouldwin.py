"""What would win does win: applied and solved again, and nothing smaller does, by trying everything."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.matching.answer_parts import Change, Lever, Missing
from allocation.matching.answers import WouldWin
from allocation.matching.compile import compile_pool
from allocation.matching.eligibility import blockers
from allocation.matching.explain import Standing
from allocation.matching.instance import Instance
from allocation.matching.instance_case import InstanceCase
from allocation.matching.levers import BadChange, changed
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run
from allocation.matching.result import Rule, Status
from allocation.matching.shortage import mend, shortage
from allocation.matching.solve import solve_instance
from allocation.matching.verify import instance_faults
from allocation.matching.wouldwin import smallest, with_change, would_win
from tests.allocation.matching import factories as make


def run_of(instance: Instance) -> Run:
    found = solve_instance(instance, seconds=5, seed=1)
    assert instance_faults(instance, found) == []
    return Run(assignment=found.assignment, status=found.status, bound=found.bound, seconds=5, seed=1)


def best(instance: Instance, lead: str, host: str) -> tuple[int | None, int | None]:
    """Try every placement: the highest value, and the highest with the lead at the host."""
    bound = replace(
        instance,
        leads=tuple(
            replace(item, must_place=True, options=tuple(one for one in item.options if one.host == host))
            if item.id == lead
            else item
            for item in instance.leads
        ),
    )
    return make.brute_force(instance), make.brute_force(bound)


def wins(instance: Instance, lead: str, host: str) -> bool:
    """Tell whether some best plan places the lead at the host, by trying everything."""
    free, bound = best(instance, lead, host)
    return free is not None and free == bound


@given(make.small_instances, st.data())
@settings(max_examples=25, deadline=None)
def test_the_smallest_capacity_is_the_smallest(problem: Instance, data: st.DataObject) -> None:
    run = run_of(problem)
    assume(run.status is Status.OPTIMAL)
    case = InstanceCase(problem)
    lead = data.draw(st.sampled_from([item.id for item in problem.leads]))
    host = data.draw(st.sampled_from([item.id for item in problem.hosts]))
    resource = data.draw(st.sampled_from(problem.resources))
    change = Change(lever=Lever.CAPACITY, owner=host, amount=1, resource=resource)
    answer = smallest(case, run, lead, host, change)
    assert answer.level == 2
    assert answer.exact
    assert answer.minimal or answer.change == ()
    reach = case.reach(lead, change)

    def applied(amount: int) -> Instance:
        return case.changed((replace(change, amount=amount),) if amount else ())

    if not answer.wins:
        assert answer.up_to == reach
        assert not any(wins(applied(amount), lead, host) for amount in range(reach + 1))
        return
    amount = sum(item.amount for item in answer.change)
    assert wins(applied(amount), lead, host)
    assert answer.value == make.brute_force(applied(amount))
    assert answer.standing == make.brute_force(problem)
    assert not any(wins(applied(less), lead, host) for less in range(amount))


@given(make.small_instances, st.data())
@settings(max_examples=15, deadline=None)
def test_what_is_missing_together_wins_and_none_of_it_can_fall(
    problem: Instance, data: st.DataObject
) -> None:
    run = run_of(problem)
    assume(run.status is Status.OPTIMAL)
    case = InstanceCase(problem)
    lead = data.draw(st.sampled_from([item.id for item in problem.leads]))
    host = data.draw(st.sampled_from([item.id for item in problem.hosts]))
    short = would_win(case, run, lead, host, 0)
    moved = case.changed(short.change)
    if short.wins:
        options = {option.host: option for item in moved.leads if item.id == lead for option in item.options}
        fits = {**run.assignment, lead: host}
        told = replace(solve_instance(moved, seconds=5, seed=1), assignment=fits)
        faults = [fault for fault in instance_faults(moved, told) if "is said" not in fault]
        assert all("bound" in fault or "hosts" in fault for fault in faults), options
    answer = would_win(case, run, lead, host, 2)
    if not answer.wins:
        return
    assert wins(case.changed(answer.change), lead, host)
    if answer.minimal:
        for place, item in enumerate(answer.change):
            for less in range(item.amount):
                lower = [*answer.change]
                lower[place] = replace(item, amount=less)
                assert not wins(case.changed(tuple(lower)), lead, host)


@given(make.pools, st.data())
@settings(max_examples=15, deadline=None)
def test_levels_of_a_pool(pool: Pool, data: st.DataObject) -> None:
    assume(pool.leads and pool.parks)
    run = run_of(compile_pool(pool))
    lead = data.draw(st.sampled_from(pool.leads))
    park = data.draw(st.sampled_from(pool.parks))
    case, standing = PoolCase(pool), Standing.of(pool, run.assignment)
    short = shortage(standing, lead, park)
    assert short == would_win(case, run, lead.id, park.code, 0)
    roomy = changed(pool, short.change)
    after = Standing.of(roomy, run.assignment)
    assert after.beside(lead, after.parks[park.code]) == ()
    assert blockers(roomy, lead, after.parks[park.code]) == short.barred
    for place, item in enumerate(short.change):  # nothing less is enough
        lower = [*short.change]
        lower[place] = replace(item, amount=item.amount - 1)
        less = Standing.of(changed(pool, lower), run.assignment)
        assert less.beside(lead, less.parks[park.code])
    for level in (1, 2):
        answer = would_win(case, run, lead.id, park.code, level)
        assert (answer.level, answer.barred) == (level, short.barred)
        instance = compile_pool(changed(pool, answer.change))
        assert answer.wins == wins(instance, lead.id, park.code)
        assert not answer.wins or answer.value == make.brute_force(instance)


def two() -> Pool:
    """A lead of 60 mu and one of 70 mu, worth more, at a park with 1 mu; nothing else is scarce."""
    leads = (
        make.lead("L1", 60, needs=make.Needs(land_mu=make.Mu(6_000))),
        make.lead(
            "L2", 70, needs=make.Needs(land_mu=make.Mu(7_000)), investment_fen=make.Fen(50_000 * make.WAN)
        ),
    )
    return make.pool(leads, (make.park(plots=(make.plot(mu=1),)),))


def test_more_land_may_lose_what_less_land_wins() -> None:
    """Winning is not monotone: 59 mu more win for L1, 69 mu more for L2 instead, 129 mu for both."""
    case = PoolCase(two())
    run = run_of(compile_pool(two()))
    change = case.change("L1", "A", Lever.LAND)
    answers = {
        mu: with_change(case, run, "L1", "A", (replace(change, amount=mu * 100),)).wins
        for mu in (58, 59, 68, 69, 128, 129)
    }
    assert answers == {58: False, 59: True, 68: True, 69: False, 128: False, 129: True}
    answer = smallest(case, run, "L1", "A", change)
    assert [(item.amount, item.on) for item in answer.change] == [(5_900, two().leads[0].deadline)]
    assert (answer.wins, answer.minimal, answer.exact, answer.moved) == (True, True, True, ())
    second = smallest(case, run, "L2", "A", replace(change, amount=9_000))
    assert [item.amount for item in second.change] == [6_900]
    with pytest.raises(ValueError, match="there is no level 3"):
        would_win(case, run, "L1", "A", 3)


LEVERS = {
    Lever.LEAD_LAND: lambda pool: replace(pool, leads=(make.lead("L1", 160, tax_fen=make.Fen(10**12)),)),
    Lever.LEAD_HALL: lambda pool: replace(pool, leads=(make.lead("L1", needs=make.needs(hall_m2=12_000)),)),
    Lever.LEAD_ENERGY: lambda pool: replace(
        pool, leads=(make.lead("L1", needs=make.needs(energy_tce=12_000)),)
    ),
    Lever.LEAD_WATER: lambda pool: replace(pool, leads=(make.lead("L1", needs=make.needs(water_td=1_200)),)),
    Lever.LEAD_COD: lambda pool: replace(pool, leads=(make.lead("L1", needs=make.needs(cod_kg=12_000)),)),
    Lever.LEAD_TAX: lambda pool: replace(pool, leads=(make.lead("L1", tax_fen=make.Fen(400 * make.WAN)),)),
    Lever.LEAD_INVESTMENT: lambda pool: replace(
        pool, leads=(make.lead("L1", fixed_investment_fen=make.Fen(4_000 * make.WAN)),)
    ),
    Lever.LEAD_DEADLINE: lambda pool: replace(
        pool, parks=(make.park(plots=(make.plot(ready_on=make.LATER),)),)
    ),
    Lever.TAX_FLOOR: lambda pool: replace(pool, parks=(make.park(tax_floor_fen=make.Fen(30 * make.WAN)),)),
    Lever.INVESTMENT_FLOOR: lambda pool: replace(
        pool, parks=(make.park(investment_floor_fen=make.Fen(300 * make.WAN)),)
    ),
    Lever.TIER: lambda pool: replace(
        pool, parks=(pool.parks[0], make.park("B", "610002", main=frozenset({make.CIRCUITS})))
    ),
    Lever.COUNTY_LEADS: lambda pool: replace(pool, limits={"610001": CountyCount(max_leads=0)}),
    Lever.COUNTY_INVESTMENT: lambda pool: replace(pool, limits={"610001": CountyCount(max_investment_wan=7)}),
    Lever.COUNTY_ENERGY: lambda pool: replace(
        pool, counties={"610001": make.county(energy_tce=1), "610002": make.county("610002")}
    ),
}


@pytest.mark.parametrize("lever", LEVERS)
def test_each_lever_alone_brings_the_lead_in_and_one_unit_less_does_not(lever: Lever) -> None:
    pool = LEVERS[lever](make.pool((make.lead("L1"),)))
    case = PoolCase(pool)
    run = run_of(compile_pool(pool))
    change = case.change("L1", "A", lever)
    answer = smallest(case, run, "L1", "A", change)
    assert answer.wins
    amount = answer.change[0].amount
    assert 0 < amount <= case.reach("L1", change)
    less = (replace(change, amount=amount - 1),) if amount > 1 else ()
    assert not with_change(case, run, "L1", "A", less).wins
    assert wins(compile_pool(changed(pool, answer.change)), "L1", "A")


def test_where_nothing_is_missing_positioning_may_decide() -> None:
    parks = (make.park("A"), make.park("B", "610002", main=frozenset({make.CIRCUITS})))
    pool = make.pool(parks=parks)
    run = run_of(compile_pool(pool))
    assert run.assignment == {"L1": "B"}
    answer = would_win(PoolCase(pool), run, "L1", "A", 2)
    assert answer.change == (Change(lever=Lever.TIER, owner="A", amount=1, industry=make.CIRCUITS),)
    assert would_win(PoolCase(pool), run, "L1", "B", 2).change == ()
    assert would_win(PoolCase(pool), run, "L1", "B", 2).wins


def test_what_no_amount_mends_is_told_at_every_level() -> None:
    pool = make.pool((make.lead(origin="610001"),))
    run = run_of(compile_pool(pool))
    for level in (0, 1, 2):
        answer = would_win(PoolCase(pool), run, "L1", "A", level)
        assert [reason.rule for reason in answer.barred] == [Rule.ORIGIN]
        assert not answer.wins
    with pytest.raises(KeyError, match="water"):
        mend(pool, pool.leads[0], pool.parks[0], Missing(rule=None, need=1, resource="water"))


def test_an_instance_is_changed_only_where_it_can_be() -> None:
    problem = make.instance({"h": ("c", (1,))}, make.seeker("l", make.option("h", 1, 2)))
    case = InstanceCase(problem)
    for change in (
        Change(lever=Lever.LAND, owner="h", amount=1),
        Change(lever=Lever.CAPACITY, owner="h", amount=1, resource="r9"),
        Change(lever=Lever.CAPACITY, owner="x", amount=1, resource="r0"),
        Change(lever=Lever.CAPACITY, owner="h", amount=1, resource="leads"),
        Change(lever=Lever.CAPACITY, owner="h", amount=-2, resource="r0"),
    ):
        with pytest.raises(BadChange):
            case.encoded((change,))
    assert WouldWin(level=0, lead="l", park="h", barred=(), change=(), wins=True).exact is False
