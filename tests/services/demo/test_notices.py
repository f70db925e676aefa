"""The demo's chapter on notices, on a small city."""

from sqlalchemy import text

from services.accounts.bootstrap import create_demo_accounts
from services.demo import notices
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.database import Database
from tests.services.regions import factories as regions


async def test_a_webhook_fails_once_and_is_sent_again_and_none_leads_into_the_house(
    database: Database,
) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        counties = {regions.SHANGZHOU: "商州区", regions.LUONAN: "洛南县", regions.DANFENG: "丹凤县"}
        made = await create_demo_accounts(session, regions.CITY, name="商洛市", counties=counties, parks={})
    step = Step("zh")
    told = await notices.tell(database, Crew(regions.CITY, made), step)
    assert told == {
        "notice_addresses_refused": 1,
        "notices_sent": 2,
        "notice_ids": 1,
        "notices_unread": 1,
    }
    assert step.notes == ["内部地址拒绝 1 个；接收端故障一次，重发后送达"]
    async with database.session() as session:
        states = await session.execute(
            text("SELECT d.state, c.active FROM notice_delivery d JOIN notice_channel c ON c.id = d.channel")
        )
        assert [tuple(row) for row in states] == [("sent", False)]
