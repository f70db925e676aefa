"""A question as a document, and its answer: which rule says what.

A document is one of

    {"estate": "200", "claims": {"a": "100", "b": "200"}}
    {"values": {"a": 0, "b": 0, "a,b": 10}}
    {"costs": {"a": 8, "b": 11, "a,b": 11}}

and may name `disagreement`, a figure a party, which Nash's solution starts from. Figures are whole numbers or
texts such as "3.25" and "100/3"; a JSON number with a point is no exact figure and is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from allocation.sharing.advice import claims as rules
from allocation.sharing.advice.claims import Claims, Shares
from allocation.sharing.advice.core import in_core
from allocation.sharing.advice.figures import Figures, as_object, name_of
from allocation.sharing.advice.games import Game, bankruptcy_game, check_size, proportional_to_alone, shapley
from allocation.sharing.advice.nash import nash_of_claims, nash_of_game
from allocation.sharing.advice.nucleolus import nucleolus
from allocation.sharing.advice.proof import proves
from allocation.sharing.advice.refusal import Fault, Refusal

_FORMS = ("claims", "values", "costs")
_NAMED = 5
"""How many missing coalitions a refusal names."""


class AdviceMethod(StrEnum):
    """A rule of fair division."""

    proportional = "proportional"
    cea = "cea"
    cel = "cel"
    talmud = "talmud"
    shapley = "shapley"
    nucleolus = "nucleolus"
    nash = "nash"


CLAIMS_ONLY = frozenset({AdviceMethod.cea, AdviceMethod.cel, AdviceMethod.talmud})
"""Rules that speak of claims and say nothing of a game."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be divided, and what each party has without an agreement, if the document says."""

    problem: Claims | Game
    disagreement: Shares | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule's answer: a share a party, and whether no coalition could do better on its own."""

    method: AdviceMethod
    shares: Mapping[str, Fraction]
    in_core: bool


def read_question(document: object) -> Question:
    """Read a document.

    Raises:
        Refusal: it is no such document; the refusal names the place.
    """
    given = as_object(document, ())
    forms = [form for form in _FORMS if form in given]
    if not forms:
        raise Refusal(Fault.no_form)
    if len(forms) > 1:
        raise Refusal(Fault.two_forms, (forms[1],), first=forms[0], second=forms[1])
    known = {forms[0], "disagreement"} | ({"estate"} if forms == ["claims"] else set())
    for key in given:
        if key not in known:
            raise Refusal(Fault.unknown_key, (key,))
    figures = Figures()
    if forms == ["claims"]:
        if "estate" not in given:
            raise Refusal(Fault.missing_key, ("estate",))
        by_party = figures.by_name(given["claims"], "claims")
        estate = figures.read(given["estate"], ("estate",))
        problem: Claims | Game = Claims(tuple(by_party), tuple(by_party.values()), estate)
    else:
        problem = _game(as_object(given[forms[0]], (forms[0],)), forms[0], figures)
    return Question(problem, _disagreement(given, problem, figures))


def _game(given: Mapping[str, Any], form: str, figures: Figures) -> Game:
    """Read a figure a coalition; the order of names within a key is free."""
    coalitions = [(key, [name_of(part, (form, key)) for part in _parts(key)]) for key in given]
    players = list(dict.fromkeys(name for _, names in coalitions for name in names))
    if not players:
        raise Refusal(Fault.no_players, (form,))
    check_size(len(players))
    place = {name: index for index, name in enumerate(players)}
    worth: list[Fraction | None] = [None] * (1 << len(players))
    worth[0] = Fraction(0)
    for key, names in coalitions:
        mask = sum(1 << place[name] for name in set(names))
        if mask.bit_count() != len(names):
            raise Refusal(Fault.repeated_name, (form, key))
        if worth[mask] is not None:
            raise Refusal(Fault.repeated_coalition, (form, key))
        worth[mask] = figures.read(given[key], (form, key))
    missing = [mask for mask, value in enumerate(worth) if value is None]
    if missing:
        named = (",".join(name for name in players if mask >> place[name] & 1) for mask in missing[:_NAMED])
        raise Refusal(Fault.missing_coalitions, (form,), count=len(missing), first="; ".join(named))
    return Game(tuple(players), tuple(value for value in worth if value is not None), form == "costs")


def _parts(key: str) -> list[str]:
    return key.replace("\uff0c", ",").split(",")  # a comma as a Chinese keyboard types it


def _disagreement(given: Mapping[str, Any], problem: Claims | Game, figures: Figures) -> Shares | None:
    if "disagreement" not in given:
        return None
    parties = problem.parties if isinstance(problem, Claims) else problem.players
    by_party = figures.by_name(given["disagreement"], "disagreement")
    for name in by_party:
        if name not in parties:
            raise Refusal(Fault.unknown_name, ("disagreement", name))
    for name in parties:
        if name not in by_party:
            raise Refusal(Fault.missing_key, ("disagreement", name))
    return tuple(by_party[name] for name in parties)


def advise(question: Question, method: AdviceMethod) -> Advice:
    """Answer a question by one rule.

    Raises:
        Refusal: the rule is not defined on this question.
    """
    problem = question.problem
    if isinstance(problem, Claims):
        parties, shares = problem.parties, _of_claims(problem, method, question.disagreement)
    else:
        parties, shares = problem.players, _of_game(problem, method, question.disagreement)
    return Advice(method, dict(zip(parties, shares, strict=True)), in_core(problem, shares))


def _of_claims(problem: Claims, method: AdviceMethod, disagreement: Shares | None) -> Shares:
    match method:
        case AdviceMethod.proportional:
            return rules.proportional(problem)
        case AdviceMethod.cea:
            return rules.equal_awards(problem)
        case AdviceMethod.cel:
            return rules.equal_losses(problem)
        case AdviceMethod.talmud:
            return rules.talmud(problem)
        case AdviceMethod.nash:
            return nash_of_claims(problem, disagreement)
        case _:
            return _of_game(bankruptcy_game(problem), method, None)


def _of_game(game: Game, method: AdviceMethod, disagreement: Shares | None) -> Shares:
    match method:
        case AdviceMethod.proportional:
            return proportional_to_alone(game)
        case AdviceMethod.shapley:
            return shapley(game)
        case AdviceMethod.nash:
            return nash_of_game(game, disagreement)
        case AdviceMethod.nucleolus:
            return _proven_nucleolus(game)
        case _:
            raise Refusal(Fault.wants_claims)


def _proven_nucleolus(game: Game) -> Shares:
    found = nucleolus(game)
    if not proves(game, found):
        raise ArithmeticError("the levels of a nucleolus do not prove it")
    return found.shares
