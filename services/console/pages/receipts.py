"""税收入库: all receipts, those in no agreement's base, those split otherwise, and their batches."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.sharing.taxes import ReceiptKind, Tax
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.kit.pagination import Page
from services.ledger import batches, repo
from services.ledger.receipt_pages import Paging, apart_page, difference_page, receipt_page
from services.ledger.receipts import Apart, apart
from services.ledger.visibility import receipts_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.receipts_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.receipts_write))]
Word = Annotated[str, Query(max_length=20)]
PAGE_SIZE = 50
TABS = (
    ("all", lazy("入库明细")),
    ("apart", lazy("未匹配")),
    ("levels", lazy("级次差异")),
    ("batches", lazy("批次")),
)
FIELDS = {
    "paid_on": lazy("入库日期"),
    "treasury": lazy("收款国库"),
    "credit_code": lazy("统一社会信用代码"),
    "taxpayer": lazy("纳税人"),
    "tax": lazy("税种"),
    "kind": lazy("类型"),
    "amount_fen": lazy("入库金额（元）"),
    "county_fen": lazy("县级（元）"),
}


@router.get("/receipts")
async def receipts(
    request: Request,
    principal: Reader,
    session: SessionDep,
    tab: Word = "all",
    treasury: Word = "",
    month: Word = "",
    firm: Word = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Show receipts, by tab."""
    return await _receipts(request, principal, session, tab, treasury, month, firm, cursor, {})


async def _receipts(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    tab: str,
    treasury: str,
    month: str,
    firm: str,
    cursor: str | None,
    errors: dict[str, str],
) -> Response:
    secret = request.app.state.settings.secret.get_secret_value()
    paging = Paging(secret=secret, limit=PAGE_SIZE, cursor=cursor)
    own = receipts_of(principal)
    treasury = own or treasury
    tab = tab if tab in {name for name, _ in TABS} else "all"
    page: Page[Any]
    firms, loads = [], []
    if tab == "batches":
        loads = await batches.batches(session, principal)
        page = Page(items=list(loads), next=None)
    elif tab == "apart":
        firms = batches.by_firm(await apart(session, principal.city, treasury))
        page = await apart_page(session, principal, paging, treasury=treasury)
    elif tab == "levels":
        page = await difference_page(session, principal, paging, treasury=treasury)
    else:
        page = await receipt_page(session, principal, paging, treasury=treasury, month=month, firm=firm)
    names = await repo.region_names(session, principal.city)
    return render(
        request,
        principal,
        "ledger/receipts.html",
        status=422 if errors else 200,
        page=page,
        tab=tab,
        tabs=[
            (f"/receipts?tab={name}", gettext(text, locale_of(request)), name == tab) for name, text in TABS
        ],
        own=own,
        names=names,
        taxes={tax.value: tax.zh for tax in Tax},
        kinds={kind.value: kind.zh for kind in ReceiptKind},
        reasons={reason.value: reason.zh for reason in Apart},
        firms=firms,
        errors=errors,
        may_withdraw=has_scope(principal.role, Scope.receipts_write),
        filters={"treasury": treasury, "month": month, "firm": firm},
        fragment="list",
    )


@router.get("/receipts/batches/{batch:uuid}")
async def batch_page(
    request: Request,
    batch: UUID,
    principal: Reader,
    session: SessionDep,
    show: Word = "",
    after: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show a batch: its file and totals, its rows, and what its revisions changed."""
    one = await batches.find_batch(session, principal, batch)
    revised = show == "revised" or (not show and one.changed > 0)
    rows = await batches.batch_rows(
        session, principal, batch, revised=revised, after=after, limit=PAGE_SIZE + 1
    )
    shown = rows[:PAGE_SIZE]
    locale = locale_of(request)
    return render(
        request,
        principal,
        "ledger/batch.html",
        one=one,
        rows=shown,
        following=shown[-1].ticket if len(rows) > PAGE_SIZE else None,
        revised=revised,
        tabs=[
            (f"/receipts/batches/{batch}?show=revised", gettext(lazy("更正"), locale), revised),
            (f"/receipts/batches/{batch}?show=all", gettext(lazy("全部"), locale), not revised),
        ],
        names=await repo.region_names(session, principal.city),
        taxes={tax.value: tax.zh for tax in Tax},
        kinds={kind.value: kind.zh for kind in ReceiptKind},
        fields=FIELDS,
    )


@router.post("/receipts/withdraw")
async def withdraw(
    request: Request,
    principal: Writer,
    session: SessionDep,
    ticket: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Withdraw a ticket by hand: 303 to its batch, or 422 with what is wrong."""
    try:
        async with session.begin_nested():
            made = await batches.withdraw(session, principal, ticket.strip(), reason)
    except DomainError as error:
        errors = field_errors(request, error)
        return await _receipts(request, principal, session, "batches", "", "", "", None, errors)
    return redirect(request, f"/receipts/batches/{made.id}", "税票已作废")
