"""The chapter on the pool, on a small city: what is refused, what is assigned, and what stays as it was."""

from sqlalchemy import select, text
from sqlmodel import col

from services.accounts.bootstrap import create_demo_accounts
from services.demo.crew import Crew
from services.demo.pooling import FIRMS, tell
from services.demo.progress import Step
from services.kit.database import Database
from services.projects.tables import Project
from services.regions.ground import existing_counties, existing_parks
from services.regions.settings import DEFAULTS, settings_on
from tests.services.regions import factories as regions


async def test_a_name_waits_a_cap_holds_and_the_meeting_assigns(database: Database):
    async with database.session() as session:
        await regions.make_city(session)
        counties = {code: row.name for code, row in (await existing_counties(session, regions.CITY)).items()}
        parks = {code: row.owner for code, row in (await existing_parks(session, regions.CITY)).items()}
        made = await create_demo_accounts(
            session, regions.CITY, name="商洛市", counties=counties, parks=parks
        )
    step = Step("zh")
    told = await tell(database, Crew(regions.CITY, made), step)
    assert told["names_refused"] == len(FIRMS)
    assert told["cap"] == "hold-cap-reached"
    assert step.notes
    async with database.session() as session:
        states = await session.execute(select(col(Project.state)).order_by(col(Project.investment_fen)))
        assert [state.value for (state,) in states] == ["chosen", "held", "held"]
        settings = await settings_on(session, regions.CITY, regions.BUSINESS_DATE)
        assert settings.open_hold_cap == DEFAULTS.open_hold_cap
        meetings = await session.execute(text("SELECT minutes_no FROM joint_meeting"))
        assert meetings.scalar_one() == told["minutes"]
