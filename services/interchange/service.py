"""Imports: plan a file, show the plan, commit exactly that plan or nothing."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.reconciling import Declared
from auth.principal import Principal, Role
from services.interchange import repo
from services.interchange.control import (
    NONE_DECLARED,
    check_declared,
    check_plan,
    declared_of,
    earlier_load,
    kept,
    refuse_earlier,
)
from services.interchange.errors import (
    AlreadyCommitted,
    NoSuchKind,
    NoSuchPlan,
    NothingToWrite,
    NotYourTable,
    PlanHasFaults,
    PlanOutdated,
)
from services.interchange.grounds import load_grounds
from services.interchange.plan import (
    Action,
    Plan,
    adapter,
    by_key,
    control_totals,
    digest,
    found_totals,
    make_plan,
)
from services.interchange.reading import open_file, read_rows
from services.interchange.schemas import ImportView, stored_fault
from services.interchange.sheets import Sheet
from services.interchange.specs import TABLES_BY_KIND, Table
from services.interchange.tables import ImportPlan, PlanState
from services.interchange.views import faults_of, import_view, reading_of, row_views, rows_of
from services.kit.clock import Clock
from services.kit.events import record_event
from services.kit.i18n import Locale
from services.kit.tables import uuid7
from services.ledger.imports import LoadedFile

__all__ = [
    "clean_name",
    "commit_plan",
    "faults_of",
    "find_plan",
    "import_view",
    "may_import",
    "may_see_imports",
    "plan_file",
    "reading_of",
    "row_views",
    "rows_of",
    "show_plan",
    "table_of",
]

_NAME_LIMIT: Final = 120


def table_of(kind: str) -> Table:
    """Return a table by its kind.

    Raises:
        NoSuchKind: there is none.
    """
    table = TABLES_BY_KIND.get(kind)
    if table is None:
        raise NoSuchKind
    return table


def may_import(principal: Principal, table: Table) -> bool:
    """Tell whether this person's office loads the table."""
    return principal.role in table.importers


def may_see_imports(principal: Principal, table: Table) -> bool:
    """Tell whether this person may see the plans of the table: who loads it, and the auditor."""
    return may_import(principal, table) or principal.role is Role.auditor


async def plan_file(
    session: AsyncSession,
    principal: Principal,
    kind: str,
    filename: str,
    data: bytes,
    declared: Declared = NONE_DECLARED,
) -> ImportPlan:
    """Plan a file and store the plan; nothing else is written.

    Raises:
        NoSuchKind, NotYourTable: the table is none, or another office's.
        OversizedFile, UnusableFile: the file as a whole cannot be used.
        TotalsDiffer: the file is not what its sender declared.
    """
    table = table_of(kind)
    if not may_import(principal, table):
        raise NotYourTable
    sheet = await asyncio.to_thread(open_file, table, filename, data)
    plan = await _plan(session, principal.city, table, sheet)
    check_plan(plan, declared)
    row = _stored(principal, plan, filename, data, declared)
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="interchange.planned",
        entity="import_plan",
        entity_id=row.id,
        after={"kind": kind, "file_sha256": row.file_sha256, "counts": row.counts},
    )
    await session.refresh(row, ["made_at"])
    return row


async def _plan(session: AsyncSession, city: str, table: Table, sheet: Sheet) -> Plan:
    grounds = await load_grounds(session, city, table)
    existing = await table.existing(session, city)

    def work() -> Plan:
        return make_plan(read_rows(table, sheet, grounds), existing)

    return await asyncio.to_thread(work)


def _stored(principal: Principal, plan: Plan, filename: str, data: bytes, declared: Declared) -> ImportPlan:
    table, reading = plan.table, plan.reading
    values = adapter(table).dump_python([row.row for row in plan.rows], mode="json")
    return ImportPlan(
        city=principal.city,
        id=uuid7(),
        kind=table.kind,
        filename=clean_name(filename),
        file_sha256=hashlib.sha256(data).hexdigest(),
        state=PlanState.planned,
        header=list(reading.header),
        rows=[
            {
                "row": row.number,
                "action": row.action.value,
                "values": value,
                "changes": [[item.column, item.before, item.after] for item in row.changes(table)],
            }
            for row, value in zip(plan.rows, values, strict=True)
        ],
        bad_rows=[{"row": row.number, "cells": list(row.cells)} for row in reading.bad],
        faults=[stored_fault(fault) for fault in reading.faults],
        counts=plan.counts,
        totals=control_totals(table, [row.row for row in plan.rows]) | kept(declared),
        basis=plan.basis,
        made_by=principal.account,
    )


def clean_name(filename: str) -> str:
    """Keep a file's name without its folder and without what cannot be shown."""
    name = PurePath(filename.replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable())[-_NAME_LIMIT:]


async def find_plan(
    session: AsyncSession, principal: Principal, plan: UUID, *, lock: bool = False
) -> ImportPlan:
    """Return a stored plan.

    Raises:
        NoSuchPlan: there is none, or it is another office's.
    """
    row = await repo.load_plan(session, principal.city, plan, lock=lock)
    if row is None or not may_see_imports(principal, TABLES_BY_KIND[row.kind]):
        raise NoSuchPlan
    return row


async def commit_plan(
    session: AsyncSession, principal: Principal, plan: UUID, clock: Clock, *, good_rows_only: bool = False
) -> ImportPlan:
    """Write the rows of a stored plan, all of them in the caller's transaction.

    The comparison with what is stored is made again under a lock of the table's imports.

    Raises:
        NoSuchPlan, NotYourTable: none, or another office's.
        AlreadyCommitted: it was committed before.
        PlanHasFaults: bad rows, and not only the good ones were asked for.
        FileLoadedBefore: this very file was loaded whole before.
        TotalsDiffer: the good rows alone are not what the sender declared.
        PlanOutdated: what is stored has changed since the preview.
        NothingToWrite: there is no new or changed row.
    """
    row = await find_plan(session, principal, plan, lock=True)
    table = TABLES_BY_KIND[row.kind]
    if not may_import(principal, table):
        raise NotYourTable
    if row.state is PlanState.committed:
        raise AlreadyCommitted
    if row.bad_rows and not good_rows_only:
        raise PlanHasFaults(bad=len(row.bad_rows))
    await _lock_imports(session, principal.city, table)
    await refuse_earlier(session, principal.city, table, row.file_sha256)
    inputs: list[Any] = await asyncio.to_thread(
        adapter(table).validate_python, [item["values"] for item in row.rows]
    )
    check_declared(found_totals(table, inputs), declared_of(row))
    stored = by_key(table, await table.existing(session, principal.city))
    if digest(table, [table.key_of(item) for item in inputs], stored) != row.basis:
        raise PlanOutdated
    actions = [Action(item["action"]) for item in row.rows]
    to_write = [item for item, action in zip(inputs, actions, strict=True) if action is not Action.same]
    if not to_write:
        raise NothingToWrite
    if table.recognise is None:
        await table.write(session, principal, to_write)
    else:
        await table.write(session, principal, to_write, _source(row, inputs))
    row.state = PlanState.committed
    row.committed_at = clock.now()
    row.committed_by = principal.account
    row.written = len(to_write)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="interchange.committed",
        entity="import_plan",
        entity_id=row.id,
        after={"kind": row.kind, "written": row.written, "left_out": len(row.bad_rows)},
    )
    return row


def _source(row: ImportPlan, inputs: Sequence[Any]) -> LoadedFile:
    """Say which file brought the rows, with the control totals of all its good rows."""
    return LoadedFile(
        filename=row.filename,
        sha256=row.file_sha256,
        counts=dict(row.counts),
        totals=TABLES_BY_KIND[row.kind].batch_totals(inputs),
        declared=row.totals.get("declared"),
    )


async def _lock_imports(session: AsyncSession, city: str, table: Table) -> None:
    """Let one import of a table commit at a time in a city."""
    name = hashlib.sha256(f"import:{city}:{table.kind}".encode()).digest()
    number = int.from_bytes(name[:8], signed=True)
    await session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


async def show_plan(session: AsyncSession, row: ImportPlan, locale: Locale = "zh") -> ImportView:
    """Show a stored plan, and whether this very file was loaded before."""
    earlier = None
    if row.state is PlanState.planned:
        earlier = await earlier_load(session, row.city, TABLES_BY_KIND[row.kind], row.file_sha256)
    return import_view(row, locale, earlier=earlier)
