"""Which column of a table each column of a file is, and in which unit."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.interchange.cells import Reader
from services.interchange.faults import FileFault, UnusableFile
from services.interchange.specs import Column, Table

_BLANKS: Final = re.compile(r"\s+")
ROW_NUMBER: Final = "原行号"
REASON: Final = "错误原因"
"""The columns that the workbook of bad rows adds; they are passed over when it comes back."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A column of the file: the column of the table, what reads its cells, and its place and header."""

    column: Column
    read: Reader
    place: int
    header: str


def split_header(text: str) -> tuple[str, str]:
    """Split a header into its name and the unit in brackets, full-width forms and blanks folded."""
    folded = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    if not folded.endswith(")") or "(" not in folded:
        return folded, ""
    name, _, unit = folded[:-1].rpartition("(")
    return name, unit


def bind(table: Table, header: Sequence[str]) -> list[Bound]:
    """Find the columns of a table in a file's header.

    Raises:
        UnusableFile: with every unknown, missing or repeated header and every missing or wrong unit.
    """
    by_name = {
        split_header(name)[0]: column for column in table.columns for name in (column.name, *column.aliases)
    }
    faults: list[FileFault] = []
    bound: dict[str, Bound] = {}
    for place, text in enumerate(header):
        name, unit = split_header(text)
        column = by_name.get(name)
        if column is None and name in {ROW_NUMBER, REASON}:
            continue
        if column is None:
            faults.append(FileFault("unknown-header", text.strip() or f"第 {place + 1} 列"))
        elif column.name in bound:
            faults.append(FileFault("duplicate-header", text.strip()))
        elif not unit and column.type.units:
            faults.append(FileFault("missing-unit", text.strip(), "、".join(column.type.units)))
        elif unit not in (column.type.units or ("",)):
            expected = "、".join(column.type.units) or column.header
            faults.append(FileFault("wrong-unit", text.strip(), expected))
        else:
            bound[column.name] = Bound(column, column.type.reader(unit), place, text.strip())
    named = {by_name[name].name for text in header if (name := split_header(text)[0]) in by_name}
    faults.extend(
        FileFault("missing-header", column.header)
        for column in table.columns
        if column.required and column.name not in named
    )
    if faults:
        raise UnusableFile(*faults)
    return list(bound.values())
