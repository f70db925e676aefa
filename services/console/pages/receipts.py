"""税收入库: all receipts, those in no agreement's base, and those split otherwise than expected."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.sharing.taxes import ReceiptKind, Tax
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.i18n import gettext, lazy, locale_of
from services.kit.pagination import Page
from services.ledger import repo
from services.ledger.receipt_pages import Paging, apart_page, difference_page, receipt_page
from services.ledger.receipts import Apart
from services.ledger.visibility import receipts_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.receipts_read))]
Word = Annotated[str, Query(max_length=20)]
PAGE_SIZE = 50
TABS = (
    ("all", lazy("入库明细")),
    ("apart", lazy("未匹配")),
    ("levels", lazy("级次差异")),
)


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
    secret = request.app.state.settings.secret.get_secret_value()
    paging = Paging(secret=secret, limit=PAGE_SIZE, cursor=cursor)
    own = receipts_of(principal)
    treasury = own or treasury
    tab = tab if tab in {name for name, _ in TABS} else "all"
    page: Page[Any]
    if tab == "apart":
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
        filters={"treasury": treasury, "month": month, "firm": firm},
        fragment="list",
    )
