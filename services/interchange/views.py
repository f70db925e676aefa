"""Stored plans as their readers see them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.interchange.control import declared_view
from services.interchange.faults import Fault
from services.interchange.plan import Action, adapter
from services.interchange.reading import BadRow, Reading
from services.interchange.schemas import (
    ChangeView,
    ControlTotals,
    EarlierLoad,
    FaultView,
    ImportView,
    PlanRowView,
)
from services.interchange.specs import TABLES_BY_KIND
from services.interchange.tables import ImportPlan
from services.kit.i18n import Locale

SHOWN_FAULTS: Final = 100


def faults_of(row: ImportPlan) -> list[Fault]:
    """Return the faults of a stored plan."""
    return [Fault(**fault) for fault in row.faults]


def _totals(row: ImportPlan) -> ControlTotals:
    """Return the control totals; jsonb keeps no order, so the sums stand in that of the columns again."""
    facts = {name: value for name, value in row.totals.items() if name != "declared"}
    totals = ControlTotals(**facts, declared=declared_view(row))
    headers = [column.header for column in TABLES_BY_KIND[row.kind].columns]
    ordered = {header: totals.sums[header] for header in headers if header in totals.sums}
    return totals.model_copy(update={"sums": ordered})


def import_view(row: ImportPlan, locale: Locale = "zh", *, earlier: EarlierLoad | None = None) -> ImportView:
    """Show a stored plan; `earlier` is the load that brought the same file in before."""
    return ImportView(
        id=row.id,
        kind=row.kind,
        title=TABLES_BY_KIND[row.kind].title,
        filename=row.filename,
        file_sha256=row.file_sha256,
        state=row.state,
        counts=row.counts,
        totals=_totals(row),
        faults=[
            FaultView(
                row=fault.row,
                column=fault.column,
                value=fault.value,
                code=fault.code,
                detail=fault.say(locale),
            )
            for fault in faults_of(row)[:SHOWN_FAULTS]
        ],
        fault_count=len(row.faults),
        made_at=row.made_at,
        committed_at=row.committed_at,
        written=row.written,
        earlier=earlier,
    )


def row_views(row: ImportPlan, items: Sequence[Mapping[str, Any]]) -> list[PlanRowView]:
    """Show some rows of a stored plan."""
    table = TABLES_BY_KIND[row.kind]
    inputs = adapter(table).validate_python([item["values"] for item in items])
    return [
        PlanRowView(
            row=item["row"],
            action=Action(item["action"]),
            cells=table.cells_of(made),
            changes=[ChangeView(column=c, before=b, after=a) for c, b, a in item["changes"]],
        )
        for item, made in zip(items, inputs, strict=True)
    ]


def rows_of(row: ImportPlan, action: Action | None, after: int, limit: int) -> list[PlanRowView]:
    """Show rows of a stored plan that follow a row number, all or those of one action."""
    chosen = [
        item
        for item in row.rows
        if item["row"] > after and (action is None or item["action"] == action.value)
    ]
    return row_views(row, chosen[:limit])


def reading_of(row: ImportPlan) -> Reading:
    """Return the bad rows and faults of a stored plan as they were read."""
    reading = Reading(TABLES_BY_KIND[row.kind], tuple(row.header))
    reading.bad = [BadRow(item["row"], tuple(item["cells"])) for item in row.bad_rows]
    reading.faults = faults_of(row)
    return reading
