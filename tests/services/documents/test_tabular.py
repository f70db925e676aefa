"""Papers of tables: pages end with sums, formulas recompute the printed figures, same sheet same bytes."""

import io
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from services.documents.book import Book
from services.documents.render import render_pdf
from services.documents.sheets import SheetError
from services.documents.tabular import Column, ColumnKind, Seal, TableSection, TableSheet
from services.documents.tabular_workbook import tabular_workbook

MONEY = ColumnKind.money
COLUMNS = (
    Column(key="county", name="县区", width=20),
    Column(key="count", name="笔数", kind=ColumnKind.number, summed=True),
    Column(key="rate", name="比例", kind=ColumnKind.percent),
    Column(key="up", name="上解", kind=MONEY, width=16, summed=True),
    Column(key="down", name="补助", kind=MONEY, width=16, summed=True),
    Column(key="net", name="净额", kind=MONEY, width=16, summed=True, formula="{down}-{up}"),
)


def section(rows: int) -> TableSection:
    return TableSection(
        heading="各县区",
        columns=COLUMNS,
        rows=tuple((f"县{n}", n, 5_000, 100 * n, 250 * n, 150 * n) for n in range(1, rows + 1)),
        note="单位：元",
    )


def sheet(rows: int = 3) -> TableSheet:
    bare = TableSection(
        heading="未结事项", columns=(Column(key="why", name="事由"),), rows=(("存疑",), (None,))
    )
    return TableSheet(
        kind="结算汇总表",
        title="某市年终结算汇总表",
        number="HZ-611000-2026",
        version=1,
        state="已签发",
        city_name="某市",
        made_on=date(2027, 1, 15),
        facts=(("年度", "2026年"), ("口径", "入库日期"), ("科目", "分列")),
        sections=(section(rows), bare, TableSection(heading="无事", columns=COLUMNS, rows=())),
        words=(("应上解", 60_000),),
        notes=("上解、补助按预算科目分列。",),
        hands=(("编制", "甲"), ("复核", "")),
        seals=(Seal(party="某市财政局", capacity="结算单位"),),
        check_code="3F9C-A210-77BD-E21A",
        verify="http://127.0.0.1/verify/HZ-611000-2026?code=3F9C-A210-77BD-E21A",
    )


def words_of(pdf: bytes, folder: Path) -> str:
    (folder / "paper.pdf").write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", "-layout", str(folder / "paper.pdf"), "-"], check=True, capture_output=True, text=True
    )
    return found.stdout


def test_every_page_ends_with_its_sum_and_the_last_with_the_total(tmp_path: Path) -> None:
    text = words_of(render_pdf(sheet(80)), tmp_path)
    pages = [page for page in text.split("\f") if "本页小计" in page]
    assert len(pages) >= 3
    sums = [
        int(line.split()[-3].replace(",", "").replace(".", ""))
        for page in pages
        for line in page.splitlines()
        if "本页小计" in line
    ]
    assert sum(sums) == section(80).total("up") == 324_000
    assert "3,240.00" in pages[-1]
    assert "人民币陆佰元整" in text
    assert "盖章处" in text
    assert "第4页" in text


def test_an_empty_table_says_so_and_the_same_sheet_gives_the_same_bytes(tmp_path: Path) -> None:
    once = render_pdf(sheet())
    assert once == render_pdf(sheet())
    assert "三、无事" in words_of(once, tmp_path)


def test_a_workbook_s_formulas_recompute_what_is_printed() -> None:
    content = tabular_workbook(sheet())
    assert content == tabular_workbook(sheet())
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert formulas.sheetnames == ["结算汇总表", "各县区", "未结事项", "无事"]
    page, values = formulas["各县区"], cached["各县区"]
    assert page["F2"].value == "=E2-D2"
    assert page["F5"].value == "=SUM(F2:F4)"
    assert [values["F2"].value, values["F5"].value] == [1.5, 9.0]
    assert values["C2"].value == 0.5
    assert values["B5"].value == 6
    assert formulas["未结事项"]["A3"].value is None
    assert formulas["结算汇总表"]["B7"].value == 600.0


def test_pages_of_any_name_are_written_and_a_list_has_no_empty_labels() -> None:
    long = "Ledger of talks, signings and starts"
    twice = section(1)
    made = replace(
        sheet(),
        kind=long,
        state="",
        check_code="",
        sections=(replace(twice, heading="a/b: [c]?"), twice, twice),
    )
    book = openpyxl.load_workbook(io.BytesIO(tabular_workbook(made)))
    assert book.sheetnames == [long[:31].strip(), "a b   c", "各县区", "各县区 2"]
    assert book.worksheets[0]["A2"].value == "HZ-611000-2026　2027-01-15"


def test_names_that_are_one_when_cut_stay_two_pages() -> None:
    book = Book(date(2027, 1, 15), "长")
    for last in "abc":
        book.page("The same beginning of a long name " + last)
    book.page("'quoted'")
    names = openpyxl.load_workbook(io.BytesIO(book.close())).sheetnames
    assert names == [
        "The same beginning of a long na",
        "The same beginning of a long 2",
        "The same beginning of a long 3",
        "quoted",
    ]


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(SheetError):
        TableSection(heading="缺", columns=COLUMNS, rows=(("一",),))
