"""A paper of tables as xlsx: one page a table, sums and derived columns as live formulas."""

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from allocation.units import Fen
from services.documents.amount_words import amount_words
from services.documents.book import Book, yuan_number
from services.documents.tabular import Cell, Column, ColumnKind, TableSection, TableSheet

WHOLE: Final = 10_000
FACES: Final = 4
"""Columns of the front page."""


def tabular_workbook(sheet: TableSheet) -> bytes:
    """Write a paper: a front page with its facts, then a page for each table."""
    book = Book(sheet.made_on, f"{sheet.kind} {sheet.number}")
    _write_front(book, sheet)
    for part in sheet.sections:
        _write_section(book, part)
    return book.close()


def _write_front(book: Book, sheet: TableSheet) -> None:
    page = book.page(sheet.kind)
    page.set_landscape()
    page.set_column(0, FACES - 1, 28)
    page.merge_range(0, 0, 0, FACES - 1, sheet.title, book.title)
    page.merge_range(1, 0, 1, FACES - 1, _line(sheet), book.note)
    row = 3
    for name, words in sheet.facts:
        page.write_string(row, 0, name, book.head)
        page.merge_range(row, 1, row, FACES - 1, "", book.text)
        page.write_string(row, 1, words, book.text)
        row += 1
    for name, fen in sheet.words:
        page.write_string(row, 0, name, book.head)
        page.write_number(row, 1, yuan_number(fen), book.money)
        page.merge_range(row, 2, row, FACES - 1, f"人民币{amount_words(Fen(fen))}", book.note)
        row += 1
    for index, note in enumerate(sheet.notes, start=1):
        page.merge_range(row, 0, row, FACES - 1, f"{index}. {note}", book.note)
        page.set_row(row, 30)
        row += 1


def _line(sheet: TableSheet) -> str:
    """A paper's number, state and check code; a mere list, which has neither, its number and day."""
    if not sheet.state:
        return f"{sheet.number}　{sheet.made_on.isoformat()}"
    return (
        f"编号：{sheet.number}　第 {sheet.version} 版　状态：{sheet.state}　"
        f"制表日期：{sheet.made_on.isoformat()}　校验码：{sheet.check_code}"
    )


def _write_section(book: Book, part: TableSection) -> None:
    page = book.page(part.heading)
    page.set_landscape()
    page.freeze_panes(1, 0)
    letters = {column.key: xl_col_to_name(place) for place, column in enumerate(part.columns)}
    for place, column in enumerate(part.columns):
        page.set_column(place, place, max(12, column.width * 1.6))
        page.write_string(0, place, column.name, book.head)
    for row, cells in enumerate(part.rows, start=1):
        for place, (column, value) in enumerate(zip(part.columns, cells, strict=True)):
            _write_cell(book, page, row, place, column, value, letters)
    end = len(part.rows) + 1
    if not part.rows or not any(column.summed for column in part.columns):
        return
    for place, column in enumerate(part.columns):
        if column.summed:
            letter = letters[column.key]
            style = book.money if column.kind is ColumnKind.money else book.number
            total = _number(column, part.total(column.key))
            page.write_formula(end, place, f"=SUM({letter}2:{letter}{end})", style, total)
        else:
            page.write_string(end, place, "合计" if place == 0 else "", book.head)


def _number(column: Column, value: int) -> float:
    if column.kind is ColumnKind.money:
        return yuan_number(value)
    return value / WHOLE if column.kind is ColumnKind.percent else value


def _write_cell(
    book: Book, page: Any, row: int, place: int, column: Column, value: Cell, letters: dict[str, str]
) -> None:
    style = {
        ColumnKind.text: book.text,
        ColumnKind.number: book.number,
        ColumnKind.money: book.money,
        ColumnKind.percent: book.percent,
    }[column.kind]
    if value is None:
        page.write_blank(row, place, None, style)
    elif isinstance(value, str):
        page.write_string(row, place, value, book.text)
    elif column.formula:
        names = {key: f"{letter}{row + 1}" for key, letter in letters.items()}
        page.write_formula(row, place, "=" + column.formula.format(**names), style, _number(column, value))
    else:
        page.write_number(row, place, _number(column, value), style)
