"""Funds and targets over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

import services.funds.file_walls  # noqa: F401 -- brings the wall of an entry's files
from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.funds import entries, goals, months, views
from services.funds.schemas import (
    Because,
    CloseForm,
    Closes,
    EntryView,
    ExchangeRates,
    ExchangeRateView,
    FundFilter,
    FundForm,
    FundPage,
    GoalForm,
    Goals,
    Month,
    RateForm,
    Summary,
)
from services.funds.words import EntryState
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import link_next, require_if_match, set_etag, versioned
from services.projects.words import FundKind

router = APIRouter(tags=["funds"])

Reader = Annotated[Principal, Depends(Requires(Scope.funds_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.funds_write))]
Office = Annotated[Principal, Depends(Requires(Scope.regions_write))]
Entry = Annotated[UUID, Path(description="An entry's id")]
Year = Annotated[int, Query(ge=2000, le=2100)]
Code = Annotated[str | None, Query(max_length=40)]


def asked(
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    month: Annotated[Month | None, Query()] = None,
    fund_kind: FundKind | None = None,
    county: Code = None,
    park: Code = None,
    project: Code = None,
    state: EntryState | None = None,
) -> FundFilter:
    """Read the filters of a list."""
    return FundFilter(
        year=year,
        month=month,
        fund_kind=fund_kind,
        county=county,
        park=park,
        project=project,
        state=state,
    )


Filters = Annotated[FundFilter, Depends(asked)]


@router.get("/v1/funds")
async def get_funds(
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Reader,
    filters: Filters,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> FundPage:
    """List funds paid in, latest month first: what files brought and what counties entered."""
    secret = request.app.state.settings.secret.get_secret_value()
    found = await views.page(session, principal, filters, secret=secret, cursor=cursor, limit=limit)
    link_next(request, response, found.next)
    return found


@router.post("/v1/funds", status_code=201, response_model=EntryView)
async def post_funds(
    body: FundForm, session: SessionDep, idempotent: IdempotencyDep, principal: Writer, clock: ClockDep
) -> Response:
    """Enter what was paid in for a project; another person of its host confirms it."""

    async def effect() -> EntryView:
        today = await clock.today(session, principal.city)
        row = await entries.enter(session, principal, body, today)
        return await views.entry_view(session, principal, row.id)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=_made)


def _made(answer: EntryView) -> dict[str, str]:
    return {"Location": f"/v1/funds/{answer.id}", **versioned(answer)}


@router.get("/v1/funds/summary")
async def get_summary(
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    year: Year,
    through: Annotated[Month | None, Query()] = None,
    county: Code = None,
) -> Summary:
    """Sum a year by month, kind, county and park, beside the year before, the target and 资金到位率."""
    today = await clock.today(session, principal.city)
    return await views.summary(session, principal, year, through, county, today)


@router.get("/v1/funds/exchange-rates")
async def get_rates(session: SessionDep, principal: Reader) -> ExchangeRates:
    """List the months' exchange rates with their sources."""
    return await months.rates_view(session, principal.city)


@router.post("/v1/funds/exchange-rates", status_code=201, response_model=ExchangeRateView)
async def post_rate(
    body: RateForm, session: SessionDep, idempotent: IdempotencyDep, principal: Writer, clock: ClockDep
) -> Response:
    """Record a month's rate, or a new version of it."""

    async def effect() -> ExchangeRateView:
        today = await clock.today(session, principal.city)
        return months.rate_view(await months.set_rate(session, principal, body, today))

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.get("/v1/funds/closes")
async def get_closes(session: SessionDep, principal: Reader) -> Closes:
    """List the closed months, and the month that takes corrections of them."""
    return await months.closes_view(session, principal.city)


@router.post("/v1/funds/closes", status_code=201, response_model=Closes)
async def post_close(
    body: CloseForm, session: SessionDep, idempotent: IdempotencyDep, principal: Office, clock: ClockDep
) -> Response:
    """Close a month and all before it: from here on only corrections in later months change its sums."""

    async def effect() -> Closes:
        today = await clock.today(session, principal.city)
        await months.close_month(session, principal, body.month, today)
        return await months.closes_view(session, principal.city)

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.get("/v1/funds/{entry:uuid}")
async def get_entry(entry: Entry, response: Response, session: SessionDep, principal: Reader) -> EntryView:
    """Show one entry with its course, its files, and what the reader may do now."""
    found = await views.entry_view(session, principal, entry)
    set_etag(response, found.revision)
    return found


@router.post("/v1/funds/{entry:uuid}/confirm", response_model=EntryView)
async def post_confirm(
    entry: Entry,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Confirm an entry that another person made: it counts from here."""

    async def effect() -> EntryView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        await entries.confirm(session, principal, entry, today, seen)
        return await views.entry_view(session, principal, entry)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/funds/{entry:uuid}/refuse", response_model=EntryView)
async def post_refuse(
    entry: Entry,
    body: Because,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Refuse an entry with a reason."""

    async def effect() -> EntryView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        await entries.refuse(session, principal, entry, body.reason, today, seen)
        return await views.entry_view(session, principal, entry)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/funds/{entry:uuid}/withdraw", response_model=EntryView)
async def post_withdraw(
    entry: Entry,
    body: Because,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Take an entry back with a reason; the row stays."""

    async def effect() -> EntryView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        await entries.withdraw(session, principal, entry, body.reason, today, seen)
        return await views.entry_view(session, principal, entry)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.get("/v1/goals")
async def get_goals(session: SessionDep, principal: Reader, clock: ClockDep, year: Year) -> Goals:
    """List a year's targets with their progress, and the share of new customers for the city."""
    return await goals.listed(session, principal, year, await clock.today(session, principal.city))


@router.post("/v1/goals", status_code=201, response_model=Goals)
async def post_goal(
    body: GoalForm, session: SessionDep, idempotent: IdempotencyDep, principal: Office, clock: ClockDep
) -> Response:
    """Set a unit's target, or change it from a day on by a new version."""

    async def effect() -> Goals:
        today = await clock.today(session, principal.city)
        await goals.set_goal(session, principal, body, today)
        return await goals.listed(session, principal, body.year, today)

    return await idempotent.run(principal, principal.city, effect, status=201)
