"""How a city's first accounts come to be: by a one-time token in production, all at once in a demo.

No account exists by default and no password is written anywhere in the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from auth.passwords import Passwords, random_password
from auth.principal import Principal, Role
from services.accounts import repo
from services.accounts.changes import TOKEN_LIFETIME, add_token, put_password, record_change
from services.accounts.errors import AlreadyInitialised, BadOneTimeToken, LoginTaken
from services.accounts.opaque import Opaque, read_opaque
from services.accounts.schemas import Bootstrap
from services.accounts.tables import Account, Purpose
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy

DEMO_COST: Final = {"time_cost": 1, "memory_kib": 8_192, "lanes": 1}
"""A demo's passwords are random: a cheap hash holds, and it is renewed at the first sign-in."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of a demo with its password, which exists in the clear only here."""

    principal: Principal
    login: str
    password: str


async def init_city(session: AsyncSession, city: str, now: datetime) -> tuple[str, datetime]:
    """Return the one-time token by which the city's first administrator is made, and its end.

    Raises:
        AlreadyInitialised: the city has an administrator who can sign in.
    """
    token, until = await issue_bootstrap_token(session, city, now)
    return token.text, until


async def issue_bootstrap_token(session: AsyncSession, city: str, now: datetime) -> tuple[Opaque, datetime]:
    """Return the one-time token by which a city's first administrator is made; older ones are void.

    Raises:
        AlreadyInitialised: the city has an administrator who can sign in.
    """
    await repo.lock_city(session, city)
    if await repo.has_administrator(session, city):
        raise AlreadyInitialised
    await repo.void_one_time_tokens(session, city, purpose=Purpose.bootstrap, account=None, now=now)
    token = await add_token(session, city, Purpose.bootstrap, None, None, now)
    await record_event(
        session,
        city,
        actor=Principal.system(city),
        action="accounts.bootstrap_token_issued",
        entity="one_time_token",
        entity_id=token.id,
    )
    return token, now + TOKEN_LIFETIME


async def create_first_administrator(
    session: AsyncSession, passwords: Passwords, wanted: Bootstrap, now: datetime
) -> Account:
    """Create a city's first administrator by the token that `yipanqi init` printed.

    Raises:
        BadOneTimeToken: used, expired, replaced or never ours.
        AlreadyInitialised: the city has an administrator who can sign in.
        LoginTaken: another account of the city has the login.
        PasswordRefused: too short, too long, or too easy; the token stays good.
    """
    token = read_opaque(wanted.token)
    if token is None:
        raise BadOneTimeToken
    await repo.lock_city(session, token.city)
    used = await repo.use_one_time_token(session, token.city, token.id, token.sha256, Purpose.bootstrap, now)
    if used is None:
        raise BadOneTimeToken
    if await repo.has_administrator(session, token.city):
        raise AlreadyInitialised
    if await repo.account_by_login(session, token.city, wanted.login) is not None:
        raise LoginTaken(errors=[FieldError("/login", "taken", lazy("用户名已被使用"))])
    account = Account(
        city=token.city,
        login=wanted.login,
        display_name=wanted.display_name,
        role=Role.administrator,
        office=token.city,
        county=token.city,
    )
    session.add(account)
    await session.flush()
    await put_password(session, passwords, account, wanted.password)
    await record_change(session, repo.principal_of(account), "accounts.first_administrator", account)
    return account


async def create_demo_accounts(
    session: AsyncSession, city: str, *, name: str, counties: Mapping[str, str], parks: Mapping[str, str]
) -> list[DemoAccount]:
    """Create a demo's accounts, with fresh random passwords that are returned this once.

    Every county gets an officer, a leader and a finance clerk; every park an officer; the city two officers,
    four finance clerks (编制, 复核, 审核, 批准 are four people), an auditor and an administrator.

    Args:
        session: the transaction.
        city: the city's code.
        name: the city's name.
        counties: names by code, without the city's own row.
        parks: owners (region codes) by park code.
    """
    passwords = Passwords(**DEMO_COST)
    wanted = [
        *(row for code, county in counties.items() for row in _county(code, county)),
        *(
            (park.lower(), f"{park} 园区", Role.park_officer, park, owner)
            for park, owner in sorted(parks.items())
        ),
        *((login, f"{name}{title}", role, city, city) for login, title, role in _CITY),
    ]
    made = []
    for login, title, role, office, county in wanted:
        password = random_password()
        account = Account(
            city=city,
            login=login,
            display_name=title,
            role=role,
            office=office,
            county=county,
            password_hash=await passwords.hash(password),
        )
        session.add(account)
        made.append(DemoAccount(repo.principal_of(account), login, password))
    await session.flush()
    await record_event(
        session,
        city,
        actor=Principal.system(city),
        action="accounts.demo_created",
        entity="account",
        entity_id="demo",
        after={"logins": [row.login for row in made]},
    )
    return made


_CITY: Final = (
    ("office-1", "统筹办甲", Role.city_office),
    ("office-2", "统筹办乙", Role.city_office),
    ("finance-1", "财政局编制", Role.city_finance),
    ("finance-2", "财政局复核", Role.city_finance),
    ("finance-3", "财政局审核", Role.city_finance),
    ("finance-4", "财政局批准", Role.city_finance),
    ("auditor", "审计局", Role.auditor),
    ("admin", "系统管理员", Role.administrator),
)


def _county(code: str, county: str) -> list[tuple[str, str, Role, str, str]]:
    return [
        (f"{code}-officer", f"{county}经办", Role.county_officer, code, code),
        (f"{code}-leader", f"{county}领导", Role.county_leader, code, code),
        (f"{code}-finance", f"{county}财政", Role.county_finance, code, code),
    ]
