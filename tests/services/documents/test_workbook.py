import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from allocation.sharing.statement import Direction
from allocation.units import BasisPoints, Fen
from services.documents.sheets import StatementSheet
from services.documents.workbook import agreement_workbook, statement_workbook
from services.ledger.states import StatementKind
from tests.services.documents import factories

Cell = Callable[[str, str], Decimal]


def money(value: object) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


class Calculator:
    """Works out the few formulas that our workbooks use, apart from the program that wrote them."""

    def __init__(self, content: bytes) -> None:
        self.formulas = openpyxl.load_workbook(io.BytesIO(content))
        self.values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)

    def cell(self, sheet: str, place: str) -> Decimal:
        value = self.formulas[sheet][place].value
        if isinstance(value, str) and value.startswith("="):
            return self.formula(sheet, value[1:])
        return Decimal(str(value or 0))

    def column(self, reference: str, sheet: str) -> list[tuple[str, str]]:
        name, _, cells = reference.replace("$", "").rpartition("!")
        where = name.strip("'") or sheet
        first, last = cells.split(":")
        letter, start, end = first[0], int(first[1:]), int(last[1:])
        return [(where, f"{letter}{row}") for row in range(start, end + 1)]

    def formula(self, sheet: str, text: str) -> Decimal:
        if found := re.fullmatch(r"SUM\((.+)\)", text):
            return sum((self.cell(*place) for place in self.column(found[1], sheet)), Decimal(0))
        if found := re.fullmatch(r"SUMIFS\(([^,]+),([^,]+),([^,]+)\)", text):
            wanted = self.formulas[sheet][found[3]].value
            pairs = zip(self.column(found[1], sheet), self.column(found[2], sheet), strict=True)
            return sum(
                (self.cell(*place) for place, key in pairs if self.formulas[key[0]][key[1]].value == wanted),
                Decimal(0),
            )
        if found := re.fullmatch(r"ROUND\((\w+)([*-])(\w+),2\)", text):
            left, right = self.cell(sheet, found[1]), self.cell(sheet, found[3])
            whole = left * right if found[2] == "*" else left - right
            return whole.quantize(Decimal("0.01"), ROUND_HALF_UP)
        if found := re.fullmatch(r"1-(\w+)", text):
            return 1 - self.cell(sheet, found[1])
        if found := re.fullmatch(r"(\w+)\+(\w+)", text):
            return self.cell(sheet, found[1]) + self.cell(sheet, found[2])
        raise AssertionError(f"no formula of ours: {text}")

    def each_formula(self) -> list[tuple[str, str, Decimal, Decimal]]:
        """Sheet, place, the value worked out here, and the cached value."""
        found = []
        for page in self.formulas:
            assert isinstance(page, Worksheet)
            for row in page.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        cached = self.values[page.title][cell.coordinate].value
                        worked = self.cell(page.title, cell.coordinate)
                        found.append((page.title, cell.coordinate, worked, Decimal(str(cached))))
        return found


@pytest.mark.parametrize("count", [0, 1, 40])
def test_formulas_worked_out_anew_give_the_printed_figures(count: int) -> None:
    sheet = factories.statement(count)
    calculator = Calculator(statement_workbook(sheet))
    formulas = calculator.each_formula()
    assert len(formulas) >= count * 2
    for where, place, worked, cached in formulas:
        assert money(worked) == money(cached), (where, place)
    for column, direction in (("E", Direction.up), ("F", Direction.down)):
        total = calculator.cell("汇总", f"{column}{5 + len(sheet.subjects)}")
        assert money(total) == Decimal(sheet.total(direction)) / 100


def test_a_share_that_no_plain_formula_gives_stands_as_a_figure() -> None:
    one = factories.line(0)
    capped = replace(one, cumulative=Fen(500), before=Fen(100), amount=Fen(400))
    sheet = factories.statement(0)
    subject = factories.statement(1).subjects[0]
    capped_sheet = replace(
        sheet, lines=(capped,), subjects=(replace(subject, amount=Fen(400)),), kind=StatementKind.month
    )
    book = openpyxl.load_workbook(io.BytesIO(statement_workbook(capped_sheet)))
    assert book["分享明细"]["I2"].value == 5
    assert book["分享明细"]["K2"].value == "=ROUND(I2-J2,2)"


def test_a_tie_is_rounded_as_the_split_does() -> None:
    one = replace(
        factories.line(0),
        base=Fen(1),
        ratio=BasisPoints(5000),
        cumulative=Fen(1),
        before=Fen(0),
        amount=Fen(1),
    )
    subject = factories.statement(1).subjects[0]
    sheet = replace(factories.statement(0), lines=(one,), subjects=(replace(subject, amount=Fen(1)),))
    book = openpyxl.load_workbook(io.BytesIO(statement_workbook(sheet)))
    assert book["分享明细"]["I2"].value == "=ROUND(G2*H2,2)"


def poisoned() -> StatementSheet:
    sheet = factories.statement(1)
    bad = replace(
        sheet.lines[0], agreement="=1+1", project="+cmd|' /C calc'!A0", counterparty="@SUM(1)", formula="-2+3"
    )
    return replace(sheet, lines=(bad,), region_name="=HYPERLINK(1)", notes=("=1",))


def test_a_text_is_never_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(statement_workbook(poisoned())))
    page = book["分享明细"]
    for place, text in (("B2", "=1+1"), ("C2", "+cmd|' /C calc'!A0"), ("D2", "@SUM(1)"), ("M2", "-2+3")):
        assert page[place].data_type == "s"
        assert page[place].value == text
        assert page[place].quotePrefix
    for row in book["汇总"].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "HYPERLINK" in cell.value:
                assert cell.data_type == "s"


def test_codes_are_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(statement_workbook(factories.statement(1))))["分享明细"]
    assert page["E2"].value == "10101"
    assert page["E2"].data_type == "s"
    assert page["E2"].number_format == "@"


def test_the_agreement_has_its_terms_and_its_ratios_add_up() -> None:
    content = agreement_workbook(factories.agreement())
    calculator = Calculator(content)
    for _, place, worked, cached in calculator.each_formula():
        assert worked == cached, place
    page = calculator.values["协议条款"]
    column = [row[0].value for row in page.iter_rows()]
    first = column.index("协议年度") + 2
    assert [page[f"C{row}"].value for row in range(first, first + 5)] == [0.5, 0.5, 0.6, 0.665, 0.7]
    assert page[f"B{column.index('累计上限（元）') + 1}"].value == 310_000
    assert page[f"B{column.index('统一社会信用代码') + 1}"].value == "91611021MA9X0A48UA"
    assert "第一条" in calculator.values["条文"]["A1"].value


def test_the_agreement_without_a_cap_says_so() -> None:
    book = openpyxl.load_workbook(io.BytesIO(agreement_workbook(factories.agreement(cap_fen=None))))
    assert "不设上限" in [row[1].value for row in book["协议条款"].iter_rows()]


@pytest.mark.parametrize("count", [0, 3])
def test_same_sheet_same_bytes(count: int) -> None:
    sheet = factories.statement(count)
    assert statement_workbook(sheet) == statement_workbook(sheet)
    assert agreement_workbook(factories.agreement()) == agreement_workbook(factories.agreement())
