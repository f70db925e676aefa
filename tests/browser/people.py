"""The people of the browser tests, and how they sign in."""

from typing import Final

from playwright.async_api import Page
from sqlalchemy import text

from auth.passwords import Passwords
from services.accounts.bootstrap import create_demo_accounts
from services.kit.database import Database
from services.regions.ground import existing_counties, existing_parks
from tests.services.console.city import CITY

PASSWORD: Final = "every-day-of-the-test"
CHEAP: Final = Passwords(time_cost=1, memory_kib=8, lanes=1)


async def make_people(url: str) -> None:
    """Store the demo's people (`office-1`, `611026-officer`, `finance-1` …), all with the same password."""
    database = Database(url)
    async with database.session() as session:
        counties = {code: row.name for code, row in (await existing_counties(session, CITY)).items()}
        parks = {code: row.owner for code, row in (await existing_parks(session, CITY)).items()}
        await create_demo_accounts(session, CITY, name="商洛市", counties=counties, parks=parks)
        hashed = {"hash": await CHEAP.hash(PASSWORD)}
        await session.execute(text("UPDATE account SET password_hash = :hash"), hashed)
    await database.close()


async def sign_in(page: Page, login: str) -> None:
    """Sign in by the form, as a person does."""
    await page.goto("/sign-in")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url("**/")


async def sign_out(page: Page) -> None:
    """Sign out by the button of the frame."""
    await page.click(".who button")
    await page.wait_for_url("**/sign-in")
