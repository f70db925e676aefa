"""Both sides' figures, their differences, 对账单, 国库核对表 and 政策兑现表 over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.sharing.statement import months_of
from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import etag, require_if_match, set_etag
from services.ledger.drafting import kind_of
from services.reconciliation import service
from services.reconciliation.schemas import (
    AcknowledgeBody,
    CheckBody,
    ComparisonView,
    DifferenceDetails,
    DifferencesView,
    ExplainBody,
    FiguresBody,
    IncentivesView,
    IncentiveView,
    LevelsTable,
    MovedView,
    NoteBody,
    PeriodBody,
    SheetsView,
    SheetView,
    StatedView,
    WordsBody,
)
from services.reconciliation.views import (
    compared_view,
    difference_details,
    differences_view,
    incentive_view,
    levels_view,
    sheet_summary,
    sheet_view,
    stated_view,
)
from services.reconciliation.words import DifferenceState

router = APIRouter(prefix="/v1/reconciliation", tags=["reconciliation"])

Reader = Annotated[Principal, Depends(Requires(Scope.reconciliation_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.reconciliation_write))]
Issuer = Annotated[Principal, Depends(Requires(Scope.statements_write))]
ReceiptReader = Annotated[Principal, Depends(Requires(Scope.receipts_read))]
Period = Annotated[str, Query(max_length=10, description="a month, quarter or year: 2026-03, 2026Q1, 2026")]
Code = Annotated[str, Query(max_length=40, description="the agreement's number")]
Treasury = Annotated[str, Query(pattern=r"^([0-9]{6})?$")]


def months(period: str) -> tuple[str, ...]:
    """The months of a period.

    Raises:
        NoPeriod: the text names none.
    """
    kind_of(period)
    return months_of(period)


@router.post("/figures", status_code=201, response_model=StatedView)
async def post_figures(
    body: FiguresBody, session: SessionDep, once: IdempotencyDep, principal: Writer, clock: ClockDep
) -> Response:
    """State what was paid in, for one's own side of agreements (the city's finance: for the treasury)."""

    async def effect() -> StatedView:
        today = await clock.today(session, principal.city)
        rows = [
            service.FigureInput(
                agreement=row.agreement,
                month=row.month,
                tax=row.tax.value,
                paid_fen=row.paid_fen,
                refund_fen=row.refund_fen,
            )
            for row in body.rows
        ]
        return stated_view(await service.state_figures(session, principal, rows, today))

    return await once.run(principal, principal.city, effect, status=201)


@router.get("")
async def get_comparison(
    session: SessionDep, principal: Reader, period: Period, agreement: Code = ""
) -> ComparisonView:
    """Compare our receipts with what host, origin and treasury state: totals by tax, no firm's receipt."""
    rows = await service.comparison(session, principal, months(period), agreement)
    return ComparisonView(period=period, items=[compared_view(row) for row in rows])


@router.post("/comparisons", status_code=201, response_model=MovedView)
async def post_comparison(
    body: PeriodBody, session: SessionDep, once: IdempotencyDep, principal: Issuer, clock: ClockDep
) -> Response:
    """Compare a period again: open, change and settle differences as the figures now stand."""

    async def effect() -> MovedView:
        today = await clock.today(session, principal.city)
        moved = await service.compare_now(session, principal, months(body.period), today)
        return MovedView(period=body.period, moved=moved)

    return await once.run(principal, principal.city, effect, status=201)


@router.get("/differences")
async def get_differences(
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    period: Period = "",
    state: DifferenceState | None = None,
) -> DifferencesView:
    """List differences, oldest first, with their ages: those not resolved, or those of a state."""
    today = await clock.today(session, principal.city)
    chosen = months(period) if period else None
    return differences_view(await service.aged(session, principal, today, months=chosen, state=state))


@router.get("/differences/{difference:uuid}")
async def get_difference(
    difference: UUID, response: Response, session: SessionDep, principal: Reader, clock: ClockDep
) -> DifferenceDetails:
    """Show a difference with its history."""
    one = await service.find(session, principal, difference, await clock.today(session, principal.city))
    set_etag(response, one.difference.seq)
    return difference_details(principal, one, await service.history(session, principal.city, difference))


def _versioned(made: DifferenceDetails) -> dict[str, str]:
    return {"ETag": etag(made.seq)}


@router.post("/differences/{difference:uuid}/explanations", response_model=DifferenceDetails)
async def post_explanation(
    difference: UUID,
    body: ExplainBody,
    request: Request,
    session: SessionDep,
    once: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Explain a difference: a reason of the closed list, and words."""

    async def effect() -> DifferenceDetails:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        one = await service.explain(session, principal, difference, body.reason, body.words, today, seen)
        return difference_details(principal, one, await service.history(session, principal.city, difference))

    return await once.run(principal, principal.city, effect, headers=_versioned)


@router.post("/differences/{difference:uuid}/resolution", response_model=DifferenceDetails)
async def post_resolution(
    difference: UUID,
    body: WordsBody,
    request: Request,
    session: SessionDep,
    once: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Accept an explanation and end the difference; another person than who explained."""

    async def effect() -> DifferenceDetails:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        one = await service.resolve(session, principal, difference, body.words, today, seen)
        return difference_details(principal, one, await service.history(session, principal.city, difference))

    return await once.run(principal, principal.city, effect, headers=_versioned)


@router.get("/sheets")
async def get_sheets(
    session: SessionDep,
    principal: Reader,
    period: Annotated[str, Query(pattern=r"^([0-9]{4}Q[1-4])?$")] = "",
) -> SheetsView:
    """List the newest 对账单 of every two counties."""
    found = await service.sheets(session, principal, period)
    return SheetsView(items=[sheet_summary(one) for one in found])


@router.post("/sheets", status_code=201, response_model=SheetsView)
async def post_sheets(
    body: PeriodBody, session: SessionDep, once: IdempotencyDep, principal: Issuer, clock: ClockDep
) -> Response:
    """Prepare the 对账单 of a finished quarter for every two counties that share tax."""

    async def effect() -> SheetsView:
        today = await clock.today(session, principal.city)
        made = await service.prepare_quarter(session, principal, body.period, today)
        return SheetsView(
            items=[sheet_summary(await service.find_sheet(session, principal, one.id)) for one in made]
        )

    return await once.run(principal, principal.city, effect, status=201)


@router.get("/sheets/{sheet:uuid}")
async def get_sheet(sheet: UUID, session: SessionDep, principal: Reader) -> SheetView:
    """Show a 对账单."""
    return sheet_view(await service.find_sheet(session, principal, sheet))


@router.post("/sheets/{sheet:uuid}/acknowledgements", status_code=201, response_model=SheetView)
async def post_acknowledgement(
    sheet: UUID,
    body: AcknowledgeBody,
    session: SessionDep,
    once: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Acknowledge a 对账单 for one's county, naming its content by hash; no money moves."""

    async def effect() -> SheetView:
        today = await clock.today(session, principal.city)
        return sheet_view(await service.acknowledge(session, principal, sheet, body.sha256, today))

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/sheets/{sheet:uuid}/notes", status_code=201, response_model=SheetView)
async def post_note(
    sheet: UUID,
    body: NoteBody,
    session: SessionDep,
    once: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Note a difference on a 对账单 for one's county."""

    async def effect() -> SheetView:
        today = await clock.today(session, principal.city)
        return sheet_view(await service.note(session, principal, sheet, body.sha256, body.words, today))

    return await once.run(principal, principal.city, effect, status=201)


@router.get("/incentives")
async def get_incentives(session: SessionDep, principal: Reader, period: Period) -> IncentivesView:
    """Show 政策兑现表: document, voucher, date, amount, and what the origin found."""
    rows = await service.incentive_rows(session, principal, months(period))
    return IncentivesView(
        period=period,
        items=[incentive_view(row) for row in rows],
        total_fen=sum(row.amount_fen for row in rows),
    )


@router.post("/incentives/{incentive:uuid}/checks", status_code=201, response_model=IncentiveView)
async def post_check(
    incentive: UUID,
    body: CheckBody,
    session: SessionDep,
    once: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Record, as the origin, that an incentive's document was checked, or what is in doubt."""

    async def effect() -> IncentiveView:
        today = await clock.today(session, principal.city)
        return incentive_view(
            await service.check_incentive(session, principal, incentive, body.action, body.words, today)
        )

    return await once.run(principal, principal.city, effect, status=201)


@router.get("/levels")
async def get_levels(
    session: SessionDep, principal: ReceiptReader, period: Period, treasury: Treasury = ""
) -> LevelsTable:
    """Show 国库核对表: the treasury's own split beside the computed one, by treasury, month and tax."""
    return levels_view(period, await service.level_check(session, principal, months(period), treasury))
