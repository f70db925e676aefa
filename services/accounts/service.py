"""Keeping accounts: create, disable, enable, hand out a one-time token, set and change passwords."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import NotPermitted
from auth.passwords import Passwords
from auth.policy import can_manage_accounts
from auth.principal import CITY_ROLES, COUNTY_ROLES, Principal
from services.accounts import repo
from services.accounts.changes import TOKEN_LIFETIME, add_token, put_password, record_change
from services.accounts.errors import (
    AccountDisabled,
    BadOneTimeToken,
    LoginTaken,
    NoSuchAccount,
    OfficeDoesNotFit,
    OwnAccount,
    WrongPassword,
)
from services.accounts.opaque import Opaque, read_opaque
from services.accounts.schemas import CreateAccount
from services.accounts.tables import Account, EndReason, Purpose
from services.kit.errors import FieldError, Stale
from services.kit.i18n import lazy


async def create_account(session: AsyncSession, principal: Principal, wanted: CreateAccount) -> Account:
    """Create an account without a password.

    Raises:
        NotPermitted: only administrators do.
        OfficeDoesNotFit: a county role needs a county, a park officer a park, a city role the city.
        LoginTaken: another account of the city has the login.
    """
    _administrator(principal)
    _check_office(principal.city, wanted)
    if await repo.account_by_login(session, principal.city, wanted.login) is not None:
        raise LoginTaken(errors=[FieldError("/login", "taken", lazy("用户名已被使用"))])
    account = Account(
        city=principal.city,
        login=wanted.login,
        display_name=wanted.display_name,
        role=wanted.role,
        office=wanted.office,
        county=wanted.county,
        created_by=principal.account,
    )
    session.add(account)
    await session.flush()
    await record_change(session, principal, "accounts.created", account, after=wanted.model_dump(mode="json"))
    return account


def _check_office(city: str, wanted: CreateAccount) -> None:
    if wanted.role in COUNTY_ROLES:
        fits = wanted.office == wanted.county != city
    elif wanted.role in CITY_ROLES:
        fits = wanted.office == wanted.county == city
    else:
        fits = wanted.office != wanted.county
    # A county's code begins with the four digits of its city.
    if not fits or wanted.county[:4] != city[:4]:
        raise OfficeDoesNotFit(errors=[FieldError("/office", "does-not-fit", lazy("单位与角色不相符"))])


async def find_account(session: AsyncSession, principal: Principal, account: UUID) -> Account:
    """Return an account of one's own city.

    Raises:
        NoSuchAccount: there is none, or it is another city's.
    """
    found = await repo.account_by_id(session, principal.city, account)
    if found is None:
        raise NoSuchAccount
    return found


async def disable_account(
    session: AsyncSession, principal: Principal, account: UUID, version: int, now: datetime
) -> Account:
    """Disable an account and end its sign-ins; its next request is refused.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount: there is none.
        OwnAccount: not one's own.
        Stale: it was changed since it was read.
    """
    row = await _for_change(session, principal, account, version)
    row.disabled_at = row.disabled_at or now
    await repo.end_sessions(session, row.city, now=now, reason=EndReason.disabled, account=row.id)
    await repo.void_one_time_tokens(session, row.city, purpose=Purpose.password, account=row.id, now=now)
    await _changed(session, principal, "accounts.disabled", row)
    return row


async def enable_account(session: AsyncSession, principal: Principal, account: UUID, version: int) -> Account:
    """Let a disabled account sign in again, with the password it had.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount: there is none.
        OwnAccount: not one's own.
        Stale: it was changed since it was read.
    """
    row = await _for_change(session, principal, account, version)
    row.disabled_at = None
    await _changed(session, principal, "accounts.enabled", row)
    return row


async def issue_password_token(
    session: AsyncSession, principal: Principal, account: UUID, now: datetime
) -> tuple[Opaque, datetime]:
    """Return a one-time token by which the account's person sets a password; older ones are void.

    The token is shown once and stored as a digest, so this is no operation that could be replayed.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount: there is none.
        AccountDisabled: it is disabled.
        OwnAccount: not one's own: one changes one's password by the present one.
    """
    row = await _for_change(session, principal, account, None)
    if row.disabled_at is not None:
        raise AccountDisabled
    await repo.void_one_time_tokens(session, row.city, purpose=Purpose.password, account=row.id, now=now)
    token = await add_token(session, row.city, Purpose.password, row.id, principal.account, now)
    await record_change(session, principal, "accounts.password_token_issued", row)
    return token, now + TOKEN_LIFETIME


async def set_password(
    session: AsyncSession, passwords: Passwords, text: str, password: str, now: datetime
) -> Account:
    """Set an account's password by a one-time token; ends all its sign-ins.

    Raises:
        BadOneTimeToken: used, expired, replaced or never ours.
        PasswordRefused: too short, too long, or too easy; the token stays good.
    """
    token = read_opaque(text)
    used = token and await repo.use_one_time_token(
        session, token.city, token.id, token.sha256, Purpose.password, now
    )
    if not used or used.account is None:
        raise BadOneTimeToken
    row = await repo.account_by_id(session, used.city, used.account, lock=True)
    if row is None or row.disabled_at is not None:
        raise BadOneTimeToken
    await put_password(session, passwords, row, password)
    await repo.end_sessions(session, row.city, now=now, reason=EndReason.password_changed, account=row.id)
    await record_change(session, repo.principal_of(row), "accounts.password_set", row)
    return row


async def change_password(
    session: AsyncSession,
    passwords: Passwords,
    principal: Principal,
    current: str,
    password: str,
    now: datetime,
) -> None:
    """Change one's own password; ends one's other sign-ins.

    Raises:
        WrongPassword: the present password is another.
        PasswordRefused: the new one is too short, too long, or too easy.
    """
    row = await repo.account_by_id(session, principal.city, principal.account, lock=True)
    if row is None or not await passwords.verify(row.password_hash, current):
        raise WrongPassword
    await put_password(session, passwords, row, password)
    await repo.end_sessions(
        session,
        row.city,
        now=now,
        reason=EndReason.password_changed,
        account=row.id,
        but=principal.session,
    )
    await record_change(session, principal, "accounts.password_changed", row)


def _administrator(principal: Principal) -> None:
    if not can_manage_accounts(principal):
        raise NotPermitted


async def _for_change(
    session: AsyncSession, principal: Principal, account: UUID, version: int | None
) -> Account:
    _administrator(principal)
    row = await repo.account_by_id(session, principal.city, account, lock=True)
    if row is None:
        raise NoSuchAccount
    if row.id == principal.account:
        raise OwnAccount
    if version is not None and row.version != version:
        raise Stale
    return row


async def _changed(session: AsyncSession, principal: Principal, action: str, row: Account) -> None:
    row.version += 1
    await session.flush()
    await record_change(session, principal, action, row)
