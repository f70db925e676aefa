"""The demo's chapter of evidence files and of two leads that are one."""

from services.accounts.bootstrap import create_demo_accounts
from services.demo.crew import Crew
from services.demo.evidence_files import tell
from services.demo.progress import Step
from services.kit.database import Database
from services.projects.dossier import open_dossier
from services.projects.merging_views import merges_view
from tests.services.projects import factories as make
from tests.services.regions import factories as regions


async def test_a_firm_is_filed_twice_proved_and_merged(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        accounts = await create_demo_accounts(
            session,
            make.CITY,
            name="商洛市",
            counties={make.SHANGZHOU: "商州区", make.LUONAN: "洛南县", make.DANFENG: "丹凤县"},
            parks={make.PARK: make.SHANGZHOU},
        )
    crew, step = Crew(make.CITY, accounts), Step("zh")
    told = await tell(database, crew, step)
    assert told["evidence_files"] == 3
    assert told["merged_history"] == 9
    assert step.notes == ["佐证文件 3 份，重复线索合并后历史 9 条"]
    async with database.session() as session:
        dossier = await open_dossier(session, crew.office, str(told["merge_kept"]))
        assert dossier.project.state.value == "transfer_requested"
        found = await merges_view(session, dossier)
    assert [row.id for row in found.leads] == [told["merge_gone"]]
    assert [row.state for row in found.merges] == ["merged"]
