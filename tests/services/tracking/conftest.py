"""A small city with projects in each of the three ledgers, and its people."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.database import Database
from services.kit.tables import uuid7
from services.projects import imports
from tests.services.accounts.factories import principal
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

TODAY = make.TODAY


def ago(days: int) -> date:
    """Return the day so many days before the business date."""
    return TODAY - timedelta(days=days)


@dataclass(frozen=True)
class Cast:
    """The people of the city, stored as accounts, and the projects' public ids."""

    office: Principal
    second: Principal
    host: Principal
    leader: Principal
    origin: Principal
    stranger: Principal
    finance: Principal
    auditor: Principal
    talking: str
    signed: str
    building: str
    producing: str


async def _people(session: AsyncSession) -> dict[str, Principal]:
    roles = {
        "office": (Role.city_office, make.CITY),
        "second": (Role.city_office, make.CITY),
        "host": (Role.county_officer, make.SHANGZHOU),
        "leader": (Role.county_leader, make.SHANGZHOU),
        "origin": (Role.county_officer, make.DANFENG),
        "stranger": (Role.county_officer, make.LUONAN),
        "finance": (Role.county_finance, make.SHANGZHOU),
        "auditor": (Role.auditor, make.CITY),
    }
    return {name: await principal(session, role, office) for name, (role, office) in roles.items()}


@pytest.fixture
async def cast(database: Database) -> Cast:
    """Danfeng's four projects; the signed ones are hosted by Shangzhou."""
    rows = [
        make.project_input("6110-2026-0001", stage="在谈"),
        make.project_input("6110-2026-0002", stage="签约", signed_on=ago(40), name="签约项目"),
        make.project_input("6110-2026-0003", stage="开工", signed_on=ago(200), name="开工项目"),
        make.project_input("6110-2026-0004", stage="投产", signed_on=ago(400), name="投产项目"),
    ]
    async with database.session() as session:
        await regions.make_city(session)
        people = await _people(session)
        await imports.write_projects(session, make.SYSTEM, rows)
        await imports.set_hosts(
            session, make.SYSTEM, dict.fromkeys([row.code for row in rows[1:]], make.SHANGZHOU)
        )
        await session.execute(
            text(
                "UPDATE project SET contracted_on = :contract, started_on = :start WHERE code ~ '000[34]$';"
            ).bindparams(contract=ago(190), start=ago(30))
        )
        await session.execute(
            text("UPDATE project SET produced_on = :day WHERE code ~ '0004$'").bindparams(day=ago(10))
        )
        found = await session.execute(text("SELECT public_id FROM project ORDER BY code"))
        ids = [str(ref) for ref in found.scalars()]
    return Cast(**people, talking=ids[0], signed=ids[1], building=ids[2], producing=ids[3])


def other(person: Principal, role: Role) -> Principal:
    """The same person in another role."""
    return replace(person, role=role)


async def promise_of(session: AsyncSession, ref: str, county: str, amounts: list[tuple[int, int]]) -> UUID:
    """Let a county promise a project amounts of (year, 万元), from its budget; return the list's id."""
    letter, sheet = uuid7(), uuid7()
    told = {"ref": ref, "county": county, "letter": letter, "sheet": sheet, "day": ago(30)}
    park = "(SELECT code FROM park WHERE owner = :county ORDER BY code LIMIT 1)"
    await session.execute(
        text(
            "INSERT INTO commitment (city, id, project, county, park, land_mu, hall_m2, energy_tce, water_td,"
            " cod_kg, ready_on, promises, finance_review, legal_review, committed_on)"
            f" SELECT city, :letter, id, :county, {park}, 0, 0, 0, 0, 0, :day, '', '', '', :day"
            " FROM project WHERE public_id = :ref"
        ),
        told,
    )
    await session.execute(
        text(
            "INSERT INTO commitment_sheet (city, id, project, county, park, commitment, seq, by, by_name,"
            " on_date) SELECT city, :sheet, project, county, park, id, 1, gen_random_uuid(), '', :day"
            " FROM commitment WHERE id = :letter"
        ),
        told,
    )
    for seq, (year, wan) in enumerate(amounts, start=1):
        await session.execute(
            text(
                "INSERT INTO commitment_item (city, sheet, seq, kind, what, beneficiary, amount_fen, unit,"
                " year, source, condition) SELECT city, id, :seq, 'infrastructure', '道路', 'public', :fen,"
                " '', :year, 'budget', '' FROM commitment_sheet WHERE id = :sheet"
            ),
            {"sheet": sheet, "seq": seq, "fen": wan * 1_000_000, "year": year},
        )
    return sheet
