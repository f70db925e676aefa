"""The auditor's checklist and letters over HTTP. Its workbook is in `services.documents.audit_routes`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

import services.audit.file_letters  # noqa: F401 -- brings the wall of auditors to the projects' files
from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.audit import letter_routes, service
from services.audit.schemas import CheckList, Findings, Limits
from services.audit.words import Check
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of

router = APIRouter(prefix="/v1/audit", tags=["audit"])

Reader = Annotated[Principal, Depends(Requires(Scope.audit_check))]
Days = Annotated[int, Query(ge=0, le=3650)]
Months = Annotated[int, Query(ge=1, le=120)]


def limits_of(
    unpaid_days: Days = 90,
    late_days: Days = 30,
    idle_months: Months = 12,
) -> Limits:
    """Read the numbers of the rules from the address."""
    return Limits(unpaid_days=unpaid_days, late_days=late_days, idle_months=idle_months)


LimitsDep = Annotated[Limits, Depends(limits_of)]


@router.get("/checks")
async def get_checks(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, limits: LimitsDep
) -> CheckList:
    """Ask every ready question; tell how many things each finds."""
    today = await clock.today(session, principal.city)
    return await service.list_checks(session, principal, today, limits, locale_of(request))


@router.get("/checks/{code}")
async def get_check(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, limits: LimitsDep, code: Check
) -> Findings:
    """Ask one ready question; every finding names its rows and the rule with its numbers."""
    today = await clock.today(session, principal.city)
    return await service.run_check(session, principal, code, today, limits, locale_of(request))


router.include_router(letter_routes.router)
