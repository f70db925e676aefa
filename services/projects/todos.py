"""What waits for a person among projects: each entry has its page, its date and whether that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import Rule, Unit, deadline
from allocation.lifecycle import Action, State
from auth.principal import Principal, Role
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.kit.workdays import working_calendar
from services.projects.repo import visible_to
from services.projects.tables import Commitment, Project, ProjectMove, Proposal, TermsAcceptance
from services.projects.words import ProposalState
from services.regions.settings import settings_on

MOST: Final = 100
"""To-dos of one kind that are listed; the rest is in the lists of projects."""

ACCEPT_WORKING_DAYS: Final = 3
"""Working days in which the city accepts or returns what a county reviewed."""

POOL_WORKING_DAYS: Final = 5
"""Working days in which the city decides on a request to pass a lead on."""

_COUNTY: Final = frozenset({Role.county_officer, Role.county_leader})


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of to-do: the projects that wait, and the sentence."""

    kind: str
    text: str
    where: ColumnElement[bool]
    working_days: int | None = None
    """Working days after the last move in which it is due."""


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return what waits for somebody, most pressing first."""
    found: list[Todo] = []
    for kind in _kinds(principal):
        last = (
            select(func.max(col(ProjectMove.on_date)))
            .where(col(ProjectMove.city) == col(Project.city), col(ProjectMove.project) == col(Project.id))
            .scalar_subquery()
        )
        rows = await session.execute(visible_to(principal).add_columns(last).where(kind.where).limit(MOST))
        found += [_plain(kind, row, since or row.registered_on, today) for row, since in rows.all()]
    if principal.role in _COUNTY | {Role.city_office}:
        found += await _protection(session, principal, today)
    if principal.role in _COUNTY | {Role.park_officer, Role.city_office}:
        found += await _proposals(session, principal, today)
        found += await _commitments(session, principal)
    return sorted(found, key=lambda todo: (todo.due_on or date.max, todo.kind, todo.href))


def _kinds(principal: Principal) -> Sequence[_Kind]:
    state, own = col(Project.state), col(Project.origin) == principal.county
    if principal.role is Role.county_leader:
        return (
            _Kind(
                "projects.review",
                lazy("待县内审核：{name}"),
                and_(
                    own,
                    state == State.registered,
                    col(Project.registrar).is_distinct_from(principal.account),
                ),
                ACCEPT_WORKING_DAYS,
            ),
        )
    if principal.role is Role.county_officer:
        return (_Kind("projects.returned", lazy("退回补正：{name}"), and_(own, state == State.returned)),)
    if principal.role is Role.city_office:
        return (
            _Kind("projects.accept", lazy("待受理：{name}"), state == State.reviewed, ACCEPT_WORKING_DAYS),
            _Kind(
                "projects.pool",
                lazy("待审核流转申请：{name}"),
                state == State.transfer_requested,
                POOL_WORKING_DAYS,
            ),
            _Kind("projects.decide", lazy("待市级审定：{name}"), state == State.chosen, POOL_WORKING_DAYS),
            _Kind("projects.rule", lazy("待裁定争议：{name}"), state == State.disputed),
        )
    return ()


def _plain(kind: _Kind, row: Project, since: date, today: date) -> Todo:
    due_on = None
    if kind.working_days is not None:
        due_on = deadline(since, Rule(kind.working_days, Unit.working_days), working_calendar()).on
    return Todo(
        kind=kind.kind,
        text=kind.text,
        href=f"/projects/{row.public_id}",
        due_on=due_on,
        overdue=due_on is not None and due_on < today,
        facts={"name": row.name},
    )


async def _protection(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return leads whose protection ends soon, for the county; has ended, for the office to release."""
    settings = await settings_on(session, principal.city, today)
    until = col(Project.protected_until)
    query = visible_to(principal).where(col(Project.state) == State.accepted)
    if principal.role is Role.city_office:
        query = query.where(until < today)
        kind, text = "projects.release", lazy("首谈保护期已满，待确认是否释放：{name}")
    else:
        soon = today + timedelta(days=settings.protection_warning_days)
        query = query.where(col(Project.origin) == principal.county, until <= soon)
        kind, text = "projects.protection", lazy("首谈保护期将满，请更新进展或申请延期：{name}")
    rows = await session.scalars(query.order_by(until, col(Project.code)).limit(MOST))
    return [
        Todo(
            kind=kind,
            text=text,
            href=f"/projects/{row.public_id}",
            due_on=row.protected_until,
            overdue=row.protected_until is not None and row.protected_until < today,
            facts={"name": row.name},
        )
        for row in rows
    ]


async def _proposals(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return proposals to one's county, or park, whose terms nobody there has accepted or declined."""
    accepted = select(col(TermsAcceptance.id)).where(
        col(TermsAcceptance.city) == col(Proposal.city),
        col(TermsAcceptance.project) == col(Proposal.project),
        col(TermsAcceptance.county) == col(Proposal.county),
        col(TermsAcceptance.ended_on).is_(None),
    )
    query = (
        select(Proposal, Project)
        .join(
            Project,
            and_(col(Project.city) == col(Proposal.city), col(Project.id) == col(Proposal.project)),
        )
        .where(
            col(Proposal.city) == principal.city,
            col(Proposal.county) == principal.county,
            col(Proposal.state) == ProposalState.open,
            ~accepted.exists(),
        )
        .order_by(col(Proposal.answer_by), col(Project.public_id))
        .limit(MOST)
    )
    if principal.role is Role.park_officer:
        query = query.where(col(Proposal.park) == principal.office)
    seen: dict[str, Todo] = {}
    for proposal, project in (await session.execute(query)).all():
        seen.setdefault(
            project.public_id,
            Todo(
                kind="projects.answer",
                text=lazy("收到推荐，待答复：{name}"),
                href=f"/projects/{project.public_id}",
                due_on=proposal.answer_by,
                overdue=proposal.answer_by < today,
                facts={"name": project.code_name},
            ),
        )
    return list(seen.values())


async def _commitments(session: AsyncSession, principal: Principal) -> list[Todo]:
    """Return leads whose name one's county knows and for which it has given no commitment letter."""
    given = select(col(Commitment.id)).where(
        col(Commitment.city) == col(TermsAcceptance.city),
        col(Commitment.project) == col(TermsAcceptance.project),
        col(Commitment.county) == col(TermsAcceptance.county),
        col(Commitment.ended_on).is_(None),
    )
    query = (
        select(Project)
        .join(
            TermsAcceptance,
            and_(
                col(Project.city) == col(TermsAcceptance.city),
                col(Project.id) == col(TermsAcceptance.project),
            ),
        )
        .where(
            col(TermsAcceptance.city) == principal.city,
            col(TermsAcceptance.county) == principal.county,
            col(TermsAcceptance.ended_on).is_(None),
            col(TermsAcceptance.revealed_at).is_not(None),
            col(Project.state).in_([State.terms_accepted, State.committed]),
            ~given.exists(),
        )
        .order_by(col(Project.land_deadline), col(Project.public_id))
        .limit(MOST)
    )
    if principal.role is Role.park_officer:
        query = query.where(col(TermsAcceptance.park) == principal.office)
    return [
        Todo(
            kind=f"projects.{Action.commit.value}",
            text=lazy("待出具要素承诺函：{name}"),
            href=f"/projects/{row.public_id}",
            facts={"name": row.name},
        )
        for row in await session.scalars(query)
    ]
