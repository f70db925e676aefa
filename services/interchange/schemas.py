"""Imports as the API shows them. Values are shown as the text of our own files, in their units."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.interchange.plan import Action
from services.interchange.tables import PlanState


class FaultView(BaseModel):
    """One thing wrong: where, what stood there, a stable code, and the sentence in the reader's language."""

    row: int
    column: str
    value: str
    code: str
    detail: str


class GroupTotal(BaseModel):
    """Rows and sum of one value of the grouping column."""

    value: str
    rows: int
    sum: str


class GroupTotals(BaseModel):
    """Control totals broken down by one column."""

    header: str
    groups: list[GroupTotal]


class DeclaredTotals(BaseModel):
    """The totals that the sender named with the file: rows, and the sum in yuan as text."""

    rows: int | None = None
    sum: str | None = None


class ControlTotals(BaseModel):
    """Control totals of the good rows: how many, the sums by header, and the breakdowns."""

    rows: int
    sums: dict[str, str]
    by: GroupTotals | None = None
    also: list[GroupTotals] = []
    declared: DeclaredTotals | None = None


class EarlierLoad(BaseModel):
    """The load that brought this very file in before: its number, and when."""

    batch: UUID
    known: int
    at: datetime


class ImportView(BaseModel):
    """A stored plan. `faults` holds the first hundred; the workbook of bad rows holds all."""

    id: UUID
    kind: str
    title: str
    filename: str
    file_sha256: str
    state: PlanState
    counts: dict[str, int]
    totals: ControlTotals
    faults: list[FaultView]
    fault_count: int
    made_at: datetime
    committed_at: datetime | None
    written: int
    earlier: EarlierLoad | None = None


class ChangeView(BaseModel):
    """One cell that would change."""

    column: str
    before: str
    after: str


class PlanRowView(BaseModel):
    """One row of the plan: its number in the file, what would happen, its cells, and those that change."""

    row: int
    action: Action
    cells: list[str]
    changes: list[ChangeView]


class CommitBody(BaseModel):
    """How to commit: all rows or none, unless only the good rows are asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    good_rows_only: bool = False


class TableView(BaseModel):
    """One of the fifteen tables, as this person may use it."""

    kind: str
    title: str
    headers: list[str]
    may_import: bool
    may_export: bool


class TablesView(BaseModel):
    """The tables that this person may import or export."""

    items: list[TableView]


def stored_fault(fault: Any) -> dict[str, Any]:
    """Keep a fault as JSON."""
    return {
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "code": fault.code,
        "facts": fault.facts,
    }
