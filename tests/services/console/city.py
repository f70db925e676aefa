"""The example city for tests of pages: the fifteen files imported, and one person of each role."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from allocation.lifecycle import State
from auth.principal import CITY_ROLES, Role
from services.accounts.sign_in import open_session
from services.accounts.tables import SessionKind
from services.agreements.tables import Agreement
from services.interchange.folder import commit_folder, plan_folder
from services.interchange.service import plan_file
from services.kit import queue
from services.kit.clock import Clock
from services.kit.database import Database
from services.ledger.drafting import compute_month, prepare
from services.ledger.tables import Statement
from services.matching.run_requests import request_run
from services.matching.runs import execute
from services.matching.tables import MatchPlacement
from services.projects.tables import Project
from tests.services.accounts.factories import make_account, principal

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


@dataclass(frozen=True, slots=True)
class Samples:
    """One thing of each kind, for the addresses of its pages."""

    run: str
    pooled: str
    placed: str
    statement: str
    agreement: str
    plan: str


async def play(url: str) -> Samples:
    """Run the match, settle 2025 and plan an import, so that every page has something to show."""
    database = Database(url)
    async with database.session() as session:
        office = await principal(session, Role.city_office)
        finance = await principal(session, Role.city_finance)
        asked = await request_run(session, office)
    await execute(database, Clock(), CITY, asked.id, memory_mb=2048)
    async with database.session() as session:
        await compute_month(session, finance, f"{YEAR - 1}-12", TODAY)
        await prepare(session, finance, str(YEAR - 1), TODAY)
        county = select(Statement).where(col(Statement.county) == COUNTY, col(Statement.kind) == "year")
        statement = (await session.scalars(county)).one()
        agreement = (await session.scalars(select(Agreement).where(col(Agreement.origin) == COUNTY))).first()
        assert agreement is not None
        plan = await plan_file(session, office, "plots", "地块.csv", (EXAMPLE / "地块.csv").read_bytes())
        here = col(MatchPlacement.project) == col(Project.id)
        placed = (
            select(col(Project.public_id)).join(MatchPlacement, here).where(col(MatchPlacement.park) == PARK)
        )
        pooled = select(col(Project.public_id)).where(col(Project.state) == State.pooled)
        samples = Samples(
            run=str(asked.id),
            pooled=str((await session.scalars(pooled.order_by(col(Project.code)))).first()),
            placed=str((await session.scalars(placed)).first()),
            statement=str(statement.id),
            agreement=str(agreement.id),
            plan=str(plan.id),
        )
    await database.close()
    return samples


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
