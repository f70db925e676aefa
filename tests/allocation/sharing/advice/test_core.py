"""Who objects to a division: nobody, just when a division of the whole is in the core."""

from fractions import Fraction

from hypothesis import given

from allocation.sharing.advice.core import Objection, in_core, objections
from allocation.sharing.advice.games import Game, shapley
from tests.allocation.sharing.advice.problems import games


@given(games())
def test_a_division_of_the_whole_is_in_the_core_when_nobody_objects(game: Game) -> None:
    shares = shapley(game)
    against = objections(game, shares)
    assert in_core(game, shares) is (not against)
    place = dict(zip(game.players, shares, strict=True))
    for one in against:
        assert one.given == sum(place[name] for name in one.coalition)
        assert one.given > one.worth if game.costs else one.given < one.worth


def test_who_objects_stands_from_small_groups_to_large() -> None:
    worth = tuple(map(Fraction, (0, 5, 0, 7, 0, 6, 0, 10)))
    zero = (Fraction(0), Fraction(4), Fraction(6))
    assert objections(Game(("a", "b", "c"), worth), zero) == [
        Objection(("a",), Fraction(5), Fraction(0)),
        Objection(("a", "b"), Fraction(7), Fraction(4)),
    ]
    assert objections(Game(("a", "b", "c"), worth, costs=True), zero) == [
        Objection(("b",), Fraction(0), Fraction(4)),
        Objection(("c",), Fraction(0), Fraction(6)),
        Objection(("b", "c"), Fraction(0), Fraction(10)),
    ]
