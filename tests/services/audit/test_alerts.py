"""The alarm of repackaged projects: for the city and the auditor, masked for the latter, on its page too."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.audit.alerts import alerts
from services.audit.errors import NotYourAudit
from services.kit.database import Database
from services.projects.imports import write_projects
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 - a fixture is found by its name here
from tests.services.projects.person import Enter
from tests.services.regions import factories as regions


async def loaded(session: AsyncSession) -> None:
    await regions.make_city(session)
    before = make.project_input(
        "6110-2025-0001",
        registered_on=date(2025, 2, 3),
        first_talk_on=date(2025, 1, 5),
        accepted_on=date(2025, 2, 5),
        signed_on=date(2025, 6, 1),
        stage="签约",
    )
    again = make.project_input(
        "6110-2026-0002",
        name="智能底盘项目",
        investor_name="德润荣通汽车实业有限公司",
        investor_credit_code=make.OTHER_CREDIT_CODE,
        origin=make.SHANGZHOU,
    )
    await write_projects(session, make.SYSTEM, [before, again])


async def test_a_project_that_comes_back_is_listed(session: AsyncSession) -> None:
    await loaded(session)
    found = await alerts(session, make.OFFICE)
    [alert] = found.items
    assert (found.total, alert.alike.value) == (1, "sound")
    assert (alert.earlier.code, alert.later.code) == ("6110-2025-0001", "6110-2026-0002")
    assert [trait.value for trait in alert.traits] == ["investment", "land", "industry"]
    masked = (await alerts(session, make.principal(Role.auditor, make.CITY))).items[0]
    assert masked.later.investor_name is None
    assert masked.later.name != "智能底盘项目"
    with pytest.raises(NotYourAudit):
        await alerts(session, make.officer(make.DANFENG))


async def test_the_page(enter: Enter, database: Database) -> None:  # noqa: F811 - the fixture above
    async with database.session() as session:
        await loaded(session)
    office = await enter(Role.city_office, make.CITY)
    page = await office.open("/alerts")
    assert "6110-2026-0002" in page
    assert "只差同音字" in page
    answer = await office.client.get("/alerts")
    assert answer.status_code == 200
