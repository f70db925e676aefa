from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.precedence import Filing, Ground, Verdict, precedence, side_by_side

EARLY, LATE = date(2026, 5, 8), date(2026, 6, 1)
NINE, TEN = datetime(2026, 5, 8, 9, 0, tzinfo=UTC), datetime(2026, 5, 8, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filings", "verdict"),
    [
        ([Filing(key="a")], Verdict("a", Ground.sole_filing)),
        ([Filing(key="a", accepted_on=EARLY, lapsed=True)], Verdict("a", Ground.sole_filing)),
        (
            [Filing(key="a", accepted_on=EARLY), Filing(key="b", accepted_on=LATE, has_agreement=True)],
            Verdict("b", Ground.agreement),
        ),
        (
            [Filing(key="a", accepted_on=EARLY), Filing(key="b", accepted_on=LATE, follow_ups=9)],
            Verdict("a", Ground.earlier_acceptance),
        ),
        (
            [Filing(key="a", accepted_on=LATE), Filing(key="b")],
            Verdict("a", Ground.earlier_acceptance),
        ),
        (
            [Filing(key="a", accepted_on=EARLY), Filing(key="b", accepted_on=EARLY, follow_ups=1)],
            Verdict("b", Ground.follow_up),
        ),
        (
            [Filing(key="a", accepted_on=EARLY, lapsed=True), Filing(key="b", accepted_on=LATE)],
            Verdict("b", Ground.others_lapsed),
        ),
        (
            [Filing(key="a", accepted_on=LATE, lapsed=True), Filing(key="b", accepted_on=EARLY)],
            Verdict("b", Ground.earlier_acceptance),
        ),
        (
            [Filing(key="a", accepted_on=EARLY), Filing(key="b", accepted_on=EARLY)],
            Verdict(None, Ground.open_question),
        ),
        ([Filing(key="a"), Filing(key="b", follow_ups=3)], Verdict(None, Ground.open_question)),
        (
            [Filing(key="a", accepted_on=EARLY), Filing(key="b", accepted_on=EARLY, ruled_for=True)],
            Verdict("b", Ground.ruling),
        ),
        (
            [
                Filing(key="a", accepted_on=EARLY, has_agreement=True),
                Filing(key="b", accepted_on=LATE, has_agreement=True),
            ],
            Verdict("a", Ground.earlier_acceptance),
        ),
    ],
)
def test_each_rule_decides_in_its_turn(filings, verdict):
    assert precedence(filings) == verdict


def test_nobody_filed():
    with pytest.raises(ValueError, match="nobody"):
        precedence([])


FILINGS = st.lists(
    st.builds(
        Filing,
        key=st.sampled_from("abcdefgh"),
        accepted_on=st.none() | st.sampled_from([EARLY, LATE]),
        accepted_at=st.none()
        | st.sampled_from([datetime(2026, 5, 8, 9, 0, tzinfo=UTC), datetime(2026, 5, 8, 10, 0, tzinfo=UTC)]),
        follow_ups=st.integers(0, 2),
        lapsed=st.booleans(),
        has_agreement=st.booleans(),
        ruled_for=st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda filing: filing.key,
)


@given(FILINGS, st.randoms(use_true_random=False))
def test_the_order_of_filings_does_not_matter(filings, random):
    shuffled = list(filings)
    random.shuffle(shuffled)
    assert precedence(shuffled) == precedence(filings)


@given(FILINGS)
def test_the_holder_filed_and_a_ruling_for_one_always_decides(filings):
    verdict = precedence(filings)
    assert verdict.holder is None or verdict.holder in {filing.key for filing in filings}
    assert (verdict.holder is None) == (verdict.ground is Ground.open_question)
    ruled = [filing.key for filing in filings if filing.ruled_for]
    if len(ruled) == 1:
        assert verdict == Verdict(ruled[0], Ground.ruling)


def test_the_moment_decides_between_filings_of_one_day_where_every_moment_is_known():
    first = Filing(key="a", accepted_on=EARLY, accepted_at=NINE)
    second = Filing(key="b", accepted_on=EARLY, accepted_at=TEN, follow_ups=4)
    assert precedence([second, first]) == Verdict("a", Ground.earlier_acceptance)
    imported = replace(first, accepted_at=None)
    assert precedence([second, imported]) == Verdict("b", Ground.follow_up)
    assert precedence([second, replace(first, accepted_at=TEN)]) == Verdict("b", Ground.follow_up)


def test_a_later_filing_that_lapsed_changes_no_ground():
    standing = Filing(key="a", accepted_on=EARLY)
    assert precedence([standing, Filing(key="b", accepted_on=LATE, lapsed=True)]) == Verdict(
        "a", Ground.earlier_acceptance
    )


def test_each_step_shows_its_fact_of_both_sides_and_which_one_decides():
    left = Filing(key="a", accepted_on=EARLY, accepted_at=NINE, lapsed=True)
    right = Filing(key="b", accepted_on=LATE, follow_ups=2)
    shown = {row.ground: (row.facts, row.favours, row.decides) for row in side_by_side([left, right])}
    assert shown == {
        Ground.agreement: ((False, False), None, False),
        Ground.earlier_acceptance: ((NINE, LATE), "a", False),
        Ground.follow_up: ((0, 2), "b", False),
        Ground.others_lapsed: ((True, False), "b", True),
        Ground.ruling: ((False, False), None, False),
    }
    assert tuple(shown) == (
        Ground.agreement,
        Ground.earlier_acceptance,
        Ground.follow_up,
        Ground.others_lapsed,
        Ground.ruling,
    )


@given(FILINGS)
def test_the_step_that_decides_speaks_for_the_holder_and_no_open_question_has_one(filings):
    verdict = precedence(filings)
    deciding = [row for row in side_by_side(filings) if row.decides]
    if verdict.ground in {Ground.open_question, Ground.sole_filing}:
        assert deciding == []
    else:
        assert [row.ground for row in deciding] == [verdict.ground]
    if verdict.ground in {Ground.agreement, Ground.ruling}:
        assert deciding[0].favours == verdict.holder


@given(FILINGS)
def test_nothing_that_comes_after_the_acceptance_helps_a_filing_that_was_accepted_later(filings):
    verdict = precedence(filings)
    if verdict.ground is Ground.earlier_acceptance:
        others = [filing for filing in filings if filing.key != verdict.holder]
        holder = next(filing for filing in filings if filing.key == verdict.holder)
        served = [replace(filing, follow_ups=filing.follow_ups + 9) for filing in others]
        assert precedence([*served, holder]) == verdict
