"""Registers over all projects that somebody tracks: sponsors, what blocks, reviews due, owners of stages."""

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import STAGES
from allocation.tracking.owners import DEFAULT_OWNERS
from allocation.tracking.schedule import days_late
from allocation.tracking.segments import days_in
from auth.principal import Principal, Role
from auth.tracking import can_look_back, can_set_stage_rules
from services.projects.tables import Project
from services.regions.repo import unit_names
from services.tracking.cases import may_keep, seen_by
from services.tracking.kinds import SponsorRole
from services.tracking.project_views import (
    BlocksAnswer,
    BlockView,
    DepartmentRule,
    DepartmentsAnswer,
    DueView,
    LookBacksAnswer,
    SponsorsAnswer,
    SponsorTotal,
    SponsorView,
)
from services.tracking.reviewing import due_reviews
from services.tracking.tables import (
    BlockingFactor,
    BlockingFactorEnd,
    Coordination,
    Sponsorship,
    SponsorshipEnd,
    StageDepartment,
)


def _name(principal: Principal, project: Project) -> str:
    return project.code_name if principal.role is Role.auditor else project.name


async def sponsors(
    session: AsyncSession,
    principal: Principal,
    today: date,
    *,
    project: UUID | None = None,
    standing: bool = True,
) -> SponsorsAnswer:
    """Return who answers for the projects that somebody tracks, those quiet for longest first.

    Args:
        session: the asker's transaction.
        principal: who asks.
        today: the business date.
        project: only those of one project.
        standing: without those whose time ended.
    """
    query = (
        select(Sponsorship, Project, SponsorshipEnd)
        .join(
            Project,
            (col(Project.city) == col(Sponsorship.city)) & (col(Project.id) == col(Sponsorship.project)),
        )
        .outerjoin(
            SponsorshipEnd,
            (col(SponsorshipEnd.city) == col(Sponsorship.city))
            & (col(SponsorshipEnd.sponsorship) == col(Sponsorship.id)),
        )
        .where(col(Sponsorship.city) == principal.city, seen_by(principal))
    )
    if project is not None:
        query = query.where(col(Sponsorship.project) == project)
    if standing:
        query = query.where(col(SponsorshipEnd.sponsorship).is_(None))
    rows = [(row[0], row[1], row[2]) for row in await session.execute(query)]
    visits = await _last_visits(session, principal.city)
    names = await unit_names(session, principal.city)
    found = [
        SponsorView(
            **{name: getattr(row, name) for name in ("id", "role", "unit", "post", "from_on")},
            project=of.public_id,
            project_name=_name(principal, of),
            investment_fen=of.investment_fen,
            unit_name=names.get(row.unit, row.unit),
            to_on=end.to_on if end else None,
            reason=end.reason if end else "",
            last_visit_on=visits.get(row.id),
            quiet_days=days_in(visits.get(row.id, row.from_on), end.to_on if end else today),
            may_end=end is None and may_keep(principal, of),
        )
        for row, of, end in rows
    ]
    leading: dict[str, list[SponsorView]] = defaultdict(list)
    for view in found:
        if view.role is SponsorRole.leader and view.to_on is None:
            leading[view.unit].append(view)
    return SponsorsAnswer(
        as_of=today,
        totals=[
            SponsorTotal(
                unit=unit,
                unit_name=names.get(unit, unit),
                projects=len(some),
                investment_fen=sum(view.investment_fen for view in some),
            )
            for unit, some in sorted(leading.items())
        ],
        items=sorted(found, key=lambda view: (view.to_on is not None, -view.quiet_days, str(view.id))),
    )


async def _last_visits(session: AsyncSession, city: str) -> dict[UUID, date]:
    rows = await session.execute(
        select(col(Coordination.sponsorship), func.max(col(Coordination.held_on)))
        .where(col(Coordination.city) == city, col(Coordination.sponsorship).is_not(None))
        .group_by(col(Coordination.sponsorship))
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


async def blocks(
    session: AsyncSession,
    principal: Principal,
    today: date,
    *,
    project: UUID | None = None,
    standing: bool = True,
) -> BlocksAnswer:
    """Return what blocks the projects that somebody tracks, the longest first.

    Args:
        session: the asker's transaction.
        principal: who asks.
        today: the business date, up to which a standing block counts.
        project: only those of one project.
        standing: without those that were resolved.
    """
    query = (
        select(BlockingFactor, Project, BlockingFactorEnd)
        .join(
            Project,
            (col(Project.city) == col(BlockingFactor.city))
            & (col(Project.id) == col(BlockingFactor.project)),
        )
        .outerjoin(
            BlockingFactorEnd,
            (col(BlockingFactorEnd.city) == col(BlockingFactor.city))
            & (col(BlockingFactorEnd.factor) == col(BlockingFactor.id)),
        )
        .where(col(BlockingFactor.city) == principal.city, seen_by(principal))
    )
    if project is not None:
        query = query.where(col(BlockingFactor.project) == project)
    if standing:
        query = query.where(col(BlockingFactorEnd.factor).is_(None))
    rows = [(row[0], row[1], row[2]) for row in await session.execute(query)]
    names = await unit_names(session, principal.city)
    plain = ("id", "kind", "what", "department", "unit", "opened_on", "by_name")
    found = [
        BlockView(
            **{name: getattr(row, name) for name in plain},
            project=of.public_id,
            project_name=_name(principal, of),
            unit_name=names.get(row.unit, row.unit),
            resolved_on=end.resolved_on if end else None,
            evidence=end.evidence if end else "",
            files=end.files if end else [],
            days=days_in(row.opened_on, end.resolved_on if end else today),
            may_clear=end is None and may_keep(principal, of),
        )
        for row, of, end in rows
    ]
    return BlocksAnswer(
        as_of=today,
        totals=dict(Counter(view.kind for view in found if view.resolved_on is None)),
        items=sorted(found, key=lambda view: (view.resolved_on is not None, -view.days, str(view.id))),
    )


async def due_list(session: AsyncSession, principal: Principal, today: date) -> LookBacksAnswer:
    """Return the reviews that are to be held of large projects, the earliest due first."""
    names = await unit_names(session, principal.city)
    found = []
    for row in await due_reviews(session, principal):
        keeper = row.project.host_county or row.project.origin
        found.append(
            DueView(
                project=row.project.public_id,
                project_name=_name(principal, row.project),
                county=keeper,
                county_name=names.get(keeper, keeper),
                investment_fen=row.project.investment_fen,
                occasion=row.occasion,
                due_on=row.due_on,
                days_late=days_late(row.due_on, None, today),
                may_record=can_look_back(principal),
            )
        )
    return LookBacksAnswer(as_of=today, items=found)


async def departments(session: AsyncSession, principal: Principal, today: date) -> DepartmentsAnswer:
    """Return who answers for each stage: the city's dated rules, latest first, then the defaults."""
    rows = await session.scalars(
        select(StageDepartment)
        .where(col(StageDepartment.city) == principal.city)
        .order_by(col(StageDepartment.effective_from).desc())
    )
    rules = list(rows)
    found = []
    for stage in STAGES:
        own = [rule for rule in rules if rule.stage is stage]
        begun = [rule.effective_from for rule in own if rule.effective_from <= today]
        holding = max(begun, default=None)
        found += [
            DepartmentRule(
                stage=stage,
                department=rule.department,
                since=rule.effective_from,
                by_name=rule.by_name,
                holds=rule.effective_from == holding,
            )
            for rule in own
        ]
        found.append(
            DepartmentRule(
                stage=stage, department=DEFAULT_OWNERS[stage], since=None, by_name="", holds=holding is None
            )
        )
    return DepartmentsAnswer(as_of=today, items=found, may_set=can_set_stage_rules(principal))
