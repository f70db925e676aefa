"""异议: what a county may object to, an objection with its thread and answer; and the report on overrides."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.errors import AuthError
from auth.objections import can_see_overrides_by_officer
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import redirect, render
from services.console.matching_words import Field, Reader, form_errors
from services.console.once import Done, once
from services.console.session import NeedsScope
from services.files.service import own_unbound
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError, NotFound
from services.kit.i18n import gettext, lazy, locale_of
from services.matching import objection_views as views
from services.matching import objection_words, objections, overrides, words
from services.matching.objecting import object_to
from services.matching.objection_schemas import MatchAnswerForm, MatchObjectionForm, MessageForm
from services.regions.repo import unit_names

router = APIRouter()

Objector = Annotated[Principal, Depends(NeedsScope(Scope.matches_object))]
Inspector = Annotated[Principal, Depends(NeedsScope(Scope.matches_inspect))]

WORDS: dict[str, Any] = {
    "grounds": objection_words.GROUNDS,
    "standings": objection_words.STANDINGS,
    "outcomes": objection_words.OUTCOMES,
    "consequences": objection_words.CONSEQUENCES,
    "overrides": words.OVERRIDES,
    "bodies": words.DECIDING_BODIES,
}


@router.get("/matches/objections")
async def desk(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show what one may object to, and the objections."""
    return render(
        request,
        principal,
        "objections/list.html",
        desk=await views.desk(session, principal),
        names=await unit_names(session, principal.city),
        words=WORDS,
    )


@router.get("/matches/objections/new")
async def new(
    request: Request,
    principal: Objector,
    session: SessionDep,
    project: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show the form of an objection."""
    return await _form(request, session, principal, project, {}, {})


@router.post("/matches/objections/new")
async def add(
    request: Request,
    principal: Objector,
    session: SessionDep,
    project: Field = "",
    ground: Field = "",
    reasons: Field = "",
    evidence: Field = "",
    file: Field = "",
) -> Response:
    """Object to a proposal or a decision."""
    typed = {"ground": ground, "reasons": reasons, "evidence": evidence, "file": file}
    concern = await _concern(session, principal, project)
    try:
        form = MatchObjectionForm.model_validate({**typed, "file": file or None})

        async def objected() -> Done:
            made = await object_to(session, principal, form, decision=concern.decision, ref=concern.project)
            return Done(to=f"/matches/objections/{made}", note=lazy("已提出异议"))

        return await once(request, principal, session, objected)
    except (ValidationError, DomainError) as error:
        return await _form(request, session, principal, project, typed, form_errors(request, error))


async def _concern(session: AsyncSession, principal: Principal, project: str) -> Any:
    found = (await views.desk(session, principal)).concerns
    concern = next((row for row in found if row.project == project), None)
    if concern is None:
        raise NotFound
    return concern


async def _form(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    project: str,
    typed: dict[str, str],
    errors: dict[str, str],
) -> Response:
    return render(
        request,
        principal,
        "objections/new.html",
        status=422 if errors else 200,
        concern=await _concern(session, principal, project),
        files=await own_unbound(session, principal),
        typed={"ground": "", "reasons": "", "evidence": "", "file": ""} | typed,
        errors=errors,
        words=WORDS,
    )


@router.get("/matches/objections/{objection_id:uuid}")
async def one(request: Request, objection_id: UUID, principal: Reader, session: SessionDep) -> Response:
    """Show an objection with its thread."""
    return await _one(request, session, principal, objection_id, {})


@router.post("/matches/objections/{objection_id:uuid}/{act}")
async def act(
    request: Request,
    objection_id: UUID,
    act: str,
    principal: Objector,
    session: SessionDep,
    reviewer: Field = "",
    upheld: Field = "",
    rerun: Field = "",
    reason: Field = "",
    text: Field = "",
    file: Field = "",
) -> Response:
    """Name the reviewer, answer, withdraw, or say something."""
    if act not in {"reviewer", "answer", "withdrawal", "messages"}:
        raise NotFound
    done = lazy("已发送")
    try:
        async with session.begin_nested():
            match act:
                case "reviewer":
                    await objections.name_reviewer(session, principal, objection_id, _uuid(reviewer))
                    done = lazy("已指定复核人")
                case "answer":
                    asked = {"upheld": upheld == "yes", "reason": reason, "rerun": rerun == "yes"}
                    answer = MatchAnswerForm.model_validate(asked)
                    await objections.answer(session, principal, objection_id, answer)
                    done = lazy("已答复异议")
                case "withdrawal":
                    why = reason or gettext(lazy("自行撤回"), "zh")
                    await objections.withdraw(session, principal, objection_id, why)
                    done = lazy("已撤回异议")
                case "messages":
                    said = MessageForm.model_validate({"text": text, "file": file or None})
                    await objections.say(session, principal, objection_id, said)
    except NotFound:
        raise
    except (ValidationError, DomainError) as error:
        return await _one(request, session, principal, objection_id, form_errors(request, error))
    except AuthError as error:
        return await _one(
            request, session, principal, objection_id, {"": gettext(error.title, locale_of(request))}
        )
    return redirect(request, f"/matches/objections/{objection_id}", done)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


async def _one(
    request: Request, session: AsyncSession, principal: Principal, objection_id: UUID, errors: dict[str, str]
) -> Response:
    shown = await views.view(session, principal, objection_id)
    fit = await objections.independent(session, principal, objection_id) if shown.may_name else []
    return render(
        request,
        principal,
        "objections/one.html",
        status=422 if errors else 200,
        one=shown,
        reviewers=fit,
        files=await own_unbound(session, principal) if shown.may_say else [],
        names=await unit_names(session, principal.city),
        words=WORDS,
        errors=errors,
    )


def _asked(today: date, since: str, until: str, by: str) -> overrides.OverridesQuery:
    """Read the report's question; what cannot be read is the year so far, by quarter."""
    given = {
        "since": since or date(today.year, 1, 1).isoformat(),
        "until": until or today.isoformat(),
        "by": by or "quarter",
    }
    try:
        return overrides.OverridesQuery.model_validate(given)
    except ValidationError:
        return overrides.OverridesQuery(since=date(today.year, 1, 1), until=today)


Asked = Annotated[str, Query(max_length=20)]


@router.get("/reports/overrides")
async def report(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    since: Asked = "",
    until: Asked = "",
    by: Asked = "",
) -> Response:
    """Show how often the city decided for another than the first rank."""
    asked = _asked(await clock.today(session, principal.city), since, until, by)
    return render(
        request,
        principal,
        "objections/report.html",
        report=await overrides.report(session, principal, asked),
        officers=None,
        asked=asked,
        may_inspect=can_see_overrides_by_officer(principal),
        names=await unit_names(session, principal.city),
        words=WORDS,
        errors={},
    )


@router.get("/reports/overrides/officers")
async def officers(
    request: Request,
    principal: Inspector,
    session: SessionDep,
    clock: ClockDep,
    since: Asked = "",
    until: Asked = "",
    by: Asked = "",
) -> Response:
    """Show inspection who signed overrides; the reading is recorded."""
    asked = _asked(await clock.today(session, principal.city), since, until, by)
    found = await overrides.by_officer(session, principal, asked)
    return render(
        request,
        principal,
        "objections/report.html",
        report=await overrides.report(session, principal, asked),
        officers=found,
        asked=asked,
        may_inspect=True,
        names=await unit_names(session, principal.city),
        words=WORDS,
        errors={},
    )
