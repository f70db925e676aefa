"""The demo's chapters on funds and on the bulletin, on a small city."""

from pathlib import Path

from sqlalchemy import text

from services.accounts.bootstrap import create_demo_accounts
from services.demo import bulletin, funds
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.database import Database
from tests.services.regions import factories as regions


async def test_funds_are_confirmed_and_a_bulletin_is_printed(database: Database, tmp_path: Path) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        counties = {regions.SHANGZHOU: "商州区", regions.LUONAN: "洛南县", regions.DANFENG: "丹凤县"}
        made = await create_demo_accounts(session, regions.CITY, name="商洛市", counties=counties, parks={})
    crew, step = Crew(regions.CITY, made), Step("zh")
    told = await funds.tell(database, crew, step)
    # 1,180 万元, and 50 万美元 at 7.0850: 354.25 万元.
    assert told == {"funds_counted": 2, "funds_fen": 1_534_250_000, "funds_closed": "2026-11"}
    assert step.notes == ["到位资金确认 2 条、1,534.25 万元，2026-11 及以前关账"]
    async with database.session() as session:
        rows = await session.execute(text("SELECT state, count(*) FROM fund_entry GROUP BY state ORDER BY 1"))
        assert [tuple(row) for row in rows] == [("confirmed", 2), ("refused", 1), ("replaced", 1)]
    printed = await bulletin.tell(database, crew, step, tmp_path)
    assert printed["bulletin"] == "bulletins/ZB-611000-2026-12.pdf"
    files = {path.name: path.stat().st_size for path in (tmp_path / bulletin.FOLDER).iterdir()}
    assert files.keys() == {
        "ZB-611000-2026-12.pdf",
        "ZB-611000-2026-12.xlsx",
        "YT-611000-2026-12.pdf",
    }
    assert files["ZB-611000-2026-12.pdf"] == printed["bulletin_bytes"]
