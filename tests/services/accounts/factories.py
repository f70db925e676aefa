"""Accounts, sign-ins and cookies for tests, made by the program's own functions."""

from datetime import UTC, datetime
from itertools import count

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from auth.passwords import Passwords
from auth.principal import CITY_ROLES, Principal, Role
from services.accounts import repo
from services.accounts.sign_in import SignedIn, open_session
from services.accounts.tables import Account, SessionKind
from services.kit.database import Database

CITY = "611000"
COUNTY = "611002"
PARK = "6110P01"
CHEAP = Passwords(time_cost=1, memory_kib=8, lanes=1)
_numbers = count(1)


def office_of(role: Role) -> str:
    """The office of a role where a test does not care which."""
    if role in CITY_ROLES:
        return CITY
    return PARK if role is Role.park_officer else COUNTY


async def make_account(
    session: AsyncSession,
    role: Role = Role.administrator,
    office: str | None = None,
    *,
    county: str | None = None,
    city: str = CITY,
    login: str | None = None,
    password: str | None = None,
) -> Account:
    """Store an account; a county's own code is its county, a park's is COUNTY."""
    office = office or office_of(role)
    account = Account(
        city=city,
        login=login or f"user-{next(_numbers)}",
        display_name="张三",
        role=role,
        office=office,
        county=county or (COUNTY if role is Role.park_officer else office),
        password_hash=None if password is None else await CHEAP.hash(password),
    )
    session.add(account)
    await session.flush()
    return account


async def opened(
    database: Database,
    role: Role = Role.administrator,
    office: str | None = None,
    *,
    county: str | None = None,
    kind: SessionKind = SessionKind.api,
    now: datetime | None = None,
) -> SignedIn:
    """A stored account with an open sign-in."""
    async with database.session() as session:
        account = await make_account(session, role, office, county=county)
        return await open_session(session, account, kind, now or datetime.now(UTC))


async def bearer(
    app: FastAPI, role: Role = Role.administrator, office: str | None = None, *, county: str | None = None
) -> tuple[Principal, dict[str, str]]:
    """A signed-in principal and the headers that speak for it."""
    signed = await opened(app.state.database, role, office, county=county, now=app.state.clock.now())
    token, _ = await app.state.principals.issue(signed)
    return signed.principal, {"Authorization": f"Bearer {token}"}


async def principal(session: AsyncSession, role: Role, office: str | None = None) -> Principal:
    """A stored account's principal, without a sign-in."""
    return repo.principal_of(await make_account(session, role, office))
