"""Where every lead must be placed: optimal where tables prove it, and never an excess."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching import tight
from allocation.matching.bins import bins_of
from allocation.matching.encode import STAYS, Encoded, Ints, encode_gap, encode_instance
from allocation.matching.instance import Gap, Instance
from allocation.matching.prices import dual_prices
from allocation.matching.result import Solution, Status
from allocation.matching.tight_best import Best, keeps
from allocation.matching.verify import gap_faults, instance_faults
from tests.allocation.matching import factories as make

MOVES = 2_000


def tight_gap(seed: int, jobs: int = 8, agents: int = 3) -> tuple[Gap, int]:
    """Plant a GAP at full use: every agent is filled, and at the prices no pair beats its job's own."""
    dice = random.Random(seed)
    own = [dice.randrange(agents) for _ in range(jobs)]
    price = [dice.randint(1, 9) for _ in range(agents)]
    use = tuple(tuple(dice.randint(1, 20) for _ in range(jobs)) for _ in range(agents))
    worth = [dice.randint(200, 400) for _ in range(jobs)]
    cost = tuple(
        tuple(
            worth[job] - price[agent] * use[agent][job] + (0 if own[job] == agent else dice.randint(0, 5))
            for job in range(jobs)
        )
        for agent in range(agents)
    )
    capacity = tuple(
        sum(use[agent][job] for job in range(jobs) if own[job] == agent) for agent in range(agents)
    )
    return Gap(cost, use, capacity), sum(cost[agent][job] for job, agent in enumerate(own))


def judged(gap: Gap, enc: Encoded, found: tight.Tight) -> int | None:
    """Let the judge of files check a result; tell its cost."""
    if found.taken is None:
        return None
    cost = -sum(enc.worth[found.taken].tolist())
    assignment: dict[str, str | None] = {
        str(int(job)): str(int(agent or "0")) for job, agent in enc.placement(found.taken).items()
    }
    bound = cost if found.bound is None else -found.bound
    status = Status.OPTIMAL if bound == cost else Status.FEASIBLE
    assert gap_faults(gap, Solution(status, assignment, cost, bound, 0.0)) == []
    return cost


def solve(gap: Gap, moves: int = MOVES, seed: int = 1) -> tuple[Encoded, tight.Tight]:
    enc = encode_gap(gap)
    return enc, tight.solve_tight(enc, dual_prices(enc, passes=30), seed=seed, moves=moves)


@given(make.gaps)
@settings(max_examples=15)
def test_small_problems_are_solved_and_proven_or_shown_to_have_no_answer(gap: Gap) -> None:
    enc, found = solve(gap, moves=2_000)
    best = make.cheapest(gap)
    assert judged(gap, enc, found) == best
    assert found.bound == (None if best is None else -best)


@pytest.mark.parametrize("seed", range(2))
def test_a_planted_optimum_at_full_use_is_found_and_proven(seed: int) -> None:
    gap, best = tight_gap(seed)
    enc, found = solve(gap)
    assert judged(gap, enc, found) == best
    assert found.bound == -best


@pytest.mark.compiled
def test_a_larger_planted_optimum_is_found() -> None:
    gap, best = tight_gap(5, jobs=60, agents=6)
    enc, found = solve(gap, moves=2_000_000)
    assert judged(gap, enc, found) == best


def test_the_same_seed_gives_the_same_answer_bit_by_bit() -> None:
    gap, _ = tight_gap(4)
    first, second = solve(gap, moves=500)[1], solve(gap, moves=500)[1]
    assert first.taken is not None
    assert second.taken is not None
    assert first.taken.tolist() == second.taken.tolist()
    assert first[1:] == second[1:]


musts = make.small_instances.map(
    lambda instance: replace(instance, leads=tuple(replace(lead, must_place=True) for lead in instance.leads))
)


@given(musts)
@settings(max_examples=15)
def test_a_price_on_excess_never_leaks_an_excess(instance: Instance) -> None:
    enc = encode_instance(instance)
    found = tight.solve_tight(enc, dual_prices(enc, passes=10), seed=1, moves=400)
    best = make.brute_force(instance)
    if found.taken is None:
        assert found.bound is None or best is None or found.bound >= best
        return
    value = sum(enc.worth[found.taken].tolist())
    assert best is not None
    assert value <= best
    assert found.bound is not None
    assert found.bound >= best
    result = Solution(Status.FEASIBLE, enc.placement(found.taken), value, found.bound, 0.0)
    assert instance_faults(instance, result) == []


def shared_limits(seed: int = 3) -> tuple[Instance, int]:
    """Plant must-place leads under two resources, a county's quota and its counts, all exactly used."""
    dice = random.Random(seed)
    uses = [(dice.randint(1, 9), dice.randint(0, 4)) for _ in range(9)]
    hosts = {"h0": "c0", "h1": "c0", "h2": "c1"}
    own = [f"h{dice.randrange(3)}" for _ in uses]
    leads = [
        make.seeker(
            f"l{number}",
            *(make.option(host, 50 if host == own[number] else dice.randint(0, 40), *use) for host in hosts),
            must=True,
        )
        for number, use in enumerate(uses)
    ]
    room = {
        host: tuple(
            sum(use[column] for use, at in zip(uses, own, strict=True) if at == host) for column in (0, 1)
        )
        for host in hosts
    }
    built = make.instance({host: (county, room[host]) for host, county in hosts.items()}, *leads)
    count = sum(at == "h2" for at in own)
    county = make.CountyLimit("c1", count, count, (None,) * len(built.resources))
    return replace(built, counties=(county,)), 50 * len(uses)


def test_annealing_fills_shared_limits_exactly() -> None:
    instance, best = shared_limits()
    enc = encode_instance(instance)
    assert bins_of(enc) is None
    told: list[tuple[int, int]] = []

    def note(taken: Ints, bound: int) -> None:
        told.append((sum(enc.worth[taken].tolist()), bound))

    found = tight.solve_tight(enc, dual_prices(enc, passes=50), seed=1, moves=4_000, report=note)
    assert found.taken is not None
    assert (
        instance_faults(
            instance, Solution(Status.FEASIBLE, enc.placement(found.taken), best, found.bound, 0.0)
        )
        == []
    )
    assert [value for value, _ in told] == sorted({value for value, _ in told})
    assert told[-1][0] == best
    assert all(bound >= best for _, bound in told)


def test_a_start_is_kept_where_nothing_better_may_be_sought() -> None:
    gap, best = tight_gap(6)
    enc, found = solve(gap)
    assert found.taken is not None
    prices = dual_prices(enc, passes=5)
    again = tight.solve_tight(enc, prices, seed=2, moves=MOVES, start=found.taken, stop=lambda: True)
    assert judged(gap, enc, again) == best
    partial = found.taken.copy()
    partial[0] = STAYS
    again = tight.solve_tight(enc, prices, seed=2, moves=MOVES, start=partial)
    assert judged(gap, enc, again) == best


def test_a_stop_ends_the_search_without_a_claim() -> None:
    gap, best = tight_gap(7)
    enc = encode_gap(gap)
    found = tight.solve_tight(enc, dual_prices(enc, passes=5), seed=1, moves=MOVES, stop=lambda: True)
    assert found.taken is None
    assert found.bound is not None
    assert found.bound >= -best


def test_a_lead_without_any_pair_makes_it_impossible() -> None:
    enc = encode_gap(Gap(((1,),), ((2,),), (1,)))
    assert tight.solve_tight(enc, dual_prices(enc, passes=1), seed=1, moves=10) == (None, 0, None, False)


def test_the_regime_is_that_every_lead_must_be_placed() -> None:
    gap, _ = tight_gap(1)
    enc = encode_gap(gap)
    assert tight.suits(enc)
    assert not tight.suits(replace(enc, must=np.zeros(len(enc.leads), np.bool_)))
    assert not tight.suits(encode_instance(make.instance({"h": ("c", (1,))})))


@given(st.integers(0, 50), st.integers(0, 10**6))
@settings(max_examples=20)
def test_only_a_better_placement_that_keeps_every_limit_is_taken(seed: int, draw: int) -> None:
    gap, best = tight_gap(seed % 4, jobs=5)
    enc = encode_gap(gap)
    dice = random.Random(draw)
    taken = np.array(
        [dice.randrange(int(a), int(b)) for a, b in zip(enc.start[:-1], enc.start[1:], strict=True)]
    )
    used = [0] * gap.agents
    for job, pair in enumerate(taken.tolist()):
        used[enc.host[pair]] += gap.use[enc.host[pair]][job]
    fits = all(amount <= most for amount, most in zip(used, gap.capacity, strict=True))
    held = Best(enc, 0, None)
    assert keeps(enc, taken) == fits
    assert held.offer(taken) == fits
    assert not held.offer(taken)
    assert not keeps(enc, np.full(len(taken), STAYS))
    held.lower(-best)
    assert held.proved() == (fits and held.value == -best)
