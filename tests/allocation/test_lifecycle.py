from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.lifecycle import (
    FINAL_STATES,
    POOL_STATES,
    SIGNED_STATES,
    STAGES,
    TABLE,
    Action,
    Facts,
    Hand,
    Reason,
    State,
    may_reveal,
    moves,
    next_state,
    open_moves,
)

ALL_HANDS = frozenset(Hand)
AGAINST = {
    "extended_before",
    "extension_asked",
    "release_agreed",
    "before_dispute",
    "major",
    "own_lead",
    "others_applied",
    "others_accepted",
    "others_committed",
}
"""Facts that stand against a move, or only choose among targets."""

GOOD = Facts(
    hands=ALL_HANDS,
    **{
        field.name: True
        for field in fields(Facts)
        if field.name not in AGAINST | {"hands", "applied", "terms_accepted", "protection_over"}
    },
)
"""Everything stands for the move that a new host makes."""


def good(action: Action) -> Facts:
    """Return facts that let an action through."""
    facts = GOOD
    if action in {Action.commit, Action.choose}:
        facts = replace(facts, terms_accepted=True)
    if action is Action.step_back:
        facts = replace(facts, applied=True)
    if action is Action.release:
        facts = replace(facts, protection_over=True)
    return facts


MAIN_ROAD = [
    (Action.review, State.reviewed),
    (Action.accept, State.accepted),
    (Action.request_transfer, State.transfer_requested),
    (Action.pool, State.pooled),
    (Action.apply, State.applied),
    (Action.accept_terms, State.terms_accepted),
    (Action.commit, State.committed),
    (Action.choose, State.chosen),
    (Action.hold, State.held),
    (Action.sign, State.signed),
    (Action.contract, State.contracted),
    (Action.incorporate, State.incorporated),
    (Action.make_ready, State.ready),
    (Action.start, State.started),
    (Action.enlist, State.statistics),
    (Action.complete, State.completed),
    (Action.produce, State.producing),
    (Action.reach_output, State.full_output),
]


def test_the_main_road_leads_from_registration_to_full_output():
    state = State.registered
    for action, expected in MAIN_ROAD:
        answer = next_state(state, action, good(action))
        assert answer is expected, (state, action)
        state = expected


def test_every_action_has_one_row_and_every_state_but_the_last_has_a_way_out():
    assert set(TABLE) == set(Action)
    dead_ends = {state for state in State if not moves(state)}
    assert dead_ends == FINAL_STATES
    assert moves(State.full_output) == (Action.end,)


def test_every_state_can_be_reached_from_registration():
    reached, open_ = {State.registered}, [State.registered]
    while open_:
        state = open_.pop()
        for action in moves(state):
            for facts in (good(action), replace(good(action), others_applied=True)):
                answer = next_state(state, action, facts)
                if isinstance(answer, State) and answer not in reached:
                    reached.add(answer)
                    open_.append(answer)
    assert reached == set(State)


@pytest.mark.parametrize("action", list(Action))
def test_a_move_from_a_wrong_state_has_that_one_reason(action):
    for state in set(State) - TABLE[action].sources:
        assert next_state(state, action, GOOD) == (Reason.wrong_state,)


@pytest.mark.parametrize("action", list(Action))
def test_a_move_without_any_facts_names_every_guard(action):
    state = min(TABLE[action].sources)
    facts = Facts(major=True, own_lead=True, extended_before=True, visit_required=True)
    answer = next_state(state, action, facts)
    assert isinstance(answer, tuple)
    assert answer[0] is Reason.not_yours
    bare = {
        Reason.protection_over,
        Reason.extension_open,
        Reason.recall_not_due,
        Reason.applied_before,
        Reason.accepted_before,
        # The minutes are asked for first; what they say, once they are named.
        Reason.not_on_agenda,
        Reason.too_few_opinions,
        Reason.assigned_elsewhere,
    }
    assert set(answer[1:]) | bare >= {reason for reason, _ in TABLE[action].guards}


GUARDED = [
    (Action.review, {"maker_is_other": False}, Reason.same_person),
    (Action.return_, {"reason_given": False}, Reason.no_reason),
    (Action.extend, {"extended_before": True}, Reason.extended_before),
    (Action.extend, {"protection_over": True}, Reason.protection_over),
    (Action.extend, {"evidence_given": False}, Reason.no_evidence),
    (Action.release, {"protection_over": False}, Reason.protection_running),
    (Action.release, {"extension_asked": True}, Reason.extension_open),
    (Action.request_transfer, {"consent_to_pool": False}, Reason.no_consent_to_pool),
    (Action.request_transfer, {"floor_terms_given": False}, Reason.no_floor_terms),
    (Action.request_transfer, {"evidence_given": False}, Reason.no_evidence),
    (Action.pool, {"maker_is_other": False}, Reason.same_person),
    (Action.pool, {"consent_to_pool": False}, Reason.no_consent_to_pool),
    (Action.apply, {"own_lead": True}, Reason.own_lead),
    (Action.apply, {"major": True}, Reason.major_project),
    (Action.apply, {"applied": True}, Reason.applied_before),
    (Action.propose, {"own_lead": True}, Reason.own_lead),
    (Action.accept_terms, {"candidate": False}, Reason.not_a_candidate),
    (Action.accept_terms, {"floor_terms_given": False}, Reason.no_floor_terms),
    (Action.accept_terms, {"terms_accepted": True}, Reason.accepted_before),
    (Action.commit, {"terms_accepted": False}, Reason.terms_not_accepted),
    (Action.commit, {"revealed": False}, Reason.not_revealed),
    (Action.commit, {"commitment_checked": False}, Reason.unchecked_commitment),
    (Action.step_back, {"applied": False}, Reason.not_applied),
    (Action.decline, {"candidate": False}, Reason.not_a_candidate),
    (Action.choose, {"committed": False}, Reason.not_committed),
    (Action.choose, {"consent_to_host": False}, Reason.no_consent_to_host),
    (Action.choose, {"revealed": False}, Reason.not_revealed),
    (Action.hold, {"chosen": False}, Reason.not_the_choice),
    (Action.hold, {"committed": False}, Reason.not_committed),
    (Action.hold, {"major": True, "minutes_given": False}, Reason.no_minutes),
    (Action.recall, {"recall_due": False}, Reason.recall_not_due),
    (Action.sign, {"hosting": False}, Reason.not_the_host),
    (Action.sign, {"date_given": False}, Reason.date_missing),
    (Action.sign, {"date_not_future": False}, Reason.date_in_future),
    (Action.contract, {"date_in_order": False}, Reason.date_before_last),
    (Action.start, {"evidence_given": False}, Reason.no_evidence),
    (Action.fail_to_pool, {"pooled_before": False}, Reason.never_pooled),
    (Action.rule, {"minutes_given": False}, Reason.no_minutes),
    (Action.end, {"minutes_given": False}, Reason.no_minutes),
]


@pytest.mark.parametrize(("action", "change", "reason"), GUARDED)
def test_each_guard_alone_stops_its_move(action, change, reason):
    state = min(TABLE[action].sources)
    assert isinstance(next_state(state, action, good(action)), State)
    assert next_state(state, action, replace(good(action), **change)) == (reason,)


def test_a_major_project_is_held_with_minutes_and_recalled_before_a_host_at_any_time():
    assert next_state(State.chosen, Action.hold, replace(GOOD, major=True)) is State.held
    early = replace(GOOD, recall_due=False, hosting=False)
    assert next_state(State.pooled, Action.recall, early) is State.recalled


@pytest.mark.parametrize(
    ("action", "hands"),
    [
        (Action.review, {Hand.origin_leader}),
        (Action.accept, {Hand.city}),
        (Action.pool, {Hand.city}),
        (Action.accept_terms, {Hand.host_leader}),
        (Action.hold, {Hand.city}),
        (Action.request_transfer, {Hand.origin, Hand.origin_leader}),
        (Action.commit, {Hand.host, Hand.host_leader}),
    ],
)
def test_only_the_named_hands_may_move(action, hands):
    state = min(TABLE[action].sources)
    for hand in Hand:
        answer = next_state(state, action, replace(good(action), hands=frozenset({hand})))
        assert isinstance(answer, State) == (hand in hands), hand


@pytest.mark.parametrize(
    ("source", "facts", "target"),
    [
        (State.terms_accepted, {"others_applied": True}, State.applied),
        (State.terms_accepted, {}, State.pooled),
        (State.committed, {"others_accepted": True}, State.terms_accepted),
        (State.committed, {"others_accepted": True, "others_committed": True}, State.committed),
        (State.chosen, {"chosen": False, "others_committed": True}, State.chosen),
        (State.chosen, {"others_committed": True}, State.committed),
    ],
)
def test_without_a_host_the_project_falls_back_to_what_the_others_hold_up(source, facts, target):
    assert next_state(source, Action.decline, replace(GOOD, **facts)) is target
    stepping = replace(GOOD, applied=True, **facts)
    assert next_state(source, Action.step_back, stepping) is target


def test_who_asked_in_time_is_extended_late_and_who_agrees_is_released_early():
    late = replace(GOOD, protection_over=True, extension_asked=True)
    assert next_state(State.accepted, Action.extend, late) is State.accepted
    early = replace(GOOD, protection_over=False, release_agreed=True)
    assert next_state(State.accepted, Action.release, early) is State.released


def test_a_dispute_ends_where_it_began_or_where_the_city_accepts_afresh():
    back = replace(GOOD, before_dispute=State.released)
    assert next_state(State.disputed, Action.resume, back) is State.released
    assert next_state(State.disputed, Action.resume, GOOD) is State.reviewed
    assert next_state(State.disputed, Action.give_way, GOOD) is State.withdrawn


def test_a_second_host_does_not_set_the_project_back():
    assert next_state(State.committed, Action.apply, GOOD) is State.committed
    assert next_state(State.committed, Action.accept_terms, GOOD) is State.committed
    assert next_state(State.applied, Action.propose, GOOD) is State.applied


def test_open_moves_ask_for_what_a_form_can_bring_and_nothing_else():
    bare = Facts(hands=frozenset({Hand.city}))
    assert open_moves(State.reviewed, bare) == (
        Action.return_,
        Action.accept,
        Action.dispute,
        Action.withdraw,
        Action.lose,
    )
    assert Action.release not in open_moves(State.accepted, bare)
    assert Action.release in open_moves(State.accepted, replace(bare, protection_over=True))
    assert open_moves(State.reviewed, Facts()) == ()
    assert Action.request_transfer in open_moves(State.accepted, Facts(hands=frozenset({Hand.origin})))


def test_groups_of_states_do_not_overlap():
    assert not POOL_STATES & SIGNED_STATES
    assert not FINAL_STATES & (POOL_STATES | SIGNED_STATES)
    assert set(STAGES) == SIGNED_STATES


FACTS = st.builds(
    Facts,
    hands=st.frozensets(st.sampled_from(list(Hand))),
    **{field.name: st.booleans() for field in fields(Facts) if field.name not in {"hands", "before_dispute"}},
    before_dispute=st.none() | st.sampled_from(list(State)),
)


@given(st.sampled_from(list(State)), st.sampled_from(list(Action)), FACTS)
def test_an_answer_is_one_state_or_reasons(state, action, facts):
    answer = next_state(state, action, facts)
    if isinstance(answer, State):
        assert action in moves(state)
        assert facts.hands & TABLE[action].hands
    else:
        assert answer
        assert len(set(answer)) == len(answer)


@given(FACTS)
def test_no_name_is_revealed_before_the_terms_are_accepted(facts):
    assert may_reveal(facts) == (facts.terms_accepted and facts.consent_to_county and facts.origin_agrees)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("on_agenda", Reason.not_on_agenda),
        ("opinions_enough", Reason.too_few_opinions),
        ("assigned_here", Reason.assigned_elsewhere),
    ],
)
def test_a_major_project_is_held_only_as_the_joint_meeting_assigned_it(fact, reason):
    meeting = {"on_agenda": True, "opinions_enough": True, "assigned_here": True}
    whole = replace(GOOD, major=True, **meeting)
    assert next_state(State.chosen, Action.hold, whole) is State.held
    assert next_state(State.chosen, Action.hold, replace(whole, **{fact: False})) == (reason,)
    small = replace(GOOD, major=False, **dict.fromkeys(meeting, False))
    assert next_state(State.chosen, Action.hold, small) is State.held


def test_a_joint_visit_is_asked_for_where_the_city_requires_it():
    bare = replace(GOOD, visited=False, visit_required=False, terms_accepted=True)
    assert next_state(State.terms_accepted, Action.commit, bare) is State.committed
    required = replace(bare, visit_required=True)
    assert next_state(State.terms_accepted, Action.commit, required) == (Reason.no_joint_visit,)
    assert next_state(State.terms_accepted, Action.commit, replace(required, visited=True)) is State.committed


STEPS = st.lists(st.tuples(st.sampled_from(list(Action)), st.booleans(), st.booleans()), max_size=40)


@given(STEPS)
def test_on_no_path_does_a_host_commit_or_hold_without_terms_and_name(steps):
    """Walk at random with one host whose facts follow its own moves alone."""
    state, facts = State.registered, replace(GOOD, revealed=False, committed=False, chosen=False)
    for action, consents, other in steps:
        facts = replace(facts, consent_to_county=facts.consent_to_county and consents, others_applied=other)
        answer = next_state(state, action, facts)
        if not isinstance(answer, State):
            continue
        if action is Action.accept_terms:
            facts = replace(facts, terms_accepted=True)
        if action is Action.commit:
            assert facts.terms_accepted
            assert facts.revealed
            facts = replace(facts, committed=True)
        if action is Action.choose:
            facts = replace(facts, chosen=True)
        if may_reveal(facts) and facts.terms_accepted:
            facts = replace(facts, revealed=True)
        if facts.revealed:
            assert facts.terms_accepted
        if answer in {State.pooled, State.recalled} and action != Action.propose:
            facts = replace(facts, terms_accepted=False, revealed=False, committed=False, chosen=False)
        state = answer
        if state is State.held:
            assert facts.terms_accepted
            assert facts.committed
            assert facts.chosen
