"""对账单 as its readers see it, and what the counties say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from auth.money import can_reconcile, can_see_agreement
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.reconciliation.errors import (
    AcknowledgedBefore,
    NoSuchReconciliation,
    OtherReconciliation,
    ReconcilingNotForYou,
    WordsNeeded,
)
from services.reconciliation.sheets import newest
from services.reconciliation.tables import ReconciliationAnswer, ReconciliationSheet
from services.reconciliation.words import AnswerAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A 对账单 with what was said of it.

    `newest` tells whether no later version exists, `answering` for which county this person may answer.
    """

    sheet: ReconciliationSheet
    answers: Sequence[ReconciliationAnswer]
    newest: bool
    answering: str | None

    @property
    def counties(self) -> tuple[str, str]:
        """The two counties."""
        return self.sheet.county_a, self.sheet.county_b

    @property
    def acknowledged_by(self) -> frozenset[str]:
        """The counties that have acknowledged this version."""
        return frozenset(one.county for one in self.answers if one.action is AnswerAction.acknowledge)

    @property
    def settled(self) -> bool:
        """Whether every county has; the city itself, which issues the paper, need not."""
        return set(self.counties) - {self.sheet.city} <= self.acknowledged_by

    @property
    def may_acknowledge(self) -> bool:
        """Whether this person's county may acknowledge it now."""
        return self.newest and self.answering is not None and self.answering not in self.acknowledged_by


def _visible(
    principal: Principal, query: Select[tuple[ReconciliationSheet]]
) -> Select[tuple[ReconciliationSheet]]:
    query = query.where(col(ReconciliationSheet.city) == principal.city)
    if can_see_agreement(principal, ()):
        return query
    return query.where(
        or_(
            col(ReconciliationSheet.county_a) == principal.county,
            col(ReconciliationSheet.county_b) == principal.county,
        )
    )


async def sheets(session: AsyncSession, principal: Principal, period: str = "") -> list[Answered]:
    """The newest 对账单 of every two counties that this person may know of, newest quarter first."""
    later = aliased(ReconciliationSheet)
    replaced = (
        select(col(later.id))
        .where(
            col(later.city) == col(ReconciliationSheet.city),
            col(later.county_a) == col(ReconciliationSheet.county_a),
            col(later.county_b) == col(ReconciliationSheet.county_b),
            col(later.period) == col(ReconciliationSheet.period),
            col(later.version) > col(ReconciliationSheet.version),
        )
        .exists()
    )
    query = _visible(principal, select(ReconciliationSheet)).where(~replaced)
    if period:
        query = query.where(col(ReconciliationSheet.period) == period)
    query = query.order_by(col(ReconciliationSheet.period).desc(), col(ReconciliationSheet.number))
    rows: Any = await session.execute(query)
    found: Sequence[ReconciliationSheet] = rows.scalars().all()
    said = await _answers(session, principal.city, [one.id for one in found])
    return [
        Answered(
            sheet=one,
            answers=[answer for answer in said if answer.sheet == one.id],
            newest=True,
            answering=_answering(principal, one),
        )
        for one in found
    ]


async def find_sheet(session: AsyncSession, principal: Principal, sheet: UUID) -> Answered:
    """Find a 对账单, of any version.

    Raises:
        NoSuchReconciliation: there is none of that id, or it is between other counties.
    """
    query = _visible(principal, select(ReconciliationSheet)).where(col(ReconciliationSheet.id) == sheet)
    rows: Any = await session.execute(query)
    found: ReconciliationSheet | None = rows.scalar_one_or_none()
    if found is None:
        raise NoSuchReconciliation
    last = await newest(session, principal.city, (found.county_a, found.county_b), found.period)
    return Answered(
        sheet=found,
        answers=await _answers(session, principal.city, [found.id]),
        newest=last is not None and last.id == found.id,
        answering=_answering(principal, found),
    )


def _answering(principal: Principal, sheet: ReconciliationSheet) -> str | None:
    own = (county for county in (sheet.county_a, sheet.county_b) if county != principal.city)
    return next((county for county in own if can_reconcile(principal, county)), None)


async def _answers(
    session: AsyncSession, city: str, chosen: Sequence[UUID]
) -> Sequence[ReconciliationAnswer]:
    rows = await session.scalars(
        select(ReconciliationAnswer)
        .where(col(ReconciliationAnswer.city) == city, col(ReconciliationAnswer.sheet).in_(chosen))
        .order_by(col(ReconciliationAnswer.id))
    )
    return rows.all()


async def acknowledge(
    session: AsyncSession, principal: Principal, sheet: UUID, sha256: str, today: date
) -> Answered:
    """Acknowledge a 对账单 for one's county, naming its content by hash.

    Raises:
        NoSuchReconciliation: see `find_sheet`.
        ReconcilingNotForYou: the person answers for neither county.
        OtherReconciliation: the hash is not the newest version's.
        AcknowledgedBefore: the county has acknowledged this version.
    """
    one = await _to_answer(session, principal, sheet, sha256)
    if not one.may_acknowledge:
        raise AcknowledgedBefore
    return await _answer(session, principal, one, AnswerAction.acknowledge, "", today)


async def note(
    session: AsyncSession, principal: Principal, sheet: UUID, sha256: str, words: str, today: date
) -> Answered:
    """Note a difference on a 对账单 for one's county, in words.

    Raises:
        WordsNeeded: nothing is said.
        NoSuchReconciliation, ReconcilingNotForYou, OtherReconciliation: see `acknowledge`.
    """
    one = await _to_answer(session, principal, sheet, sha256)
    if not words.strip():
        raise WordsNeeded
    return await _answer(session, principal, one, AnswerAction.note, words.strip(), today)


async def _to_answer(session: AsyncSession, principal: Principal, sheet: UUID, sha256: str) -> Answered:
    one = await find_sheet(session, principal, sheet)
    if one.answering is None:
        raise ReconcilingNotForYou
    if not one.newest or sha256 != one.sheet.body_sha256:
        raise OtherReconciliation
    return one


async def _answer(
    session: AsyncSession,
    principal: Principal,
    one: Answered,
    action: AnswerAction,
    words: str,
    today: date,
) -> Answered:
    session.add(
        ReconciliationAnswer(
            city=principal.city,
            id=uuid7(),
            sheet=one.sheet.id,
            body_sha256=one.sheet.body_sha256,
            county=str(one.answering),
            action=action,
            words=words,
            by=principal.account,
            by_name=principal.name,
            on_date=today,
        )
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=f"reconciliation.sheet_{action.value}",
        entity="reconciliation_sheet",
        entity_id=one.sheet.id,
        after={"county": one.answering, "sha256": one.sheet.body_sha256, "words": words},
    )
    return await find_sheet(session, principal, one.sheet.id)
