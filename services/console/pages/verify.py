"""Checking a printed paper without an account: number, period and whether the check code matches."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.console.frame import render
from services.documents.verification import verify
from services.kit.database import SessionDep

router = APIRouter()

Number = Annotated[str, Query(max_length=60)]
Code = Annotated[str, Query(max_length=80)]


@router.get("/verify")
async def ask(request: Request, number: Number = "", code: Code = "") -> Response:
    """Show the form, or lead to the address that the paper's QR code holds."""
    if number.strip():
        address = f"/verify/{quote(number.strip(), safe='')}?{urlencode({'code': code.strip()})}"
        return RedirectResponse(address, status_code=303)
    return render(request, None, "verify.html", number="", code="", asked=False, found=None)


@router.get("/verify/{number}")
async def answer(request: Request, session: SessionDep, number: str, code: Code = "") -> Response:
    """Say whether the check code belongs to the paper of this number; nothing about other papers."""
    found = await verify(session, number, code)
    return render(request, None, "verify.html", number=number, code=code, asked=True, found=found)
