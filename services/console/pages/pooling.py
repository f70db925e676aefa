"""Around the pool: investors' codes, the ruling on a report, what was lost and what went to the province."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.errors import AuthError
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.project_fields import fill
from services.console.session import NeedsScope
from services.kit.clock import Clock
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.pooling import investors, losses, referrals, reports, service
from services.pooling.answers import LinkAnswer
from services.pooling.errors import NoSuchReport
from services.pooling.schemas import LinkForm, ReferralAnswerForm, RulingForm
from services.pooling.words import REFERRAL_REASONS, REFERRAL_STATES, RULINGS, ReferralState
from services.projects import service as projects
from services.projects.pool_words import LOSS_REASONS
from services.regions.repo import unit_names

router = APIRouter()

Speaker = Annotated[Principal, Depends(NeedsScope(Scope.projects_consent))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.projects_pool))]
Words = Annotated[str, Form(max_length=2000)]


@router.get("/projects/{ref}/investor")
async def codes(ref: str, request: Request, principal: Speaker, session: SessionDep) -> Response:
    """List the investor's codes of a project."""
    return await _codes(request, session, principal, ref, {}, None)


@router.post("/projects/{ref}/investor")
async def issue(
    ref: str, request: Request, principal: Speaker, session: SessionDep, contact: Words = ""
) -> Response:
    """Issue a code; this page alone shows it."""
    form, errors = fill(LinkForm, {"contact": contact}, locale_of(request))
    if form is None:
        return await _codes(request, session, principal, ref, errors, None)
    made = await investors.issue(session, principal, ref[:40], form)
    return await _codes(request, session, principal, ref, {}, made)


@router.post("/projects/{ref}/investor/{link:uuid}/revoke")
async def revoke(ref: str, link: UUID, request: Request, principal: Speaker, session: SessionDep) -> Response:
    """Revoke a code."""
    await investors.revoke(session, principal, ref[:40], link)
    return redirect(request, f"/projects/{ref[:40]}/investor", lazy("查询码已失效"))


async def _codes(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    ref: str,
    errors: dict[str, str],
    made: LinkAnswer | None,
) -> Response:
    dossier = await projects.open_dossier(session, principal, ref[:40])
    around = await service.around_dossier(session, dossier)
    today = dossier.today
    return render(
        request,
        principal,
        "pooling/codes.html",
        status=422 if errors else 200,
        ref=dossier.project.public_id,
        links=around.links,
        errors=errors,
        made=made,
        on=today,
    )


@router.get("/projects/{ref}/reports/{report:uuid}")
async def show_report(
    ref: str, report: UUID, request: Request, principal: Office, session: SessionDep
) -> Response:
    """Show a report with the form of its ruling."""
    return await _report(request, session, principal, ref, report, {})


@router.post("/projects/{ref}/reports/{report:uuid}")
async def rule_report(
    ref: str,
    report: UUID,
    request: Request,
    principal: Office,
    session: SessionDep,
    ruling: Annotated[str, Form(max_length=20)] = "",
    reason: Words = "",
) -> Response:
    """Rule on a report."""
    locale = locale_of(request)
    form, errors = fill(RulingForm, {"ruling": ruling, "reason": reason}, locale)
    if form is not None:
        try:
            async with session.begin_nested():
                await reports.rule(session, principal, report, form)
        except DomainError as error:
            errors = field_errors(request, error)
        except AuthError as error:
            errors = {"": gettext(error.title, locale)}
    if errors:
        return await _report(request, session, principal, ref, report, errors)
    return redirect(request, f"/projects/{ref[:40]}", lazy("已下结论"))


async def _report(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    ref: str,
    report: UUID,
    errors: dict[str, str],
) -> Response:
    dossier = await projects.open_dossier(session, principal, ref[:40])
    around = await service.around_dossier(session, dossier)
    found = next((row for row in around.reports if row.id == report), None)
    if found is None:
        raise NoSuchReport
    return render(
        request,
        principal,
        "pooling/report.html",
        status=422 if errors else 200,
        ref=dossier.project.public_id,
        report=found,
        names=await unit_names(session, principal.city),
        rulings=RULINGS,
        errors=errors,
    )


@router.get("/pool/figures")
async def figures(
    request: Request,
    principal: Office,
    session: SessionDep,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Response:
    """Show the leads lost out of the city by reason, and those handed to the province."""
    return await _figures(request, session, principal, year, {})


@router.post("/pool/figures/referrals/{referral:uuid}")
async def answer_referral(
    referral: UUID,
    request: Request,
    principal: Office,
    session: SessionDep,
    state: Annotated[str, Form(max_length=20)] = "",
    answer: Words = "",
    answered_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Record what the province answered."""
    given = {"state": state, "answer": answer, "answered_on": answered_on}
    form, errors = fill(ReferralAnswerForm, given, locale_of(request))
    if form is not None:
        try:
            async with session.begin_nested():
                await referrals.answer(session, principal, referral, form)
        except DomainError as error:
            errors = field_errors(request, error)
    if errors:
        return await _figures(request, session, principal, None, errors)
    return redirect(request, "/pool/figures", lazy("已登记省级答复"))


async def _figures(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    year: int | None,
    errors: dict[str, str],
) -> Response:
    today = await Clock().today(session, principal.city)
    answers = [ReferralState.taken, ReferralState.returned, ReferralState.placed]
    locale = locale_of(request)
    return render(
        request,
        principal,
        "pooling/figures.html",
        status=422 if errors else 200,
        found=await losses.losses(session, principal, year or today.year),
        referrals=(await referrals.referrals(session, principal)).items,
        reasons={reason.value: label for reason, label in LOSS_REASONS.items()},
        why=REFERRAL_REASONS,
        states=REFERRAL_STATES,
        answers=[(state.value, gettext(REFERRAL_STATES[state], locale)) for state in answers],
        open_states=referrals.OPEN,
        on=today,
        errors=errors,
    )
