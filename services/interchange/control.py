"""Control totals that came with a file, and files that were loaded before."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.figures import yuan
from allocation.sharing.reconciling import Declared, Totals
from services.interchange.errors import FileLoadedBefore, TotalsDiffer
from services.interchange.plan import Plan, found_totals
from services.interchange.schemas import DeclaredTotals, EarlierLoad
from services.interchange.specs import Table
from services.interchange.tables import ImportPlan

NONE_DECLARED = Declared()


def check_declared(found: Totals, declared: Declared) -> None:
    """Refuse a file that is not what its sender declared.

    Raises:
        TotalsDiffer: rows or sum differ.
    """
    rows, fen = declared.off_by(found)
    if rows or fen:
        raise TotalsDiffer(
            rows=found.rows, sum=yuan(found.fen), rows_off=rows, sum_off=yuan(fen), fen_off=fen
        )


def check_plan(plan: Plan, declared: Declared) -> None:
    """Check a plan without bad rows; those of a file with bad rows are checked when it is committed.

    Raises:
        TotalsDiffer: rows or sum differ.
    """
    if not plan.reading.bad:
        check_declared(found_totals(plan.table, [row.row for row in plan.rows]), declared)


def kept(declared: Declared) -> dict[str, Any]:
    """Keep what was declared as JSON, beside a plan's totals; nothing where nothing was."""
    if declared == NONE_DECLARED:
        return {}
    return {"declared": {"rows": declared.rows, "fen": declared.fen}}


def declared_of(row: ImportPlan) -> Declared:
    """Return what was declared with a stored plan."""
    return Declared(**row.totals.get("declared", {}))


def declared_view(row: ImportPlan) -> DeclaredTotals | None:
    """Show what was declared with a stored plan."""
    declared = declared_of(row)
    if declared == NONE_DECLARED:
        return None
    return DeclaredTotals(rows=declared.rows, sum=None if declared.fen is None else yuan(declared.fen))


async def earlier_load(
    session: AsyncSession, city: str, table: Table, file_sha256: str
) -> EarlierLoad | None:
    """Find the load that brought this very file in whole, where the table keeps its files."""
    if table.recognise is None:
        return None
    batch = await table.recognise(session, city, file_sha256)
    return None if batch is None else EarlierLoad(batch=batch.id, known=batch.known, at=batch.at)


async def refuse_earlier(session: AsyncSession, city: str, table: Table, file_sha256: str) -> None:
    """Refuse a file that was loaded before.

    Raises:
        FileLoadedBefore: this very file, whole.
    """
    earlier = await earlier_load(session, city, table, file_sha256)
    if earlier is not None:
        raise FileLoadedBefore(known=earlier.known)
