"""Signing in, staying signed in, signing out.

These operations must keep what they wrote although they refuse: a failed attempt stays counted, a reused
refresh token ends its sign-in. So they take the database and open short transactions of their own (none is
held while a password is hashed) instead of the request's session, and raise after the commit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import SessionEnded
from auth.passwords import Passwords
from auth.principal import Principal
from services.accounts import repo
from services.accounts.attempts import count_attempt, give_back
from services.accounts.errors import LockedOut, WrongCredentials
from services.accounts.opaque import Opaque, digest, new_opaque, read_opaque
from services.accounts.seats import principal_for
from services.accounts.tables import Account, AccountSession, EndReason, Guarded, RefreshToken, SessionKind
from services.kit.database import Database
from services.kit.events import record_event

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=8)
TOUCH_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in."""

    city: str
    login: str
    password: str
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that holds; `secret` is the console's cookie or the next refresh token."""

    principal: Principal
    session: UUID
    secret: Opaque


async def sign_in(
    database: Database, passwords: Passwords, attempt: Attempt, kind: SessionKind, now: datetime
) -> SignedIn:
    """Sign in by login and password.

    Raises:
        LockedOut: too many failures for this login or from this address.
        WrongCredentials: unknown login, wrong password, disabled account.
    """
    async with database.session() as session:
        wait = await _count(session, attempt, now)
    if wait is not None:
        raise LockedOut(retry_after=wait)
    async with database.session() as session:
        account = await repo.account_by_login(session, attempt.city, attempt.login)
    usable = account is not None and account.disabled_at is None
    fits = await passwords.verify(account.password_hash if account and usable else None, attempt.password)
    if account is None or not fits:
        async with database.session() as session:
            await _note(session, attempt, "accounts.sign_in_refused")
        raise WrongCredentials
    renewed = None
    if account.password_hash is not None and passwords.outdated(account.password_hash):
        renewed = await passwords.hash(attempt.password)
    async with database.session() as session:
        await give_back(session, attempt.city, Guarded.address, attempt.address)
        await give_back(session, attempt.city, Guarded.login, attempt.login)
        if renewed is not None:
            session.add(account)
            account.password_hash = renewed
        opened = await open_session(session, account, kind, now)
        await record_event(
            session,
            attempt.city,
            actor=opened.principal,
            action="accounts.signed_in",
            entity="account",
            entity_id=account.id,
            after={"session": str(opened.session), "kind": kind.value},
        )
    return opened


async def _count(session: AsyncSession, attempt: Attempt, now: datetime) -> int | None:
    # Address first, always: one order of locks, no deadlock.
    waits = [
        await count_attempt(session, attempt.city, kind, key, now)
        for kind, key in ((Guarded.address, attempt.address), (Guarded.login, attempt.login))
    ]
    held = [wait for wait in waits if wait is not None]
    return max(held) if held else None


async def _note(session: AsyncSession, attempt: Attempt, action: str) -> None:
    # By digest, for known and unknown logins alike: people type passwords into the wrong field.
    await record_event(
        session,
        attempt.city,
        actor=Principal.system(attempt.city),
        action=action,
        entity="sign_in",
        entity_id=digest(attempt.login)[:16],
        after={"address": attempt.address},
    )


async def open_session(session: AsyncSession, account: Account, kind: SessionKind, now: datetime) -> SignedIn:
    """Open a sign-in of an account, in the caller's transaction."""
    cookie = new_opaque(account.city)
    row = AccountSession(
        city=account.city,
        id=cookie.id,
        account=account.id,
        kind=kind,
        secret_sha256=cookie.sha256 if kind is SessionKind.console else None,
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
    )
    session.add(row)
    await session.flush()
    principal = repo.principal_of(account, row.id)
    if kind is SessionKind.console:
        return SignedIn(principal, row.id, cookie)
    return SignedIn(principal, row.id, await _next_refresh(session, row, now))


async def _next_refresh(session: AsyncSession, row: AccountSession, now: datetime) -> Opaque:
    token = new_opaque(row.city)
    session.add(
        RefreshToken(
            city=row.city,
            id=token.id,
            session=row.id,
            secret_sha256=token.sha256,
            issued_at=now,
            expires_at=min(now + IDLE, row.expires_at),
        )
    )
    await session.flush()
    return token


async def refresh(database: Database, text: str, now: datetime) -> SignedIn:
    """Exchange a refresh token for the next one.

    A token that was used before ends the whole sign-in: two hold it, and one of them is not its owner.

    Raises:
        SessionEnded: the token or its sign-in holds no longer, or never did.
    """
    token = read_opaque(text)
    if token is None:
        raise SessionEnded
    async with database.session() as session:
        opened = await _rotate(session, token, now)
    if opened is None:
        raise SessionEnded
    return opened


async def _rotate(session: AsyncSession, token: Opaque, now: datetime) -> SignedIn | None:
    used = await repo.use_refresh_token(session, token.city, token.id, token.sha256, now)
    if used is None:
        copied = await repo.session_of_used_token(session, token.city, token.id, token.sha256)
        if copied is not None:
            await repo.end_sessions(
                session, token.city, now=now, reason=EndReason.refresh_reused, only=copied
            )
        return None
    found = await repo.live_session(session, token.city, used, now)
    if found is None:
        return None
    row, account = found
    row.seen_at = now
    return SignedIn(repo.principal_of(account, row.id), row.id, await _next_refresh(session, row, now))


async def sign_out(session: AsyncSession, principal: Principal, now: datetime) -> None:
    """End the sign-in that the request belongs to."""
    if principal.session is None:
        return
    await repo.end_sessions(
        session, principal.city, now=now, reason=EndReason.signed_out, only=principal.session
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="accounts.signed_out",
        entity="account",
        entity_id=principal.account,
        after={"session": str(principal.session)},
    )


async def by_cookie(session: AsyncSession, text: str, now: datetime) -> tuple[Principal, str] | None:
    """Return who a console's cookie stands for and its form token; None when it holds no longer."""
    cookie = read_opaque(text)
    if cookie is None:
        return None
    found = await repo.live_session(session, cookie.city, cookie.id, now)
    if found is None:
        return None
    row, account = found
    if row.secret_sha256 != cookie.sha256 or row.seen_at + IDLE <= now:
        return None
    if row.seen_at + TOUCH_EVERY <= now:
        # Not at every page: a write each would make reading pages as dear as writing them.
        await repo.touch(session, cookie.city, row.id, now)
    principal = await principal_for(session, cookie.city, account.id, now, sign_in=row.id)
    return None if principal is None else (principal, cookie.csrf)
