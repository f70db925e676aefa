"""One project's tracking as one asker sees it."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import STAGES, State
from allocation.tracking.blocking import blocked_days
from allocation.tracking.owners import days_by_owner, handovers, owner_on, spans
from allocation.tracking.words import Department
from auth.principal import Principal
from services.projects.tables import ProjectMove
from services.tracking.cases import Tracked, may_keep, open_tracked, reached
from services.tracking.project_views import (
    CoordinationView,
    CultivationView,
    HandoverView,
    LookBackView,
    ProjectTracking,
    SpanView,
    StageView,
)
from services.tracking.queries import owner_rules
from services.tracking.registers import blocks, due_list, sponsors
from services.tracking.tables import Coordination, Cultivation, LookBack, Sponsorship


async def project_tracking(session: AsyncSession, principal: Principal, ref: str | UUID) -> ProjectTracking:
    """Return what is tracked of a project.

    Raises:
        NoSuchProject: none that the asker tracks.
    """
    return await tracking_of(session, principal, await open_tracked(session, principal, ref))


async def tracking_of(session: AsyncSession, principal: Principal, case: Tracked) -> ProjectTracking:
    """Return what is tracked of an opened project."""
    project, today = case.project, case.today
    rules = await owner_rules(session, project.city)
    days = reached(project)
    parts = spans(days, rules, today, await _ended_on(session, case))
    waits = await blocks(session, principal, today, project=project.id, standing=False)
    in_stage = project.state in STAGES
    return ProjectTracking(
        as_of=today,
        project=project.public_id,
        name=case.name,
        county=case.keeper,
        state=project.state,
        department=owner_on(rules, project.state, today) if in_stage else Department.commerce,
        stages=[StageView(stage=stage, on=days[State(stage)]) for stage in STAGES],
        spans=[
            SpanView(
                stage=part.stage,
                department=part.department,
                first=part.first,
                until=part.until,
                days=part.days,
            )
            for part in parts
        ],
        department_days=days_by_owner(parts),
        handovers=[HandoverView(on=on, before=before, after=after) for on, before, after in handovers(parts)],
        sponsors=(await sponsors(session, principal, today, project=project.id, standing=False)).items,
        coordination=await _coordination(session, case),
        blocks=waits.items,
        blocked_days=blocked_days([(row.opened_on, row.resolved_on) for row in waits.items], today),
        look_backs=await _look_backs(session, case),
        due=[
            row
            for row in (await due_list(session, principal, today)).items
            if row.project == project.public_id
        ],
        cultivation=await _cultivation(session, case),
        may_keep=may_keep(principal, project),
    )


async def _ended_on(session: AsyncSession, case: Tracked) -> date | None:
    """Return the day on which a project left the road from signing on; None while it is on it."""
    if case.project.state in STAGES:
        return None
    return await session.scalar(
        select(func.max(col(ProjectMove.on_date))).where(
            col(ProjectMove.city) == case.project.city,
            col(ProjectMove.project) == case.project.id,
            col(ProjectMove.to_state) == case.project.state,
        )
    )


async def _coordination(session: AsyncSession, case: Tracked) -> list[CoordinationView]:
    rows = await session.execute(
        select(Coordination, col(Sponsorship.post))
        .outerjoin(
            Sponsorship,
            (col(Sponsorship.city) == col(Coordination.city))
            & (col(Sponsorship.id) == col(Coordination.sponsorship)),
        )
        .where(col(Coordination.city) == case.project.city, col(Coordination.project) == case.project.id)
        .order_by(col(Coordination.held_on).desc(), col(Coordination.id).desc())
    )
    plain = ("kind", "held_on", "what", "outcome", "by_name")
    return [
        CoordinationView(**{name: getattr(row[0], name) for name in plain}, post=row[1] or "") for row in rows
    ]


async def _look_backs(session: AsyncSession, case: Tracked) -> list[LookBackView]:
    rows = await session.scalars(
        select(LookBack)
        .where(col(LookBack.city) == case.project.city, col(LookBack.project) == case.project.id)
        .order_by(col(LookBack.due_on))
    )
    return [LookBackView.model_validate(row, from_attributes=True) for row in rows]


async def _cultivation(session: AsyncSession, case: Tracked) -> list[CultivationView]:
    rows = await session.scalars(
        select(Cultivation)
        .where(col(Cultivation.city) == case.project.city, col(Cultivation.project) == case.project.id)
        .order_by(col(Cultivation.since), col(Cultivation.stage).desc())
    )
    return [CultivationView.model_validate(row, from_attributes=True) for row in rows]
