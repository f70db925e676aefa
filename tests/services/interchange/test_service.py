import asyncio
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.interchange import exports, repo, service
from services.interchange.errors import (
    AlreadyCommitted,
    NoSuchKind,
    NoSuchPlan,
    NothingToWrite,
    NotYourTable,
    PlanHasFaults,
    PlanOutdated,
)
from services.interchange.faults import OversizedFile, UnusableFile
from services.interchange.plan import Action
from services.interchange.reading import open_file
from services.interchange.specs import TABLES, TABLES_BY_KIND
from services.interchange.tables import PlanState
from services.kit.clock import Clock
from services.kit.database import Database
from services.regions import imports as regions
from tests.services.interchange.files import Rows, as_csv, as_xlsx, example, first_headers
from tests.services.regions import factories

CITY = factories.CITY
CLOCK = Clock()


def someone(role: Role, county: str = CITY, office: str | None = None) -> Principal:
    return Principal(
        account=uuid4(), city=CITY, role=role, office=office or county, county=county, name="张三"
    )


OFFICE = someone(Role.city_office)
FINANCE = someone(Role.city_finance)


def owner_of(kind: str) -> Principal:
    return FINANCE if Role.city_finance in TABLES_BY_KIND[kind].importers else OFFICE


async def plan(session: AsyncSession, kind: str, rows: Rows, who: Principal | None = None):
    return await service.plan_file(session, who or owner_of(kind), kind, f"{kind}.csv", as_csv(rows))


def changed_plots() -> Rows:
    """One plot changed, one new, the rest as stored."""
    rows = example("plots")
    rows[1][3] = "21.5"
    rows.append(["6110P09-099", *rows[1][1:]])
    return rows


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_an_export_of_every_table_loads_back_unchanged(loaded: Database, form: exports.Format):
    async with loaded.session() as session:
        for table in TABLES:
            who = owner_of(table.kind)
            file = await exports.export(session, who, table.kind, form)
            row = await service.plan_file(session, who, table.kind, file.name, file.data)
            stored = len(await table.existing(session, CITY))
            assert row.counts == {"new": 0, "changed": 0, "same": stored, "bad": 0}, table.kind
            assert stored == len(example(table.kind)) - 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_a_blank_template_has_the_header_and_a_guide(table):
    who = owner_of(table.kind)
    for form in ("csv", "xlsx"):
        file = exports.template(who, table.kind, form)
        assert file.name == f"{table.title}-模板.{form}"
        sheet = open_file(table, file.name, file.data)
        assert first_headers(list(sheet.header)) == example(table.kind)[0]
        assert sheet.rows == ()
    guide = exports.guide_sheet(table, "en").rows
    assert guide[0][1] == "必填" or guide[0][1].isascii()
    assert first_headers([row[0] for row in guide[1:]]) == example(table.kind)[0]


async def test_a_preview_says_what_is_new_changed_and_the_same(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "plots", changed_plots())
        view = service.import_view(row)
        assert view.counts == {"new": 1, "changed": 1, "same": 45, "bad": 0}
        assert view.totals.rows == 47
        assert view.totals.sums == {"面积(亩)": "3192"}
        assert view.state is PlanState.planned
        (changed,) = service.rows_of(row, Action.changed, 0, 10)
        assert [(c.column, c.before, c.after) for c in changed.changes] == [("面积(亩)", "20", "21.5")]
        (new,) = service.rows_of(row, Action.new, 0, 10)
        assert (new.row, new.cells[0], new.changes) == (48, "6110P09-099", [])
        assert len(service.rows_of(row, None, 40, 100)) == 8


async def test_nothing_is_written_before_the_commit_and_then_just_the_plan(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "plots", changed_plots())
        before = await regions.existing_plots(session, CITY)
        assert before["6110P01-001"].area_mu == 2000
        done = await service.commit_plan(session, OFFICE, row.id, CLOCK)
        assert (done.state, done.written, done.committed_by) == (PlanState.committed, 2, OFFICE.account)
        after = await regions.existing_plots(session, CITY)
        assert after["6110P01-001"].area_mu == 2150
        assert after.keys() - before.keys() == {"6110P09-099"}
        actions = await session.execute(
            text("SELECT action FROM audit_event WHERE account = :who ORDER BY id"), {"who": OFFICE.account}
        )
        assert list(actions.scalars()) == [
            "interchange.planned",
            "regions.imported",
            "interchange.committed",
        ]


async def test_a_plan_is_committed_once(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "plots", changed_plots())
        await service.commit_plan(session, OFFICE, row.id, CLOCK)
        with pytest.raises(AlreadyCommitted):
            await service.commit_plan(session, OFFICE, row.id, CLOCK)


async def test_two_commits_at_once_write_once(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "plots", changed_plots())

    async def commit() -> str:
        try:
            async with loaded.session() as session:
                await service.commit_plan(session, OFFICE, row.id, CLOCK)
        except AlreadyCommitted:
            return "refused"
        return "written"

    assert sorted(await asyncio.gather(commit(), commit())) == ["refused", "written"]


async def test_a_plan_is_refused_when_what_is_stored_changed(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "plots", changed_plots())
        await regions.write_plots(
            session, OFFICE, [factories.plot_input("6110P01-002", verified_on=date(2027, 1, 2))]
        )
        with pytest.raises(PlanOutdated):
            await service.commit_plan(session, OFFICE, row.id, CLOCK)


async def test_a_change_elsewhere_in_the_table_does_not_matter(loaded: Database):
    rows = changed_plots()
    async with loaded.session() as session:
        row = await plan(session, "plots", [rows[0], rows[1]])
        await regions.write_plots(session, OFFICE, [factories.plot_input("6110P01-003")])
        assert (await service.commit_plan(session, OFFICE, row.id, CLOCK)).written == 1


async def test_of_two_plans_for_one_row_the_second_is_refused(loaded: Database):
    async with loaded.session() as session:
        first = await plan(session, "plots", changed_plots())
        second = await plan(session, "plots", changed_plots())
        await service.commit_plan(session, OFFICE, first.id, CLOCK)
        with pytest.raises(PlanOutdated):
            await service.commit_plan(session, OFFICE, second.id, CLOCK)


async def test_all_or_nothing_unless_the_good_rows_are_asked_for(loaded: Database):
    rows = changed_plots()
    rows[5][3] = "-1"
    async with loaded.session() as session:
        row = await plan(session, "plots", rows)
        with pytest.raises(PlanHasFaults) as refusal:
            await service.commit_plan(session, OFFICE, row.id, CLOCK)
        assert refusal.value.facts == {"bad": 1}
        assert (await regions.existing_plots(session, CITY))["6110P01-001"].area_mu == 2000
        done = await service.commit_plan(session, OFFICE, row.id, CLOCK, good_rows_only=True)
        assert done.written == 2


async def test_nothing_new_is_no_success(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "plots", example("plots"))
        with pytest.raises(NothingToWrite):
            await service.commit_plan(session, OFFICE, row.id, CLOCK)


async def test_the_workbook_of_bad_rows_can_be_corrected_and_loaded(loaded: Database):
    rows = changed_plots()
    rows[3][3], rows[3][1] = "-1", "6110P77"
    rows[7][4] = "=1+1"
    async with loaded.session() as session:
        row = await plan(session, "plots", rows)
        file = exports.bad_rows(service.reading_of(row))
        assert file.name == "地块-错误行.xlsx"
        sheet = open_file(TABLES_BY_KIND["plots"], file.name, file.data)
        assert list(sheet.header) == ["原行号", "错误原因", *rows[0]]
        assert [found.cells[0] for found in sheet.rows] == ["4", "8"]
        assert sheet.rows[0].cells[1] == "园区编码：没有这个园区；面积(亩)：不能为负数"
        assert list(sheet.rows[0].cells[2:]) == rows[3]
        assert sheet.rows[1].cells[6] == "=1+1"
        fixed = [list(sheet.header), *(list(found.cells) for found in sheet.rows)]
        fixed[1][3:6] = ["6110P01", "工业", "36"]
        fixed[2][6] = "净地"
        again = await service.plan_file(session, OFFICE, "plots", "fixed.xlsx", as_xlsx(fixed))
        assert again.counts["bad"] == 0


async def test_control_totals_of_receipts_are_broken_down_by_tax(loaded: Database):
    async with loaded.session() as session:
        row = await plan(session, "receipts", example("receipts"))
        totals = service.import_view(row).totals
        assert totals.rows == 1846
        assert totals.by is not None
        assert totals.by.header == "税种"
        assert list(totals.sums) == ["入库金额(元)", "中央级(元)", "省级(元)", "市级(元)", "县级(元)"]
        assert sum(group.rows for group in totals.by.groups) == 1846
        cents = [int(group.sum.replace(".", "")) for group in totals.by.groups]
        assert sum(cents) == int(totals.sums["入库金额(元)"].replace(".", ""))


async def test_a_receipt_in_a_second_file_is_a_revision(loaded: Database):
    rows = example("receipts", 1)
    rows[1][9], rows[1][13] = "4510.78", "4510.78"
    async with loaded.session() as session:
        row = await plan(session, "receipts", rows)
        assert row.counts["changed"] == 1
        await service.commit_plan(session, FINANCE, row.id, CLOCK)
        revisions = await session.execute(
            text("SELECT revision, amount_fen FROM receipt_version WHERE ticket = :ticket ORDER BY revision"),
            {"ticket": rows[1][3]},
        )
        assert [tuple(found) for found in revisions] == [(1, 451_077), (2, 451_078)]


async def test_each_table_is_loaded_by_its_own_office(loaded: Database):
    async with loaded.session() as session:
        with pytest.raises(NotYourTable):
            await plan(session, "receipts", example("receipts", 1), OFFICE)
        with pytest.raises(NotYourTable):
            await plan(session, "plots", example("plots", 1), FINANCE)
        with pytest.raises(NoSuchKind):
            await plan(session, "nothing", example("plots", 1), OFFICE)
        row = await plan(session, "plots", example("plots", 1))
        auditor = someone(Role.auditor)
        assert (await service.find_plan(session, auditor, row.id)).id == row.id
        with pytest.raises(NotYourTable):
            await service.commit_plan(session, auditor, row.id, CLOCK)
        with pytest.raises(NoSuchPlan):
            await service.find_plan(session, FINANCE, row.id)
        with pytest.raises(NoSuchPlan):
            await service.find_plan(session, OFFICE, uuid4())
        elsewhere = Principal.system("341300")
        with pytest.raises(NoSuchPlan):
            await service.find_plan(session, elsewhere, row.id)


async def test_an_unusable_file_leaves_no_plan(loaded: Database):
    async with loaded.session() as session:
        for data, error in ((b"", UnusableFile), (b"x" * (11 << 20), OversizedFile)):
            with pytest.raises(error):
                await service.plan_file(session, OFFICE, "plots", "地块.csv", data)
        assert await repo.load_plans(session, CITY, ["plots"], 10) == []


async def test_latest_plans_come_first(loaded: Database):
    async with loaded.session() as session:
        first = await plan(session, "plots", example("plots", 1))
        second = await plan(session, "plots", example("plots", 2))
        assert [row.id for row in await repo.load_plans(session, CITY, ["plots"], 10)] == [
            second.id,
            first.id,
        ]
        assert [row.id for row in await repo.load_plans(session, CITY, ["plots"], 10, second.id)] == [
            first.id
        ]
        assert await repo.load_plans(session, CITY, ["halls"], 10) == []


async def test_names_of_files_are_kept_harmless(loaded: Database):
    async with loaded.session() as session:
        name = "..\\..\\etc/地\x00块\n" + "长" * 200 + ".csv"
        row = await service.plan_file(session, OFFICE, "plots", name, as_csv(example("plots", 1)))
        assert row.filename.endswith("长.csv")
        assert len(row.filename) == 120
        assert "/" not in row.filename


async def cells(session: AsyncSession, who: Principal, kind: str) -> list[list[str]]:
    file = await exports.export(session, who, kind, "csv")
    table = TABLES_BY_KIND[kind]
    return [list(row.cells) for row in open_file(table, file.name, file.data).rows]


async def test_exports_hold_only_what_a_person_may_see(loaded: Database):
    county = someone(Role.county_officer, "611021")
    treasury = someone(Role.county_finance, "611021")
    async with loaded.session() as session:
        assert {row[2] for row in await cells(session, county, "projects")} == {"611021"}
        own = {row[0] for row in await cells(session, county, "projects")}
        assert {row[1] for row in await cells(session, county, "transfers")} == {"611021"}
        assert {row[0] for row in await cells(session, county, "paid_in")} <= own
        assert {row[0] for row in await cells(session, county, "companies")} <= own
        assert {row[2] for row in await cells(session, county, "planned_projects")} == {"611021"}
        for row in await cells(session, county, "agreements"):
            assert "611021" in {row[3], row[4]}
        assert {row[2] for row in await cells(session, treasury, "receipts")} == {"611021"}
        assert {row[1] for row in await cells(session, treasury, "incentives")} == {"611021"}
        assert len(await cells(session, FINANCE, "receipts")) == 1846
        assert len(await cells(session, county, "plots")) == 46
        for who, kind in (
            (county, "receipts"),
            (treasury, "projects"),
            (OFFICE, "receipts"),
            (someone(Role.auditor), "projects"),
            (someone(Role.administrator), "parks"),
        ):
            with pytest.raises(NoSuchKind):
                await exports.export(session, who, kind, "csv")


def test_templates_are_for_those_who_use_the_table():
    with pytest.raises(NoSuchKind):
        exports.template(someone(Role.county_officer), "receipts", "csv")
    with pytest.raises(NoSuchKind):
        exports.template(OFFICE, "nothing", "csv")
