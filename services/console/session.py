"""Who looks at a page: the console's cookie, its form token, and the way to the sign-in page.

    async def page(request: Request, principal: ConsolePrincipal) -> Response: ...
    async def page(request: Request, principal: Annotated[Principal, Depends(NeedsScope(Scope.x))]) -> ...

The cookie is HttpOnly and SameSite=Lax and stands for a row in the database, so that signing out and
disabling act at once. Every form carries the token that belongs to the cookie; a POST without it is refused.
"""

import hmac
from typing import Annotated, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from auth.dependencies import SAFE_METHODS, require_acting, require_scope
from auth.principal import Principal
from auth.scopes import Scope
from services.accounts.sign_in import SignedIn, by_cookie
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import Forbidden
from services.kit.i18n import lazy
from services.settings import Settings

COOKIE: Final = "yipanqi-session"
FORM_FIELD: Final = "csrf"
FORM_HEADER: Final = "x-csrf-token"
SIGN_IN: Final = "/sign-in"
OWN: Final = ("/account", "/account/password", "/account/post", "/sign-out", "/language")
"""Addresses of what is one's own: they stay open to who is suspended and to who acts for another."""

APPROVALS: Final = ("/approvals", "/delegations")
"""Addresses below which one signs in another's stead."""


class SignInNeeded(Exception):
    """Nobody is signed in: the answer is the way to the sign-in page."""


class BadFormToken(Forbidden):
    """The form does not come from a page that this sign-in was shown."""

    slug = "bad-form-token"
    title = lazy("表单已失效，请返回上一页刷新后重新提交")


async def to_sign_in(request: Request, error: Exception) -> Response:
    """Send a visitor to the sign-in page and, after it, back to where they wanted to go."""
    assert isinstance(error, SignInNeeded)  # noqa: S101 -- registered for this class only
    back = request.scope["path"] if request.method in SAFE_METHODS else "/"
    query = request.scope["query_string"].decode("latin-1") if request.method in SAFE_METHODS else ""
    wanted = f"{back}?{query}" if query else back
    target = SIGN_IN if wanted == "/" else f"{SIGN_IN}?{urlencode({'next': wanted})}"
    if request.headers.get("hx-request") == "true":
        # A redirect would be followed and the sign-in page put into the fragment's place.
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


async def console_principal(request: Request, session: SessionDep, clock: ClockDep) -> Principal:
    """Return who is signed in at the console.

    Raises:
        SignInNeeded: nobody.
        BadFormToken: a POST without the token of this sign-in.
    """
    found = await by_cookie(session, request.cookies.get(COOKIE, ""), clock.now())
    if found is None:
        raise SignInNeeded
    principal, token = found
    request.state.principal = principal
    request.state.csrf = token
    if request.method not in SAFE_METHODS and not await _has_token(request, token):
        raise BadFormToken
    require_acting(principal, _scope_of(request.scope["path"]), request.method)
    return principal


def _scope_of(path: str) -> Scope | None:
    """Return the right that a form at an address takes, as far as it matters to who may only read."""
    if path in OWN:
        return Scope.me
    ours = any(path == root or path.startswith(f"{root}/") for root in APPROVALS)
    return Scope.approvals_write if ours else None


ConsolePrincipal = Annotated[Principal, Depends(console_principal)]


class NeedsScope:
    """A dependency that gives the signed-in person, or refuses one whose role lacks the scope."""

    def __init__(self, scope: Scope) -> None:
        """Name the one scope that the page needs."""
        self.scope = scope

    async def __call__(self, principal: ConsolePrincipal) -> Principal:
        """Return the person; 403 by `auth.errors.MissingScope`."""
        require_scope(principal, self.scope)
        return principal


async def _has_token(request: Request, token: str) -> bool:
    sent: object = request.headers.get(FORM_HEADER)
    if sent is None:
        sent = (await request.form()).get(FORM_FIELD)
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), token.encode()) and is_ours(request)


def is_ours(request: Request) -> bool:
    """Tell whether a form was sent from a page of this console, as far as the browser says.

    Plain-http intranets get no `Sec-Fetch-Site`; there `Origin` is compared with the host that was asked.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    settings: Settings = request.app.state.settings
    return urlsplit(origin).netloc in {request.headers.get("host"), urlsplit(settings.public_url).netloc}


def keep_cookie(request: Request, response: Response, opened: SignedIn) -> None:
    """Give the browser the cookie of a sign-in; it ends with the browser."""
    settings: Settings = request.app.state.settings
    response.set_cookie(
        COOKIE, opened.secret.text, httponly=True, samesite="lax", secure=settings.secure_cookies, path="/"
    )


def drop_cookie(response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
