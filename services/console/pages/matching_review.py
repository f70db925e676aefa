"""审核匹配: why and why not, and the city's decision. Its addresses come after those of `matching`."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.lifecycle import Action, State
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.matching_sayings import SAYINGS, nearest
from services.console.matching_words import (
    UNITS,
    WORDS,
    Decider,
    Field,
    Reader,
    Ref,
    form_errors,
    number,
)
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.matching import service
from services.matching.errors import NoSuchMatch
from services.matching.questions import reading
from services.matching.questions import service as questions
from services.matching.questions.words import QuestionKind
from services.matching.schemas import DecisionForm
from services.matching.unmatched import newer_lead
from services.projects import service as projects
from services.projects.steps.chained import sheets_for

router = APIRouter()


@router.get("/matches/decisions/{decision_id}")
async def decision(request: Request, decision_id: UUID, principal: Decider, session: SessionDep) -> Response:
    """Show a decision to its second signer."""
    found = await service.waiting_decision(session, principal, decision_id)
    return await _second(request, principal, session, found, {})


@router.post("/matches/decisions/{decision_id}")
async def sign(
    request: Request, decision_id: UUID, principal: Decider, session: SessionDep, answer: Field = ""
) -> Response:
    """Sign a decision as the second person, or refuse it."""
    found = await service.waiting_decision(session, principal, decision_id)
    try:
        async with session.begin_nested():
            await service.countersign(session, principal, decision_id, agree=answer == "agree")
    except DomainError as error:
        return await _second(request, principal, session, found, field_errors(request, error))
    return redirect(request, "/matches", lazy("已签署"))


async def _second(
    request: Request, principal: Principal, session: AsyncSession, found: Any, errors: dict[str, str]
) -> Response:
    dossier = await projects.open_dossier(session, principal, found.project)
    question = found.question
    return render(
        request,
        principal,
        "matching/decision.html",
        status=422 if errors else 200,
        decision=found,
        project=projects.view_of(dossier),
        names=await service.unit_names(session, principal),
        own=found.decided_by == principal.account,
        priced=None if question is None else await questions.question_of(session, principal, question),
        words=WORDS | SAYINGS,
        errors=errors,
    )


@router.get("/matches/{ref}")
async def match(request: Request, ref: Ref, principal: Reader, session: SessionDep) -> Response:
    """Show what the latest run says of a project, and the form of the decision."""
    try:
        return await _review(request, principal, session, ref, {}, {})
    except NoSuchMatch:
        return await _unmatched(request, principal, session, ref)


@router.post("/matches/{ref}")
async def decide(
    request: Request,
    ref: Ref,
    principal: Decider,
    session: SessionDep,
    run: Field = "",
    version: Field = "",
    park: Field = "",
    override_reason: Field = "",
    minutes: Field = "",
    note: Field = "",
) -> Response:
    """Decide which host holds the project."""
    form = {"park": park, "override_reason": override_reason, "minutes": minutes, "note": note}
    try:
        asked = DecisionForm.model_validate({**form, "override_reason": override_reason or None, "run": run})
        async with session.begin_nested():
            made = await service.decide(
                session,
                principal,
                ref,
                asked.park,
                asked.run,
                override_reason=asked.override_reason,
                minutes=asked.minutes,
                note=asked.note,
                version=number(version),
            )
    except (ValidationError, DomainError) as error:
        return await _review(request, principal, session, ref, form, form_errors(request, error))
    if made.hold is None:
        return redirect(request, "/matches", lazy("已记录审定意见，等待第二人签署"))
    return redirect(request, "/matches", lazy("已审定，承接地已持有该项目"))


async def _unmatched(request: Request, principal: Principal, session: AsyncSession, ref: str) -> Response:
    """Say that the lead is newer than the last run, and what comes next."""
    dossier = await newer_lead(session, principal, ref)
    ran = await service.latest(session, principal)
    return render(
        request,
        principal,
        "matching/unmatched.html",
        project=projects.view_of(dossier),
        run=None if ran is None else service.run_answer(principal, ran),
        names=await service.unit_names(session, principal),
        chosen=None if dossier.chosen is None else dossier.chosen[1],
        may_run=has_scope(principal.role, Scope.matches_run),
        words=WORDS,
    )


async def _review(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    ref: str,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    found = await service.match_of(session, principal, ref)
    card = await reading.why_not(session, principal, ref, found.run)
    asked = await questions.questions_of(session, principal, ref, found.run)
    dossier = await projects.open_dossier(session, principal, ref)
    ran = await service.run_of(session, principal, found.run)
    names = await service.unit_names(session, principal)
    project = projects.view_of(dossier)
    if project.view == "finance":  # finance reads no matches; the scope says so already
        raise NoSuchMatch
    return render(
        request,
        principal,
        "matching/review.html",
        status=422 if errors else 200,
        match=found,
        card=card,
        nearest=nearest(card.parks),
        asked=asked,
        prices={row.park: row for row in reversed(asked) if row.kind is QuestionKind.override_price},
        project=project,
        run=service.run_answer(principal, ran),
        names=names,
        chosen=None if dossier.chosen is None else dossier.chosen[1],
        may_decide=has_scope(principal.role, Scope.matches_decide) and project.state is State.chosen,
        may_decide_city=has_scope(principal.role, Scope.matches_decide),
        may_ask=has_scope(principal.role, Scope.matches_ask),
        sheet=(await sheets_for(session, dossier, [Action.hold])).get(Action.hold),
        waiting=any(row.state == "waiting" for row in found.decisions),
        units=UNITS,
        words=WORDS | SAYINGS,
        form={"park": "", "override_reason": "", "minutes": "", "note": ""} | form,
        errors=errors,
    )
