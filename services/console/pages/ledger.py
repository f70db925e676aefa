"""结算单: the list, one statement, one line opened to its receipts, the papers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.sharing.statement import Direction
from allocation.sharing.taxes import ReceiptKind, Tax
from auth.money import can_issue_statement
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import render
from services.console.ledger_words import (
    CAUSES,
    TONES,
    actions_of,
    choices,
    chosen,
    progress_of,
    timeline_of,
)
from services.console.session import NeedsScope
from services.documents import service as documents
from services.documents.routes import public_url, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.ledger import repo, service
from services.ledger.states import StatementKind, StatementState
from services.ledger.visibility import county_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Word = Annotated[str, Query(max_length=20)]
CursorText = Annotated[str | None, Query(max_length=400)]
PAGE_SIZE = 50


@router.get("/statements")
async def statements(
    request: Request,
    principal: Reader,
    session: SessionDep,
    kind: Word = "",
    period: Word = "",
    county: Word = "",
    state: Word = "",
    cursor: CursorText = None,
) -> Response:
    """List statements."""
    locale = locale_of(request)
    page = await service.statement_page(
        session,
        principal,
        request.app.state.settings.secret.get_secret_value(),
        service.Filters(
            kind=chosen(StatementKind, kind),
            period=period or None,
            county=county or None,
            state=chosen(StatementState, state),
        ),
        limit=PAGE_SIZE,
        cursor=cursor,
    )
    names = await repo.region_names(session, principal.city)
    return render(
        request,
        principal,
        "ledger/list.html",
        page=page,
        kinds=choices(StatementKind, locale),
        states=choices(StatementState, locale),
        names={code: name for code, name in names.items() if code != principal.city},
        filters={"kind": kind, "period": period, "county": county, "state": state},
        own=county_of(principal),
        tones=TONES,
        may_issue=can_issue_statement(principal),
        may_read_books=has_scope(principal.role, Scope.ledger_read),
        fragment="list",
    )


@router.get("/statements/{number:uuid}")
async def statement(
    number: UUID, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a statement: what goes up, what comes down, the steps taken, the objections and the scans."""
    found = await service.view(session, principal, await service.find(session, principal, number))
    lines, locale = found.body["lines"], locale_of(request)
    year = found.kind is StatementKind.year
    desk = await service.desk(session, principal, number, await clock.today(session, principal.city))
    return render(
        request,
        principal,
        "ledger/statement.html",
        one=found,
        body=found.body,
        sides=[(side, [line for line in lines if line["direction"] == side]) for side in Direction],
        taxes={tax.value: tax.zh for tax in Tax},
        causes=CAUSES,
        tones=TONES,
        actions=actions_of(found, by_rule=desk.may_confirm_by_rule),
        wait=desk.wait,
        threads=desk.objections,
        marks={one.line: one for one in desk.objections if one.line and (one.holds or one.open)},
        seals=await service.scans(session, principal, number) if year else None,
        progress=progress_of(found.state, locale),
        steps=timeline_of(found.events, locale),
    )


@router.get("/statements/{number:uuid}/lines/{line}")
async def line_details(
    number: UUID, line: int, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Open a line: formula, terms, receipts, incentives, journals."""
    found = await service.trace(session, principal, number, line, locale_of(request))
    one = await service.find(session, principal, number)
    return render(
        request,
        principal,
        "ledger/line.html",
        one=one,
        trace=found,
        number=line,
        tax=Tax(found.line["tax"]).zh,
        kinds={kind.value: kind.zh for kind in ReceiptKind},
        by_firm=any(row.ticket for row in found.receipts),
        causes=CAUSES,
    )


@router.get("/statements/{number:uuid}.pdf")
async def statement_pdf(number: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Print a statement."""
    return send(await documents.statement_pdf(session, principal, number, public_url(request)))


@router.get("/statements/{number:uuid}.xlsx")
async def statement_xlsx(number: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Give a statement as a workbook."""
    return send(await documents.statement_xlsx(session, principal, number, public_url(request)))
