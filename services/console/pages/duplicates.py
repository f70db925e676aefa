"""重复核对: warnings of duplicates side by side for the city, and who asked for which firm."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.firms import service as firms
from services.firms.words import ALIKE_WORDS
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.projects import duplicates
from services.projects.duplicate_schemas import FindingForm
from services.projects.tables import WarningState
from services.projects.words import STATE_LABELS
from services.regions.repo import unit_names

router = APIRouter()

Office = Annotated[Principal, Depends(NeedsScope(Scope.projects_accept))]
Watcher = Annotated[Principal, Depends(NeedsScope(Scope.audit_read))]
STATES = {
    WarningState.open: lazy("重复待核"),
    WarningState.noted: lazy("已注明"),
    WarningState.different: lazy("核定为两家企业"),
    WarningState.cleared: lazy("更正后不再相似"),
}


@router.get("/duplicates")
async def show_list(
    request: Request,
    principal: Office,
    session: SessionDep,
    state: Annotated[str, Query(max_length=20)] = "open",
) -> Response:
    """List warnings of one state."""
    wanted = WarningState(state) if state in set(WarningState) else None
    return render(
        request,
        principal,
        "duplicates/list.html",
        found=await duplicates.list_warnings(session, principal, wanted),
        names=await unit_names(session, principal.city),
        alike_words=ALIKE_WORDS,
        states=STATES,
        state=state,
    )


@router.get("/duplicates/checks")
async def show_checks(request: Request, principal: Watcher, session: SessionDep) -> Response:
    """List who asked whether which firm is registered."""
    return render(
        request,
        principal,
        "duplicates/checks.html",
        found=await firms.list_checks(session, principal),
        names=await unit_names(session, principal.city),
    )


@router.get("/duplicates/{warning:uuid}")
async def show_pair(request: Request, principal: Office, session: SessionDep, warning: UUID) -> Response:
    """Show two filings side by side."""
    return await _pair(request, principal, session, warning, {})


@router.post("/duplicates/{warning:uuid}")
async def post_finding(
    request: Request,
    principal: Office,
    session: SessionDep,
    warning: UUID,
    finding: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Write what the city makes of the warning: 303 to the list, 422 with the form otherwise."""
    try:
        form = FindingForm.model_validate({"finding": finding, "reason": reason})
        async with session.begin_nested():
            await duplicates.find_out(session, principal, warning, form)
    except ValidationError:
        errors = {"reason": gettext(lazy("请选择处理意见并写明理由"), locale_of(request))}
        return await _pair(request, principal, session, warning, errors, typed=reason)
    except DomainError as error:
        return await _pair(request, principal, session, warning, field_errors(request, error), typed=reason)
    return redirect(request, "/duplicates", lazy("已记录处理意见"))


async def _pair(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    warning: UUID,
    errors: dict[str, str],
    typed: str = "",
) -> Response:
    return render(
        request,
        principal,
        "duplicates/pair.html",
        status=422 if errors else 200,
        row=await duplicates.side_by_side(session, principal, warning),
        names=await unit_names(session, principal.city),
        alike_words=ALIKE_WORDS,
        states=STATES,
        state_labels=STATE_LABELS,
        errors=errors,
        typed=typed,
    )
