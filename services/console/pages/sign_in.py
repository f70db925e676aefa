"""Signing in and out, setting a password by a one-time token, and the first administrator."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from starlette.responses import Response

from services.accounts import bootstrap, repo, service, sign_in
from services.accounts.errors import BadOneTimeToken, LockedOut, WrongCredentials
from services.accounts.principals import AccountPrincipals
from services.accounts.schemas import Bootstrap, SignInBody
from services.accounts.tables import SessionKind
from services.console.frame import field_errors, redirect, render
from services.console.pages.language import is_local
from services.console.session import (
    SIGN_IN,
    BadFormToken,
    ConsolePrincipal,
    drop_cookie,
    is_ours,
    keep_cookie,
)
from services.kit.clock import ClockDep
from services.kit.database import Database, SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, locale_of

router = APIRouter()

Field = Annotated[str, Form(max_length=400)]


@router.get(SIGN_IN)
async def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 -- the address's own word
    """Show the sign-in form."""
    return render(
        request, None, "accounts/sign_in.html", errors={}, form={}, next=next if is_local(next) else "/"
    )


@router.post(SIGN_IN)
async def post_sign_in(
    request: Request,
    clock: ClockDep,
    login: Field = "",
    password: Field = "",
    next: Field = "/",  # noqa: A002 -- the address's own word
) -> Response:
    """Sign in: 303 to where the person wanted to go, 422 with the form otherwise."""
    if not is_ours(request):
        raise BadFormToken
    target = next if is_local(next) else "/"
    try:
        opened = await _sign_in(request, clock, login, password)
    except (WrongCredentials, LockedOut) as error:
        return render(
            request,
            None,
            "accounts/sign_in.html",
            status=422 if isinstance(error, WrongCredentials) else 429,
            errors={"": gettext(error.title, locale_of(request))},
            form={"login": login},
            next=target,
        )
    response = redirect(request, target)
    keep_cookie(request, response, opened)
    return response


async def _sign_in(request: Request, clock: ClockDep, login: str, password: str) -> sign_in.SignedIn:
    try:
        body = SignInBody(login=login, password=password)
    except ValidationError as error:
        raise WrongCredentials from error
    database: Database = request.app.state.database
    who: AccountPrincipals = request.app.state.principals
    city: str | None = request.app.state.settings.city
    if city is None:
        async with database.session() as session:
            city = await repo.only_city(session)
    if city is None:
        raise WrongCredentials
    address = request.client.host if request.client else "unknown"
    attempt = sign_in.Attempt(city, body.login, body.password, address)
    return await sign_in.sign_in(database, who.passwords, attempt, SessionKind.console, clock.now())


@router.post("/sign-out")
async def post_sign_out(
    request: Request, principal: ConsolePrincipal, session: SessionDep, clock: ClockDep
) -> Response:
    """Sign out: the cookie opens nothing any more."""
    await sign_in.sign_out(session, principal, clock.now())
    response = redirect(request, SIGN_IN, "您已退出登录")
    drop_cookie(response)
    return response


@router.get("/set-password")
async def set_password_page(request: Request) -> Response:
    """Show the form that sets a password by a one-time token."""
    return render(request, None, "accounts/set_password.html", errors={})


@router.post("/set-password")
async def post_set_password(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    token: Field = "",
    password: Field = "",
    repeated: Field = "",
) -> Response:
    """Set a password: 303 to the sign-in page, 422 with the form otherwise."""
    if not is_ours(request):
        raise BadFormToken
    errors = _unequal(request, password, repeated)
    if not errors:
        who: AccountPrincipals = request.app.state.principals
        try:
            async with session.begin_nested():
                # A refused password must not use the token up.
                await service.set_password(session, who.passwords, token.strip(), password, clock.now())
        except DomainError as error:
            errors = _errors(request, error)
        else:
            return redirect(request, SIGN_IN, "密码已设置，请登录")
    return render(request, None, "accounts/set_password.html", status=422, errors=errors)


@router.get("/first-administrator")
async def first_administrator_page(request: Request) -> Response:
    """Show the form that makes a city's first administrator."""
    return render(request, None, "accounts/first.html", errors={}, form={})


@router.post("/first-administrator")
async def post_first_administrator(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    token: Field = "",
    login: Field = "",
    display_name: Field = "",
    password: Field = "",
    repeated: Field = "",
) -> Response:
    """Make the first administrator: 303 to the sign-in page, 422 with the form otherwise."""
    if not is_ours(request):
        raise BadFormToken
    errors = _unequal(request, password, repeated)
    if not errors:
        who: AccountPrincipals = request.app.state.principals
        try:
            wanted = Bootstrap(token=token.strip(), login=login, display_name=display_name, password=password)
            async with session.begin_nested():
                await bootstrap.create_first_administrator(session, who.passwords, wanted, clock.now())
        except ValidationError as error:
            errors = form_errors(request, error)
        except DomainError as error:
            errors = _errors(request, error)
        else:
            return redirect(request, SIGN_IN, "管理员已建立，请登录")
    return render(
        request,
        None,
        "accounts/first.html",
        status=422,
        errors=errors,
        form={"login": login, "display_name": display_name},
    )


def _unequal(request: Request, password: str, repeated: str) -> dict[str, str]:
    if password == repeated:
        return {}
    return {"repeated": gettext("两次输入的密码不一致", locale_of(request))}


def _errors(request: Request, error: DomainError) -> dict[str, str]:
    if isinstance(error, BadOneTimeToken):
        return {"token": gettext(error.title, locale_of(request))}
    return field_errors(request, error)


FIELD_HELP = {
    "token": "一次性口令无效或已使用",
    "login": "用户名须为 2 至 40 个小写字母、数字、点、下划线或连字符",
    "display_name": "请填写姓名，最多 40 个字",
    "office": "请选择单位",
    "county": "请选择单位",
    "role": "请选择角色",
    "password": "请填写密码，10 至 128 个字符",
    "current": "请填写当前密码",
}
"""What to put right in each field of the account forms."""


def form_errors(request: Request, error: ValidationError) -> dict[str, str]:
    """Say of each refused field what to put right; pydantic's own words may echo the input."""
    locale = locale_of(request)
    names = [str(place["loc"][0]) for place in error.errors() if place["loc"]]
    return {name: gettext(FIELD_HELP[name], locale) for name in names}
