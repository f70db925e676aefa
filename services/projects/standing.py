"""How the protection of a lead stands: what its county answered, with what evidence, what still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.projects.protection_words import AnswerKind
from services.projects.tables import Project, ProtectionAnswer, ProtectionDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The answers of a county on one lead.

    Attributes:
        answers: all of them, earliest first; also those to a protection that has been extended since.
        term: those to the protection that runs now.
        decided: the requests for an extension that the city has answered.
    """

    answers: Sequence[ProtectionAnswer] = ()
    term: Sequence[ProtectionAnswer] = ()
    decided: frozenset[UUID] = frozenset()

    @property
    def last(self) -> ProtectionAnswer | None:
        """The answer that counts: the last to the protection that runs now."""
        return self.term[-1] if self.term else None

    @property
    def request(self) -> ProtectionAnswer | None:
        """The request for an extension that the city has not answered."""
        open_ = (row for row in self.term if row.kind is AnswerKind.extension and row.id not in self.decided)
        return next(open_, None)

    @property
    def release_agreed(self) -> bool:
        """Whether the county's last word is that the lead may be released."""
        return self.last is not None and self.last.kind is AnswerKind.release

    @property
    def pieces(self) -> frozenset[tuple[str, date]]:
        """The evidence of follow-up: kinds and days, so that ten notes of one visit are one piece."""
        return frozenset(
            (row.evidence_kind.value, row.happened_on)
            for row in self.answers
            if row.evidence_kind is not None and row.happened_on is not None
        )

    @property
    def progress_on(self) -> date | None:
        """The last day of which evidence tells."""
        return max((day for _, day in self.pieces), default=None)


async def standing_of(session: AsyncSession, project: Project) -> Standing:
    """Return how one lead's protection stands."""
    return (await standings(session, project.city, [project]))[project.id]


async def standings(session: AsyncSession, city: str, projects: Sequence[Project]) -> dict[UUID, Standing]:
    """Return how the protections of several leads stand, by lead."""
    rows = await session.execute(
        select(ProtectionAnswer, col(ProtectionDecision.answer))
        .outerjoin(
            ProtectionDecision,
            (col(ProtectionDecision.city) == col(ProtectionAnswer.city))
            & (col(ProtectionDecision.answer) == col(ProtectionAnswer.id)),
        )
        .where(
            col(ProtectionAnswer.city) == city,
            col(ProtectionAnswer.project).in_([row.id for row in projects]),
        )
        .order_by(col(ProtectionAnswer.at), col(ProtectionAnswer.id))
    )
    answers: dict[UUID, list[ProtectionAnswer]] = {}
    decided: set[UUID] = set()
    for answer, said in rows.all():
        answers.setdefault(answer.project, []).append(answer)
        if said is not None:
            decided.add(said)
    return {
        project.id: Standing(
            answers=given,
            term=[row for row in given if row.protected_until == project.protected_until],
            decided=frozenset(decided),
        )
        for project in projects
        for given in [answers.get(project.id, [])]
    }
