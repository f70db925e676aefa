"""Write csv and xlsx: text stays text, formulas are disarmed, numbers are exact."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from services.interchange.cells import normalise

BOM: Final = "\ufeff"
_EXACT_DIGITS: Final = 15
_WIDTH_ROWS: Final = 200
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_ARMED: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def disarm(text: str) -> str:
    """Make a cell harmless that a spreadsheet could take for a formula, by an apostrophe before it.

    A plain number stays as it is, negative amounts too. `rearm` undoes exactly this.
    """
    if not _ARMED.match(text) or _PLAIN_NUMBER.fullmatch(text):
        return text
    return "'" + text


def rearm(text: str) -> str:
    """Take off the apostrophe that `disarm` put before a cell."""
    return text[1:] if text.startswith("'") and _ARMED.match(text) else text


@dataclass(frozen=True, slots=True)
class SheetOut:
    """One sheet to write.

    Attributes:
        name: its name, at most 31 characters.
        rows: text cells; the first row is the header.
        numeric: for each column, whether its cells are numbers.
        notes: columns that are set off as remarks.
    """

    name: str
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool] = ()
    notes: frozenset[int] = field(default_factory=frozenset)

    def holds_number(self, column: int, cell: str) -> bool:
        """Tell whether a cell is to be a number: its column holds numbers and Excel keeps all its digits."""
        return (
            column < len(self.numeric)
            and self.numeric[column]
            and _PLAIN_NUMBER.fullmatch(cell) is not None
            and sum(sign.isdigit() for sign in cell) <= _EXACT_DIGITS
        )


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as UTF-8 with a byte order mark, which Excel needs to see Chinese; lines end in CR LF."""
    out = io.StringIO()
    csv.writer(out).writerows([disarm(cell) for cell in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def write_workbook(*sheets: SheetOut) -> bytes:
    """Write a workbook. Text is written as text, never as a formula or a link.

    The same rows give the same bytes all day: the file's own date has no time.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": midnight})
        for sheet in sheets:
            _write_sheet(book, sheet)
    return out.getvalue()


def _write_sheet(book: Any, sheet: SheetOut) -> None:
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True})
    words = book.add_format({"num_format": "@"})
    note = book.add_format({"font_color": "#A02020", "text_wrap": True, "num_format": "@"})
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for index, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if index == 0:
                page.write_string(index, column, cell, head)
            elif sheet.holds_number(column, cell):
                page.write_number(index, column, float(cell))
            elif cell:
                style = note if column in sheet.notes else words
                page.write_string(index, column, disarm(cell), style)
    for column in range(len(sheet.rows[0])):
        cells = [row[column] for row in sheet.rows[:_WIDTH_ROWS] if column < len(row)]
        width = min(max(max(map(_width, cells)) + 2, 8), 48)
        numeric = column < len(sheet.numeric) and sheet.numeric[column]
        # An empty cell of a text column is text too, so that a code typed into it keeps its digits.
        page.set_column(column, column, width, None if numeric else words)


def _width(text: str) -> int:
    return sum(1 if sign.isascii() else 2 for sign in normalise(text))
