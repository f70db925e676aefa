"""The choice of language, kept in a cookie for a year."""

from typing import Final, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse

from services.kit.i18n import LANGUAGE_COOKIE

router = APIRouter()

ONE_YEAR: Final = 31_536_000


@router.get("/language")
async def choose(request: Request, to: Literal["zh", "en"], back: str = "/") -> RedirectResponse:
    """Remember the language and go back to the page; only to an address of this console."""
    response = RedirectResponse(back if is_local(back) else "/", status_code=303)
    response.set_cookie(
        LANGUAGE_COOKIE,
        to,
        max_age=ONE_YEAR,
        httponly=True,
        samesite="lax",
        secure=request.scope["scheme"] == "https",
    )
    return response


def is_local(address: str) -> bool:
    """Whether an address is a plain path of this server: no scheme, no host, no backslash."""
    parts = urlsplit(address)
    plain = address.isprintable() and "\\" not in address
    return plain and not parts.scheme and not parts.netloc and address.startswith("/") and address[1:2] != "/"
