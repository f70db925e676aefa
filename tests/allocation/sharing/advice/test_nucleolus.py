"""The nucleolus against judges of its own: a floating-point chain, Kohlberg's criterion, closed forms."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.advice.claims import Claims, talmud
from allocation.sharing.advice.core import in_core
from allocation.sharing.advice.games import Game, bankruptcy_game
from allocation.sharing.advice.nucleolus import Level, Nucleolus, nucleolus
from allocation.sharing.advice.proof import proves
from allocation.sharing.advice.refusal import Fault, Refusal
from tests.allocation.sharing.advice.problems import (
    CLOSE,
    Chain,
    claims_of,
    claims_problems,
    excesses,
    few,
    game_of,
    games,
    games_with_core,
    unbalanced,
)


@few
@given(games())
def test_a_floating_point_chain_finds_the_same(game: Game) -> None:
    found = nucleolus(game)
    assert proves(game, found)
    sign = -1 if game.costs else 1
    for exact, near in zip(found.shares, Chain(game).shares(), strict=True):
        assert abs(sign * float(exact) - near) < CLOSE


@few
@given(games(most=5))
def test_kohlbergs_criterion_holds(game: Game) -> None:
    shares = nucleolus(game).shares
    assert sum(shares) == game.whole()
    assert min(excesses(game, shares)[1 << index] for index in range(len(shares))) >= 0
    assert list(unbalanced(game, shares)) == []


def test_kohlbergs_criterion_sees_another_division() -> None:
    game = game_of([0, 0, 0, 0, 0, 1, 1, 1])
    assert list(unbalanced(game, (Fraction(1, 6), Fraction(1, 6), Fraction(2, 3)))) != []


@few
@given(games_with_core())
def test_it_lies_in_the_core_when_there_is_one(game: Game) -> None:
    found = nucleolus(game)
    assert in_core(game, found.shares)
    assert proves(game, found)


@few
@given(claims_problems())
def test_of_a_bankruptcy_game_it_is_the_talmud_rule(problem: Claims) -> None:
    assert nucleolus(bankruptcy_game(problem)).shares == talmud(problem)


def test_of_twelve_claims_it_is_the_talmud_rule() -> None:
    claims = [37, 411, 92, 640, 5, 288, 733, 150, 61, 512, 330, 204]
    for part in (Fraction(1, 5), Fraction(1, 2), Fraction(17, 20)):
        problem = claims_of(claims, part * sum(claims))
        game = bankruptcy_game(problem)
        found = nucleolus(game)
        assert found.shares == talmud(problem)
        assert proves(game, found)


@few
@given(games(), st.integers(1, 5), st.integers(-20, 20))
def test_unit_and_what_each_has_already_do_not_matter(game: Game, by: int, more: int) -> None:
    shifted = game_of(
        [by * worth + more * (mask & 1) for mask, worth in enumerate(game.worth)], costs=game.costs
    )
    first, *others = nucleolus(game).shares
    assert nucleolus(shifted).shares == (by * first + more, *(by * share for share in others))


def test_a_floor_holds_where_the_levels_alone_would_break_it() -> None:
    """Any two of the first three get 10 by themselves; to calm them the fourth would give up its own 4."""
    worth = [10 if (mask & 7).bit_count() >= 2 else 0 for mask in range(16)]
    worth[8] = 4
    worth[15] = 10
    game = game_of(worth)
    found = nucleolus(game)
    assert found.shares == (2, 2, 2, 4)
    assert set(found.levels[0].floors) == {3}
    assert proves(game, found)
    assert list(unbalanced(game, found.shares)) == []
    assert not proves(game, replace(found, shares=(Fraction(10, 3),) * 3 + (Fraction(0),)))


def test_one_player_gets_the_whole() -> None:
    assert nucleolus(game_of([0, 7])) == Nucleolus((Fraction(7),), ())


def test_parties_that_are_better_off_alone_are_not_advised() -> None:
    for game in (game_of([0, 5, 6, 10]), game_of([0, 5, 6, 12], costs=True)):
        with pytest.raises(Refusal) as refused:
            nucleolus(game)
        assert refused.value.fault is Fault.no_surplus


AIRPORT = game_of([(0, 8, 11, 13, 18)[mask.bit_length()] for mask in range(16)], costs=True)
PROVEN = nucleolus(AIRPORT)
LEVEL = PROVEN.levels[0]


def changed(**parts: object) -> Nucleolus:
    return replace(PROVEN, levels=(replace(LEVEL, **parts), *PROVEN.levels[1:]))


@pytest.mark.parametrize(
    "false",
    [
        replace(PROVEN, shares=(Fraction(3), Fraction(3), Fraction(3), Fraction(8))),
        replace(PROVEN, shares=(Fraction(9), Fraction(0), Fraction(0), Fraction(9))),
        replace(PROVEN, shares=(Fraction(2), Fraction(3), Fraction(4), Fraction(9))),
        replace(PROVEN, levels=PROVEN.levels[:-1]),
        replace(PROVEN, levels=()),
        changed(excess=LEVEL.excess + 1),
        changed(coalitions={mask: weight / 2 for mask, weight in LEVEL.coalitions.items()}),
        changed(coalitions={mask: -weight for mask, weight in LEVEL.coalitions.items()}),
        changed(coalitions={}),
        changed(floors={0: Fraction(1)}),
        changed(settled={}),
        changed(settled={1: Fraction(1)}),
    ],
)
def test_a_false_proof_is_seen(false: Nucleolus) -> None:
    assert proves(AIRPORT, PROVEN)
    assert not proves(AIRPORT, false)


def test_a_level_says_what_it_proves() -> None:
    """Two parties and 10 between them: each gets 5 more than nothing, weighed half and half."""
    half = Fraction(1, 2)
    found = nucleolus(game_of([0, 0, 0, 10]))
    assert found == Nucleolus((5, 5), (Level(Fraction(5), {1: half, 2: half}, {}, {3: -half}),))
