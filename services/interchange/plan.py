"""What a file would do: new, changed and equal rows against what is stored. Pure: it can be made twice.

The preview shows a plan; the commit makes the comparison again and refuses if it came out otherwise.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from pydantic import TypeAdapter

from allocation.sharing.reconciling import Totals
from services.interchange.amounts import Quantity
from services.interchange.reading import Reading
from services.interchange.specs import Column, Table


class Action(StrEnum):
    """What would happen to a row: 新增, 更新, 相同."""

    new = "new"
    changed = "changed"
    same = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that would change: its header, what is stored, what the file says."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the plan."""

    number: int
    action: Action
    row: Any
    before: Any | None = None

    def changes(self, table: Table) -> list[Change]:
        """Return the cells that would change."""
        if self.before is None:
            return []
        pairs = zip(table.columns, table.cells_of(self.before), table.cells_of(self.row), strict=True)
        return [Change(column.header, before, after) for column, before, after in pairs if before != after]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one file would do.

    Attributes:
        reading: the file's rows and faults.
        rows: the good rows with their actions, in the order of the file.
        basis: a digest of what is stored under the keys of the good rows.
    """

    reading: Reading
    rows: tuple[PlannedRow, ...]
    basis: str

    @property
    def table(self) -> Table:
        """Which of the fifteen tables."""
        return self.reading.table

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, the same, bad."""
        actions = Counter(row.action for row in self.rows)
        return {action.value: actions[action] for action in Action} | {"bad": len(self.reading.bad)}

    @property
    def to_write(self) -> list[Any]:
        """The typed rows that are new or changed."""
        return [row.row for row in self.rows if row.action is not Action.same]


_ADAPTERS: dict[str, TypeAdapter[list[Any]]] = {}


def adapter(table: Table) -> TypeAdapter[list[Any]]:
    """Return what turns a table's typed rows into JSON and back."""
    if table.kind not in _ADAPTERS:
        _ADAPTERS[table.kind] = TypeAdapter(list[table.row])  # type: ignore[name-defined]  # known at run time
    return _ADAPTERS[table.kind]


def digest(table: Table, keys: Sequence[tuple[Any, ...]], stored: Mapping[tuple[Any, ...], Any]) -> str:
    """Digest what is stored under some keys, so that a later comparison sees whether it changed."""
    rows = [stored[key] for key in keys if key in stored]
    content = adapter(table).dump_json(rows)
    return hashlib.sha256(orjson.dumps([str(key) for key in keys]) + b"\0" + content).hexdigest()


def by_key(table: Table, existing: Mapping[Any, Any]) -> dict[tuple[Any, ...], Any]:
    """Arrange stored rows by the key of the table."""
    return {table.key_of(row): row for row in existing.values()}


def make_plan(reading: Reading, existing: Mapping[Any, Any]) -> Plan:
    """Compare the good rows of a file with what is stored."""
    table = reading.table
    stored = by_key(table, existing)
    rows: list[PlannedRow] = []
    for item in reading.good:
        before = stored.get(table.key_of(item.row))
        if before is None:
            rows.append(PlannedRow(item.number, Action.new, item.row))
        elif before == item.row:
            rows.append(PlannedRow(item.number, Action.same, item.row))
        else:
            rows.append(PlannedRow(item.number, Action.changed, item.row, before))
    keys = [table.key_of(item.row) for item in reading.good]
    return Plan(reading, tuple(rows), digest(table, keys, stored))


def control_totals(table: Table, rows: Sequence[Any]) -> dict[str, Any]:
    """Add up the columns that are control totals, in all and by the table's grouping column.

    Returns:
        `rows`, `sums` (header to text), and where the table is grouped `by`: the header, and for each value
        its rows and its sum of the first total column; `also` the same for its further groupings.
    """
    sums = {
        column.header: _shown(column, sum(_values(column, rows))) for column in table.columns if column.total
    }
    totals: dict[str, Any] = {"rows": len(rows), "sums": sums}
    columns = {column.name: column for column in table.columns}
    if table.group:
        totals["by"] = _grouped(table, columns[table.group], rows)
    if table.also_by:
        totals["also"] = [_grouped(table, columns[name], rows) for name in table.also_by]
    return totals


def summed_column(table: Table) -> Column | None:
    """Return the column whose sum stands for a file's: the first control total."""
    return next((column for column in table.columns if column.total), None)


def found_totals(table: Table, rows: Sequence[Any]) -> Totals:
    """Count the rows and add up the first control total, in its smallest unit."""
    summed = summed_column(table)
    return Totals(len(rows), 0 if summed is None else sum(_values(summed, rows)))


def _values(column: Column, rows: Sequence[Any]) -> list[int]:
    return [getattr(row, str(column.field)) or 0 for row in rows]


def _shown(column: Column, value: int) -> str:
    assert isinstance(column.type, Quantity)  # noqa: S101 -- only quantities are totals
    return column.type.show(value)


def _grouped(table: Table, group: Column, rows: Sequence[Any]) -> dict[str, Any]:
    summed = summed_column(table)
    parts: dict[str, list[Any]] = {}
    for row in rows:
        parts.setdefault(group.type.show(getattr(row, str(group.field))), []).append(row)
    groups = [
        {
            "value": value,
            "rows": len(part),
            "sum": _shown(summed, sum(_values(summed, part))) if summed else "",
        }
        for value, part in parts.items()
    ]
    return {"header": group.header, "groups": groups}
