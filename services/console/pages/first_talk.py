"""首谈争议: protections that end, cases between counties, one case side by side, earlier rulings."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from auth.first_talk import can_conduct
from auth.policy import COUNTY_HANDS
from auth.principal import Principal
from auth.scopes import Scope
from services.console.first_talk_forms import CASE_STEPS
from services.console.frame import Action, render
from services.console.session import NeedsScope
from services.documents.first_talk_routes import ruling_pdf
from services.documents.routes import send
from services.first_talk import service
from services.first_talk.schemas import PrecedentQuery
from services.first_talk.words import RULED_ON, CaseState, Outcome
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, lazy, locale_of
from services.projects.endings import TO_CONFIRM, Stage, endings
from services.projects.protection_words import ANSWERS, PROGRESS
from services.projects.words import GROUNDS
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.projects_accept))]
Word = Annotated[str, Query(max_length=50)]

TONES = {
    CaseState.filed: "warn",
    CaseState.open: "info",
    CaseState.refused: "",
    CaseState.ruled: "ok",
    CaseState.settled: "ok",
    CaseState.withdrawn: "",
}
STAGE_TONES = {
    Stage.unanswered: "warn",
    Stage.answered: "info",
    Stage.request: "warn",
    Stage.agreed: "warn",
    Stage.over: "bad",
}
OUTCOME_TONES = {Outcome.holder: "ok", Outcome.resumed: "info"}


def tabs(path: str, request: Request) -> list[tuple[str, str, bool]]:
    """Return the pages of first negotiation as tabs."""
    locale = locale_of(request)
    return [
        (href, gettext(words, locale), href == path)
        for href, words in (
            ("/first-talk", lazy("到期保护与争议")),
            ("/first-talk/precedents", lazy("裁定先例")),
        )
    ]


@router.get("/first-talk")
async def first_talk(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List the protections that end and the cases."""
    return await list_page(request, principal, session, await clock.today(session, principal.city), {})


async def list_page(
    request: Request, principal: Principal, session: SessionDep, today: date, errors: dict[str, str]
) -> Response:
    """Render the list; 422 with the errors of a batch that was refused."""
    year = (date(today.year, 1, 1), date(today.year, 12, 31))
    office = can_conduct(principal)
    return render(
        request,
        principal,
        "first_talk/list.html",
        status=422 if errors else 200,
        tabs=tabs("/first-talk", request),
        endings=await endings(session, principal, today),
        to_confirm=TO_CONFIRM,
        stage_tones=STAGE_TONES,
        cases=await service.summaries(session, principal, today),
        tones=TONES,
        figures=await service.figures(session, principal, *year) if office else None,
        grounds=GROUNDS,
        names=await unit_names(session, principal.city),
        answers=ANSWERS,
        may_open=office or principal.role in COUNTY_HANDS,
        errors=errors,
    )


@router.get("/first-talk/precedents")
async def precedents(
    request: Request,
    principal: Reader,
    session: SessionDep,
    q: Word = "",
    ground: Word = "",
    chain: Word = "",
    counties: Word = "",
    year: Word = "",
) -> Response:
    """Search earlier rulings."""
    typed = {"q": q, "ground": ground, "chain": chain, "counties": counties, "year": year}
    try:
        asked = PrecedentQuery.model_validate_strings({key: value for key, value in typed.items() if value})
        errors = {}
    except ValidationError as error:
        asked = PrecedentQuery()
        wrong = gettext(lazy("不支持的取值"), locale_of(request))
        errors = {str(place["loc"][0]): wrong for place in error.errors(include_url=False)}
    return render(
        request,
        principal,
        "first_talk/precedents.html",
        status=422 if errors else 200,
        tabs=tabs("/first-talk/precedents", request),
        found=await service.search(session, principal, asked) if not errors else None,
        typed=typed,
        grounds={ground: GROUNDS[ground] for ground in RULED_ON},
        errors=errors,
    )


@router.get("/first-talk/{case:uuid}")
async def case_page(
    case: UUID, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show one case: the evidence side by side for the city, one's own for a county."""
    today = await clock.today(session, principal.city)
    found = await service.find_case(session, principal, case)
    view = await service.view(session, principal, found, today)
    steps = [(name, step) for name, step in CASE_STEPS.items() if step.action in view.actions]
    return render(
        request,
        principal,
        "first_talk/case.html",
        one=view,
        tones=TONES,
        outcome_tones=OUTCOME_TONES,
        actions=[
            Action(
                step.title, f"/first-talk/{view.id}/{name}", "get", "" if place or step.tone else "primary"
            )
            for place, (name, step) in enumerate(steps)
        ],
        office=can_conduct(principal),
        grounds=GROUNDS,
        progress=PROGRESS,
    )


@router.get("/first-talk/{case:uuid}.pdf")
async def case_pdf(case: UUID, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Print the ruling."""
    today = await clock.today(session, principal.city)
    return send(await ruling_pdf(session, principal, case, today))
