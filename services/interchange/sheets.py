"""Read a file as a table of text: csv in the encodings that offices use, xlsx through the guarded reader."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from services.interchange.faults import FileFault, OversizedFile, UnusableFile
from services.interchange.workbook import MAGIC, read_workbook
from services.interchange.writing import rearm

MAX_BYTES: Final = 10 << 20
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
_CELL_LIMIT: Final = 32_768
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_HALF: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1), and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's table.

    Attributes:
        header: the first row, trailing empty cells dropped.
        rows: the rows below that hold anything.
        distrusted: codes of cells whose content cannot be trusted, by (row number, column index).
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    distrusted: dict[tuple[int, int], str] = field(default_factory=dict)


def read_sheet(filename: str, data: bytes, *, title: str, known: frozenset[str]) -> Sheet:
    """Read a csv or xlsx file.

    Args:
        filename: its name; the extension must fit the content.
        data: its bytes.
        title: the sheet that is read where a workbook has several.
        known: words of the header, which tell GB18030 from other encodings.

    Raises:
        OversizedFile: more than 10 MiB.
        UnusableFile: anything else that stops the file as a whole.
    """
    if len(data) > MAX_BYTES:
        raise OversizedFile
    if not data.strip(b"\xef\xbb\xbf \t\r\n,"):
        raise UnusableFile(FileFault("empty-file"))
    extension = PurePath(filename).suffix.lower()
    if extension == ".xlsx" and data.startswith(MAGIC):
        table, distrusted = read_workbook(data, title)
    elif extension == ".csv" and not data.startswith((MAGIC, *_UTF16)):
        table, distrusted = read_csv(data, known), {}
    elif extension == ".csv" and data.startswith(_UTF16):
        raise UnusableFile(FileFault("unknown-encoding"))
    else:
        raise UnusableFile(FileFault("unknown-format"))
    return _shape(table, distrusted)


def decode(data: bytes, known: frozenset[str]) -> str:
    """Decode a csv file: byte order mark, strict UTF-8, or GB18030 if the header's words are there.

    Big5 and UTF-16 decode into other characters and are refused for want of those words.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise UnusableFile(FileFault("unknown-encoding")) from None
    first = text.split("\n", 1)[0]
    if "\0" in first or not any(word in first for word in known):
        raise UnusableFile(FileFault("unknown-encoding"))
    return text


def read_csv(data: bytes, known: frozenset[str]) -> list[list[str]]:
    """Read a csv file as rows of text; cells that an export disarmed get their text back."""
    text = decode(data, known)
    if "\0" in text:
        raise UnusableFile(FileFault("unknown-encoding"))
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(rows) > MAX_ROWS and any(cell.strip() for cell in row):
                raise UnusableFile(FileFault("too-many-rows"))
            if any(len(cell) > _CELL_LIMIT for cell in row):
                raise UnusableFile(FileFault("broken-csv"))
            rows.append(row)
    except csv.Error:
        raise UnusableFile(FileFault("broken-csv")) from None
    return rows


def _shape(table: Sequence[Sequence[str]], distrusted: dict[tuple[int, int], str]) -> Sheet:
    if not table or not any(cell.strip() for row in table for cell in row):
        raise UnusableFile(FileFault("empty-file"))
    if any("\0" in cell or (not cell.isascii() and _HALF.search(cell)) for row in table for cell in row):
        # PostgreSQL stores neither NUL nor half of a surrogate pair; a workbook can spell both.
        raise UnusableFile(FileFault("broken-workbook"))
    header = list(table[0])
    while header and not header[-1].strip():
        header.pop()
    if len(header) > MAX_COLUMNS or max(map(len, table)) > MAX_COLUMNS:
        raise UnusableFile(FileFault("too-many-columns"))
    rows = [
        Row(number, tuple(rearm(cell.strip(" \u3000")) for cell in cells))
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if len(rows) > MAX_ROWS:
        raise UnusableFile(FileFault("too-many-rows"))
    return Sheet(
        tuple(header),
        tuple(rows),
        {(row + 1, column): code for (row, column), code in distrusted.items()},
    )
