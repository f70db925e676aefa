"""Approval sheets: cases worked by hand, and laws that no order of acts breaks."""

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.approving import (
    FINAL,
    TABLE,
    Act,
    Ask,
    Facts,
    Reason,
    Sheet,
    SheetState,
    Step,
    StepKind,
    Verb,
    act,
    next_state,
    open_verbs,
)

MAKER = frozenset({"maker"})
TWO = Sheet(maker=MAKER, steps=(Step(key=1), Step(key=2)))
BESIDE = Sheet(
    maker=MAKER,
    steps=(
        Step(key=1, kind=StepKind.countersign),
        Step(key=2, kind=StepKind.read, person="reader"),
        Step(key=3, kind=StepKind.countersign),
        Step(key=4),
    ),
)


def ask(sheet: Sheet, verb: Verb, *hands: str, **facts: object) -> Ask:
    given_facts: dict[str, object] = {"may_sign": frozenset({1, 2, 3, 4}), "reason": True}
    return Ask(verb=verb, hands=frozenset(hands), seen=len(sheet.acts), **(given_facts | facts))  # type: ignore[arg-type]


def done(sheet: Sheet, verb: Verb, *hands: str, **facts: object) -> Sheet:
    after = act(sheet, ask(sheet, verb, *hands, **facts))
    assert isinstance(after, Sheet), after
    return after


def refused(sheet: Sheet, verb: Verb, *hands: str, **facts: object) -> set[Reason]:
    after = act(sheet, ask(sheet, verb, *hands, **facts))
    assert not isinstance(after, Sheet)
    return set(after)


def keys(sheet: Sheet) -> list[int]:
    return [step.key for step in sheet.open_steps]


def test_two_steps_are_signed_in_their_order_by_two_people() -> None:
    assert keys(TWO) == [1]
    one = done(TWO, Verb.agree, "a")
    assert (one.state, keys(one)) == (SheetState.open, [2])
    assert refused(one, Verb.agree, "a") == {Reason.same_person}
    both = done(one, Verb.agree, "b")
    assert (both.state, keys(both)) == (SheetState.agreed, [])
    assert both.signers == {"a", "b"}
    assert refused(both, Verb.agree, "c") == {Reason.wrong_state}


def test_the_maker_signs_nothing_not_even_by_a_delegate_or_for_another() -> None:
    assert refused(TWO, Verb.agree, "maker") == {Reason.same_person}
    assert refused(TWO, Verb.agree, "deputy", "maker") == {Reason.same_person}
    signed = done(TWO, Verb.agree, "deputy", "chief")
    assert refused(signed, Verb.agree, "chief") == {Reason.same_person}
    assert refused(signed, Verb.agree, "deputy") == {Reason.same_person}


def test_countersigners_stand_side_by_side_and_a_reader_holds_nobody_up() -> None:
    assert keys(BESIDE) == [1, 3]
    one = done(BESIDE, Verb.agree, "b", step=3)
    assert keys(one) == [1]
    both = done(one, Verb.agree, "a")
    assert keys(both) == [4]
    assert done(both, Verb.agree, "c").state is SheetState.agreed


def test_a_signer_adds_another_before_and_after() -> None:
    before = done(TWO, Verb.add_before, "a", person="x")
    assert keys(before) == [3]
    assert refused(before, Verb.agree, "a") == {Reason.not_signer}
    named = done(before, Verb.agree, "x", may_sign=frozenset())
    assert keys(named) == [1]
    after = done(named, Verb.add_after, "a", person="y")
    assert [step.key for step in after.steps] == [3, 1, 4, 2]
    assert keys(done(after, Verb.agree, "a")) == [4]


@pytest.mark.parametrize("person", ["maker", "a", "x", "s"])
def test_the_added_signer_is_nobody_who_made_signed_or_is_to_sign(person: str) -> None:
    signed = done(
        Sheet(maker=MAKER, steps=(Step(key=1), Step(key=2), Step(key=3, person="x"))), Verb.agree, "s"
    )
    assert refused(signed, Verb.add_before, "a", person=person) == {Reason.person_unfit}
    assert refused(signed, Verb.add_before, "a") == {Reason.no_person}


def test_forwarding_puts_another_in_ones_place() -> None:
    moved = done(TWO, Verb.forward, "a", person="x")
    assert refused(moved, Verb.agree, "a") == {Reason.not_signer}
    assert keys(done(moved, Verb.agree, "x", may_sign=frozenset())) == [2]


def test_a_return_to_the_maker_clears_every_signature_and_is_handed_in_again() -> None:
    back = done(done(TWO, Verb.agree, "a"), Verb.return_, "b")
    assert (back.state, back.left) == (SheetState.returned, 2)
    assert refused(back, Verb.submit, "a") == {Reason.not_maker}
    again = done(back, Verb.submit, "maker")
    assert (again.state, keys(again), again.steps[0].turn) == (SheetState.open, [1], 1)
    assert done(again, Verb.agree, "b").acts[-1] == Act(
        verb=Verb.agree, hands=frozenset({"b"}), step=1, turn=1
    )


def test_a_return_to_an_earlier_step_keeps_those_before_it() -> None:
    three = replace(TWO, steps=(*TWO.steps, Step(key=3)))
    signed = done(done(three, Verb.agree, "a"), Verb.agree, "b")
    assert keys(done(signed, Verb.return_, "c", to=2)) == [2]
    assert refused(signed, Verb.return_, "c", to=3) == {Reason.no_earlier_step}
    assert refused(signed, Verb.return_, "c", reason=False) == {Reason.no_reason}


def test_a_signer_withdraws_until_the_next_acts() -> None:
    one = done(TWO, Verb.agree, "a")
    assert refused(one, Verb.withdraw_act, "b") == {Reason.next_acted}
    read = done(one, Verb.copy, "a", person="reader")
    free = done(read, Verb.withdraw_act, "a")
    assert (keys(free), len(free.acts)) == ([1], 3)
    taken = done(done(free, Verb.agree, "a"), Verb.add_before, "b", person="x")
    assert refused(taken, Verb.withdraw_act, "a") == {Reason.next_acted}
    assert refused(TWO, Verb.withdraw_act, "a") == {Reason.next_acted}


def test_the_maker_withdraws_until_somebody_acts() -> None:
    assert done(TWO, Verb.withdraw, "maker").state is SheetState.withdrawn
    assert refused(TWO, Verb.withdraw, "a") == {Reason.not_maker}
    assert refused(done(TWO, Verb.agree, "a"), Verb.withdraw, "maker") == {Reason.already_acted}


def test_copying_needs_a_share_in_the_matter_and_is_open_after_the_end() -> None:
    assert refused(TWO, Verb.copy, "z", may_sign=frozenset(), person="x") == {Reason.not_involved}
    assert done(TWO, Verb.copy, "z", may_sign=frozenset(), person="x", involved=True).left == 2
    refused_sheet = done(TWO, Verb.refuse, "a")
    assert refused_sheet.state is SheetState.refused
    assert done(refused_sheet, Verb.copy, "maker", person="x").steps[-1].person == "x"


def test_who_read_an_older_sheet_is_told_so() -> None:
    stale = replace(ask(TWO, Verb.agree, "a"), seen=3)
    assert act(TWO, stale) == (Reason.seen_older,)


def test_what_one_may_do_is_listed() -> None:
    assert open_verbs(TWO, ask(TWO, Verb.agree, "maker", may_sign=frozenset())) == (Verb.copy, Verb.withdraw)
    signing = open_verbs(TWO, ask(TWO, Verb.agree, "a", reason=False))
    assert signing == (
        Verb.agree,
        Verb.refuse,
        Verb.return_,
        Verb.add_before,
        Verb.add_after,
        Verb.forward,
        Verb.copy,
    )


ALL = Facts(**{one.name: True for one in fields(Facts)})
GUARDED = [
    (verb, state, reason)
    for verb, row in TABLE.items()
    for state in sorted(row.sources)
    for reason, _ in row.guards
]
AGAINST: dict[Reason, Callable[[Facts], Facts]] = {
    Reason.seen_older: lambda facts: replace(facts, fresh=False),
    Reason.not_signer: lambda facts: replace(facts, is_signer=False),
    Reason.same_person: lambda facts: replace(facts, other_person=False),
    Reason.not_maker: lambda facts: replace(facts, is_maker=False),
    Reason.not_involved: lambda facts: replace(facts, involved=False),
    Reason.no_reason: lambda facts: replace(facts, reason_given=False),
    Reason.no_person: lambda facts: replace(facts, person_given=False),
    Reason.person_unfit: lambda facts: replace(facts, person_fits=False),
    Reason.no_earlier_step: lambda facts: replace(facts, target_is_earlier=False),
    Reason.already_acted: lambda facts: replace(facts, nobody_acted=False),
    Reason.next_acted: lambda facts: replace(facts, last_signature_own=False),
}


@pytest.mark.parametrize(("verb", "state", "reason"), GUARDED)
def test_each_guard_alone_refuses_with_its_own_reason(verb: Verb, state: SheetState, reason: Reason) -> None:
    assert isinstance(next_state(state, verb, ALL), SheetState)
    assert next_state(state, verb, AGAINST[reason](ALL)) == (reason,)


PEOPLE = ("maker", "a", "b", "c", "d")
Wanted = tuple[Verb, frozenset[str], str | None, int | None, int | None]
ASKS = st.builds(
    lambda verb, who, other, person, to, step: (verb, frozenset({who, other} - {""}), person, to, step),
    st.sampled_from([*Verb, Verb.agree, Verb.agree, Verb.agree]),
    st.sampled_from(PEOPLE),
    st.sampled_from(("", "", "", *PEOPLE)),
    st.sampled_from((None, "x", *PEOPLE)),
    st.sampled_from((None, 1, 2, 3)),
    st.sampled_from((None, 1, 2, 3)),
)


@given(st.sampled_from([TWO, BESIDE]), st.lists(ASKS, max_size=25))
def test_laws(sheet: Sheet, asks: list[Wanted]) -> None:
    for verb, hands, person, to, step in asks:
        before = sheet
        wanted = ask(sheet, verb, *hands, person=person, to=to, step=step)
        after = act(sheet, wanted)
        if not isinstance(after, Sheet):
            assert after
            continue
        sheet = after
        # History only grows, by one act; two acts at once: the second saw an older sheet.
        assert sheet.acts[:-1] == before.acts
        again = act(sheet, wanted)
        assert not isinstance(again, Sheet)
        assert again == (Reason.wrong_state,) or Reason.seen_older in again
        # Every signature is other people's than the maker's and than every other signature's.
        signed = [one.signed for one in sheet.steps if one.signed]
        assert sum(map(len, signed)) == len(sheet.signers)
        assert not sheet.signers & sheet.maker
        # The end is reached by all required signatures, and only by them.
        assert (sheet.state is SheetState.agreed) == (sheet.left == 0)
        assert bool(sheet.open_steps) == (sheet.state is SheetState.open)
        if before.state in FINAL:
            assert verb is Verb.copy
            assert sheet.state is before.state
        # One act a step and turn.
        decided = [(one.step, one.turn) for one in sheet.acts if one.verb in {Verb.agree, Verb.refuse}]
        assert len(decided) == len(set(decided))
