"""The books over HTTP: balances, and files for Beancount and hledger."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.ledger import service
from services.ledger.books_export import BookFile, BookForm
from services.ledger.schemas import Balances, BalanceView
from services.ledger.visibility import book_of, county_of

router = APIRouter()

LedgerReader = Annotated[Principal, Depends(Requires(Scope.ledger_read))]
County = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{6}$", description="without it, one's own book, or for the city's eyes the whole"),
]
PeriodText = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$",
        description="2025, 2025Q1 or 2025-03; balances of before are carried in. Without it, everything",
    ),
]
Program = Annotated[BookForm, Query(description="the program that the file is for")]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "the book as text"}
}


def send(file: BookFile) -> Response:
    """Answer with a file to save; books are not kept by caches on the way."""
    return Response(
        file.data,
        media_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get("/v1/balances")
async def get_balances(session: SessionDep, principal: LedgerReader) -> Balances:
    """Show the balances of one's own county's book, or of all; recomputed from the legs."""
    found = await service.balances(session, principal.city, county_of(principal))
    return Balances(
        items=[
            BalanceView(
                county=one.county, account=one.kind, counterparty=one.counterparty, unit=one.unit, fen=one.fen
            )
            for one in found
        ]
    )


@router.get("/v1/books", response_class=Response, responses=_FILE)
async def get_books(
    session: SessionDep,
    principal: LedgerReader,
    form: Program = BookForm.beancount,
    county: County = None,
    period: PeriodText = None,
) -> Response:
    """Download a county's book, or the whole city's, for Beancount or hledger.

    A county reads its own; the city's finance and the auditor each county's and the whole.
    """
    asked = book_of(principal, county)
    return send(await service.book_file(session, principal.city, form, asked, period))
