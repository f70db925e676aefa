"""Protections that end: which soon, which answered, which wait for the city. Nothing is released here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import exists, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import State
from auth.principal import Principal, Role
from services.kit.i18n import lazy
from services.projects.protection_words import AnswerKind
from services.projects.repo import visible_to
from services.projects.standing import Standing, standings
from services.projects.tables import Project, ProtectionAnswer
from services.regions.settings import settings_on

MOST: Final = 500
"""Protections that are listed at once."""

_HANDS: Final = frozenset({Role.county_officer, Role.county_leader, Role.park_officer})


class Stage(StrEnum):
    """How far the end of a protection has come; the words are message ids."""

    unanswered = "unanswered"
    answered = "answered"
    request = "request"
    agreed = "agreed"
    over = "over"

    @property
    def zh(self) -> str:
        """The words, a message id."""
        return _STAGES[self]


_STAGES: Final = {
    Stage.unanswered: lazy("将到期，待县区答复"),
    Stage.answered: lazy("将到期，县区已答复"),
    Stage.request: lazy("县区申请延期，待市级答复"),
    Stage.agreed: lazy("县区同意释放，待市级确认"),
    Stage.over: lazy("已到期，待市级确认是否释放"),
}
TO_CONFIRM: Final = frozenset({Stage.agreed, Stage.over})
"""Stages in which the city may confirm the release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """One protection that ends.

    Attributes:
        project: the lead.
        standing: what its county answered.
        until: its last day.
        stage: how far it has come.
        days: days left; negative once it is over.
        idle: whether no evidence tells of the last days that the city's setting allows.
    """

    project: Project
    standing: Standing
    until: date
    stage: Stage
    days: int
    idle: bool


async def endings(session: AsyncSession, principal: Principal, today: date) -> list[Ending]:
    """Return the protections that end soon or have ended, and those that are answered, soonest first.

    The city's office sees all, a county its own leads; others none.
    """
    if principal.role not in _HANDS | {Role.city_office}:
        return []
    settings = await settings_on(session, principal.city, today)
    soon = today + timedelta(days=settings.protection_warning_days)
    until = col(Project.protected_until)
    asked = exists().where(
        col(ProtectionAnswer.city) == col(Project.city),
        col(ProtectionAnswer.project) == col(Project.id),
        col(ProtectionAnswer.protected_until) == until,
        col(ProtectionAnswer.kind).in_([AnswerKind.extension, AnswerKind.release]),
    )
    query = visible_to(principal).where(col(Project.state) == State.accepted, or_(until <= soon, asked))
    if principal.role is not Role.city_office:
        query = query.where(col(Project.origin) == principal.county)
    rows = (await session.scalars(query.order_by(until, col(Project.code)).limit(MOST))).all()
    stand = await standings(session, principal.city, rows)
    limit = timedelta(days=settings.protection_idle_days)
    return [
        _ending(row, row.protected_until, stand[row.id], today, limit)
        for row in rows
        if row.protected_until is not None
        and (row.protected_until <= soon or stand[row.id].request is not None or stand[row.id].release_agreed)
    ]


def _ending(project: Project, until: date, standing: Standing, today: date, limit: timedelta) -> Ending:
    progress = standing.progress_on
    return Ending(
        project=project,
        standing=standing,
        until=until,
        stage=_stage(until, standing, today),
        days=(until - today).days,
        idle=progress is None or progress + limit < today,
    )


def _stage(until: date, standing: Standing, today: date) -> Stage:
    if standing.request is not None:
        return Stage.request
    if standing.release_agreed:
        return Stage.agreed
    if until < today:
        return Stage.over
    return Stage.answered if standing.term else Stage.unanswered
