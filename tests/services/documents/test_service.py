"""Papers through the door that routes and pages use."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.documents import service
from services.ledger.errors import NoSuchStatement
from services.ledger.states import StatementKind, StatementState
from services.ledger.tables import Statement
from services.projects.errors import NoSuchProject
from tests.services.documents.test_builders import body
from tests.services.projects import factories as make
from tests.services.projects.road import pooled


async def stored(session: AsyncSession) -> Statement:
    from tests.services.regions import factories as regions

    await regions.make_city(session)
    statement = Statement(
        city=make.CITY,
        kind=StatementKind.month,
        county=make.LUONAN,
        period="2025-03",
        version=1,
        number="CS-611021-2025-03",
        state=StatementState.computed,
        revision=1,
        known=1,
        body=body(),
        body_sha256="0" * 64,
        made_on=date(2027, 1, 15),
    )
    session.add(statement)
    await session.flush()
    return statement


async def test_a_statement_prints_to_those_who_may_see_it(session: AsyncSession):
    statement = await stored(session)
    finance = make.principal(Role.county_finance, make.LUONAN)
    pdf = await service.statement_pdf(session, finance, statement.id, "https://x")
    assert pdf.name == "CS-611021-2025-03-v1.pdf"
    assert pdf.content.startswith(b"%PDF-")
    xlsx = await service.statement_xlsx(session, finance, statement.id, "https://x")
    assert xlsx.name == "CS-611021-2025-03-v1.xlsx"
    assert xlsx.content.startswith(b"PK")
    stranger = make.principal(Role.county_finance, make.DANFENG)
    for paper in (service.statement_pdf, service.statement_xlsx):
        with pytest.raises(NoSuchStatement):
            await paper(session, stranger, statement.id, "https://x")


async def test_a_card_is_as_masked_as_its_readers_view(session: AsyncSession):
    lead = await pooled(session)
    own = await service.project_pdf(session, make.officer(make.DANFENG), lead.public_id)
    other = await service.project_pdf(session, make.officer(make.LUONAN), lead.public_id)
    assert own.name == f"{lead.code}.pdf"
    assert other.name == f"{lead.public_id}.pdf"
    assert own.content != other.content
    with pytest.raises(NoSuchProject):
        await service.project_pdf(session, make.officer(make.LUONAN), str(lead.id))
