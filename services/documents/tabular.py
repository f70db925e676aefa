"""A paper of tables: a title, facts, tables with sums, amounts in words, notes, hands and seals.

Most papers of finance are this. What a paper says is its own slice's business; how it looks is here once.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.documents.sheets import SheetError

Cell = str | int | None


class ColumnKind(StrEnum):
    """What a column holds: words, a whole number, fen, or basis points."""

    text = "text"
    number = "number"
    money = "money"
    percent = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        key: names the column in other columns' formulas.
        name: its heading.
        kind: what it holds; money is in fen, shares are in basis points.
        width: its part of the table's width.
        summed: whether every page ends with its sum, and the table with its total; whole numbers only.
        formula: how a workbook recomputes it from other columns of the row, such as `{up}-{down}`.
    """

    key: str
    name: str
    kind: ColumnKind = ColumnKind.text
    width: int = 10
    summed: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSection:
    """One table under its heading.

    Raises:
        SheetError: a row has more or fewer cells than there are columns.
    """

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "无"
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise SheetError(f"{self.heading}: {len(row)} cells in {len(self.columns)} columns")

    def total(self, key: str) -> int:
        """The sum of a column; what is left empty counts nothing."""
        place = next(index for index, column in enumerate(self.columns) if column.key == key)
        return sum(value for row in self.rows if isinstance(value := row[place], int))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A place to seal: who, and in which capacity."""

    party: str
    capacity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSheet:
    """A whole paper of tables.

    Attributes:
        kind: the paper's name, such as 结算汇总表.
        facts: what stands above the tables, in pairs of label and words.
        words: amounts that are also written in Chinese numerals, in pairs of label and fen.
        hands: who prepared, checked, ..., in pairs of the step and a name (perhaps empty).
        draft: printed across the page when it has no force yet.
        check_code: digits that name this very content; empty for what is not kept.
        verify: address that the QR code holds.
        made_on: business date, and the document's date.
    """

    kind: str
    title: str
    number: str
    version: int
    state: str
    city_name: str
    made_on: date
    sections: tuple[TableSection, ...]
    facts: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    hands: tuple[tuple[str, str], ...] = ()
    seals: tuple[Seal, ...] = ()
    draft: bool = False
    check_code: str = ""
    verify: str = ""
