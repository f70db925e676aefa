"""What a notice is about is named to those alone who may read it by its own slice's rule."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.database import Database
from services.kit.tables import uuid7
from services.notices.subjects import Seen, seen
from services.notices.words import Subject
from tests.services.first_talk.cast import LEADER, OFFICER, RIVAL, STRANGER, opened
from tests.services.first_talk.cast import OFFICE as CITY_OFFICE
from tests.services.ledger import factories as ledger

AGREEMENTS = "SELECT id, code, ARRAY[origin, host] FROM agreement WHERE city = :city"
STATEMENTS = "SELECT id, number, ARRAY[county] FROM statement WHERE city = :city"
SETTLEMENTS = (
    "SELECT s.id, s.number, array_agg(p.county) FROM settlement s JOIN settlement_part p"
    " ON p.city = s.city AND p.settlement = s.id WHERE s.city = :city GROUP BY s.id, s.number"
)
COUNTIES = "SELECT code FROM region WHERE city = :city AND code <> city"
PAPERS = {
    Subject.agreement: (AGREEMENTS, "/agreements"),
    Subject.statement: (STATEMENTS, "/statements"),
    Subject.settlement: (SETTLEMENTS, "/settlements"),
}


async def papers(session: AsyncSession, subject: Subject) -> list[tuple[UUID, str, set[str]]]:
    rows = await session.execute(text(PAPERS[subject][0]), {"city": ledger.CITY})
    return [(key, name, set(counties)) for key, name, counties in rows]


@pytest.mark.parametrize("subject", list(PAPERS))
async def test_a_paper_is_named_to_its_counties_and_the_city_alone(
    posted: Database, subject: Subject
) -> None:
    async with posted.session() as session:
        made = await papers(session, subject)
        wanted = [(subject, key) for key, _, _ in made]
        everything = {(subject, key): Seen(name, f"{PAPERS[subject][1]}/{key}") for key, name, _ in made}
        assert everything
        rows = await session.execute(
            text("SELECT code FROM region WHERE city = :city"), {"city": ledger.CITY}
        )
        hidden = 0
        for county in {*rows.scalars(), "619999"}:
            own = await seen(session, ledger.person(Role.county_finance, county), wanted)
            assert own == {
                (subject, key): everything[subject, key] for key, _, counties in made if county in counties
            }
            hidden += len(made) - len(own)
        assert hidden
        assert await seen(session, ledger.person(Role.city_finance), wanted) == everything
        assert await seen(session, ledger.person(Role.administrator), wanted) == {}


async def test_a_case_is_named_to_its_sides_and_the_city_alone(session: AsyncSession) -> None:
    case = await opened(session)
    wanted = [(Subject.case, case.id), (Subject.case, uuid7())]
    told = {wanted[0]: Seen(case.number, f"/first-talk/{case.id}")}
    found: list[tuple[Principal, dict[tuple[Subject, UUID], Seen]]] = [
        (OFFICER, told),
        (LEADER, told),
        (RIVAL, told),
        (CITY_OFFICE, told),
        (STRANGER, {}),
    ]
    for person, expected in found:
        assert await seen(session, person, wanted) == expected, person
