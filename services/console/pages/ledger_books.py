"""试算平衡: every account, each county's book alone; and the books as files for Beancount and hledger."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, render
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.ledger import service
from services.ledger.book_routes import send
from services.ledger.books_export import BookForm
from services.ledger.errors import NoPeriod
from services.ledger.outside import names_and_routes
from services.ledger.visibility import book_of, county_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.ledger_read))]
Word = Annotated[str, Query(max_length=20)]


@router.get("/statements/books")
async def books(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show the trial balance."""
    return await _page(request, principal, session)


@router.get("/statements/books/export")
async def export(
    request: Request,
    principal: Reader,
    session: SessionDep,
    form: BookForm = BookForm.beancount,
    county: Word = "",
    period: Word = "",
) -> Response:
    """Give a book as a file; a period that is none brings the page back with the error at its field."""
    asked = book_of(principal, county or None)
    try:
        file = await service.book_file(session, principal.city, form, asked, period.strip() or None)
    except NoPeriod as error:
        errors = {"period": field_errors(request, error)[""]}
        return await _page(request, principal, session, errors, {"county": county, "period": period})
    return send(file)


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    own = county_of(principal)
    found = await service.balances(session, principal.city, own)
    counties = sorted({row.county for row in found})
    names, _ = await names_and_routes(session, principal.city)
    return render(
        request,
        principal,
        "ledger/books.html",
        status=422 if errors else 200,
        counties=[(code, [row for row in found if row.county == code]) for code in counties],
        names=names,
        own=own,
        programs=list(BookForm),
        faults=await service.book_faults(session, principal.city) if own is None else None,
        form={"county": "", "period": "", **(form or {})},
        errors=errors or {},
    )
