"""The plan under repair step by step: its books, whom a chain drives out, what eviction gives back."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.chains import ANYWHERE, DRIVEN, STEPS, chain, drive_out
from allocation.matching.chance import seeded
from allocation.matching.encode import STAYS, Encoded, encode_instance
from allocation.matching.happened import Changed, completed, instance_limits
from allocation.matching.incremental import mend
from allocation.matching.instance import CountyLimit, Instance
from allocation.matching.plan import (
    CHURN,
    MISSING,
    VALUE,
    Plan,
    forget,
    ground_of,
    learn,
    plan_of,
    step,
    undo,
)
from allocation.matching.repair import evict
from allocation.matching.result import Solution, Status
from allocation.matching.verify import instance_faults
from tests.allocation.matching import factories as make


def encoded(problem: Instance) -> Encoded:
    return completed(encode_instance(problem), instance_limits(problem))


def books(problem: Instance, enc: Encoded, plan: Plan) -> tuple[int, int, int]:
    """Sum missing, value and churn anew, from the instance."""
    placed = enc.placement(plan.taken)
    value = sum(
        option.value for lead in problem.leads for option in lead.options if option.host == placed[lead.id]
    )
    missing = sum(lead.must_place and placed[lead.id] is None for lead in problem.leads)
    county = {host.id: host.county for host in problem.hosts}
    for limit in problem.counties:
        inside = sum(host is not None and county[host] == limit.id for host in placed.values())
        missing += max(0, limit.min_leads - inside)
    churn = sum(
        not free and now != before for free, now, before in zip(plan.free, plan.taken, plan.base, strict=True)
    )
    return missing, value, churn


def listed(plan: Plan, host: int) -> Iterator[int]:
    lead = int(plan.head[host])
    while lead >= 0:
        yield lead
        lead = int(plan.after[lead])


@given(make.small_instances, st.data())
@settings(max_examples=60, deadline=None)
def test_the_books_stay_true_through_any_steps_and_back(problem: Instance, data: st.DataObject) -> None:
    enc = encoded(problem)

    def any_pair(lead: int) -> int:
        return data.draw(st.sampled_from([STAYS, *range(enc.start[lead], enc.start[lead + 1])]))

    leads = range(len(enc.leads))
    base = np.array([any_pair(lead) for lead in leads], np.int64)
    free = np.array([data.draw(st.booleans()) for _ in leads])
    plan = plan_of(ground_of(enc, np.zeros(len(enc.most))), base, free, 20)
    ground = ground_of(enc, np.zeros(len(enc.most)))
    start = plan.taken.tolist(), plan.used.tolist(), plan.score.tolist()
    assert tuple(plan.score[:3].tolist()) == books(problem, enc, plan)
    for _ in range(8):
        lead = data.draw(st.sampled_from(list(leads)))
        step(ground, plan, lead, any_pair(lead))
        assert tuple(plan.score[[MISSING, VALUE, CHURN]].tolist()) == books(problem, enc, plan)
        inside = sorted((host, lead) for host in range(len(enc.hosts)) for lead in listed(plan, host))
        placed = [(enc.host[pair], lead) for lead, pair in enumerate(plan.taken.tolist()) if pair != STAYS]
        assert inside == sorted(placed)
    undo(ground, plan)
    assert (plan.taken.tolist(), plan.used.tolist(), plan.score.tolist()) == start


def crowded(members: int) -> tuple[Encoded, Plan]:
    """One host full of small leads; a large one wants all of it."""
    problem = make.instance(
        {"h0": ("c0", (members,))},
        *(make.seeker(f"l{number}", make.option("h0", 10, 1)) for number in range(members)),
        make.seeker("z", make.option("h0", 1_000, members)),
    )
    enc = encoded(problem)
    base = np.append(np.arange(members), STAYS)
    return enc, plan_of(ground_of(enc, np.zeros(len(enc.most))), base, np.zeros(members + 1, np.bool_), STEPS)


@pytest.mark.parametrize("members", range(1, DRIVEN + 2))
def test_a_lead_drives_out_as_many_as_it_may_and_no_more(members: int) -> None:
    enc, plan = crowded(members)
    ground = ground_of(enc, np.zeros(len(enc.most)))
    state, values = seeded(5), np.empty(1)
    out = np.full(DRIVEN, -1, np.int64)
    locked = np.array([members], np.int64)
    loss = drive_out(ground, plan, members, locked, 1, members, np.inf, out)
    assert loss == (10 * members if members <= DRIVEN else np.inf)
    assert drive_out(ground, plan, members, locked, 1, members - 1, np.inf, out) == np.inf
    better = chain(ground, plan, members, ANYWHERE, members + 1, 0.0, state, values)
    assert better == (members <= DRIVEN)
    assert plan.score[VALUE] == (1_000 if better else 10 * members)
    assert plan.score[CHURN] == (members + 1 if better else 0)
    if better:
        assert not chain(ground, plan, 0, int(enc.start[0]), members + 1, 0.0, state, values)


def test_a_prescribed_pair_for_which_nobody_can_leave_is_no_chain() -> None:
    enc, plan = crowded(DRIVEN + 1)
    ground = ground_of(enc, np.zeros(len(enc.most)))
    pair = int(enc.start[DRIVEN + 1])
    assert not chain(ground, plan, DRIVEN + 1, pair, 99, 0.0, seeded(5), np.empty(1))
    assert plan.taken.tolist() == [*range(DRIVEN + 1), STAYS]


def test_who_may_not_change_goes_nowhere_and_only_what_is_short_is_relieved() -> None:
    problem = make.instance(
        {"h0": ("c0", (5, 5))},
        make.seeker("l0", make.option("h0", 9, 5, 1)),
        make.seeker("l1", make.option("h0", 50, 1, 1)),
        make.seeker("z", make.option("h0", 20, 4, 2)),
    )
    enc = encoded(problem)
    prices = np.zeros(len(enc.most))
    base = np.array([0, STAYS, STAYS], np.int64)
    ground, plan = ground_of(enc, prices), plan_of(ground_of(enc, prices), base, np.zeros(3, np.bool_), STEPS)
    assert not chain(ground, plan, 2, ANYWHERE, 0, 0.0, seeded(5), np.empty(1))
    assert plan.taken.tolist() == base.tolist()
    out = np.full(DRIVEN, -1, np.int64)
    assert drive_out(ground, plan, 2, np.array([2], np.int64), 1, 1, np.inf, out) == 9
    assert out.tolist() == [0, -1, -1]


def test_regret_is_what_the_next_best_is_worth_less() -> None:
    places = {"h0": ("c0", (5,)), "h1": ("c1", (5,))}
    two = (make.option("h0", 9, 5), make.option("h1", 7, 5))
    problem = make.instance(
        places,
        make.seeker("l0", *two),
        make.seeker("l1", *two, must=True),
        make.seeker("l2", two[0]),
        make.seeker("l3", two[0], must=True),
    )
    enc = encoded(problem)
    ground = ground_of(enc, np.zeros(len(enc.most)))
    plan = plan_of(ground, enc.start[:-1].copy(), np.zeros(4, np.bool_), STEPS)
    for lead in range(4):
        learn(ground, plan, lead)
    assert plan.regret.tolist() == [2, 2, 9, np.inf]
    dearer = ground_of(enc, np.ones(len(enc.most)))  # other prices, other regrets: 9 - 7 is no longer 2
    forget(plan)
    assert set(plan.known.tolist()) == {STAYS}
    for lead in range(4):
        learn(dearer, plan, lead)
    anew = plan_of(dearer, enc.start[:-1].copy(), np.zeros(4, np.bool_), STEPS)
    for lead in range(4):
        learn(dearer, anew, lead)
    assert plan.regret.tolist() == anew.regret.tolist()
    assert plan.regret.tolist() != [2, 2, 9, np.inf]


def test_who_was_taken_out_in_vain_goes_back() -> None:
    problem = make.instance(
        {"h0": ("c0", (10, 10))},
        make.seeker("l1", make.option("h0", 5, 4, 1)),
        make.seeker("l2", make.option("h0", 90, 6, 9)),
    )
    enc = encoded(problem)
    most = np.array([9, 3, *enc.most[2:].tolist()], np.int64)
    tight = Encoded(**{name: getattr(enc, name) for name in enc.__slots__} | {"most": most})
    ground = ground_of(tight, np.zeros(len(most)))
    plan = plan_of(ground, np.array([0, 1], np.int64), np.zeros(2, np.bool_), STEPS)
    evict(ground, plan, np.array([0], np.int64))
    assert plan.taken.tolist() == [0, STAYS]
    assert plan.free.tolist() == [False, True]
    assert plan.score[:3].tolist() == [0, 5, 0]


def test_a_free_lead_that_kept_its_place_moves_without_churn() -> None:
    problem = make.instance(
        {"h0": ("c0", (5,)), "h1": ("c1", (5,))},
        make.seeker("l1", make.option("h0", 5, 5), make.option("h1", 9, 5)),
        counties=(CountyLimit("c1", 3, 0, (None,)),),
    )
    enc = encoded(problem)
    changed = Changed(enc, np.array([0], np.int64), np.array([True]), np.array([0, 1], np.int64), room=True)
    found = mend(changed, np.zeros(len(enc.most)), budget=0)
    assert (found.value, found.changed, found.missing) == (9, (), 0)
    placed = enc.placement(found.standing.taken)
    assert instance_faults(problem, Solution(Status.FEASIBLE, placed, 9, found.bound, 1.0)) == []


def test_a_lead_takes_room_against_the_advice_of_prices_where_it_loses_least() -> None:
    problem = make.instance(
        {"h0": ("c0", (5,)), "h1": ("c1", (5,)), "h2": ("c2", (5,))},
        make.seeker("l1", *(make.option(f"h{host}", 9, 5) for host in range(3))),
    )
    enc = encoded(problem)
    prices = np.array([{"h0": 30.0, "h1": 20.0, "h2": 40.0}.get(place, 0.0) for place, _ in enc.label])
    ground = ground_of(enc, prices)
    plan = plan_of(ground, np.array([STAYS], np.int64), np.array([True]), STEPS)
    assert chain(ground, plan, 0, ANYWHERE, 0, 0.0, seeded(5), np.empty(3))
    assert enc.placement(plan.taken) == {"l1": "h1"}
