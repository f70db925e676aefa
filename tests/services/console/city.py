"""The example city for tests of pages: the fifteen files imported, and one person of each role."""

from datetime import date
from pathlib import Path
from typing import Final

from auth.principal import CITY_ROLES, Role
from services.accounts.sign_in import open_session
from services.accounts.tables import SessionKind
from services.interchange.folder import commit_folder, plan_folder
from services.kit import queue
from services.kit.clock import Clock
from services.kit.database import Database
from tests.services.accounts.factories import make_account

EXAMPLE: Final = Path(__file__).parents[3] / "examples" / "shangluo"
CITY: Final = "611000"
COUNTY: Final = "611002"
PARK: Final = "6110P01"
TODAY: Final = date(2027, 1, 15)
YEAR: Final = 2026


def office_of(role: Role) -> str:
    """The office of the one person of a role."""
    if role in CITY_ROLES:
        return CITY
    return PARK if role is Role.park_officer else COUNTY


async def load_city(url: str) -> None:
    """Load the fifteen files of the example into a migrated, empty database."""
    await queue.install(url)
    database = Database(url)
    async with database.session() as session:
        plan = await plan_folder(session, EXAMPLE)
        assert plan.faults == ()
        await commit_folder(session, plan, business_date=TODAY)
    await database.close()


async def sign_everybody_in(url: str) -> dict[Role, str]:
    """Store one person of each role with an open sign-in; return the secrets that their cookies hold."""
    database = Database(url)
    secrets: dict[Role, str] = {}
    async with database.session() as session:
        for role in Role:
            account = await make_account(
                session, role, office_of(role), county=COUNTY if role is Role.park_officer else None
            )
            opened = await open_session(session, account, SessionKind.console, Clock().now())
            secrets[role] = opened.secret.text
    await database.close()
    return secrets
