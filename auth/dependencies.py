"""FastAPI's side of identity: `Requires(Scope.x)` turns a bearer token into a `Principal`.

    Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]

The application sets `app.state.principals`: an object that verifies a token and finds its account in the
database at each request, so that disabling an account, ending a sign-in or changing a role acts at once.
"""

from typing import Final, Protocol

from fastapi import Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from auth.errors import MissingScope, MissingToken, OfficerSuspended, OutsideDelegation
from auth.principal import Principal
from auth.scopes import Scope, has_scope

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that only read."""

LENT: Final = frozenset({Scope.me, Scope.approvals_write})
"""What one may use in another's stead to change something."""


class Principals(Protocol):
    """Finds who a token speaks for (`app.state.principals`)."""

    async def by_token(self, token: str) -> Principal:
        """Return the account of a token.

        Raises:
            Unauthenticated: a bad or expired token, an ended sign-in or a disabled account.
        """
        ...


async def principal_of(request: Request) -> Principal:
    """Return who a request's bearer token speaks for; the database is asked once a request.

    Raises:
        Unauthenticated: no token, a bad or expired one, or an ended sign-in.
    """
    known = getattr(request.state, "principal", None)
    if isinstance(known, Principal):
        return known
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise MissingToken
    principals: Principals = request.app.state.principals
    principal = await principals.by_token(token.strip())
    request.state.principal = principal
    return principal


def require_scope(principal: Principal, scope: Scope) -> None:
    """Refuse a principal whose role lacks the scope.

    Raises:
        MissingScope: with the scope as fact.
    """
    if not has_scope(principal.role, scope):
        raise MissingScope(scope=scope.value)


def require_acting(principal: Principal, scope: Scope | None, method: str) -> None:
    """Refuse a change by who may only read now; one's own account stays one's own.

    Args:
        principal: who asks.
        scope: the right that the operation needs; None where it names none.
        method: the request's method.

    Raises:
        OfficerSuspended: the officer is suspended.
        OutsideDelegation: they act in another's stead, and this is no approval.
    """
    if method in SAFE_METHODS or scope is Scope.me:
        return
    if principal.suspended:
        raise OfficerSuspended
    if principal.on_behalf_of is not None and scope not in LENT:
        raise OutsideDelegation


class Requires(SecurityBase):
    """A dependency that gives the principal of the request, or refuses it."""

    def __init__(self, scope: Scope) -> None:
        """Name the one scope that the operation needs."""
        self.scope = scope
        self.model = HTTPBearer(bearerFormat="JWT")
        self.scheme_name = "bearer"

    async def __call__(self, request: Request) -> Principal:
        """Return the principal; 401 or 403 by `auth.errors`."""
        principal = await principal_of(request)
        require_scope(principal, self.scope)
        require_acting(principal, self.scope, request.method)
        return principal
