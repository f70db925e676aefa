"""The chapter on approvals, on a small city: returned, added to, signed for another, batched."""

from sqlalchemy import text

from services.accounts.bootstrap import create_demo_accounts
from services.demo.approving import tell
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.database import Database
from services.regions.ground import existing_counties, existing_parks
from tests.services.regions import factories as regions


async def test_sheets_are_returned_lent_and_batched(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        counties = {code: row.name for code, row in (await existing_counties(session, regions.CITY)).items()}
        parks = {code: row.owner for code, row in (await existing_parks(session, regions.CITY)).items()}
        made = await create_demo_accounts(
            session, regions.CITY, name="商洛市", counties=counties, parks=parks
        )
    step = Step("zh")
    told = await tell(database, Crew(regions.CITY, made), step)
    assert (told["batch"], told["acts"]) == (2, 5)
    assert "代" in str(told["signed"])
    assert step.notes
    async with database.session() as session:
        states = await session.execute(text("SELECT state, count(*) FROM project GROUP BY state"))
        assert [tuple(row) for row in states] == [("reviewed", 4)]
        sheets = await session.execute(text("SELECT DISTINCT state FROM approval_sheet"))
        assert sheets.scalars().all() == ["agreed"]
