"""The demo's chapter on tracking, on a small city."""

from sqlalchemy import text

from services.accounts.bootstrap import create_demo_accounts
from services.demo.crew import Crew
from services.demo.progress import Step
from services.demo.tracking import tell
from services.kit.database import Database
from tests.services.regions import factories as regions


async def test_two_projects_are_sponsored_and_one_item_is_struck_off(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        counties = {regions.SHANGZHOU: "商州区", regions.LUONAN: "洛南县", regions.DANFENG: "丹凤县"}
        made = await create_demo_accounts(session, regions.CITY, name="商洛市", counties=counties, parks={})
    step = Step("zh")
    told = await tell(database, Crew(regions.CITY, made), step)
    assert told == {"struck_off": 1, "left": 1, "blocked": 1, "sponsors": 4, "days_out": 3}
    assert step.notes == ["销号 1 项，待办 1 项，受阻 1 项，外出 3 天"]
    async with database.session() as session:
        rows = await session.execute(
            text(
                "SELECT p.code, i.state FROM schedule_item i JOIN project p ON p.id = i.project"
                " ORDER BY i.state"
            )
        )
        assert [tuple(row) for row in rows] == [
            ("6110-2026-9401", "closed"),
            ("6110-2026-9401", "opened"),
        ]
        reviewed = await session.execute(text("SELECT outcome, promised_fen FROM promise_review"))
        assert [tuple(row) for row in reviewed] == [("affordable", 0)]
