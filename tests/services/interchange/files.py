"""Files for tests: the example's, and small ones made of rows."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from services.interchange.specs import TABLES_BY_KIND
from services.interchange.specs.columns import Grounds
from services.interchange.writing import SheetOut, write_csv, write_workbook

EXAMPLE = Path(__file__).parents[3] / "examples" / "shangluo"
Rows = list[list[str]]


def _read(title: str) -> Rows:
    text = (EXAMPLE / f"{title}.csv").read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


GROUNDS = Grounds(
    city="611000",
    counties=frozenset({"611002", "611021", "611022", "611023", "611024", "611025", "611026"}),
    parks=frozenset(row[0] for row in _read("园区")),
    projects=frozenset(row[0] for row in _read("项目线索")),
)


def example(kind: str, rows: int | None = None) -> Rows:
    """Return the header and the first rows of an example file."""
    table = _read(TABLES_BY_KIND[kind].title)
    return table if rows is None else table[: rows + 1]


def one(kind: str, **changes: str) -> Rows:
    """Return the header and one good row of a table, with some cells changed by the start of their header."""
    table = example(kind, 1)
    for name, value in changes.items():
        place = next(at for at, header in enumerate(table[0]) if header.startswith(name))
        table[1][place] = value
    return table


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    return write_csv(rows)


def as_xlsx(rows: Sequence[Sequence[str]], name: str = "Sheet1") -> bytes:
    return write_workbook(SheetOut(name, rows))


def changed_zip(data: bytes, named: dict[str, bytes]) -> bytes:
    """Rewrite a workbook with some entries added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in named:
                new.writestr(entry.filename, old.read(entry))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()


LATER = frozenset({"状态", "凭证号"})
"""Optional columns that the example's files came before."""


def first_headers(headers: list[str]) -> list[str]:
    """The headers that the example's files have, without those that came later: they stand at the end."""
    return headers[:-1] if headers[-1] in LATER else headers
