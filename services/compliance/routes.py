"""Records of compliance over HTTP. Each post names the list it is about: none lands on a newer one."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.compliance import service
from services.compliance.answers import ComplianceAnswer
from services.compliance.schemas import (
    ClearanceAnswerForm,
    ClearanceForm,
    FairReviewForm,
    MinutesForm,
    OpinionForm,
    Region,
    SheetForm,
)
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep, Idempotent

router = APIRouter(prefix="/v1/projects/{ref}/compliance", tags=["compliance"])

Reader = Annotated[Principal, Depends(Requires(Scope.compliance_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.compliance_write))]
Checker = Annotated[Principal, Depends(Requires(Scope.compliance_check))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


async def _after(
    session: AsyncSession,
    principal: Principal,
    ref: str,
    once: Idempotent,
    act: Callable[[], Awaitable[str]],
) -> Any:
    """Act once and show the host's records as they then stand."""

    async def effect() -> ComplianceAnswer:
        county = await act()
        return service.compliance_answer(await service.open_case(session, principal, ref, county))

    return await once.run(principal, principal.city, effect, status=201)


@router.get("")
async def get_compliance(
    ref: Ref,
    session: SessionDep,
    principal: Reader,
    county: Annotated[Region | None, Query(description="whose records, for the city")] = None,
) -> ComplianceAnswer:
    """Show a host's records, the clauses found in its texts, and what is missing for a decision."""
    return service.compliance_answer(await service.open_case(session, principal, ref, county))


@router.post("/sheets", status_code=201)
async def post_sheet(
    ref: Ref, body: SheetForm, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> ComplianceAnswer:
    """List what the host promises with its standing letter."""

    async def act() -> str:
        await service.record_sheet(session, principal, ref, body)
        return body.county or principal.county or principal.city

    answer: ComplianceAnswer = await _after(session, principal, ref, once, act)
    return answer


@router.post("/opinions", status_code=201)
async def post_opinion(
    ref: Ref, body: OpinionForm, session: SessionDep, principal: Checker, once: IdempotencyDep
) -> ComplianceAnswer:
    """Record what finance, or legal review, found of the standing list."""

    async def act() -> str:
        return await service.record_opinion(session, principal, ref, body)

    answer: ComplianceAnswer = await _after(session, principal, ref, once, act)
    return answer


@router.post("/fair-reviews", status_code=201)
async def post_fair_review(
    ref: Ref, body: FairReviewForm, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> ComplianceAnswer:
    """Record the fair-competition review of the standing list."""

    async def act() -> str:
        return await service.record_review(session, principal, ref, body)

    answer: ComplianceAnswer = await _after(session, principal, ref, once, act)
    return answer


@router.post("/minutes", status_code=201)
async def post_minutes(
    ref: Ref, body: MinutesForm, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> ComplianceAnswer:
    """Record the minutes of the collective decision on the standing list."""

    async def act() -> str:
        return await service.record_minutes(session, principal, ref, body)

    answer: ComplianceAnswer = await _after(session, principal, ref, once, act)
    return answer


@router.post("/clearances", status_code=201)
async def post_clearance(
    ref: Ref, body: ClearanceForm, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> ComplianceAnswer:
    """Say why a found clause is none."""

    async def act() -> str:
        return await service.clear_clause(session, principal, ref, body)

    answer: ComplianceAnswer = await _after(session, principal, ref, once, act)
    return answer


@router.post("/clearances/{clearance}/answer", status_code=201)
async def post_clearance_answer(
    ref: Ref,
    clearance: UUID,
    body: ClearanceAnswerForm,
    session: SessionDep,
    principal: Writer,
    once: IdempotencyDep,
) -> ComplianceAnswer:
    """Agree as the second person that a found clause is none, or refuse."""

    async def act() -> str:
        return await service.answer_clearance(session, principal, ref, clearance, body)

    answer: ComplianceAnswer = await _after(session, principal, ref, once, act)
    return answer
