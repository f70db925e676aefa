"""分享建议: what rules of fair division say of claims on an estate too small for them; nothing is kept."""

from itertools import zip_longest
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.sharing.advice.case import Advice, AdviceMethod
from allocation.sharing.advice.claims import Claims
from allocation.sharing.advice.refusal import Refusal
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.kit.i18n import gettext, locale_of
from services.sharing.advice import MOST_COUNTED, compare, shown
from services.sharing.words import CORE, FAULTS, MEANINGS, METHODS

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]
Word = Annotated[str, Query(max_length=64)]
Words = Annotated[list[Word], Query(max_length=MOST_COUNTED, default_factory=list)]
_FEWEST_ROWS: Final = 4
CHARTED: Final = (
    AdviceMethod.proportional,
    AdviceMethod.cea,
    AdviceMethod.cel,
    AdviceMethod.talmud,
    AdviceMethod.shapley,
)
"""Those that differ: of claims Nash's solution is the equal award, and the nucleolus the Talmud rule."""


@router.get("/advice")
async def advice(
    request: Request, principal: Reader, party: Words, claim: Words, estate: Word = ""
) -> Response:
    """Show the form, and below it every rule's shares of what was filled in."""
    typed = [(name.strip(), figure.strip()) for name, figure in zip_longest(party, claim, fillvalue="")]
    places = [place for place, row in enumerate(typed) if any(row)]
    errors: dict[str, str] = {}
    problem: Claims | None = None
    found: dict[AdviceMethod, Advice] = {}
    if estate.strip() or places:
        try:
            problem, found = compare(estate, [typed[place] for place in places])
        except Refusal as error:
            facts = {key: str(value) for key, value in error.facts.items()}
            errors = {_field(error.place, places): gettext(FAULTS[error.fault], locale_of(request), **facts)}
    return render(
        request,
        principal,
        "advice/show.html",
        status=422 if errors else 200,
        estate=estate,
        rows=_rows(typed[: max(places, default=-1) + 1]),
        most=MOST_COUNTED,
        errors=errors,
        problem=problem,
        found=found,
        charted=[method for method in CHARTED if found],
        shown=shown,
        words={"methods": METHODS, "meanings": MEANINGS, "core": CORE},
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
