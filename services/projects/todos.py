"""What waits for a person among projects: each entry has its page, its date and whether that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import Rule, Unit, deadline
from allocation.lifecycle import Action, State
from auth.principal import Principal, Role
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.kit.workdays import working_calendar
from services.projects.endings import Stage, endings
from services.projects.repo import visible_to
from services.projects.tables import (
    Commitment,
    MergeState,
    Project,
    ProjectMerge,
    ProjectMove,
    Proposal,
    TermsAcceptance,
)
from services.projects.words import ProposalState
from services.regions.settings import CitySettings, settings_on

MOST: Final = 100
"""To-dos of one kind that are listed; the rest is in the lists of projects."""

_ENDINGS_TOLD: Final = {
    (False, Stage.unanswered): (
        "projects.protection",
        lazy("首谈保护期将满，请更新进展或申请延期：{name}"),
    ),
    (True, Stage.over): ("projects.release", lazy("首谈保护期已满，待确认是否释放：{name}")),
    (True, Stage.agreed): ("projects.release", lazy("县区同意释放首谈保护，待确认：{name}")),
    (True, Stage.request): ("projects.extension", lazy("县区申请延长首谈保护，待答复：{name}")),
}
"""What waits at each stage of the end of a protection: for the city's office, or else for the county."""

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
    for kind in _kinds(principal, await settings_on(session, principal.city, today)):
        # The last by its sequence: dates may be of earlier days, and a computer's clock may leap.
        last = (
            select(col(ProjectMove.on_date))
            .where(col(ProjectMove.city) == col(Project.city), col(ProjectMove.project) == col(Project.id))
            .order_by(col(ProjectMove.seq).desc())
            .limit(1)
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


def _kinds(principal: Principal, settings: CitySettings) -> Sequence[_Kind]:
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
                settings.judge_days,
            ),
        )
    if principal.role is Role.county_officer:
        return (_Kind("projects.returned", lazy("退回补正：{name}"), and_(own, state == State.returned)),)
    if principal.role is Role.city_office:
        return (
            _Kind(
                "projects.accept", lazy("待受理：{name}"), state == State.reviewed, settings.acceptance_days
            ),
            _Kind(
                "projects.pool",
                lazy("待审核流转申请：{name}"),
                state == State.transfer_requested,
                settings.transfer_review_days,
            ),
            _Kind(
                "projects.decide", lazy("待市级审定：{name}"), state == State.chosen, settings.decision_days
            ),
            _Kind("projects.merge", lazy("重复线索合并待复核：{name}"), _waits_for_merge(principal)),
        )
    return ()


def _waits_for_merge(principal: Principal) -> ColumnElement[bool]:
    """Select the leads whose merge another person of the office asked for."""
    return (
        select(col(ProjectMerge.id))
        .where(
            col(ProjectMerge.city) == col(Project.city),
            col(ProjectMerge.merged) == col(Project.id),
            col(ProjectMerge.state) == MergeState.requested,
            col(ProjectMerge.made_by) != principal.account,
        )
        .exists()
    )


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
    """Return protections that end soon, for the county to answer; that were brought to it, for the office."""
    found = []
    for ending in await endings(session, principal, today):
        said = _ENDINGS_TOLD.get((principal.role is Role.city_office, ending.stage))
        if said is None:
            continue
        kind, text = said
        found.append(
            Todo(
                kind=kind,
                text=text,
                href=f"/first-talk/protections/{ending.project.public_id}",
                due_on=ending.project.protected_until,
                overdue=ending.days < 0,
                facts={"name": ending.project.name},
            )
        )
    return found[:MOST]


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
