"""Around the pool over HTTP: rules box, name, evidence, visits, reports, investors, the province."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import etag, require_if_match, versioned
from services.pooling import investors, losses, meetings, referrals, reports, service
from services.pooling.answers import (
    InvestorView,
    LinkAnswer,
    LossesAnswer,
    NameAnswer,
    PoolingAnswer,
    ReferralsAnswer,
    ReferralView,
    ReportAnswer,
    RulesAnswer,
)
from services.pooling.schemas import (
    InvestorAnswerForm,
    LinkForm,
    OwnOpinionForm,
    ReferralAnswerForm,
    ReferralForm,
    ReportForm,
    RulingForm,
)
from services.projects import service as projects
from services.projects.answers import ProjectAnswer
from services.projects.pool_forms import AgreementForm, ProgressForm, VisitForm
from services.projects.schemas import Strict
from services.projects.tables import Project

router = APIRouter(prefix="/v1", tags=["pooling"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Applicant = Annotated[Principal, Depends(Requires(Scope.projects_apply))]
Prover = Annotated[Principal, Depends(Requires(Scope.projects_progress))]
Passer = Annotated[Principal, Depends(Requires(Scope.projects_transfer))]
Decider = Annotated[Principal, Depends(Requires(Scope.projects_terms))]
Speaker = Annotated[Principal, Depends(Requires(Scope.projects_consent))]
Office = Annotated[Principal, Depends(Requires(Scope.projects_pool))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]
Code = Annotated[str, Path(min_length=1, max_length=120, description="the investor's code")]
Year = Annotated[int, Query(ge=2000, le=2100)]


@router.get("/pool/rules")
async def get_rules(session: SessionDep, principal: Applicant) -> RulesAnswer:
    """Tell one's own county's limits of today: cap used, pause, evidence due."""
    return await service.rules_box(session, principal)


@router.get("/projects/{ref}/name")
async def get_name(ref: Ref, session: SessionDep, principal: Reader) -> NameAnswer:
    """Tell the name: after the floor terms are accepted, and investor and origin agree."""
    return await service.name_of(session, principal, ref)


@router.get("/projects/{ref}/pooling")
async def get_pooling(ref: Ref, session: SessionDep, principal: Reader) -> PoolingAnswer:
    """Show what stands around a project in the pool, as far as this person may read it."""
    return await service.around(session, principal, ref)


Act = Callable[..., Awaitable[Project]]


def _post(path: str, act: Act, form: type[Strict], who: Any, summary: str) -> None:
    """Add one act on a project: a form posted to a sub-resource, with `If-Match` and an `Idempotency-Key`."""

    async def endpoint(
        ref: Ref, request: Request, body: Any, session: SessionDep, principal: Any, once: IdempotencyDep
    ) -> Any:
        version = require_if_match(request)

        async def effect() -> ProjectAnswer:
            moved = await act(session, principal, ref, body, version=version)
            return ProjectAnswer(project=await projects.project(session, principal, moved.public_id))

        return await once.run(principal, principal.city, effect, headers=_headers)

    endpoint.__annotations__.update(body=form, principal=who)
    endpoint.__name__ = endpoint.__qualname__ = f"post_{path.replace('-', '_')}"
    endpoint.__doc__ = summary
    router.add_api_route(
        f"/projects/{{ref}}/{path}", endpoint, methods=["POST"], response_model=ProjectAnswer
    )


def _headers(answer: Any) -> dict[str, str]:
    return {"ETag": etag(answer.project.version)}


async def _refer(
    session: AsyncSession, principal: Principal, ref: str, form: ReferralForm, *, version: int
) -> Project:
    made = await referrals.refer(session, principal, ref, form, version=version)
    return (await projects.open_dossier(session, principal, made.project)).project


_post("progress", projects.prove_progress, ProgressForm, Prover, "File evidence that a held project moves.")
_post("visits", projects.record_visit, VisitForm, Prover, "Record a joint visit.")
_post(
    "name-agreements", projects.agree_to_name, AgreementForm, Passer, "Let the origin agree to name its lead."
)
_post("reports", reports.report, ReportForm, Passer, "Report a contact around the origin.")
_post("opinions", meetings.give_own_opinion, OwnOpinionForm, Decider, "Give a candidate county's opinion.")
_post("referrals", _refer, ReferralForm, Office, "Hand a lead that no county fits to the province.")


@router.post("/projects/{ref}/investor-links", status_code=201, response_model=LinkAnswer)
async def post_investor_link(
    ref: Ref, body: LinkForm, request: Request, session: SessionDep, principal: Speaker, once: IdempotencyDep
) -> Response:
    """Issue a code for the investor; the code is told here alone."""
    version = require_if_match(request)

    async def effect() -> LinkAnswer:
        return await investors.issue(session, principal, ref, body, version=version)

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/projects/{ref}/investor-links/{link:uuid}/revoke", response_model=LinkAnswer)
async def post_revocation(
    ref: Ref, link: UUID, session: SessionDep, principal: Speaker, once: IdempotencyDep
) -> Response:
    """Revoke an investor's code at once."""

    async def effect() -> LinkAnswer:
        return await investors.revoke(session, principal, ref, link)

    return await once.run(principal, principal.city, effect)


@router.post("/origin-reports/{report:uuid}/ruling", response_model=ReportAnswer)
async def post_ruling(
    report: UUID,
    body: RulingForm,
    request: Request,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
) -> Response:
    """Rule on a report of a contact around the origin, once and not one's own."""
    revision = require_if_match(request)

    async def effect() -> ReportAnswer:
        ruled = await reports.rule(session, principal, report, body, revision=revision)
        return service.report_answer(ruled)

    return await once.run(principal, principal.city, effect, headers=versioned)


@router.get("/referrals")
async def get_referrals(session: SessionDep, principal: Office) -> ReferralsAnswer:
    """List the leads handed to the province, with what it answered."""
    return await referrals.referrals(session, principal)


@router.post("/referrals/{referral:uuid}/answer", response_model=ReferralView)
async def post_referral_answer(
    referral: UUID,
    body: ReferralAnswerForm,
    request: Request,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
) -> Response:
    """Record what the province answered."""
    revision = require_if_match(request)

    async def effect() -> ReferralView:
        row = await referrals.answer(session, principal, referral, body, revision=revision)
        dossier = await projects.open_dossier(session, principal, row.project)
        return referrals.referral_view(row, dossier.project)

    return await once.run(principal, principal.city, effect, headers=versioned)


@router.get("/losses")
async def get_losses(session: SessionDep, principal: Office, year: Year) -> LossesAnswer:
    """Tell the leads lost out of the city in a year, by reason."""
    return await losses.losses(session, principal, year)


@router.get("/investor/{code}")
async def get_investor(code: Code, request: Request, session: SessionDep) -> InvestorView:
    """Show an investor without an account its own project; every view is on record."""
    visitor = await investors.visit(session, code)
    await investors.note_view(session, visitor)
    return await service.investor_view(session, visitor, locale_of(request))


@router.post("/investor/{code}/answers", response_model=InvestorView)
async def post_investor_answer(
    code: Code, body: InvestorAnswerForm, request: Request, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Take an investor's answer to the pool, to counties or to a host; refusing costs nothing."""
    opened = await investors.visit(session, code)
    actor = opened.dossier.principal

    async def effect() -> InvestorView:
        answered = await investors.answer(session, code, body)
        return await service.investor_view(session, answered, locale_of(request))

    return await once.run(actor, actor.city, effect)
