"""Loading of transfer requests: the origin's reason, evidence and floor terms, and the investor's consent."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import POOL_STATES, SIGNED_STATES, State
from auth.principal import Principal
from services.kit.tables import uuid7
from services.projects.inputs import TransferInput
from services.projects.loading.bulk import codes_by_id, ids_by_code, record_load, upsert
from services.projects.protection import window_until
from services.projects.tables import InvestorConsent, Project, Transfer
from services.projects.words import ConsentKind, TransferState


async def existing_transfers(session: AsyncSession, city: str) -> dict[tuple[str, date], TransferInput]:
    """Return the transfer requests by (登记编号, 申请日期)."""
    codes = await codes_by_id(session, city)
    rows = await session.scalars(
        select(Transfer)
        .where(col(Transfer.city) == city)
        .order_by(col(Transfer.applied_on), col(Transfer.id))
    )
    return {
        (codes[row.project], row.applied_on): TransferInput(
            project=codes[row.project],
            applicant=row.applicant,
            reason=row.reason,
            evidence=row.evidence,
            investor_consent_on=row.investor_consent_on,
            applied_on=row.applied_on,
            floor_ratio_bp=row.floor_ratio_bp,
            floor_years=row.floor_years,
            upfront_fen=row.upfront_fen,
            recall_days=row.recall_days,
            remark=row.remark,
        )
        for row in rows
    }


async def write_transfers(session: AsyncSession, principal: Principal, rows: Sequence[TransferInput]) -> None:
    """Insert or update transfer requests; the latest of a project is the live one.

    A request of a project in the pool, or signed since, counts as approved; that of a project under
    negotiation as asked for.

    Raises:
        UnknownCode: a row names a project that is not there.
    """
    if not rows:
        return
    city = principal.city
    ids = await ids_by_code(session, city, [row.project for row in rows])
    projects = {
        row.code: row
        for row in await session.scalars(
            select(Project).where(col(Project.city) == city, col(Project.id).in_(ids.values()))
        )
    }
    latest = {
        code: max(row.applied_on for row in group)
        for code, group in groupby(sorted(rows, key=lambda row: row.project), key=lambda row: row.project)
    }
    await session.execute(
        update(Transfer)
        .where(
            col(Transfer.city) == city,
            col(Transfer.project).in_(ids.values()),
            col(Transfer.state).in_([TransferState.requested, TransferState.approved]),
        )
        .values(state=TransferState.ended)
    )
    values = [
        {
            **{name: value for name, value in asdict(row).items() if name != "project"},
            "id": uuid7(),
            "project": ids[row.project],
            "state": _state(projects[row.project], live=row.applied_on == latest[row.project]),
        }
        for row in rows
    ]
    await upsert(session, principal, Transfer, ["project", "applied_on"], values, keep=frozenset({"id"}))
    for row in rows:
        if row.applied_on == latest[row.project]:
            await _follow(session, projects[row.project], row)
    await session.flush()
    await _consents(session, principal, [(ids[row.project], row) for row in rows])
    await record_load(session, principal, "transfer", [f"{row.project}/{row.applied_on}" for row in rows])


def _state(project: Project, *, live: bool) -> TransferState:
    if not live:
        return TransferState.ended
    if project.state in POOL_STATES | SIGNED_STATES:
        return TransferState.approved
    return TransferState.requested


async def _follow(session: AsyncSession, project: Project, row: TransferInput) -> None:
    """Let the project show its live request: the pool's dates, or that it is asked for."""
    if project.state in POOL_STATES:
        project.pooled_on = row.applied_on
        project.window_until = await window_until(session, project.city, row.applied_on)
        project.recall_from = row.applied_on + timedelta(days=row.recall_days)
    elif project.state is State.accepted:
        project.state = State.transfer_requested


async def _consents(
    session: AsyncSession, principal: Principal, rows: Sequence[tuple[object, TransferInput]]
) -> None:
    known = {
        (row.project, row.consented_on)
        for row in await session.scalars(
            select(InvestorConsent).where(
                col(InvestorConsent.city) == principal.city,
                col(InvestorConsent.project).in_([key for key, _ in rows]),
                col(InvestorConsent.kind) == ConsentKind.pool,
            )
        )
    }
    fresh = [
        {
            "city": principal.city,
            "id": uuid7(),
            "project": key,
            "kind": ConsentKind.pool,
            "counties": [],
            "consented_on": row.investor_consent_on,
            "evidence": row.evidence,
        }
        for key, row in rows
        if row.investor_consent_on is not None and (key, row.investor_consent_on) not in known
    ]
    if fresh:
        await session.execute(insert(InvestorConsent), fresh)
