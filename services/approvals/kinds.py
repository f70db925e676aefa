"""The matters of the pool: review in the county, request into the pool, release of protection, decision."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation import figures
from allocation.clocks import Rule, Unit, deadline
from allocation.lifecycle import State
from auth.principal import Principal, Role
from services.approvals import endings
from services.approvals.matters import CITY, LEADER, Matter, Subject, Why, register
from services.approvals.rows import Row, many, one, placed
from services.kit.i18n import lazy
from services.kit.workdays import working_calendar
from services.projects.repo import chosen_host, consents
from services.projects.tables import Project, Transfer
from services.projects.words import TRANSFER_REASONS, TransferReason, TransferState


def _subject(
    row: Row,
    *,
    live: bool,
    why: tuple[Why, Why],
    due_on: date | None,
    office: str | None = None,
    maker: UUID | None = None,
    plain: bool = False,
) -> Subject:
    project = row.project
    return Subject(
        id=project.id,
        version=project.version,
        office=office or project.city,
        maker=maker,
        title=project.name if row.named else project.code_name,
        why=why,
        due_on=due_on,
        live=live,
        plain=plain,
        href=f"/projects/{project.public_id}",
        facts=(
            (lazy("代号"), project.code_name),
            (lazy("总投资（万元）"), figures.wan(project.investment_fen)),
            (lazy("用地（亩）"), figures.mu(project.land_mu)),
            (lazy("厂房（平方米）"), f"{project.hall_m2:,}"),
        ),
    )


def _due(since: date, days: int) -> date:
    return deadline(since, Rule(days, Unit.working_days), working_calendar()).on


def _size(project: Project) -> Why:
    facts = {"wan": figures.wan(project.investment_fen), "mu": figures.mu(project.land_mu)}
    return lazy("总投资 {wan} 万元，用地 {mu} 亩"), facts


def _review(row: Row) -> Subject:
    project = row.project
    return _subject(
        row,
        live=project.state is State.registered,
        office=project.origin,
        maker=project.registrar,
        why=(
            _size(project),
            (lazy("{date} 登记，待县内审核后报市级受理"), {"date": project.registered_on.isoformat()}),
        ),
        due_on=_due(row.since, row.settings.acceptance_days),
        plain=True,
    )


def _pool(row: Row) -> Subject:
    transfer = row.transfer
    why: tuple[Why, Why] = (_size(row.project), (lazy("还没有流转申请"), {}))
    if transfer is not None:
        consent = transfer.investor_consent_on
        facts = {
            "percent": f"{transfer.floor_ratio_bp / 100:g}",
            "years": transfer.floor_years,
            "date": consent.isoformat() if consent else "-",
        }
        why = (
            (TRANSFER_REASONS[TransferReason(transfer.reason)], {}),
            (lazy("保底比例 {percent}%，{years} 年；投资方 {date} 同意入池"), facts),
        )
    return _subject(
        row,
        live=row.project.state is State.transfer_requested,
        maker=transfer.requested_by if transfer else None,
        why=why,
        due_on=_due(row.since, row.settings.transfer_review_days),
        plain=True,
    )


def _release(row: Row, today: date) -> Subject:
    until = row.project.protected_until
    return _subject(
        row,
        live=row.project.state is State.accepted and until is not None and until < today,
        why=(
            (lazy("首谈保护 {date} 期满，尚未签约"), {"date": until.isoformat() if until else "-"}),
            (lazy("最近一次办理在 {date}"), {"date": row.since.isoformat()}),
        ),
        due_on=until,
    )


def _decision(row: Row) -> Subject:
    standing: Why = (lazy("不在最近一次匹配的前三名"), {})
    if row.rank is not None:
        standing = (lazy("匹配第 {rank} 名，得分 {score}"), {"rank": row.rank, "score": row.score})
    return _subject(
        row,
        live=row.project.state is State.chosen and row.run,
        why=((lazy("投资方选定 {park}"), {"park": row.park_name or "-"}), standing),
        due_on=_due(row.since, row.settings.decision_days),
        plain=row.rank == 1 and not row.major,
    )


async def review_of(session: AsyncSession, principal: Principal, project: UUID, _today: date) -> Subject:
    """Return a registration under review."""
    return _review(await one(session, principal, project))


async def reviews(session: AsyncSession, principal: Principal, today: date) -> list[Subject]:
    """List registrations that wait for their county."""
    waits = col(Project.state) == State.registered
    return [_review(row) for row in await many(session, principal, waits, today, own=True)]


async def pool_of(session: AsyncSession, principal: Principal, project: UUID, _today: date) -> Subject:
    """Return a request to pass a lead on."""
    return _pool(await one(session, principal, project))


async def pools(session: AsyncSession, principal: Principal, today: date) -> list[Subject]:
    """List requests into the pool that wait for the city."""
    rows = await many(session, principal, col(Project.state) == State.transfer_requested, today)
    asked = await session.scalars(
        select(Transfer).where(
            col(Transfer.city) == principal.city,
            col(Transfer.project).in_([row.project.id for row in rows]),
            col(Transfer.state) == TransferState.requested,
        )
    )
    transfers = {one.project: one for one in asked}
    return [_pool(replace(row, transfer=transfers.get(row.project.id))) for row in rows]


async def release_of(session: AsyncSession, principal: Principal, project: UUID, today: date) -> Subject:
    """Return a lead whose first-negotiation protection is over."""
    return _release(await one(session, principal, project), today)


async def releases(session: AsyncSession, principal: Principal, today: date) -> list[Subject]:
    """List leads whose protection is over and waits for the city's word."""
    over = (col(Project.state) == State.accepted) & (col(Project.protected_until) < today)
    return [_release(row, today) for row in await many(session, principal, over, today)]


async def decision_of(session: AsyncSession, principal: Principal, project: UUID, _today: date) -> Subject:
    """Return a project whose investor chose; plain where the choice is the first rank of the latest run."""
    return _decision(await one(session, principal, project))


async def decisions_waiting(session: AsyncSession, principal: Principal, today: date) -> list[Subject]:
    """List chosen projects that a run has placed."""
    if principal.role is not Role.city_office:
        return []
    rows = await many(session, principal, col(Project.state) == State.chosen, today)
    found = []
    for row in rows:
        chosen = chosen_host(await consents(session, row.project))
        is_major = row.project.investment_fen >= row.settings.major_threshold_fen
        found.append(replace(row, park=chosen[1] if chosen else None, major=is_major))
    return [_decision(row) for row in await placed(session, principal.city, found) if row.run]


REVIEW = register(
    Matter(
        kind="review",
        title=lazy("县内审核"),
        steps=(LEADER,),
        waiting=reviews,
        find=review_of,
        finish=endings.reviewed,
        refuse=endings.returned,
        send_back=endings.returned,
        resubmit=endings.resubmitted,
    )
)
POOL = register(
    Matter(
        kind="pool",
        title=lazy("流转入池审核"),
        steps=(CITY,),
        waiting=pools,
        find=pool_of,
        finish=endings.pooled,
        refuse=endings.not_pooled,
        send_back=endings.not_pooled,
    )
)
RELEASE = register(
    Matter(
        kind="release",
        title=lazy("首谈保护释放"),
        steps=(CITY,),
        waiting=releases,
        find=release_of,
        finish=endings.released,
    )
)
DECISION = register(
    Matter(
        kind="decision",
        title=lazy("市级审定"),
        steps=(CITY,),
        waiting=decisions_waiting,
        find=decision_of,
        finish=endings.decided,
    )
)
