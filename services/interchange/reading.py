"""From a file's text to typed rows and faults. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.interchange.faults import BadCell, Fault, FileFault, UnusableFile, shorten
from services.interchange.headers import Bound, bind
from services.interchange.sheets import Row, Sheet, read_sheet
from services.interchange.specs import Column, Grounds, Table


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row that breaks no rule: its number in the file and its typed content."""

    number: int
    row: Any


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row with faults: its number and cells as they stood in the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What a file holds.

    Attributes:
        table: which of the fifteen.
        header: the file's own header.
        good: typed rows in the order of the file.
        bad: the rows that have faults.
        faults: in the order of the file.
    """

    table: Table
    header: tuple[str, ...]
    good: list[TypedRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def open_file(table: Table, filename: str, data: bytes) -> Sheet:
    """Read a file's text for a table.

    Raises:
        OversizedFile: more than 10 MiB.
        UnusableFile: the file as a whole cannot be used.
    """
    return read_sheet(filename, data, title=table.title, known=table.names)


def read_rows(table: Table, sheet: Sheet, grounds: Grounds) -> Reading:
    """Type the rows of a sheet and find every fault.

    Raises:
        UnusableFile: the header does not fit the table, or there are no rows.
    """
    bound = bind(table, sheet.header)
    if not sheet.rows:
        raise UnusableFile(FileFault("no-rows"))
    reading = Reading(table, sheet.header)
    faults: dict[int, list[Fault]] = {}
    typed: list[TypedRow] = []
    for row in sheet.rows:
        found: list[Fault] = []
        values = _cells(bound, row, sheet, grounds, found)
        if not found:
            made = _build(table, bound, row, values, found)
            if made is not None:
                found.extend(_check(table, bound, row, made, grounds))
                typed.append(TypedRow(row.number, made))
        if found:
            faults[row.number] = found
    typed = _finish(table, typed)
    _duplicates(table, bound, typed, faults)
    cells = {row.number: row.cells for row in sheet.rows}
    reading.good = [row for row in typed if row.number not in faults]
    reading.bad = [BadRow(number, cells[number]) for number in sorted(faults)]
    reading.faults = [fault for number in sorted(faults) for fault in faults[number]]
    return reading


def _cells(
    bound: Sequence[Bound], row: Row, sheet: Sheet, grounds: Grounds, faults: list[Fault]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    width = len(row.cells)
    for item in bound:
        text = row.cells[item.place] if item.place < width else ""
        try:
            if sheet.distrusted and (code := sheet.distrusted.get((row.number, item.place))):
                raise BadCell(code)  # noqa: TRY301 -- one way to report a cell
            if text:
                value = item.read(text)
                if item.column.refers and not grounds.knows(item.column.refers, value):
                    raise BadCell(f"unknown-{item.column.refers}")  # noqa: TRY301 -- one way to report a cell
            elif item.column.required:
                raise BadCell("required")  # noqa: TRY301 -- one way to report a cell
            else:
                value = item.column.blank
        except BadCell as error:
            faults.append(Fault(row.number, item.header, shorten(text), error.code, error.facts))
            continue
        _put(values, item.column, value)
    faults.extend(
        Fault(row.number, "", shorten(text), "extra-cell")
        for text in row.cells[len(sheet.header) :]
        if text.strip()
    )
    return values


def _put(values: dict[str, Any], column: Column, value: Any) -> None:
    if isinstance(column.field, tuple):
        values.update(zip(column.field, value, strict=True))
    else:
        values[column.field] = value


def _build(
    table: Table, bound: Sequence[Bound], row: Row, values: dict[str, Any], faults: list[Fault]
) -> Any | None:
    present = {item.column.name for item in bound}
    for column in table.columns:
        if column.name not in present:
            _put(values, column, column.blank)
    try:
        return table.row(**table.build(values))
    except BadCell as error:
        faults.append(_about(bound, row, error.column, error.code, error.facts))
        return None


def _about(bound: Sequence[Bound], row: Row, column: str, code: str, facts: dict[str, Any]) -> Fault:
    """Make a fault about a named column of the table, or about the row."""
    for item in bound:
        if item.column.name == column:
            text = row.cells[item.place] if item.place < len(row.cells) else ""
            return Fault(row.number, item.header, shorten(text), code, facts)
    return Fault(row.number, column, "", code, facts)


def _check(table: Table, bound: Sequence[Bound], row: Row, made: Any, grounds: Grounds) -> list[Fault]:
    findings = table.check(made, grounds)
    return [_about(bound, row, column, code, facts) for column, code, facts in findings]


def _finish(table: Table, typed: list[TypedRow]) -> list[TypedRow]:
    finished = table.finish([item.row for item in typed])
    return [TypedRow(item.number, row) for item, row in zip(typed, finished, strict=True)]


def _duplicates(
    table: Table, bound: Sequence[Bound], typed: Sequence[TypedRow], faults: dict[int, list[Fault]]
) -> None:
    """Fault every row whose key stands twice: which of them is right, nobody but the office knows."""
    by_key: dict[tuple[Any, ...], list[TypedRow]] = {}
    for item in typed:
        by_key.setdefault(table.key_of(item.row), []).append(item)
    header = next(item.header for item in bound if _fills(item.column, table.key[0]))
    for key, items in by_key.items():
        if len(items) == 1:
            continue
        for item in items:
            other = items[0] if item is not items[0] else items[1]
            shown = shorten("/".join(map(str, key)))
            fault = Fault(item.number, header, shown, "duplicate", {"row": other.number})
            faults.setdefault(item.number, []).append(fault)


def _fills(column: Column, name: str) -> bool:
    return name == column.field or (isinstance(column.field, tuple) and name in column.field)
