"""Fairness over HTTP: the city's rule, balances, and the watch over time."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.routing import require_if_match, set_etag
from services.matching import balances, fair_results, fair_rules, fair_watch
from services.matching.fair_schemas import (
    BalancesAnswer,
    FairnessAnswer,
    FairnessForm,
    RunFairness,
    WatchAnswer,
)

router = APIRouter(prefix="/fairness")

Reader = Annotated[Principal, Depends(Requires(Scope.matches_read))]
Governor = Annotated[Principal, Depends(Requires(Scope.matches_decide))]


@router.get("")
async def get_fairness(
    response: Response, session: SessionDep, principal: Reader, clock: ClockDep
) -> FairnessAnswer:
    """Show the rule of fairness in force; its `ETag` is what a change must name."""
    found = await fair_rules.rule_now(session, principal, clock)
    set_etag(response, found.version)
    return found


@router.put("")
async def put_fairness(
    body: FairnessForm,
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Governor,
    clock: ClockDep,
) -> FairnessAnswer:
    """Set the rule from a day on; runs from that day keep it. `If-Match` names the version seen."""
    version = require_if_match(request)
    found = await fair_rules.set_rule(session, principal, clock, body, version)
    set_etag(response, found.version)
    return found


@router.get("/balances")
async def get_balances(session: SessionDep, principal: Reader, clock: ClockDep) -> BalancesAnswer:
    """Show credit balances and their latest bookings: a county its own, the city all."""
    rule = await fair_rules.rule_now(session, principal, clock)
    return await balances.read_balances(session, principal, rule.balance_bound)


@router.get("/watch")
async def get_watch(session: SessionDep, principal: Reader) -> list[RunFairness]:
    """Show what the latest runs say about fairness: a county its own line, the city all."""
    return await fair_results.watch(session, principal)


@router.get("/months")
async def get_months(session: SessionDep, principal: Reader) -> WatchAnswer:
    """Tell which counties keep getting less or more than their share over months, beyond chance."""
    return await fair_watch.read_watch(session, principal)
