"""The demo's chapter on libraries, on a small city."""

from sqlalchemy import text

from auth.principal import Role
from services.accounts.bootstrap import create_demo_accounts
from services.demo import libraries
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.database import Database
from services.libraries.in_force import layout_on
from services.libraries.service import libraries as shown
from tests.services.console.city import TODAY
from tests.services.regions import factories as regions


async def test_a_layout_is_in_force_and_another_waits(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        made = await create_demo_accounts(
            session, regions.CITY, name="商洛市", counties={regions.SHANGZHOU: "商州区"}, parks={}
        )
    crew, step = Crew(regions.CITY, made), Step("zh")
    told = await libraries.tell(database, crew, step)
    assert told == {"layout": 1, "libraries": 10, "reserve": 0, "layout_waiting": 2}
    assert step.notes == ["布局第 1 版生效，10 个库，动态储备库 0 个；第 2 版待另一人确认"]
    async with database.session() as session:
        rows = await session.execute(
            text(
                "SELECT l.made_by <> c.confirmed_by, c.version FROM library_layout_confirmation c"
                " JOIN library_layout l USING (city, version)"
            )
        )
        assert [tuple(row) for row in rows] == [(True, 1)]
        current = await layout_on(session, regions.CITY, TODAY)
        assert "尚未列入的产业链" not in {one.chain for one in current.layout.chains}
        office = crew.one(Role.city_office, regions.CITY)
        assert (await shown(session, office, TODAY)).layout_version == 1
