"""A workbook in memory, as an office writes one: Songti, borders, codes as text, money with two decimals."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

MONEY: Final = "#,##0.00"
NAME_LETTERS: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")


class Book:
    """A workbook in memory with the formats of the office: Songti, borders, money with two decimals."""

    def __init__(self, made_on: date, title: str) -> None:
        self._bytes = io.BytesIO()
        self._names: set[str] = set()
        self.file = xlsxwriter.Workbook(
            self._bytes, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        # The document's date is the paper's, so that the same sheet gives the same bytes.
        self.file.set_properties({"title": title, "created": _midnight(made_on)})
        base: dict[str, Any] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        box = base | {"border": 1}
        self.title = self.file.add_format(base | {"font_size": 16, "align": "center"})
        self.note = self.file.add_format(base | {"text_wrap": True})
        self.head = self.file.add_format(
            box | {"bg_color": "#F2F2F2", "align": "center", "text_wrap": True, "font_name": "黑体"}
        )
        self.text = self.file.add_format(box | {"num_format": "@", "text_wrap": True, "quote_prefix": True})
        self.money = self.file.add_format(box | {"num_format": MONEY})
        self.percent = self.file.add_format(box | {"num_format": "0.00%"})
        self.number = self.file.add_format(box | {"num_format": "0"})

    def page(self, name: str) -> Any:
        """Add a page; its name is cut to what a workbook allows: 31 letters, few marks, each once."""
        fit = _FORBIDDEN.sub(" ", name)[:NAME_LETTERS].strip("' ")
        place = 1
        while fit.casefold() in self._names:
            place += 1
            tail = f" {place}"
            fit = _FORBIDDEN.sub(" ", name)[: NAME_LETTERS - len(tail)].strip("' ") + tail
        self._names.add(fit.casefold())
        return self.file.add_worksheet(fit)

    def close(self) -> bytes:
        """Finish the file; returns its bytes."""
        self.file.close()
        return self._bytes.getvalue()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- xlsx knows no time zones


def yuan_number(fen: int) -> float:
    """Give a spreadsheet its number; below 2**53 fen the nearest double shows every cent."""
    return fen / 100


def write_texts(book: Book, page: Any, row: int, texts: Sequence[str]) -> None:
    """Write texts side by side from the first column."""
    for column, text in enumerate(texts):
        page.write_string(row, column, text, book.text)
