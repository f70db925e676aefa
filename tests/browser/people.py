"""The people of the browser tests, and how they sign in."""

from typing import Final

from playwright.async_api import Page

from auth.passwords import Passwords
from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import make_account

PASSWORD: Final = "every-day-of-the-test"
OFFICES: Final = {
    Role.county_officer: ("611024", "611002"),
    Role.county_leader: ("611024", "611002"),
    Role.county_finance: ("611024", "611002"),
    Role.park_officer: ("6110P01",),
}
"""Offices of the roles that are not the city's own."""
CHEAP: Final = Passwords(time_cost=1, memory_kib=8, lanes=1)


async def make_people(url: str) -> None:
    """Store one person for each role and office, all with the same password."""
    database = Database(url)
    hashed = await CHEAP.hash(PASSWORD)
    async with database.session() as session:
        for role in Role:
            for office in OFFICES.get(role, ("611000",)):
                account = await make_account(session, role, office, login=login_of(role, office))
                account.password_hash = hashed
    await database.close()


def login_of(role: Role, office: str) -> str:
    """The login of the person of a role and office."""
    return f"{role.value.replace('_', '-')}.{office.lower()}"


async def sign_in(page: Page, role: Role, office: str = "611000") -> None:
    """Sign in by the form, as a person does."""
    await page.goto("/sign-in")
    await page.fill("[name=login]", login_of(role, office))
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url("**/")


async def sign_out(page: Page) -> None:
    """Sign out by the button of the frame."""
    await page.click(".who button")
    await page.wait_for_url("**/sign-in")
