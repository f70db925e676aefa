"""The pool over HTTP: `/v1/projects`, `/v1/pool`. Projects are addressed by their public id.

Each act is a sub-resource with its own form; those that bring no more than a reason, evidence, minutes and a
date are posted to `/moves`. All acts on a project need `If-Match`, all posts an `Idempotency-Key`.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT
from services.kit.routing import etag, link_next, not_modified, require_if_match, set_etag
from services.projects import service
from services.projects.answers import (
    ApplicationAnswer,
    CandidateAnswer,
    Duplicates,
    MovesAnswer,
    ProjectAnswer,
    ProjectPage,
)
from services.projects.filing_record import FilingAnswer, filing_of
from services.projects.merging_views import OPEN, pointer
from services.projects.schemas import (
    AcceptanceForm,
    ApplicationForm,
    ChoiceForm,
    CommitmentForm,
    ConsentForm,
    DeclineForm,
    DuplicateQuery,
    Filters,
    MoveForm,
    ProjectForm,
    ProposalForm,
    StepBackForm,
    Strict,
    TransferForm,
)
from services.projects.tables import Project

router = APIRouter(prefix="/v1", tags=["projects"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.projects_write))]
Passer = Annotated[Principal, Depends(Requires(Scope.projects_transfer))]
Proposer = Annotated[Principal, Depends(Requires(Scope.projects_pool))]
Applicant = Annotated[Principal, Depends(Requires(Scope.projects_apply))]
Accepter = Annotated[Principal, Depends(Requires(Scope.projects_terms))]
Committer = Annotated[Principal, Depends(Requires(Scope.projects_commit))]
Consenter = Annotated[Principal, Depends(Requires(Scope.projects_consent))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


class PageQuery(Filters):
    """A list's filters and the place in it."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


Listed = Annotated[PageQuery, Query()]


async def _page(
    request: Request, response: Response, session: AsyncSession, principal: Principal, asked: PageQuery
) -> ProjectPage:
    filters = Filters.model_validate(asked.model_dump(exclude={"cursor", "limit"}))
    found = await service.list_page(
        session,
        principal,
        filters,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    link_next(request, response, found.next)
    return found


@router.get("/pool")
async def get_pool(
    request: Request, response: Response, session: SessionDep, principal: Reader, asked: Listed
) -> ProjectPage:
    """List the pool: masked for outsiders, sorted by deadline for everybody."""
    return await _page(request, response, session, principal, asked.model_copy(update={"scope": "pool"}))


@router.get("/projects")
async def get_projects(
    request: Request, response: Response, session: SessionDep, principal: Reader, asked: Listed
) -> ProjectPage:
    """List projects: the pool, one's own, those one hosts, those offered to one, or all that one knows."""
    return await _page(request, response, session, principal, asked)


@router.post("/projects", status_code=201)
async def post_project(
    body: ProjectForm, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> ProjectAnswer:
    """Register a lead."""

    async def effect() -> ProjectAnswer:
        return await _shown(session, principal, await service.register(session, principal, body))

    return await once.run(  # type: ignore[return-value] # a stored answer is sent as it was
        principal, principal.city, effect, status=201, headers=_created
    )


@router.post("/projects/check")
async def post_check(body: DuplicateQuery, session: SessionDep, principal: Writer) -> Duplicates:
    """Ask whether a firm is registered anywhere in the city. Changes nothing; that it was asked is kept."""
    return await service.find_duplicates(session, principal, body)


@router.get("/projects/{ref}")
async def get_project(
    ref: Ref, request: Request, response: Response, session: SessionDep, principal: Reader
) -> ProjectAnswer:
    """Show a project as this person sees it, with what they may do."""
    dossier = await service.open_dossier(session, principal, ref)
    into = await pointer(session, principal, dossier.project) if dossier.view in OPEN else None
    answer = ProjectAnswer(project=service.view_of(dossier), merged_into=into.id if into else None)
    version = getattr(answer.project, "version", None)
    if version is not None:
        if not_modified(request, version):
            return Response(status_code=304, headers={"ETag": etag(version)})  # type: ignore[return-value] # empty
        set_etag(response, version)
    return answer


@router.patch("/projects/{ref}")
async def patch_project(
    ref: Ref, request: Request, response: Response, body: ProjectForm, session: SessionDep, principal: Writer
) -> ProjectAnswer:
    """Correct a lead that is registered or returned."""
    version = require_if_match(request)
    corrected = await service.correct(session, principal, ref, body, version=version)
    set_etag(response, corrected.version)
    return await _shown(session, principal, corrected)


@router.get("/projects/{ref}/filing")
async def get_filing(ref: Ref, session: SessionDep, principal: Reader) -> FilingAnswer:
    """Show what a filing said and how the entry rules answered; for the origin and the city's office."""
    return await filing_of(session, await service.open_dossier(session, principal, ref))


@router.get("/projects/{ref}/moves")
async def get_moves(ref: Ref, session: SessionDep, principal: Reader) -> MovesAnswer:
    """Show the history that this person may read."""
    dossier = await service.open_dossier(session, principal, ref)
    return MovesAnswer(items=await service.history(session, dossier))


@router.get("/projects/{ref}/applications")
async def get_applications(ref: Ref, session: SessionDep, principal: Reader) -> list[ApplicationAnswer]:
    """Show the open applications that this person may read."""
    return service.applications(await service.open_dossier(session, principal, ref))


@router.get("/projects/{ref}/candidates")
async def get_candidates(ref: Ref, session: SessionDep, principal: Reader) -> list[CandidateAnswer]:
    """Show how far each host has come, as far as this person may read it."""
    return service.candidates(await service.open_dossier(session, principal, ref))


async def _shown(session: AsyncSession, principal: Principal, project: Project) -> ProjectAnswer:
    return ProjectAnswer(project=await service.project(session, principal, project.public_id))


def _headers(answer: Any) -> dict[str, str]:
    return {"ETag": etag(answer.project.version)}


def _created(answer: Any) -> dict[str, str]:
    return {"Location": f"/v1/projects/{answer.project.id}", **_headers(answer)}


Act = Callable[..., Awaitable[Project]]


def _post(path: str, act: Act, form: type[Strict], who: Any, summary: str) -> None:
    """Add one act on a project: a form posted to a sub-resource, with `If-Match` and an `Idempotency-Key`."""

    async def endpoint(
        ref: Ref, request: Request, body: Any, session: SessionDep, principal: Any, once: IdempotencyDep
    ) -> Any:
        version = require_if_match(request)

        async def effect() -> ProjectAnswer:
            return await _shown(session, principal, await act(session, principal, ref, body, version=version))

        return await once.run(principal, principal.city, effect, headers=_headers)

    # One endpoint for all acts: only the form and the right differ, and FastAPI reads both from here.
    endpoint.__annotations__.update(body=form, principal=who)
    endpoint.__name__ = endpoint.__qualname__ = f"post_{path.replace('-', '_')}"
    endpoint.__doc__ = summary
    router.add_api_route(
        f"/projects/{{ref}}/{path}", endpoint, methods=["POST"], response_model=ProjectAnswer
    )


async def _propose(
    session: AsyncSession, principal: Principal, ref: str, body: ProposalForm, *, version: int
) -> Project:
    return await service.propose(session, principal, ref, body.parks, version=version)


_post("moves", service.move, MoveForm, Reader, "Make a plain move; the move's own right is checked.")
_post("transfers", service.request_transfer, TransferForm, Passer, "Ask to pass a lead on.")
_post("proposals", _propose, ProposalForm, Proposer, "Propose a pooled lead to parks.")
_post("applications", service.apply, ApplicationForm, Applicant, "Apply for a pooled lead.")
_post("withdrawals", service.step_back, StepBackForm, Applicant, "Take back an application.")
_post("declines", service.decline, DeclineForm, Applicant, "Decline a lead.")
_post("terms-acceptances", service.accept_terms, AcceptanceForm, Accepter, "Accept the floor terms.")
_post(
    "consents", service.record_consent, ConsentForm, Consenter, "Record the investor's consent to counties."
)
_post("commitments", service.commit, CommitmentForm, Committer, "Give a commitment letter.")
_post("choices", service.record_choice, ChoiceForm, Consenter, "Record the investor's choice of a host.")
