"""The demo's duplicate: told to the county that came second, and noted by the city."""

from services.accounts.bootstrap import create_demo_accounts
from services.demo import duplicates
from services.demo.crew import Crew
from services.demo.progress import Progress
from services.kit.database import Database
from tests.services.regions import factories as regions


async def test_a_duplicate_is_warned_of_and_noted(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        made = await create_demo_accounts(
            session,
            regions.CITY,
            name="商洛市",
            counties={regions.SHANGZHOU: "商州区", regions.LUONAN: "洛南县", regions.DANFENG: "丹凤县"},
            parks={},
        )
    with Progress("zh").step("重复") as step:
        told = await duplicates.tell(database, Crew(regions.CITY, made), step)
    assert told == {"duplicates_told": 1, "duplicate_likeness": 80, "duplicates_noted": 1}
