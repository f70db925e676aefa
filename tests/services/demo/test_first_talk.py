"""The demo's chapter on first negotiation, on a small city."""

from sqlalchemy import text

from services.accounts.bootstrap import create_demo_accounts
from services.demo.crew import Crew
from services.demo.first_talk import tell
from services.demo.progress import Step
from services.kit.database import Database
from tests.services.regions import factories as regions


async def test_a_conflict_is_ruled_and_a_protection_that_ended_is_released(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        counties = {regions.SHANGZHOU: "商州区", regions.LUONAN: "洛南县", regions.DANFENG: "丹凤县"}
        made = await create_demo_accounts(session, regions.CITY, name="商洛市", counties=counties, parks={})
    step = Step("zh")
    told = await tell(database, Crew(regions.CITY, made), step)
    assert told == {"ruling": "CD-6110-2027-001", "released": 1}
    assert step.notes == ["首谈争议裁定 CD-6110-2027-001，到期保护释放 1 条"]
    async with database.session() as session:
        rows = await session.execute(text("SELECT code, state FROM project ORDER BY code"))
        assert [tuple(row) for row in rows] == [
            ("6110-2026-9701", "accepted"),
            ("6110-2026-9702", "withdrawn"),
            ("6110-2026-9703", "released"),
        ]
