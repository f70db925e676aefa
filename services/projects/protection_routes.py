"""The end of a protection over HTTP: the county's answers, the city's word on an extension, the release."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import etag, require_if_match
from services.projects import service
from services.projects.answers import ProjectAnswer
from services.projects.endings import Stage, endings
from services.projects.protection_schemas import AnswerForm, ExtensionForm, ReleaseForm, ReleasesForm
from services.projects.protection_words import AnswerKind, Progress
from services.projects.steps import protecting
from services.projects.tables import Project, ProtectionAnswer

router = APIRouter(prefix="/v1", tags=["projects"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Origin = Annotated[Principal, Depends(Requires(Scope.projects_transfer))]
Office = Annotated[Principal, Depends(Requires(Scope.projects_accept))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


class AnswerView(BaseModel):
    """One answer of a county."""

    id: UUID
    kind: AnswerKind
    evidence_kind: Progress | None
    evidence: str
    happened_on: date | None
    reason: str
    by_name: str
    on_date: date


class EndingView(BaseModel):
    """A protection that ends, or that its county has brought before the city."""

    project: str
    name: str
    origin: str
    version: int
    until: date
    days: int
    """Days left; negative once it is over."""
    stage: Stage
    idle: bool
    pieces: int
    """Pieces of evidence of follow-up."""
    answers: list[AnswerView]


class Endings(BaseModel):
    """Protections that end, soonest first."""

    items: list[EndingView]


class Released(BaseModel):
    """The leads whose release was confirmed."""

    items: list[str]


def answer_view(row: ProtectionAnswer) -> AnswerView:
    """Return an answer as it goes out."""
    return AnswerView(**{name: getattr(row, name) for name in AnswerView.model_fields})


@router.get("/first-talk/protections")
async def get_protections(session: SessionDep, principal: Reader, clock: ClockDep) -> Endings:
    """List the protections that end soon, have ended, or were brought before the city."""
    found = await endings(session, principal, await clock.today(session, principal.city))
    return Endings(
        items=[
            EndingView(
                project=row.project.public_id,
                name=row.project.name,
                origin=row.project.origin,
                version=row.project.version,
                until=row.until,
                days=row.days,
                stage=row.stage,
                idle=row.idle,
                pieces=len(row.standing.pieces),
                answers=[answer_view(answer) for answer in row.standing.term],
            )
            for row in found
        ]
    )


@router.post("/first-talk/releases", response_model=Released)
async def post_releases(
    body: ReleasesForm, session: SessionDep, principal: Office, once: IdempotencyDep
) -> Response:
    """Confirm several releases at once: all, or none."""

    async def effect() -> Released:
        form = ReleaseForm(reason=body.reason)
        moved = await protecting.confirm_releases(session, principal, body.refs, form)
        return Released(items=[project.public_id for project in moved])

    return await once.run(principal, principal.city, effect)


Act = Callable[..., Awaitable[Project]]


async def _run(
    act: Act,
    ref: str,
    request: Request,
    body: BaseModel,
    session: AsyncSession,
    principal: Principal,
    once: Any,
) -> Response:
    version = require_if_match(request)

    async def effect() -> ProjectAnswer:
        project = await act(session, principal, ref, body, version=version)
        return ProjectAnswer(project=await service.project(session, principal, project.public_id))

    answer: Response = await once.run(
        principal, principal.city, effect, headers=lambda made: {"ETag": etag(made.project.version)}
    )
    return answer


@router.post("/projects/{ref}/protection/answers", response_model=ProjectAnswer)
async def post_answer(
    ref: Ref,
    request: Request,
    body: AnswerForm,
    session: SessionDep,
    principal: Origin,
    once: IdempotencyDep,
) -> Response:
    """Answer for one's own lead before its protection ends."""
    return await _run(protecting.answer, ref, request, body, session, principal, once)


@router.post("/projects/{ref}/protection/extension", response_model=ProjectAnswer)
async def post_extension(
    ref: Ref,
    request: Request,
    body: ExtensionForm,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
) -> Response:
    """Grant or refuse the extension that the county asked for."""
    return await _run(protecting.decide_extension, ref, request, body, session, principal, once)


@router.post("/projects/{ref}/protection/confirm-release", response_model=ProjectAnswer)
async def post_release(
    ref: Ref,
    request: Request,
    body: ReleaseForm,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
) -> Response:
    """Confirm that a lead is released."""
    return await _run(protecting.confirm_release, ref, request, body, session, principal, once)
