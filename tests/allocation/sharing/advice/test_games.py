"""Games, the Shapley value and the core."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.advice.claims import Claims, Shares, equal_awards, equal_losses, talmud
from allocation.sharing.advice.core import in_core
from allocation.sharing.advice.games import (
    MOST_PLAYERS,
    Game,
    bankruptcy_game,
    gains,
    proportional_to_alone,
    reduced,
    shapley,
)
from allocation.sharing.advice.refusal import Fault, Refusal
from tests.allocation.sharing.advice.problems import (
    average_over_orders,
    claims_of,
    claims_problems,
    excesses,
    few,
    game_of,
    games,
    games_with_core,
    total,
)

Rule = Callable[[Claims], Shares]


@few
@given(claims_problems())
def test_a_coalition_is_worth_what_the_others_leave(problem: Claims) -> None:
    game = bankruptcy_game(problem)
    everybody = len(game.worth) - 1
    for mask, worth in enumerate(game.worth):
        assert worth == max(0, problem.estate - total(problem.claims, everybody ^ mask))


def test_more_players_than_can_be_counted_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        bankruptcy_game(Claims(tuple("abcdefghijklmnopq"), (Fraction(1),) * (MOST_PLAYERS + 1), Fraction(1)))
    assert refused.value.fault is Fault.too_many_players


@few
@given(games(most=5))
def test_shapley_is_the_average_over_all_orders(game: Game) -> None:
    assert shapley(game) == average_over_orders(game)


@few
@given(games(most=5))
def test_shapley_gives_out_the_whole(game: Game) -> None:
    assert sum(shapley(game)) == game.whole()


@few
@given(games(), st.integers(0, 5))
def test_who_brings_the_same_to_all_gets_that(game: Game, own: int) -> None:
    larger = game_of([*game.worth, *(worth + own for worth in game.worth)], costs=game.costs)
    assert shapley(larger) == (*shapley(game), own)


@few
@given(st.lists(st.integers(-9, 20), min_size=1, max_size=5), st.booleans())
def test_equals_get_the_same(by_size: list[int], costs: bool) -> None:
    worth = [[0, *by_size][mask.bit_count()] for mask in range(2 ** len(by_size))]
    assert set(shapley(game_of(worth, costs=costs))) == {Fraction(by_size[-1], len(by_size))}


@few
@given(st.data())
def test_the_value_of_a_sum_is_the_sum_of_values(data: st.DataObject) -> None:
    players = data.draw(st.integers(1, 4))
    worths = st.lists(st.integers(-9, 9), min_size=2**players - 1, max_size=2**players - 1)
    one, other = ([0, *data.draw(worths)] for _ in range(2))
    both = shapley(game_of([a + b for a, b in zip(one, other, strict=True)]))
    parts = zip(shapley(game_of(one)), shapley(game_of(other)), strict=True)
    assert both == tuple(a + b for a, b in parts)


@few
@given(claims_problems(most=5), st.sampled_from([equal_awards, equal_losses, talmud]), st.data())
def test_the_core_of_claims_is_that_of_their_game(problem: Claims, rule: Rule, data: st.DataObject) -> None:
    game = bankruptcy_game(problem)
    shares = rule(problem)
    assert in_core(problem, shares)
    assert in_core(problem, shapley(game))
    moved = list(shares)
    by = data.draw(st.fractions(-5, 5, max_denominator=3))
    moved[0] += by
    moved[-1] -= by
    assert in_core(problem, tuple(moved)) == in_core(game, tuple(moved))
    assert not in_core(problem, (shares[0] + 1, *shares[1:]))
    assert not in_core(game, (shares[0] + 1, *shares[1:]))


@few
@given(st.one_of(games(), games_with_core()), st.data())
def test_the_core_gives_every_coalition_its_worth(game: Game, data: st.DataObject) -> None:
    shares = list(shapley(game))
    shares[0] += data.draw(st.fractions(-3, 3, max_denominator=2))
    excess = excesses(game, tuple(shares))
    assert in_core(game, tuple(shares)) == (min(excess) >= 0 and excess[-1] == 0)


def test_proportional_follows_what_each_is_worth_alone() -> None:
    assert proportional_to_alone(game_of([0, 1, 3, 10])) == (Fraction(5, 2), Fraction(15, 2))
    assert proportional_to_alone(game_of([0, 6, 3, 6], costs=True)) == (4, 2)


@pytest.mark.parametrize(
    ("game", "fault", "place"),
    [
        (game_of([0, 0, 0, 10]), Fault.nothing_to_measure, ()),
        (game_of([0, 1, -1, 10]), Fault.negative, ("values", "b")),
        (game_of([0, -1, 1, 10], costs=True), Fault.negative, ("costs", "a")),
    ],
)
def test_proportional_wants_something_to_follow(game: Game, fault: Fault, place: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        proportional_to_alone(game)
    assert (refused.value.fault, refused.value.place) == (fault, place)


def test_worth_becomes_whole_numbers_of_which_more_is_better() -> None:
    game = Game(("a", "b"), (Fraction(0), Fraction(1, 2), Fraction(1, 3), Fraction(2)), costs=True)
    assert gains(game) == ([0, -3, -2, -12], 6)
    assert reduced([4, -6]) == [2, -3]
    assert reduced([2, 3]) == [2, 3]


def test_claims_of_two_in_order() -> None:
    assert bankruptcy_game(claims_of([100, 200], 200)).worth == (0, 0, 100, 200)
