"""The demo's chapter before a lead, on a small city."""

from sqlalchemy import text

from services.accounts.bootstrap import create_demo_accounts
from services.demo.crew import Crew
from services.demo.intake import tell
from services.demo.progress import Step
from services.intake.service import investor_of
from services.kit.database import Database
from tests.services.regions import factories as regions


async def test_a_contact_is_refused_a_filing_too_and_an_idea_becomes_a_lead(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        counties = {
            regions.SHANGZHOU: "商州区",
            regions.LUONAN: "洛南县",
            regions.DANFENG: "丹凤县",
        }
        made = await create_demo_accounts(session, regions.CITY, name="商洛市", counties=counties, parks={})
    step = Step("zh")
    told = await tell(database, Crew(regions.CITY, made), step)
    assert (told["contacts"], told["refused"], told["broken"]) == (2, 1, 2)
    assert step.notes[0] == "接触备案 2 条，超限拒绝 1 条"
    async with database.session() as session:
        project = await investor_of(session, str(told["code"]))
        assert project is not None
        state = await session.execute(text("SELECT state FROM project WHERE id = :id"), {"id": project})
        assert state.scalar_one() == "registered"
