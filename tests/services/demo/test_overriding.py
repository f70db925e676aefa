"""The demo's chapter on a forbidden clause, an objection and an override's price, told on a small city."""

import io

from services.accounts.bootstrap import create_demo_accounts
from services.demo import overriding
from services.demo.crew import Crew
from services.demo.progress import Progress
from services.kit.database import Database
from tests.services.projects import factories as make
from tests.services.regions import factories as regions


async def test_the_chapter_is_told_without_a_run(database: Database) -> None:
    counties = {make.SHANGZHOU: "商州区", make.LUONAN: "洛南县", make.DANFENG: "丹凤县"}
    parks = {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}
    async with database.session() as session:
        await regions.make_city(session)
        crew = Crew(
            make.CITY,
            await create_demo_accounts(session, make.CITY, name="商洛市", counties=counties, parks=parks),
        )
    out = io.StringIO()
    with Progress("zh", out).step("改选与异议") as step:
        told = await overriding.tell(database, crew, step)
    assert told == {"stopped": 1, "left": 0, "objection": "dismissed", "loss": -1, "moved": 0}
    assert "条款拦下 1 处，改后 0 处" in out.getvalue()
