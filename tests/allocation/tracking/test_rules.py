"""The rules of tracking: segments, owners, items, blocks, promises, days out."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.lifecycle import STAGES, State
from allocation.tracking import blocking, looking_back, outings, owners, promises, schedule, segments
from allocation.tracking.words import Department, ItemState, ItemStep, Segment

DAY = date(2027, 1, 15)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_the_three_ledgers_hold_what_is_not_yet_built() -> None:
    assert {state: segments.segment_of(state) for state in STAGES} == {
        State.signed: Segment.signed,
        State.contracted: Segment.signed,
        State.incorporated: Segment.signed,
        State.ready: Segment.signed,
        State.started: Segment.building,
        State.statistics: Segment.building,
        State.completed: None,
        State.producing: None,
        State.full_output: None,
    }
    assert segments.segment_of(State.held) is segments.segment_of(State.accepted) is Segment.talking
    assert segments.segment_of(State.registered) is segments.segment_of(State.lost) is None


def test_a_stage_counts_from_its_day_or_the_latest_known_before() -> None:
    known = {State.signed: date(2026, 5, 1), State.contracted: date(2026, 6, 1), State.incorporated: None}
    assert segments.since(State.contracted, known, DAY) == date(2026, 6, 1)
    assert segments.since(State.incorporated, known, DAY) == date(2026, 6, 1)
    assert segments.since(State.signed, known, DAY) == date(2026, 5, 1)
    assert segments.since(State.accepted, known, DAY) == DAY
    assert segments.since(State.started, {}, DAY) == DAY
    assert segments.days_in(date(2026, 12, 31), DAY) == 15
    assert segments.days_in(DAY + timedelta(days=3), DAY) == 0


def test_an_item_goes_its_way_and_no_other() -> None:
    allowed = {
        (ItemState.opened, ItemStep.finish): ItemState.done,
        (ItemState.done, ItemStep.send_back): ItemState.opened,
        (ItemState.done, ItemStep.verify): ItemState.verified,
        (ItemState.verified, ItemStep.close): ItemState.closed,
        (ItemState.verified, ItemStep.reopen): ItemState.opened,
        (ItemState.closed, ItemStep.reopen): ItemState.opened,
    }
    for state, step in product(ItemState, ItemStep):
        assert schedule.next_state(state, step) is allowed.get((state, step))
        assert (step in schedule.steps_from(state)) is ((state, step) in allowed)


def test_lateness_ends_with_the_day_of_doing() -> None:
    assert schedule.days_late(DAY, None, DAY) == 0
    assert schedule.days_late(DAY, None, DAY + timedelta(days=4)) == 4
    assert schedule.days_late(DAY, DAY + timedelta(days=1), DAY + timedelta(days=40)) == 1
    assert schedule.days_late(DAY, DAY - timedelta(days=1), DAY + timedelta(days=40)) == 0


REACHED = {
    State.signed: date(2026, 1, 1),
    State.contracted: date(2026, 1, 11),
    State.incorporated: date(2026, 1, 31),
    State.ready: None,
    State.started: date(2026, 3, 2),
}


def test_the_days_of_a_project_worked_by_hand() -> None:
    parts = owners.spans(REACHED, [], date(2026, 3, 12))
    assert owners.days_by_owner(parts) == {Department.commerce: 30, Department.reform: 40}
    assert owners.handovers(parts) == [(date(2026, 1, 31), Department.commerce, Department.reform)]
    rule = owners.OwnerRule(State.incorporated, Department.park, date(2026, 2, 10))
    divided = owners.spans(REACHED, [rule], date(2026, 3, 12))
    assert owners.days_by_owner(divided) == {
        Department.commerce: 30,
        Department.reform: 20,
        Department.park: 20,
    }
    assert owners.handovers(divided)[1:] == [
        (date(2026, 2, 10), Department.reform, Department.park),
        (date(2026, 3, 2), Department.park, Department.reform),
    ]
    early = owners.spans(REACHED, [], date(2026, 3, 12), ended=date(2026, 3, 5))
    assert owners.days_by_owner(early)[Department.reform] == 33
    assert owners.spans({}, [], DAY) == []


def test_the_latest_rule_that_holds_counts() -> None:
    rules = [
        owners.OwnerRule(State.signed, Department.reform, date(2026, 1, 1)),
        owners.OwnerRule(State.signed, Department.park, date(2026, 6, 1)),
        owners.OwnerRule(State.contracted, Department.water, date(2020, 1, 1)),
    ]
    told = [owners.owner_on(rules, State.signed, date(2026, month, 1)) for month in (1, 5, 6)]
    assert told == [Department.reform, Department.reform, Department.park]
    assert owners.owner_on(rules, State.signed, date(2025, 12, 31)) is Department.commerce
    assert set(owners.DEFAULT_OWNERS) == set(STAGES)


@given(
    st.lists(DAYS, min_size=1, max_size=9, unique=True), st.lists(st.tuples(st.sampled_from(STAGES), DAYS))
)
def test_no_day_is_lost_or_counted_twice(days: list[date], cuts: list[tuple[State, date]]) -> None:
    reached = dict(zip(STAGES, sorted(days), strict=False))
    rules = [owners.OwnerRule(stage, Department.land, day) for stage, day in cuts]
    parts = owners.spans(reached, rules, date(2031, 1, 1))
    assert sum(owners.days_by_owner(parts).values()) == (date(2031, 1, 1) - min(days)).days
    assert all(before.until == after.first for before, after in pairwise(parts))


def _span(pair: tuple[date, int]) -> tuple[date, date]:
    return pair[0], pair[0] + timedelta(days=pair[1])


@given(st.lists(st.tuples(DAYS, st.integers(0, 60)).map(_span), max_size=8))
def test_blocked_days_are_the_days_of_the_union(times: list[tuple[date, date]]) -> None:
    union = {first + timedelta(days=place) for first, last in times for place in range((last - first).days)}
    assert blocking.blocked_days(times, DAY) == len(union)


def test_a_standing_block_counts_up_to_today() -> None:
    assert blocking.blocked_days([(date(2027, 1, 5), None), (date(2027, 1, 1), date(2027, 1, 8))], DAY) == 14


@pytest.mark.parametrize(
    ("promised", "strength", "cap", "over"),
    [(101, 1_009, 100, 1), (100, 1_000, 100, 0), (5, None, None, 0), (7, 0, 0, 7)],
)
def test_a_purse_is_over_its_cap_by_the_fen(
    promised: int, strength: int | None, cap: int | None, over: int
) -> None:
    purse = promises.Purse(promised, 3, strength, 1_000)
    assert (purse.cap_fen, purse.over_fen, purse.owed_fen) == (cap, over, promised - 3)


@given(st.lists(st.tuples(DAYS, st.integers(0, 20)).map(_span), max_size=8), DAYS)
def test_a_day_out_counts_once(trips: list[tuple[date, date]], day: date) -> None:
    first, last = outings.month_of(day)
    inside = {
        first + timedelta(days=place)
        for place in range((last - first).days + 1)
        if any(begin <= first + timedelta(days=place) <= end for begin, end in trips)
    }
    assert outings.days_out(trips, first, last) == len(inside)
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert first <= day <= last


def test_weeks_and_look_backs() -> None:
    assert outings.month_of(date(9999, 12, 31)) == (date(9999, 12, 1), date(9999, 12, 31))
    assert outings.week_of(DAY) == (date(2027, 1, 11), date(2027, 1, 17))
    assert looking_back.due_on(date(2026, 1, 31), 13) == date(2027, 2, 28)
    assert looking_back.due_on(None, 12) is None
