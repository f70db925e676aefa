"""The demo's month is frozen by two people, and says the same whenever it is read."""

import pytest

from services.accounts.bootstrap import create_demo_accounts
from services.demo import reports
from services.demo.crew import Crew
from services.demo.progress import Progress
from services.kit.database import Database
from services.reports import service
from services.reports.errors import ReportFrozen
from tests.services.regions import factories as regions


async def test_the_month_before_is_frozen(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
        made = await create_demo_accounts(
            session,
            regions.CITY,
            name="商洛市",
            counties={regions.SHANGZHOU: "商州区", regions.LUONAN: "洛南县"},
            parks={},
        )
    crew = Crew(regions.CITY, made)
    with Progress("zh").step("月统计") as step:
        told = await reports.tell(database, crew, step)
    assert told["report_signed"] == told["report_contracts"] == 0
    assert told["report_contract_rate"] == ""
    assert int(told["report_figures"]) > 100
    async with database.session() as session:
        report = await service.month_report(session, crew.office, str(told["report_month"]))
        assert not report.preliminary
        assert (report.sha256 or "").startswith(str(told["report_sha256"]))
        with pytest.raises(ReportFrozen):
            await service.ask_freeze(session, crew.office, str(told["report_month"]))
