"""Nash's solution makes the product of gains largest."""

from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allocation.sharing.advice.claims import Claims, equal_awards
from allocation.sharing.advice.games import Game
from allocation.sharing.advice.nash import nash_of_claims, nash_of_game
from allocation.sharing.advice.refusal import Fault, Refusal
from tests.allocation.sharing.advice.problems import claims_of, claims_problems, few, game_of, games


@few
@given(games())
def test_all_gain_the_same_beyond_what_they_have_alone(game: Game) -> None:
    shares = nash_of_game(game)
    assert sum(shares) == game.whole()
    assert len({share - own for share, own in zip(shares, game.alone(), strict=True)}) == 1


def test_another_disagreement_moves_the_shares() -> None:
    game = game_of([0, 0, 0, 10])
    assert nash_of_game(game) == (5, 5)
    assert nash_of_game(game, (Fraction(4), Fraction(0))) == (7, 3)


@few
@given(claims_problems())
def test_of_claims_it_is_the_equal_award(problem: Claims) -> None:
    assert nash_of_claims(problem) == equal_awards(problem)


@few
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), min_size=2, max_size=3), st.integers(0, 12))
def test_no_other_division_has_a_larger_product(parties: list[tuple[int, int]], spare: int) -> None:
    apart = [own for own, _ in parties]
    claims = [own + room for own, room in parties]
    estate = sum(apart) + spare
    assume(estate <= sum(claims))
    shares = nash_of_claims(claims_of(claims, estate), tuple(map(Fraction, apart)))
    assert sum(shares) == estate
    best = prod(share - own for share, own in zip(shares, apart, strict=True))
    steps = [[Fraction(own) + Fraction(n, 2) for n in range(2 * room + 1)] for own, room in parties]
    for other in product(*steps):
        if sum(other) <= estate:
            assert prod(share - own for share, own in zip(other, apart, strict=True)) <= best


@pytest.mark.parametrize(
    ("apart", "fault"),
    [((-1, 0), Fault.negative), ((4, 0), Fault.disagreement_above_claim), ((3, 3), Fault.no_surplus)],
)
def test_a_disagreement_that_cannot_be_is_refused(apart: tuple[int, int], fault: Fault) -> None:
    with pytest.raises(Refusal) as refused:
        nash_of_claims(claims_of([3, 3], 5), tuple(map(Fraction, apart)))
    assert refused.value.fault is fault


def test_parties_that_are_better_off_alone_do_not_bargain() -> None:
    for game in (game_of([0, 5, 6, 10]), game_of([0, 5, 6, 12], costs=True)):
        with pytest.raises(Refusal) as refused:
            nash_of_game(game)
        assert refused.value.fault is Fault.no_surplus
