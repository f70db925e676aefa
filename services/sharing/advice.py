"""Advice on fair division for API and page: the pure rules with a bound on the work."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from allocation.sharing.advice.case import Advice, AdviceMethod, Question, advise, read_question
from allocation.sharing.advice.claims import Claims
from allocation.sharing.advice.refusal import Fault, Refusal
from services.sharing.advice_errors import BadAdvice
from services.sharing.advice_schemas import AdviceAnswer, AdviceForm

MOST_COUNTED: Final = 8
"""Of more parties the server does not count all groups; the command does, up to 16."""
_COUNTING: Final = frozenset({AdviceMethod.shapley, AdviceMethod.nucleolus})


def answer(form: AdviceForm) -> AdviceAnswer:
    """Answer a question by one rule.

    Raises:
        BadAdvice: the question is wrong or too large, or the rule is not defined on it.
    """
    try:
        _check_keys(form)
        question = read_question(form.model_dump(exclude={"method"}, exclude_unset=True))
        _check_size(question, (form.method,))
        found = advise(question, form.method)
    except Refusal as error:
        raise BadAdvice.of(error) from None
    shares = {party: str(share) for party, share in found.shares.items()}
    return AdviceAnswer(method=found.method, shares=shares, in_core=found.in_core)


def compare(estate: str, rows: Sequence[tuple[str, str]]) -> tuple[Claims, dict[AdviceMethod, Advice]]:
    """Answer a question of claims by every rule.

    Args:
        estate: what there is.
        rows: each party's name and claim.

    Raises:
        Refusal: the question is wrong or too large; the place names the row by number.
    """
    claims: dict[str, str] = {}
    for number, (name, claim) in enumerate(rows):
        if name in claims:
            raise Refusal(Fault.repeated_name, ("claims", str(number)))
        claims[name] = claim
    try:
        question = read_question({"estate": estate, "claims": claims})
        _check_size(question, tuple(AdviceMethod))
    except Refusal as error:
        raise Refusal(error.fault, _by_row(error.place, claims), **error.facts) from None
    assert isinstance(question.problem, Claims)  # noqa: S101 -- the document above has claims
    return question.problem, {method: advise(question, method) for method in AdviceMethod}


def _by_row(place: tuple[str, ...], claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Name a claim by its row: the names were typed beside it."""
    if len(place) == 2:  # noqa: PLR2004 -- "claims" and a name
        return (place[0], str(list(claims).index(place[1])))
    return place


def _check_keys(form: AdviceForm) -> None:
    """Refuse a game of too many parties by its keys, before a hundred thousand names are read."""
    groups = {**(form.values or {}), **(form.costs or {})}
    most_named = max((1 + key.count(",") + key.count("\uff0c") for key in groups), default=0)
    if len(groups) >= 1 << MOST_COUNTED or most_named > MOST_COUNTED:
        raise Refusal(Fault.too_many_players, count=most_named, most=MOST_COUNTED)


def _check_size(question: Question, methods: Sequence[AdviceMethod]) -> None:
    problem = question.problem
    parties = len(problem.parties) if isinstance(problem, Claims) else len(problem.players)
    counted = not isinstance(problem, Claims) or not _COUNTING.isdisjoint(methods)
    if counted and parties > MOST_COUNTED:
        raise Refusal(Fault.too_many_players, count=parties, most=MOST_COUNTED)


def shown(figure: Fraction) -> str:
    """Write a figure of a page: two decimals, half away from zero, thousands apart."""
    hundredths = (abs(figure) * 200 + 1) // 2
    sign = "-" if figure < 0 and hundredths else ""
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d}"
