"""The edges of searching for a change: what can do nothing, what ends early, bounds of counties."""

from dataclasses import replace

import pytest

from allocation.matching import trial, wouldwin
from allocation.matching.answer_parts import Change, Lever, Plan
from allocation.matching.compile import compile_pool
from allocation.matching.encode import encode_instance
from allocation.matching.instance import CountyLimit, Instance
from allocation.matching.instance_case import LEADS, InstanceCase
from allocation.matching.levers import BadChange
from allocation.matching.pool import Pool
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run, Solve, bound_to, solve_exactly
from allocation.matching.result import Status
from allocation.matching.solve import solve_instance
from allocation.matching.trial import NOTHING, Trials
from allocation.matching.verify import instance_faults
from allocation.matching.wouldwin import smallest, with_change, would_win
from tests.allocation.matching import factories as make


def run_of(instance: Instance, **changes: object) -> Run:
    found = solve_instance(instance, seconds=5, seed=1)
    assert instance_faults(instance, found) == []
    run = Run(assignment=found.assignment, status=found.status, bound=found.bound, seconds=5, seed=1)
    return replace(run, **changes)  # type: ignore[arg-type] # named by the tests


def better_elsewhere() -> Pool:
    """A lacks 40 mu; B is better for the lead whatever A has."""
    parks = (
        make.park("A", plots=(make.plot(mu=10),)),
        make.park("B", "610002", leading=frozenset({make.CIRCUITS})),
    )
    return make.pool(parks=parks)


def rivals() -> Pool:
    leads = (make.lead("L1", 60), make.lead("L2", 70, investment_fen=make.Fen(50_000 * make.WAN)))
    return make.pool(leads, (make.park(plots=(make.plot(mu=1),), energy_tce=10**6, cod_kg=10**6),))


def test_what_is_missing_may_never_be_enough() -> None:
    pool = better_elsewhere()
    run = run_of(compile_pool(pool))
    answer = would_win(PoolCase(pool), run, "L1", "A", 2)
    assert (answer.wins, answer.change, answer.minimal) == (False, (), False)
    one = would_win(PoolCase(pool), run, "L1", "A", 1)
    assert (one.wins, [change.lever for change in one.change]) == (False, [Lever.LAND])


def test_a_figure_that_cannot_move_changes_nothing() -> None:
    pool = better_elsewhere()
    case, run = PoolCase(pool), run_of(compile_pool(pool))
    answer = smallest(case, run, "L1", "A", case.change("L1", "A", Lever.LEAD_HALL))
    assert (answer.wins, answer.minimal, answer.up_to) == (False, True, 0)
    bad = (Change(lever=Lever.LAND, owner="Z", amount=1),)
    assert with_change(case, run, "L1", "A", bad).wins is False
    assert Trials(case, run, "L1", "A").most_forced(bad) == NOTHING


def test_a_search_that_is_cut_short_says_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = rivals()
    case, run = PoolCase(pool), run_of(compile_pool(pool))
    change = case.change("L1", "A", Lever.LAND)
    whole = smallest(case, run, "L1", "A", change)
    assert (whole.change[0].amount, whole.minimal) == (5_900, True)
    monkeypatch.setattr(wouldwin, "MOST_SOLVES", 0)
    cut = smallest(case, run, "L1", "A", change)
    assert cut.wins
    assert cut.change[0].amount >= 5_900
    assert cut.minimal is False


def test_without_proof_no_stretch_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = rivals()
    case, run = PoolCase(pool), run_of(compile_pool(pool))

    def unknown(*_: object, **__: object) -> Solve:
        plan = Plan(status=Status.UNKNOWN, value=None, bound=None, placed=0)
        return Solve(plan=plan, assignment={})

    monkeypatch.setattr(trial, "solve_exactly", unknown)
    trials = Trials(case, run, "L1", "A")
    land = (replace(case.change("L1", "A", Lever.LAND), amount=6_000),)
    assert trials.most_forced(land) == trials.most_forced(land) > 0
    assert trials.least_value(land) < 0
    tier = smallest(case, run, "L1", "A", case.change("L1", "A", Lever.TIER))
    assert (tier.wins, tier.minimal) == (False, False)


COUNTY = make.instance(
    {"h": ("c", (9, 9)), "k": ("c", (9, 9)), "o": ("d", (9, 9))},
    make.seeker("a", make.option("h", 9, 5, 1)),
    make.seeker("b", make.option("k", 5, 5, 1)),
    counties=(CountyLimit("c", 1, 0, (7, None)), CountyLimit("d", None, 0, (None, None))),
)


def test_bounds_of_a_county_in_an_instance() -> None:
    case, run = InstanceCase(COUNTY), run_of(COUNTY)
    short = would_win(case, run, "b", "k", 0)
    assert short.change == (
        Change(lever=Lever.CAPACITY, owner="c", amount=3, resource="r0"),
        Change(lever=Lever.CAPACITY, owner="c", amount=1, resource=LEADS),
    )
    assert with_change(case, run, "b", "k", short.change).wins
    assert not with_change(case, run, "b", "k", short.change[:1]).wins
    answer = would_win(case, run, "b", "k", 2)
    assert (answer.change, answer.minimal) == (short.change, True)
    roomy = InstanceCase(case.changed(short.change[:1]))
    again = smallest(roomy, run_of(roomy.instance), "b", "k", short.change[1])
    assert again.change == short.change[1:]
    assert would_win(case, run, "b", "o", 2).wins is False
    for owner, resource in (("c", "r1"), ("d", LEADS), ("d", "r0")):
        with pytest.raises(BadChange):
            case.changed((Change(lever=Lever.CAPACITY, owner=owner, amount=1, resource=resource),))
    with pytest.raises(BadChange):
        case.changed((Change(lever=Lever.CAPACITY, owner="c", amount=-8, resource="r0"),))
    assert case.reach("a", short.change[1]) == 2
    assert case.ideas("a", "h") == ()


def test_an_unproven_instance_is_repaired() -> None:
    case, run = InstanceCase(COUNTY), run_of(COUNTY, status=Status.FEASIBLE, value=9)
    answer = would_win(case, run, "b", "k", 2)
    assert (answer.wins, answer.exact, answer.standing) == (True, False, 9)
    assert sorted(change.amount for change in answer.change) == [1, 3]
    change = Change(lever=Lever.CAPACITY, owner="c", amount=1, resource="r0")
    assert smallest(case, run, "b", "k", change).wins is False


YIELDS = make.instance(
    {"h": ("c", (10, 10)), "k": ("d", (9, 9))},
    make.seeker("a", make.option("h", 3, 6, 6)),
    make.seeker("b", make.option("h", 10, 6, 1)),
    make.seeker("e", make.option("h", 6, 1, 6), make.option("k", 5, 1, 6)),
)


@pytest.mark.parametrize("status", [Status.OPTIMAL, Status.FEASIBLE])
def test_what_was_missing_with_nothing_moved_may_not_be_needed(status: Status) -> None:
    """With 2 more of the first resource e moves away, and nothing more of the second is needed."""
    case, run = InstanceCase(YIELDS), run_of(YIELDS, status=status, value=16)
    assert run.assignment == {"a": None, "b": "h", "e": "h"}
    short = would_win(case, run, "a", "h", 0)
    assert [(change.resource, change.amount) for change in short.change] == [("r0", 3), ("r1", 3)]
    assert would_win(case, run, "a", "h", 1).moved == ()
    answer = would_win(case, run, "a", "h", 2)
    found = {change.resource: change.amount for change in answer.change}
    assert answer.wins
    assert answer.exact == answer.minimal == (status is Status.OPTIMAL)
    if answer.exact:
        assert found == {"r0": 2}
        assert [(moved.lead, moved.after) for moved in answer.moved] == [("e", "k")]
    assert found["r0"] == 2


def test_a_stretch_that_could_still_tie_is_searched() -> None:
    """With 1 more, a does as well as b does now; with 3 more, d does better than both."""
    problem = make.instance(
        {"h": ("c", (3,))},
        make.seeker("a", make.option("h", 5, 4)),
        make.seeker("b", make.option("h", 5, 3)),
        make.seeker("d", make.option("h", 6, 6)),
    )
    change = Change(lever=Lever.CAPACITY, owner="h", amount=3, resource="r0")
    answer = smallest(InstanceCase(problem), run_of(problem), "a", "h", change)
    assert ([item.amount for item in answer.change], answer.minimal) == ([1], True)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 1, 3), (3, 4, 1, 0, 2), (1, 0, 4, 2, 3)])
def test_of_equal_plans_the_one_that_moves_the_fewest_is_taken(order: tuple[int, ...]) -> None:
    hosts = [f"h{number}" for number in range(5)]
    leads = [make.seeker(f"l{number}", *(make.option(host, 7, 1) for host in hosts)) for number in range(5)]
    problem = make.instance(dict.fromkeys(hosts, ("c", (1,))), *leads)
    stands = {f"l{lead}": hosts[host] for lead, host in enumerate(order)}
    run = Run(assignment=stands, status=Status.OPTIMAL, bound=35, seconds=5, seed=1)
    enc = encode_instance(problem)
    assert solve_exactly(enc, run).assignment == stands
    swapped = {**stands, "l0": stands["l1"], "l1": stands["l0"]}
    assert solve_exactly(bound_to(enc, "l0", stands["l1"]), run, bound=35).assignment == swapped
