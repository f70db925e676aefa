"""Sign-in, one's own account, accounts, and the public keys of access tokens.

No `Idempotency-Key` here for what hands out a secret (sign-in, refresh, one-time tokens): the stored answer
would keep the secret. Each of these makes the one before it worthless or can be thrown away.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope, scopes_of
from services.accounts import bootstrap, repo, service, sign_in
from services.accounts.errors import WrongCredentials
from services.accounts.principals import AccountPrincipals
from services.accounts.schemas import (
    AccountView,
    Bootstrap,
    ChangePassword,
    CreateAccount,
    IssuedToken,
    Jwks,
    Me,
    RefreshBody,
    SetPassword,
    SignInBody,
    TokenPair,
)
from services.accounts.tables import SessionKind
from services.accounts.views import account_page, view
from services.kit.clock import ClockDep
from services.kit.database import Database, SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Page,
)
from services.kit.routing import etag, not_modified, require_if_match, set_etag

router = APIRouter(tags=["accounts"])

Self = Annotated[Principal, Depends(Requires(Scope.me))]
Reader = Annotated[Principal, Depends(Requires(Scope.accounts_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.accounts_write))]


def identity(request: Request) -> AccountPrincipals:
    """Return the application's identity service."""
    found: AccountPrincipals = request.app.state.principals
    return found


async def city_of_sign_in(request: Request, session_city: str | None) -> str | None:
    """Return the city that a sign-in means: the one named, the server's, or the only one there is."""
    named: str | None = session_city or request.app.state.settings.city
    if named is not None:
        return named
    database: Database = request.app.state.database
    async with database.session() as session:
        return await repo.only_city(session)


@router.post("/v1/sign-in")
async def post_sign_in(request: Request, body: SignInBody, clock: ClockDep) -> TokenPair:
    """Sign in by login and password."""
    city = await city_of_sign_in(request, body.city)
    if city is None:
        raise WrongCredentials
    attempt = sign_in.Attempt(city, body.login, body.password, address_of(request))
    who = identity(request)
    opened = await sign_in.sign_in(
        request.app.state.database, who.passwords, attempt, SessionKind.api, clock.now()
    )
    return await _pair(who, opened)


def address_of(request: Request) -> str:
    """Return where a request comes from, as far as the server knows."""
    return request.client.host if request.client else "unknown"


async def _pair(who: AccountPrincipals, opened: sign_in.SignedIn) -> TokenPair:
    access, seconds = await who.issue(opened)
    return TokenPair(access_token=access, refresh_token=opened.secret.text, expires_in=seconds)


@router.post("/v1/token/refresh")
async def post_refresh(request: Request, body: RefreshBody, clock: ClockDep) -> TokenPair:
    """Exchange a refresh token, which is used up, for the next pair."""
    opened = await sign_in.refresh(request.app.state.database, body.refresh_token, clock.now())
    return await _pair(identity(request), opened)


@router.post("/v1/sign-out", status_code=204)
async def post_sign_out(session: SessionDep, principal: Self, clock: ClockDep) -> None:
    """End this sign-in: its access and refresh tokens are refused from now on."""
    await sign_in.sign_out(session, principal, clock.now())


@router.get("/v1/me")
async def get_me(principal: Self) -> Me:
    """Tell who is signed in."""
    return Me(
        id=principal.account,
        city=principal.city,
        role=principal.role,
        office=principal.office,
        county=principal.county,
        name=principal.name,
        scopes=sorted(scopes_of(principal.role)),
    )


@router.post("/v1/me/password", status_code=204)
async def post_own_password(
    request: Request, body: ChangePassword, session: SessionDep, principal: Self, clock: ClockDep
) -> None:
    """Change one's own password; one's other sign-ins end."""
    await service.change_password(
        session, identity(request).passwords, principal, body.current, body.password, clock.now()
    )


@router.post("/v1/passwords", status_code=204)
async def post_password(request: Request, body: SetPassword, session: SessionDep, clock: ClockDep) -> None:
    """Set a password by a one-time token."""
    await service.set_password(session, identity(request).passwords, body.token, body.password, clock.now())


@router.post("/v1/bootstrap", status_code=201)
async def post_bootstrap(
    request: Request, body: Bootstrap, session: SessionDep, clock: ClockDep
) -> AccountView:
    """Create a city's first administrator by the token that `yipanqi init` printed."""
    account = await bootstrap.create_first_administrator(
        session, identity(request).passwords, body, clock.now()
    )
    return view(account)


@router.get("/v1/accounts")
async def get_accounts(
    request: Request,
    session: SessionDep,
    principal: Reader,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Page[AccountView]:
    """List the city's accounts by login."""
    secret = request.app.state.settings.secret.get_secret_value()
    return await account_page(session, principal, secret, limit=limit, cursor=cursor)


@router.post("/v1/accounts", status_code=201, response_model=AccountView)
async def post_account(
    body: CreateAccount, session: SessionDep, idempotent: IdempotencyDep, principal: Writer
) -> Response:
    """Create an account; it signs in once its person set a password by a one-time token."""

    async def effect() -> AccountView:
        return view(await service.create_account(session, principal, body))

    return await idempotent.run(principal, principal.city, effect, status=201, headers=_created)


def _created(answer: AccountView) -> dict[str, str]:
    return {"Location": f"/v1/accounts/{answer.id}", "ETag": etag(answer.version)}


@router.get("/v1/accounts/{account}", response_model=AccountView)
async def get_account(
    account: UUID, request: Request, response: Response, session: SessionDep, principal: Reader
) -> AccountView | Response:
    """Show an account."""
    found = await service.find_account(session, principal, account)
    if not_modified(request, found.version):
        return Response(status_code=304, headers={"ETag": etag(found.version)})
    set_etag(response, found.version)
    return view(found)


@router.post("/v1/accounts/{account}/disable", response_model=AccountView)
async def post_disable(
    account: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Disable an account: its sign-ins end at once."""

    async def effect() -> AccountView:
        version = require_if_match(request)
        return view(await service.disable_account(session, principal, account, version, clock.now()))

    return await idempotent.run(principal, principal.city, effect, headers=_versioned)


def _versioned(answer: AccountView) -> dict[str, str]:
    return {"ETag": etag(answer.version)}


@router.post("/v1/accounts/{account}/enable", response_model=AccountView)
async def post_enable(
    account: UUID, request: Request, session: SessionDep, idempotent: IdempotencyDep, principal: Writer
) -> Response:
    """Let a disabled account sign in again."""

    async def effect() -> AccountView:
        return view(await service.enable_account(session, principal, account, require_if_match(request)))

    return await idempotent.run(principal, principal.city, effect, headers=_versioned)


@router.post("/v1/accounts/{account}/password-tokens", status_code=201)
async def post_password_token(
    account: UUID, session: SessionDep, principal: Writer, clock: ClockDep
) -> IssuedToken:
    """Hand out a one-time token by which the account's person sets a password; older ones are void."""
    token, until = await service.issue_password_token(session, principal, account, clock.now())
    return IssuedToken(token=token.text, expires_at=until)


@router.get("/.well-known/jwks.json")
async def get_jwks(request: Request) -> Jwks:
    """Publish the public keys of access tokens."""
    tokens = await identity(request).tokens()
    return Jwks.model_validate(tokens.keys.jwks())
