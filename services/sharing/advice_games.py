"""Advice on a game as a page asks it: the worth of every group of a few parties, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from allocation.sharing.advice.case import CLAIMS_ONLY, Advice, AdviceMethod, Question, advise
from allocation.sharing.advice.core import Objection, objections
from allocation.sharing.advice.figures import Figures, name_of
from allocation.sharing.advice.games import Game
from allocation.sharing.advice.refusal import Fault, Refusal

SIZES: Final = (2, 3, 4)
"""How many parties a page has fields for: four have 15 groups."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the rules say of a game.

    Attributes:
        game: what was asked.
        found: the shares by rule, of the rules that answer.
        refused: why the others do not; those that speak of claims only are in neither.
        against: by rule, the groups that could do better on their own.
        hollow: whether the core is empty: no division at all satisfies every group.
    """

    game: Game
    found: Mapping[AdviceMethod, Advice]
    refused: Mapping[AdviceMethod, Refusal]
    against: Mapping[AdviceMethod, Sequence[Objection]]
    hollow: bool


class WrongFields(ValueError):
    """What is wrong, by field: `party-2` is the second name, `worth-13` the figure of the first and third."""

    def __init__(self, faults: Mapping[str, Refusal]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def groups(count: int) -> list[tuple[int, ...]]:
    """List every group of so many parties, as numbers from 1: small ones first, the whole last."""
    numbers = range(1, count + 1)
    return [group for size in numbers for group in combinations(numbers, size)]


def field_of(group: Sequence[int]) -> str:
    """Name a group's field: `worth-13`."""
    return "worth-" + "".join(map(str, group))


def compare_game(names: Sequence[str], typed: Mapping[str, str], *, costs: bool) -> Answers:
    """Answer by every rule that speaks of games.

    Args:
        names: of the parties, as typed.
        typed: the figure of every group, by its field.
        costs: whether the figures are costs, of which less is better.

    Raises:
        WrongFields: with every field that is wrong.
    """
    faults: dict[str, Refusal] = {}
    players = _names(names, faults)
    worth = _worth(len(names), typed, faults)
    if faults:
        raise WrongFields(faults)
    game = Game(players, worth, costs)
    found: dict[AdviceMethod, Advice] = {}
    refused: dict[AdviceMethod, Refusal] = {}
    for method in AdviceMethod:
        if method in CLAIMS_ONLY:
            continue
        try:
            found[method] = advise(Question(game), method)
        except Refusal as error:
            refused[method] = error
    against = {method: objections(game, tuple(one.shares.values())) for method, one in found.items()}
    nucleolus = found.get(AdviceMethod.nucleolus)  # it is in the core whenever there is one
    return Answers(game, found, refused, against, nucleolus is None or not nucleolus.in_core)


def _names(names: Sequence[str], faults: dict[str, Refusal]) -> tuple[str, ...]:
    players: list[str] = []
    for number, typed in enumerate(names, start=1):
        field = f"party-{number}"
        try:
            name = name_of(typed, ())
        except Refusal as error:
            faults[field] = error
            continue
        if name in players:
            faults[field] = Refusal(Fault.repeated_name)
        players.append(name)
    return tuple(players)


def _worth(count: int, typed: Mapping[str, str], faults: dict[str, Refusal]) -> tuple[Fraction, ...]:
    """Read the figures in the order of bit masks; that of nobody is 0."""
    figures = Figures()
    worth = [Fraction(0)] * (1 << count)
    for group in groups(count):
        field = field_of(group)
        written = typed.get(field, "").strip()
        if not written:
            faults[field] = Refusal(Fault.missing_key)
            continue
        try:
            worth[sum(1 << number - 1 for number in group)] = figures.read(written, ())
        except Refusal as error:
            faults[field] = error
    return tuple(worth)


def exact(figure: Fraction) -> str:
    """Write a figure as a fraction where two decimals do not hold it, else nothing."""
    return "" if 100 % figure.denominator == 0 else str(figure)
