"""Reads and writes of accounts and sign-ins. Every query names its city."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal, Role
from services.accounts.tables import (
    Account,
    AccountSession,
    EndReason,
    OneTimeToken,
    Purpose,
    RefreshToken,
)


def principal_of(account: Account, session: UUID | None = None) -> Principal:
    """Return the principal that an account is."""
    return Principal(
        account=account.id,
        city=account.city,
        role=account.role,
        office=account.office,
        county=account.county,
        name=account.display_name,
        session=session,
    )


async def only_city(session: AsyncSession) -> str | None:
    """Return the city of all accounts, None when there are none or several cities."""
    # The one query that names no city: it is how a sign-in without a city finds it.
    row = (await session.execute(select(func.min(col(Account.city)), func.max(col(Account.city))))).one()
    return str(row[0]) if row[0] is not None and row[0] == row[1] else None


async def account_by_login(session: AsyncSession, city: str, login: str) -> Account | None:
    """Find an account by what its person types."""
    found = await session.execute(
        select(Account).where(col(Account.city) == city, col(Account.login) == login)
    )
    return found.scalar_one_or_none()


async def account_by_id(
    session: AsyncSession, city: str, account: UUID, *, lock: bool = False
) -> Account | None:
    """Find an account by its id, to change it with `lock`."""
    query = select(Account).where(col(Account.city) == city, col(Account.id) == account)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def accounts_after(
    session: AsyncSession, city: str, after: Sequence[Any] | None, limit: int
) -> list[Account]:
    """Return accounts in the order of their logins, after a position (login)."""
    query = select(Account).where(col(Account.city) == city).order_by(col(Account.login)).limit(limit)
    if after is not None:
        query = query.where(col(Account.login) > str(after[0]))
    return list((await session.execute(query)).scalars())


async def has_administrator(session: AsyncSession, city: str) -> bool:
    """Tell whether an administrator of the city can sign in."""
    found = await session.execute(
        select(col(Account.id))
        .where(
            col(Account.city) == city,
            col(Account.role) == Role.administrator,
            col(Account.disabled_at).is_(None),
            col(Account.password_hash).is_not(None),
        )
        .limit(1)
    )
    return found.first() is not None


async def live_session(
    session: AsyncSession, city: str, session_id: UUID, now: datetime
) -> tuple[AccountSession, Account] | None:
    """Find a sign-in that still holds, with its enabled account."""
    found = await session.execute(
        select(AccountSession, Account)
        .join(
            Account,
            and_(
                col(Account.city) == col(AccountSession.city),
                col(Account.id) == col(AccountSession.account),
            ),
        )
        .where(
            col(AccountSession.city) == city,
            col(AccountSession.id) == session_id,
            col(AccountSession.ended_at).is_(None),
            col(AccountSession.expires_at) > now,
            col(Account.disabled_at).is_(None),
        )
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def touch(session: AsyncSession, city: str, session_id: UUID, now: datetime) -> None:
    """Remember that a sign-in was used."""
    await session.execute(
        update(AccountSession)
        .where(col(AccountSession.city) == city, col(AccountSession.id) == session_id)
        .values(seen_at=now)
    )


async def end_sessions(
    session: AsyncSession,
    city: str,
    *,
    now: datetime,
    reason: EndReason,
    account: UUID | None = None,
    only: UUID | None = None,
    but: UUID | None = None,
) -> None:
    """End an account's sign-ins, or one of them, or all but one."""
    query = (
        update(AccountSession)
        .where(col(AccountSession.city) == city, col(AccountSession.ended_at).is_(None))
        .values(ended_at=now, end_reason=reason)
    )
    if account is not None:
        query = query.where(col(AccountSession.account) == account)
    if only is not None:
        query = query.where(col(AccountSession.id) == only)
    if but is not None:
        query = query.where(col(AccountSession.id) != but)
    await session.execute(query)


async def use_refresh_token(
    session: AsyncSession, city: str, token: UUID, secret_sha256: str, now: datetime
) -> UUID | None:
    """Use up a refresh token in one statement; return its sign-in, None when it cannot be used."""
    found = await session.execute(
        update(RefreshToken)
        .where(
            col(RefreshToken.city) == city,
            col(RefreshToken.id) == token,
            col(RefreshToken.secret_sha256) == secret_sha256,
            col(RefreshToken.used_at).is_(None),
            col(RefreshToken.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(RefreshToken.session))
    )
    return found.scalar_one_or_none()


async def session_of_used_token(
    session: AsyncSession, city: str, token: UUID, secret_sha256: str
) -> UUID | None:
    """Return the sign-in of a refresh token that was used before: somebody else holds a copy."""
    found = await session.execute(
        select(col(RefreshToken.session)).where(
            col(RefreshToken.city) == city,
            col(RefreshToken.id) == token,
            col(RefreshToken.secret_sha256) == secret_sha256,
            col(RefreshToken.used_at).is_not(None),
        )
    )
    return found.scalar_one_or_none()


async def use_one_time_token(
    session: AsyncSession, city: str, token: UUID, secret_sha256: str, purpose: Purpose, now: datetime
) -> OneTimeToken | None:
    """Use up a one-time token in one statement; None when it cannot be used."""
    found = await session.execute(
        update(OneTimeToken)
        .where(
            col(OneTimeToken.city) == city,
            col(OneTimeToken.id) == token,
            col(OneTimeToken.secret_sha256) == secret_sha256,
            col(OneTimeToken.purpose) == purpose,
            col(OneTimeToken.used_at).is_(None),
            col(OneTimeToken.expires_at) > now,
        )
        .values(used_at=now)
        .returning(OneTimeToken)
    )
    return found.scalar_one_or_none()


async def void_one_time_tokens(
    session: AsyncSession, city: str, *, purpose: Purpose, account: UUID | None, now: datetime
) -> None:
    """Make the unused tokens of a purpose (and account) worthless: only the newest counts."""
    query = update(OneTimeToken).where(
        col(OneTimeToken.city) == city,
        col(OneTimeToken.purpose) == purpose,
        col(OneTimeToken.used_at).is_(None),
    )
    if account is not None:
        query = query.where(col(OneTimeToken.account) == account)
    await session.execute(query.values(used_at=now))


async def lock_city(session: AsyncSession, city: str) -> None:
    """Let one transaction at a time make the first administrator of a city."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"accounts.{city}"}
    )
