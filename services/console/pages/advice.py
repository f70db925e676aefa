"""分享建议: what rules of fair division say of claims, or of what groups gain or cost; nothing is kept."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import zip_longest
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.sharing.advice.case import Advice, AdviceMethod
from allocation.sharing.advice.claims import Claims
from allocation.sharing.advice.refusal import Refusal
from auth.principal import Principal
from auth.scopes import Scope
from services.console.advice_words import (
    EXAMPLE_SIZE,
    FORMS,
    GAMES,
    chart_of,
    claims_example,
    game_example,
    labels_of,
    names_of,
    said,
)
from services.console.frame import render
from services.console.session import NeedsScope
from services.kit.i18n import gettext, locale_of
from services.sharing.advice import MOST_COUNTED, compare, shown
from services.sharing.advice_games import SIZES, Answers, WrongFields, compare_game, exact, field_of, groups
from services.sharing.words import MEANINGS, METHODS

router = APIRouter()


class Form(StrEnum):
    """What the question is: claims on an estate, or what groups of parties gain or cost."""

    claims = "claims"
    values = "values"
    costs = "costs"


Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]
Word = Annotated[str, Query(max_length=64)]
Words = Annotated[list[Word], Query(max_length=MOST_COUNTED, default_factory=list)]
Size = Literal["", "2", "3", "4"]
_FEWEST_ROWS: Final = 4
CHARTED: Final = (
    AdviceMethod.proportional,
    AdviceMethod.cea,
    AdviceMethod.cel,
    AdviceMethod.talmud,
    AdviceMethod.shapley,
)
"""Those that differ: of claims Nash's solution is the equal award, and the nucleolus the Talmud rule."""
_WORDS: Final = {"methods": METHODS, "meanings": MEANINGS}


@router.get("/advice")
async def advice(
    request: Request,
    principal: Reader,
    party: Words,
    claim: Words,
    estate: Word = "",
    form: Form = Form.claims,
    parties: Size = "",
    compared: bool = False,
    example: bool = False,
) -> Response:
    """Show the form, and below it every rule's shares of what was filled in.

    The fields of a game, `party-1` and `worth-12`, are read from the address; `compared` says that they are
    to be worked out. With `example` a made-up question is filled in.
    """
    if form is not Form.claims:
        count = int(parties or 0)
        return _of_game(request, principal, form, count, asked=compared or example, example=example)
    if example:
        estate, filled = claims_example(locale_of(request))
        typed = list(filled)
    else:
        typed = [(name.strip(), figure.strip()) for name, figure in zip_longest(party, claim, fillvalue="")]
    return _of_claims(request, principal, estate, typed)


def _of_claims(request: Request, principal: Principal, estate: str, typed: list[tuple[str, str]]) -> Response:
    places = [place for place, row in enumerate(typed) if any(row)]
    errors: dict[str, str] = {}
    problem: Claims | None = None
    found: dict[AdviceMethod, Advice] = {}
    if estate.strip() or places:
        try:
            problem, found = compare(estate, [typed[place] for place in places])
        except Refusal as error:
            errors = {_field(error.place, places): said(error, locale_of(request))}
    charted = [method for method in CHARTED if found]
    return render(
        request,
        principal,
        "advice/show.html",
        status=422 if errors else 200,
        form=Form.claims,
        forms=FORMS,
        estate=estate,
        rows=_rows(typed[: max(places, default=-1) + 1]),
        most=MOST_COUNTED,
        errors=errors,
        problem=problem,
        found=found,
        charted=charted,
        chart=chart_of(problem.parties if problem else (), charted, found),
        shown=shown,
        exact=exact,
        words=_WORDS,
    )


def _of_game(
    request: Request, principal: Principal, form: Form, count: int, *, asked: bool, example: bool
) -> Response:
    """Show the form of a game: first the number of parties, then a field a group and every rule's shares."""
    locale = locale_of(request)
    typed: Mapping[str, str] = game_example(form.value, locale) if example else request.query_params
    count = EXAMPLE_SIZE if example else count
    names = [typed.get(f"party-{number}", "").strip() for number in range(1, count + 1)]
    called = [name or offered for name, offered in zip(names, names_of(locale), strict=False)]
    labels = labels_of(called, locale)
    colon = gettext("：", locale)
    errors: dict[str, str] = {}
    answers: Answers | None = None
    if count and asked:
        try:
            answers = compare_game(names, typed, costs=form is Form.costs)
        except WrongFields as error:
            errors = {field: said(fault, locale) for field, fault in error.faults.items()}
    found = answers.found if answers else {}
    return render(
        request,
        principal,
        "advice/game.html",
        status=422 if errors else 200,
        form=form,
        forms=FORMS,
        words={**_WORDS, **GAMES[form.value]},
        sizes=SIZES,
        count=count,
        names=names if answers or errors else called,
        groups=[field_of(group) for group in groups(count)],
        labels=labels,
        typed=typed,
        errors=errors,
        summary={field: f"{labels[field]}{colon}{text}" for field, text in errors.items()},
        answers=answers,
        refused={method: said(error, locale) for method, error in answers.refused.items()} if answers else {},
        chart=chart_of(answers.game.players if answers else (), list(found), found),
        shown=shown,
        exact=exact,
    )


def _rows(typed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep what was typed, with one row more to type in, and four at least."""
    wanted = min(max(_FEWEST_ROWS, len(typed) + 1), MOST_COUNTED)
    return typed + [("", "")] * (wanted - len(typed))


def _field(place: tuple[str, ...], places: list[int]) -> str:
    """Name the form's field of a refusal: the claim of a row, the estate, or the form as a whole."""
    if place[:1] == ("estate",):
        return "estate"
    return f"claim-{places[int(place[1])]}" if len(place) > 1 else ""
