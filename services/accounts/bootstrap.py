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
from services.accounts import repo, service
from services.accounts.tables import Account
from services.kit.events import record_event

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
    token, until = await service.issue_bootstrap_token(session, city, now)
    return token.text, until


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
