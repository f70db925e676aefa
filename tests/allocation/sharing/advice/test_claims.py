"""Claims rules keep the laws that the literature states for them."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.advice.claims import (
    Claims,
    Shares,
    equal_awards,
    equal_losses,
    proportional,
    talmud,
)
from allocation.sharing.advice.refusal import Fault, Refusal
from tests.allocation.sharing.advice.problems import claims_of, claims_problems, few

Rule = Callable[[Claims], Shares]
RULES = [proportional, equal_awards, equal_losses, talmud]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@every_rule
@few
@given(problem=claims_problems())
def test_the_estate_is_given_out_and_nobody_gets_more_than_the_claim(rule: Rule, problem: Claims) -> None:
    shares = rule(problem)
    assert sum(shares) == problem.estate
    assert all(0 <= share <= claim for share, claim in zip(shares, problem.claims, strict=True))


@every_rule
@few
@given(problem=claims_problems(), part=st.fractions(0, 1, max_denominator=9))
def test_nobody_loses_by_a_larger_estate(rule: Rule, problem: Claims, part: Fraction) -> None:
    smaller = claims_of(problem.claims, problem.estate * part)
    assert all(less <= more for less, more in zip(rule(smaller), rule(problem), strict=True))


@every_rule
@few
@given(problem=claims_problems())
def test_larger_claims_get_no_less_and_lose_no_less(rule: Rule, problem: Claims) -> None:
    by_claim = sorted(zip(problem.claims, rule(problem), strict=True))
    for (claim, share), (larger, more) in pairwise(by_claim):
        assert share <= more
        assert claim - share <= larger - more
        assert claim != larger or share == more


@every_rule
@few
@given(problem=claims_problems(), seed=st.randoms(use_true_random=False))
def test_the_order_of_parties_does_not_matter(rule: Rule, problem: Claims, seed: st.DataObject) -> None:
    order = list(range(len(problem.claims)))
    seed.shuffle(order)
    turned = rule(claims_of([problem.claims[index] for index in order], problem.estate))
    assert list(turned) == [rule(problem)[index] for index in order]


@every_rule
@few
@given(problem=claims_problems(), by=st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_the_unit_does_not_matter(rule: Rule, problem: Claims, by: Fraction) -> None:
    scaled = claims_of([claim * by for claim in problem.claims], problem.estate * by)
    assert rule(scaled) == tuple(share * by for share in rule(problem))


@every_rule
@few
@given(problem=claims_problems(), leaving=st.data())
def test_who_stays_divides_what_is_left_the_same_way(
    rule: Rule, problem: Claims, leaving: st.DataObject
) -> None:
    shares = rule(problem)
    staying = leaving.draw(st.lists(st.sampled_from(range(len(shares))), min_size=1, unique=True))
    left = claims_of([problem.claims[index] for index in staying], sum(shares[index] for index in staying))
    assert list(rule(left)) == [shares[index] for index in staying]


def dual(rule: Rule, problem: Claims) -> Shares:
    """What the rule leaves when it divides the losses."""
    lost = rule(claims_of(problem.claims, sum(problem.claims) - problem.estate))
    return tuple(claim - less for claim, less in zip(problem.claims, lost, strict=True))


@few
@given(claims_problems())
def test_awards_and_losses_are_dual_and_talmud_and_proportional_their_own_duals(problem: Claims) -> None:
    assert equal_losses(problem) == dual(equal_awards, problem)
    assert talmud(problem) == dual(talmud, problem)
    assert proportional(problem) == dual(proportional, problem)


@few
@given(st.integers(0, 60), st.integers(0, 60), st.fractions(0, 1, max_denominator=12))
def test_talmud_of_two_is_the_contested_garment(one: int, other: int, part: Fraction) -> None:
    """Each concedes what it does not claim; what both claim is halved."""
    estate = part * (one + other)
    to_one, to_other = max(Fraction(0), estate - other), max(Fraction(0), estate - one)
    contested = (estate - to_one - to_other) / 2
    assert talmud(claims_of([one, other], estate)) == (to_one + contested, to_other + contested)


@few
@given(claims_problems())
def test_equal_awards_make_the_smallest_share_as_large_as_can_be(problem: Claims) -> None:
    assert min(equal_awards(problem)) == max(min(rule(problem)) for rule in RULES)


@every_rule
def test_nothing_is_divided_among_nothing(rule: Rule) -> None:
    assert rule(claims_of([0, 0], 0)) == (0, 0)


@pytest.mark.parametrize(
    ("claims", "estate", "fault", "place"),
    [
        ([1, -1], 0, Fault.negative, ("claims", "b")),
        ([1, 1], -1, Fault.negative, ("estate",)),
        ([1, 1], Fraction(21, 10), Fault.estate_above_claims, ("estate",)),
    ],
)
def test_what_no_rule_is_defined_on_is_refused(
    claims: list[int], estate: int, fault: Fault, place: tuple[str, ...]
) -> None:
    with pytest.raises(Refusal) as refused:
        claims_of(claims, estate)
    assert (refused.value.fault, refused.value.place) == (fault, place)
