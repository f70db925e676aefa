"""Filings that may be one firm's over HTTP: the city's list and finding; the filer's warnings."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.projects import duplicates
from services.projects.advice import told_at_filing
from services.projects.answers import Duplicates
from services.projects.dossier import open_dossier
from services.projects.duplicate_schemas import FindingForm, WarningList, WarningView
from services.projects.tables import WarningState

router = APIRouter(prefix="/v1", tags=["projects"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Office = Annotated[Principal, Depends(Requires(Scope.projects_accept))]
State = Annotated[WarningState | Literal["all"], Query(description="open, cleared, noted, different, or all")]


@router.get("/projects/{ref}/duplicates")
async def get_told(
    ref: Annotated[str, Path(min_length=1, max_length=40)], session: SessionDep, principal: Reader
) -> Duplicates:
    """Show the open warnings that a filing got, to those who see the filing in full."""
    return await told_at_filing(session, await open_dossier(session, principal, ref))


@router.get("/duplicates")
async def get_duplicates(
    session: SessionDep, principal: Office, state: State = WarningState.open
) -> WarningList:
    """List warnings of duplicates with both filings, the newest first."""
    wanted = state if isinstance(state, WarningState) else None
    return await duplicates.list_warnings(session, principal, wanted)


@router.get("/duplicates/{warning}")
async def get_duplicate(warning: UUID, session: SessionDep, principal: Office) -> WarningView:
    """Show two filings side by side, and what makes them alike."""
    return await duplicates.side_by_side(session, principal, warning)


@router.post("/duplicates/{warning}/findings")
async def post_finding(
    warning: UUID, body: FindingForm, session: SessionDep, principal: Office, once: IdempotencyDep
) -> WarningView:
    """Take note of a warning, or find that they are two firms; a reason is needed."""

    async def effect() -> WarningView:
        return await duplicates.find_out(session, principal, warning, body)

    return await once.run(principal, principal.city, effect)  # type: ignore[return-value] # a stored answer
