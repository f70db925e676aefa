"""Opening and voiding a 三方流转确认书."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import confirmations, listing
from services.agreements.tables import TransferConfirmation
from services.console.frame import redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import lazy

router = APIRouter()

Writer = Annotated[Principal, Depends(NeedsScope(Scope.agreements_write))]
Reason = Annotated[str, Form(max_length=500)]
ProjectRef = Annotated[str, Query(max_length=60)]


@router.get("/confirmations/new")
async def new_confirmation(
    request: Request, principal: Writer, session: SessionDep, project: ProjectRef = ""
) -> Response:
    """Choose the project of a new confirmation; its text follows from the project."""
    waiting = await listing.held_without(session, principal, TransferConfirmation)
    return render(
        request,
        principal,
        "agreements/new_confirmation.html",
        projects=[(str(row.id), f"{row.code} {row.name}") for row in waiting],
        project=project,
        errors={},
    )


@router.post("/confirmations/new")
async def open_confirmation(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    project: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Open a confirmation for signing."""
    today = await clock.today(session, principal.city)
    made = await confirmations.open_confirmation(session, principal, project, today)
    return redirect(
        request, f"/confirmations/{made.id}", lazy("已生成确认书 {code}，请三方签署"), code=made.code
    )


@router.post("/confirmations/{confirmation_id:uuid}/void")
async def void(
    confirmation_id: UUID, request: Request, principal: Writer, session: SessionDep, reason: Reason = ""
) -> Response:
    """Void a confirmation that is not signed by all sides."""
    await confirmations.end_confirmation(session, principal, confirmation_id, reason.strip() or "—")
    return redirect(request, f"/confirmations/{confirmation_id}", lazy("确认书已作废"))
