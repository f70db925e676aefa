"""Which clocks run on a lead: golden rows of the table, and laws that no history and no day breaks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.clock_table import STATES, SUPERIORS, TABLE, ClockKind, Colour, Debtor, Superior
from allocation.clocks import Rule, Unit, WorkingCalendar
from allocation.lifecycle import State
from allocation.running_clocks import EXPERT, Asked, Clock, Lead, Moved, Rules, running

PLAIN = WorkingCalendar(known_until=date(2027, 12, 31))
FRIDAY = date(2027, 1, 15)
ORIGIN, HOST = "611022", "611002"


def working(count: int) -> Rule:
    return Rule(count, Unit.working_days)


RULES = Rules(
    periods={
        ClockKind.respond: working(1),
        ClockKind.judge: working(3),
        ClockKind.feed_back: Rule(7, Unit.days),
        ClockKind.accept: working(3),
        ClockKind.follow_up: Rule(14, Unit.days),
        ClockKind.stale: Rule(1, Unit.months),
        ClockKind.transfer_review: working(5),
        ClockKind.decide: working(5),
        ClockKind.hold_progress: Rule(30, Unit.days),
    },
    judge_expert=working(7),
    decide_major=working(10),
    warning_days=2,
    escalation=working(3),
)


def clocks(lead: Lead, today: date = FRIDAY) -> dict[ClockKind, Clock]:
    return {clock.kind: clock for clock in running(lead, lambda _: RULES, PLAIN, today)}


def lead(state: State, *moves: Moved, **facts: object) -> Lead:
    made: dict[str, object] = {"state": state, "origin": ORIGIN, "registered_on": FRIDAY, "moves": moves}
    return Lead(**(made | facts))  # type: ignore[arg-type] # a test names the fields it means


def move(seq: int, action: str, state: State, on: date = FRIDAY, *, evidence: bool = False) -> Moved:
    return Moved(seq, action, state, on, evidence)


REGISTERED = move(1, "register", State.registered)


def test_a_registration_is_answered_in_one_day_judged_in_three_and_fed_back_in_seven():
    found = clocks(lead(State.registered, REGISTERED))
    assert {kind: (clock.due.on, clock.debtor) for kind, clock in found.items()} == {
        ClockKind.respond: (date(2027, 1, 18), Debtor.origin_leader),
        ClockKind.judge: (date(2027, 1, 20), Debtor.origin_leader),
        ClockKind.feed_back: (date(2027, 1, 22), Debtor.city),
    }
    assert found[ClockKind.respond].county == ORIGIN
    assert found[ClockKind.feed_back].county is None


def test_experts_answer_the_registration_and_lengthen_the_judging():
    found = clocks(lead(State.registered, REGISTERED, move(2, EXPERT, State.registered)))
    assert ClockKind.respond not in found
    assert found[ClockKind.judge].due.on == date(2027, 1, 26)


def test_what_is_handed_in_again_begins_anew_without_its_experts():
    again = move(4, "resubmit", State.registered, date(2027, 1, 20))
    history = (REGISTERED, move(2, EXPERT, State.registered), move(3, "return", State.returned), again)
    found = clocks(lead(State.registered, *history))
    assert (found[ClockKind.judge].seq, found[ClockKind.judge].due.on) == (4, date(2027, 1, 25))
    assert found[ClockKind.respond].due.on == date(2027, 1, 21)


def test_a_lead_loaded_without_history_began_at_its_registration():
    found = clocks(lead(State.registered))
    assert (found[ClockKind.judge].seq, found[ClockKind.judge].started_on) == (0, FRIDAY)
    assert clocks(lead(State.chosen))[ClockKind.decide].started_on == FRIDAY
    untold = lead(State.registered, move(1, "load", State.registered, date(2027, 1, 4)))
    assert clocks(untold)[ClockKind.judge].started_on == FRIDAY


def test_a_state_begins_at_its_first_entry_and_later_entries_only_refresh_the_follow_up():
    history = (
        move(1, "accept", State.accepted, date(2027, 1, 4)),
        move(2, "extend", State.accepted, date(2027, 1, 11)),
    )
    found = clocks(lead(State.accepted, *history, stored={ClockKind.protection: date(2027, 4, 15)}))
    assert set(found) == {ClockKind.protection, ClockKind.follow_up}
    assert found[ClockKind.follow_up].due.on == date(2027, 1, 25)
    reviewed = (
        move(1, "review", State.reviewed, date(2027, 1, 4)),
        move(2, "note", State.reviewed, date(2027, 1, 11)),
    )
    assert clocks(lead(State.reviewed, *reviewed))[ClockKind.accept].due.on == date(2027, 1, 7)


def test_only_evidence_refreshes_a_hold():
    taken = move(3, "hold", State.held, date(2027, 1, 4))
    word = move(4, "note", State.held, date(2027, 1, 8))
    proof = move(5, "note", State.held, date(2027, 1, 11), evidence=True)
    host: dict[str, object] = {"host": HOST, "park": "P1"}
    without = clocks(lead(State.held, taken, word, **host))[ClockKind.hold_progress]
    assert (without.due.on, without.county, without.park) == (date(2027, 2, 3), HOST, "P1")
    shown = clocks(lead(State.held, taken, word, proof, **host))[ClockKind.hold_progress]
    assert (shown.due.on, shown.seq) == (date(2027, 2, 10), 5)
    letter = lead(State.held, taken, word, proofs=[date(2027, 1, 13), date(2027, 1, 12)], **host)
    assert clocks(letter)[ClockKind.hold_progress].due.on == date(2027, 2, 12)
    earlier = move(2, "choose", State.chosen, date(2027, 1, 1), evidence=True)
    assert clocks(lead(State.held, earlier, taken, **host))[ClockKind.hold_progress].seq == 3


def test_a_major_project_has_twice_the_time_for_its_decision():
    chosen = move(1, "choose", State.chosen)
    assert clocks(lead(State.chosen, chosen))[ClockKind.decide].due.on == date(2027, 1, 22)
    assert clocks(lead(State.chosen, chosen, major=True))[ClockKind.decide].due.on == date(2027, 1, 29)


def test_each_host_that_was_asked_has_its_own_clock():
    asked = (
        Asked(HOST, "P1", FRIDAY, date(2027, 1, 22)),
        Asked("611021", "P2", FRIDAY, date(2027, 1, 20)),
    )
    pooled = (move(6, "pool", State.pooled, FRIDAY), move(7, "propose", State.pooled, FRIDAY))
    found = running(lead(State.pooled, *pooled, asked=asked), lambda _: RULES, PLAIN, FRIDAY)
    assert [(clock.kind, clock.county, clock.seq) for clock in found] == [
        (ClockKind.host_reply, "611021", 7),
        (ClockKind.host_reply, HOST, 7),
        (ClockKind.stale, ORIGIN, 7),
    ]


@pytest.mark.parametrize(
    ("today", "colour", "left", "late", "levels"),
    [
        (date(2027, 1, 15), Colour.green, 5, 0, 0),
        (date(2027, 1, 17), Colour.green, 3, 0, 0),
        (date(2027, 1, 18), Colour.yellow, 2, 0, 0),
        (date(2027, 1, 20), Colour.yellow, 0, 0, 0),
        (date(2027, 1, 21), Colour.red, 0, 1, 0),
        (date(2027, 1, 25), Colour.red, 0, 5, 0),
        (date(2027, 1, 26), Colour.red, 0, 6, 1),
    ],
)
def test_green_yellow_red_and_then_who_stands_above(today, colour, left, late, levels):
    # Due on Wednesday 20 January; three working days later is Monday the 25th.
    clock = clocks(lead(State.registered, REGISTERED), today)[ClockKind.judge]
    assert (clock.colour, clock.due.days_left, clock.due.days_late, clock.levels) == (
        colour,
        left,
        late,
        levels,
    )
    assert clock.superiors == (Superior.city_office,) * levels


def test_a_host_is_brought_before_its_leader_and_then_before_the_city():
    taken = lead(State.held, move(1, "hold", State.held, date(2027, 1, 4)), host=HOST, park="P1")
    on_day = {
        day: clocks(taken, day)[ClockKind.hold_progress].superiors
        for day in (date(2027, 2, 8), date(2027, 2, 9), date(2027, 2, 11), date(2027, 2, 12))
    }
    leader, office = Superior.county_leader, Superior.city_office
    assert list(on_day.values()) == [(), (leader,), (leader,), (leader, office)]


def test_days_beyond_the_announced_years_are_provisional():
    late = move(1, "choose", State.chosen, date(2027, 12, 30))
    clock = clocks(lead(State.chosen, late), date(2027, 12, 30))[ClockKind.decide]
    assert clock.due.provisional


STATE = st.sampled_from(sorted(State))
DAY = st.dates(date(2024, 1, 1), date(2030, 12, 31))
MOVES = st.lists(
    st.builds(Moved, st.just(0), st.sampled_from(["register", "resubmit", EXPERT, "note"]), STATE, DAY)
)


@given(state=STATE, moves=MOVES, today=DAY, leap=st.integers(-400, 200))
def test_no_clock_has_a_negative_term_and_a_leap_changes_no_start(state, moves, today, leap):
    told = tuple(Moved(seq, one.action, one.state, one.on) for seq, one in enumerate(moves, start=1))
    asked = lead(state, *told, host=HOST, stored={ClockKind.window: today, ClockKind.protection: today})
    now = running(asked, lambda _: RULES, PLAIN, today)
    then = running(asked, lambda _: RULES, PLAIN, today + timedelta(days=leap))
    assert [(one.kind, one.seq, one.due.on) for one in now] == [
        (one.kind, one.seq, one.due.on) for one in then
    ]
    for clock in (*now, *then):
        assert clock.due.days_left >= 0
        assert clock.due.days_late >= 0
        assert clock.due.act_on >= clock.due.on
        assert 0 <= clock.levels <= len(SUPERIORS[clock.debtor])
        assert clock.levels == 0 or clock.colour is Colour.red
        assert clock.due.overdue is (clock.colour is Colour.red)
    assert bool(now) == (state in STATES)


@given(moves=MOVES, today=DAY)
def test_the_order_of_reading_is_the_sequence(moves, today):
    told = [Moved(seq, one.action, State.registered, one.on) for seq, one in enumerate(moves, start=1)]
    straight = running(lead(State.registered, *told), lambda _: RULES, PLAIN, today)
    assert running(lead(State.registered, *reversed(told)), lambda _: RULES, PLAIN, today) == straight


def test_every_clock_but_the_hosts_answer_stands_in_the_table_once():
    assert sorted(row.kind for row in TABLE) == sorted(set(ClockKind) - {ClockKind.host_reply})
