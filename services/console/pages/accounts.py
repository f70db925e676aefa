"""账户: who may sign in, for administrators; and one's own account."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import COUNTY_ROLES, Principal, Role
from auth.scopes import Scope, has_scope
from services.accounts import repo, seating, service
from services.accounts.principals import AccountPrincipals
from services.accounts.schemas import CreateAccount
from services.accounts.seat_routes import seat_view
from services.accounts.views import account_page, view
from services.accounts.words import ROLE_WORDS
from services.console.frame import field_errors, redirect, render
from services.console.pages.sign_in import form_errors
from services.console.session import ConsolePrincipal, NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, locale_of
from services.regions.repo import load_parks, unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.accounts_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.accounts_write))]
Field = Annotated[str, Form(max_length=400)]


@router.get("/accounts")
async def accounts(
    request: Request,
    principal: Reader,
    session: SessionDep,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """List the city's accounts."""
    secret = request.app.state.settings.secret.get_secret_value()
    page = await account_page(session, principal, secret, limit=50, cursor=cursor)
    return render(
        request,
        principal,
        "accounts/list.html",
        page=page,
        names=await unit_names(session, principal.city),
        roles=ROLE_WORDS,
        may_write=has_scope(principal.role, Scope.accounts_write),
        fragment="list",
    )


@router.get("/accounts/new")
async def new_account(request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show the form of a new account."""
    return await _form(request, principal, session, {}, {})


@router.post("/accounts/new")
async def post_account(
    request: Request,
    principal: Writer,
    session: SessionDep,
    login: Field = "",
    display_name: Field = "",
    role: Field = "",
    office: Field = "",
) -> Response:
    """Create an account: 303 to its page, 422 with the form otherwise."""
    form = {"login": login, "display_name": display_name, "role": role, "office": office}
    try:
        county = await _county_of(session, principal.city, role, office)
        wanted = CreateAccount.model_validate({**form, "county": county})
        async with session.begin_nested():
            account = await service.create_account(session, principal, wanted)
    except ValidationError as error:
        return await _form(request, principal, session, form_errors(request, error), form)
    except DomainError as error:
        return await _form(request, principal, session, field_errors(request, error), form)
    return redirect(request, f"/accounts/{account.id}", "账户已建立，请签发一次性口令交给本人")


async def _county_of(session: AsyncSession, city: str, role: str, office: str) -> str:
    if role in COUNTY_ROLES:
        return office
    if role == Role.park_officer:
        owners = {park.code: park.owner for park in await load_parks(session, city)}
        return owners.get(office, "")
    return city


async def _form(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    form: dict[str, str],
) -> Response:
    names = await unit_names(session, principal.city)
    locale = locale_of(request)
    if "county" in errors:
        errors = {"office": errors["county"]}
    return render(
        request,
        principal,
        "accounts/new.html",
        status=422 if errors else 200,
        errors=errors,
        form=form,
        roles=[(role.value, gettext(word, locale)) for role, word in ROLE_WORDS.items()],
        offices=[(code, f"{name}（{code}）") for code, name in names.items()],
    )


@router.get("/accounts/{account}")
async def account_details(
    account: UUID, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Show an account and what may be done with it."""
    return await details_page(request, principal, session, account)


async def details_page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    account: UUID,
    *,
    token: str | None = None,
    until: datetime | None = None,
    errors: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    """Show an account, with a form that goes back where it was refused."""
    found = await service.find_account(session, principal, account)
    own = found.id == principal.account
    names, locale = await unit_names(session, principal.city), locale_of(request)
    return render(
        request,
        principal,
        "accounts/details.html",
        status=422 if errors else 200,
        account=view(found),
        names=names,
        roles=ROLE_WORDS,
        role_options=[(role.value, gettext(word, locale)) for role, word in ROLE_WORDS.items()],
        offices=[(code, f"{name}（{code}）") for code, name in names.items()],
        posts=await seating.posts_of(session, principal.city, found.id),
        suspensions=await seating.suspensions_of(session, principal.city, found.id),
        errors=errors or {},
        form=form or {},
        may_write=has_scope(principal.role, Scope.accounts_write) and not own,
        token=token,
        until=until,
    )


@router.post("/accounts/{account}/disable")
async def disable(
    account: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
) -> Response:
    """Disable an account: its sign-ins end at once."""
    await service.disable_account(session, principal, account, version, clock.now())
    return redirect(request, f"/accounts/{account}", "账户已停用，其登录已全部结束")


@router.post("/accounts/{account}/enable")
async def enable(
    account: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    version: Annotated[int, Form(ge=1, le=2**31 - 1)],
) -> Response:
    """Let a disabled account sign in again."""
    await service.enable_account(session, principal, account, version)
    return redirect(request, f"/accounts/{account}", "账户已启用")


@router.post("/accounts/{account}/password-token")
async def password_token(
    account: UUID, request: Request, principal: Writer, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a one-time token, this once.

    No redirect as after other forms: neither an address nor a cookie may carry it.
    """
    token, until = await service.issue_password_token(session, principal, account, clock.now())
    return await details_page(request, principal, session, account, token=token.text, until=until)


@router.get("/account")
async def own_account(
    request: Request, principal: ConsolePrincipal, session: SessionDep, clock: ClockDep
) -> Response:
    """Show one's own account and the seats one may act from."""
    return await _own(request, principal, session, clock, {})


@router.post("/account/password")
async def own_password(
    request: Request,
    principal: ConsolePrincipal,
    session: SessionDep,
    clock: ClockDep,
    current: Field = "",
    password: Field = "",
    repeated: Field = "",
) -> Response:
    """Change one's own password: 303 when done, 422 with the form otherwise."""
    who: AccountPrincipals = request.app.state.principals
    if password != repeated:
        errors = {"repeated": gettext("两次输入的密码不一致", locale_of(request))}
        return await _own(request, principal, session, clock, errors)
    try:
        await service.change_password(session, who.passwords, principal, current, password, clock.now())
    except DomainError as error:
        return await _own(request, principal, session, clock, field_errors(request, error))
    return redirect(request, "/account", "密码已更改，您在别处的登录已结束")


async def _own(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    errors: dict[str, str],
) -> Response:
    account = await repo.account_by_id(session, principal.city, principal.account)
    today = await clock.today(session, principal.city)
    seats = await seating.seats_of(session, principal.city, principal.account, today)
    return render(
        request,
        principal,
        "accounts/own.html",
        status=422 if errors else 200,
        errors=errors,
        account=account,
        seats=[seat_view(seat, principal) for seat in seats],
        names=await unit_names(session, principal.city),
        roles=ROLE_WORDS,
    )
