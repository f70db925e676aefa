"""A bulletin as xlsx: the same sentences and the same tables, numbers as numbers."""

import re
from typing import Any, Final

from services.documents.book import Book
from services.documents.bulletin_sheet import BulletinSheet
from services.documents.bulletin_tables import BulletinTable

_NUMBER: Final = re.compile(r"-?[0-9][0-9,]*(?:\.([0-9]+))?")
_FRONT: Final = "要点"
_WIDE: Final = 110


def bulletin_workbook(sheet: BulletinSheet) -> bytes:
    """Write a bulletin: a front page with its sentences, then a page for each table."""
    book = Book(sheet.made_on, f"{sheet.title} {sheet.number}")
    front = book.page(_FRONT)
    front.set_column(0, 0, _WIDE)
    lines = [
        f"{sheet.span}　编号：{sheet.number}　统计截至：{sheet.made_on.isoformat()}　{sheet.state}",
        *([f"封存校验：{sheet.sha256}"] if sheet.sha256 else []),
        *sheet.sentences,
    ]
    front.write_string(0, 0, sheet.title, book.title)
    for row, words in enumerate(lines, start=1):
        front.write_string(row, 0, words, book.note)
    styles: dict[int, Any] = {}
    for table in sheet.tables:
        _write(book, table, styles)
    return book.close()


def _write(book: Book, table: BulletinTable, styles: dict[int, Any]) -> None:
    page = book.page(table.heading)
    page.set_landscape()
    page.freeze_panes(1, 0)
    for place, (head, width) in enumerate(zip(table.heads, table.widths, strict=True)):
        page.set_column(place, place, max(12, width * 1.4))
        page.write_string(0, place, head, book.head)
    for row, cells in enumerate(table.rows, start=1):
        for place, (cell, numeric) in enumerate(zip(cells, table.numbers, strict=True)):
            found = _NUMBER.fullmatch(cell) if numeric else None
            if found is None:
                page.write_string(row, place, cell, book.text)
            else:
                places = len(found[1] or "")
                page.write_number(row, place, float(cell.replace(",", "")), _style(book, places, styles))
    if table.note:
        page.write_string(len(table.rows) + 2, 0, table.note, book.note)


def _style(book: Book, places: int, styles: dict[int, Any]) -> Any:
    """Return the format of a number that is written with so many decimals."""
    if places not in styles:
        shown = "#,##0" + (f".{'0' * places}" if places else "")
        styles[places] = book.file.add_format(
            {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1, "num_format": shown}
        )
    return styles[places]
