from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.precedence import Filing, Ground, Verdict, precedence

EARLY, LATE = date(2026, 5, 8), date(2026, 6, 1)


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
