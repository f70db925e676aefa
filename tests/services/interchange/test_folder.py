import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from auth.principal import Principal
from services.interchange.errors import FolderHasFaults, NoSuchFolder
from services.interchange.folder import commit_folder, plan_folder
from services.interchange.specs import TABLES, TABLES_BY_KIND
from services.interchange.writing import SheetOut, write_csv, write_workbook
from services.kit.database import Database
from services.regions.repo import load_city
from tests.services.interchange.files import EXAMPLE, Rows, example

ROWS = {
    "counties": 7,
    "chains": 20,
    "parks": 9,
    "plots": 46,
    "halls": 19,
    "planned_projects": 109,
    "projects": 219,
    "transfers": 40,
    "agreements": 24,
    "companies": 24,
    "paid_in": 229,
    "level_shares": 48,
    "receipts": 1846,
    "incentives": 8,
    "targets": 35,
}


def write(folder: Path, kind: str, rows: Rows, encoding: str = "utf-8-sig") -> None:
    data = write_csv(rows).decode("utf-8-sig")
    (folder / f"{TABLES_BY_KIND[kind].title}.csv").write_bytes(data.encode(encoding))


async def faults(database: Database, folder: Path) -> list[str]:
    async with database.session() as session:
        try:
            return list((await plan_folder(session, folder)).faults)
        except FolderHasFaults as refusal:
            return list(refusal.lines)


async def test_the_example_is_planned_before_there_is_any_city_and_is_all_new(database: Database):
    async with database.session() as session:
        plan = await plan_folder(session, EXAMPLE)
        assert (plan.city, plan.year, plan.faults) == ("611000", 2026, ())
        assert {kind: counts["new"] for kind, counts in plan.counts.items()} == ROWS
        assert await load_city(session, "611000") is None
    assert sum(row.investment_fen for row in plan.rows("planned_projects")) == 5_503_900 * 1_000_000


async def test_what_was_loaded_is_the_same_when_planned_again(loaded: Database):
    async with loaded.session() as session:
        plan = await plan_folder(session, EXAMPLE)
        assert {kind: counts["same"] for kind, counts in plan.counts.items()} == ROWS
        city = await load_city(session, "611000")
        assert city is not None
        assert (city.name, city.year, city.business_date) == ("商洛市", 2026, date(2027, 1, 15))
        for table, rows in (("receipt_version", 1846), ("plot", 46), ("agreement", 24), ("paid_in", 229)):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == rows


@pytest.mark.parametrize("form", ["gb18030", "utf-8", "xlsx"])
async def test_a_folder_in_any_form(database: Database, tmp_path: Path, form: str):
    for table in TABLES:
        rows = example(table.kind)
        if form == "xlsx":
            numeric = [column.type.numeric for column in table.columns]
            data = write_workbook(SheetOut(table.title, rows, numeric))
            (tmp_path / f"{table.title}.xlsx").write_bytes(data)
        else:
            write(tmp_path, table.kind, rows, form)
    async with database.session() as session:
        plan = await plan_folder(session, tmp_path)
        assert plan.faults == ()
        assert {kind: counts["new"] for kind, counts in plan.counts.items()} == ROWS
        direct = await plan_folder(session, EXAMPLE)
    assert [part.rows for part in plan.plans] == [part.rows for part in direct.plans]


def moved(text: str) -> str:
    """Move the example to another prefecture and year; firms keep their codes, which have a check digit."""
    return re.sub(r"(?<![0-9A-Z])6110", "3413", text).replace(",2026,", ",2031,")


async def test_another_city_is_found_in_its_files(database: Database, folder: Path):
    for table in TABLES:
        path = folder / f"{table.title}.csv"
        path.write_text(moved(path.read_text("utf-8-sig")), "utf-8")
    async with database.session() as session:
        plan = await plan_folder(session, folder)
        assert (plan.city, plan.year, plan.faults) == ("341300", 2031, ())
        await commit_folder(session, plan)
        city = await load_city(session, "341300")
        assert city is not None
        assert city.name == "宿州市"


async def test_one_transaction_or_nothing(database: Database):
    async def break_off() -> None:
        async with database.session() as session:
            plan = await plan_folder(session, EXAMPLE)
            await commit_folder(session, plan)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    async with database.session() as session:
        assert await load_city(session, "611000") is None


async def test_a_missing_folder_and_missing_files(database: Database, folder: Path, tmp_path: Path):
    async with database.session() as session:
        with pytest.raises(NoSuchFolder):
            await plan_folder(session, tmp_path / "nowhere")
    (folder / "园区.csv").unlink()
    (folder / "地块.xlsx").write_bytes(b"x")
    assert await faults(database, folder) == [
        "园区：缺少文件 园区.csv 或 园区.xlsx",
        "地块：有两个文件 地块.csv、地块.xlsx",
    ]


async def test_every_unusable_file_is_told_at_once(database: Database, folder: Path):
    (folder / "园区.csv").write_bytes(b"")
    rows = example("plots")
    rows[0][3] = "面积"
    write(folder, "plots", rows)
    write(folder, "halls", example("halls", 0))
    (folder / "协议.csv").write_bytes(b"x" * (11 << 20))
    shutil.rmtree(folder / "产业链.csv", ignore_errors=True)
    assert await faults(database, folder) == [
        "园区.csv：文件是空的",
        "地块.csv：表头没有写明单位：面积（应为 亩、公顷、平方米、平方公里）",
        "标准厂房.csv：只有表头，没有数据行",
        "协议.csv：文件超过 10 MB",
    ]


async def test_a_file_that_cannot_be_opened(database: Database, folder: Path):
    (folder / "园区.csv").unlink()
    (folder / "园区.csv").mkdir()
    assert (await faults(database, folder))[0].startswith("园区.csv：")


async def test_bad_cells_name_file_row_column_value_and_reason(database: Database, folder: Path):
    parks = example("parks")
    parks[1][2] = "611099"
    write(folder, "parks", parks)
    plots = example("plots")
    plots[2][3] = "-35"
    write(folder, "plots", plots)
    lines = await faults(database, folder)
    assert lines[0] == "园区.csv 第 2 行 所属地 “611099”：没有这个县区"
    assert "地块.csv 第 3 行 面积(亩) “-35”：不能为负数" in lines
    # The stock of a park that is not loaded has no park either.
    assert "地块.csv 第 2 行 园区编码 “6110P01”：没有这个园区" in lines


async def test_a_plan_with_faults_is_not_committed(database: Database, folder: Path):
    plots = example("plots")
    plots[2][3] = "-35"
    write(folder, "plots", plots)
    async with database.session() as session:
        plan = await plan_folder(session, folder)
        with pytest.raises(FolderHasFaults) as refusal:
            await commit_folder(session, plan)
        assert "-35" in str(refusal.value)
        assert await load_city(session, "611000") is None


def test_a_long_list_of_faults_is_cut_in_print():
    said = str(FolderHasFaults([f"行 {n}" for n in range(25)]))
    assert "行 19" in said
    assert "行 20" not in said
    assert said.endswith("…… 另有 5 处")


async def test_counties_of_two_cities(database: Database, folder: Path):
    counties = example("counties")
    counties[1][0] = "610102"
    write(folder, "counties", counties)
    assert await faults(database, folder) == ["县区：行政区划代码应属于同一个市，现有 610100、611000"]


async def test_targets_without_a_year(database: Database, folder: Path):
    targets = example("targets")
    for row in targets[1:]:
        row[1] = "?"
    write(folder, "targets", targets)
    lines = await faults(database, folder)
    assert lines[0] == "考核目标 第 2 行 年度 “?”：不是年度；请写四位数字"


async def test_a_folder_loaded_by_a_person(database: Database, folder: Path):
    person = Principal.system("611000")
    async with database.session() as session:
        counts = await commit_folder(session, await plan_folder(session, folder), principal=person)
        assert counts["plots"]["new"] == 46
        again = await plan_folder(session, folder)
        assert (await commit_folder(session, again))["plots"]["same"] == 46
