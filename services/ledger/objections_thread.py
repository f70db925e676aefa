"""What is said and shown under an objection: to both sides, or to one's own side alone.

A private message changes nothing that the other side can read: no revision, no count, no step.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_confirm_statement, can_issue_statement, can_see_statement
from auth.principal import Principal, Role
from services.agreements.scans import store_scan
from services.agreements.tables import SignedScan
from services.kit.events import record_event
from services.ledger.errors import NotForYou, ReasonMissing
from services.ledger.objections_errors import NoSuchMessage, NoSuchObjection
from services.ledger.objections_repo import Case, cases_of
from services.ledger.objections_words import Side
from services.ledger.tables import ObjectionMessage, Statement
from services.ledger.views import find

MAX_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as it was sent: PDF, PNG or JPEG."""

    name: str
    content: bytes


def side_of(principal: Principal, county: str) -> Side | None:
    """The side of an objection that a person stands on; None for those who only look on."""
    if can_issue_statement(principal):
        return Side.city
    own = principal.county == county and not can_see_statement(principal, "")
    return Side.county if own or can_confirm_statement(principal, county) else None


def _readable(principal: Principal, county: str) -> Select[Any]:
    """The messages that a person may read: those for both, those of one's own side; the auditor all."""
    side = side_of(principal, county)
    own = col(ObjectionMessage.side) == side if side is not None else false()
    everything = true() if principal.role is Role.auditor else false()
    return select(ObjectionMessage).where(
        col(ObjectionMessage.city) == principal.city,
        or_(~col(ObjectionMessage.private), own, everything),
    )


async def case_of(session: AsyncSession, statement: Statement, objection: UUID) -> Case:
    """An objection that concerns a statement.

    Raises:
        NoSuchObjection: it has none of that id.
    """
    for case in (await cases_of(session, [statement]))[statement.id]:
        if case.record.id == objection:
            return case
    raise NoSuchObjection


async def messages_of(
    session: AsyncSession, principal: Principal, statement: Statement
) -> dict[UUID, list[ObjectionMessage]]:
    """The messages under each objection of a statement that this person may read, oldest first."""
    cases = (await cases_of(session, [statement]))[statement.id]
    found: dict[UUID, list[ObjectionMessage]] = {case.record.id: [] for case in cases}
    rows = await session.execute(
        _readable(principal, statement.county)
        .where(col(ObjectionMessage.objection).in_(list(found)))
        .order_by(col(ObjectionMessage.at), col(ObjectionMessage.id))
    )
    for message in rows.scalars():
        found[message.objection].append(message)
    return found


async def say(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    objection: UUID,
    text: str,
    today: date,
    *,
    private: bool = False,
    file: Attachment | None = None,
) -> ObjectionMessage:
    """Say something under an objection, or attach a file to it.

    Args:
        session: the request's transaction.
        principal: one of the county's, or of the city's finance.
        number: the statement.
        objection: the objection.
        text: what is said; may be empty with a file.
        today: the business date.
        private: whether only the writer's own side reads it.
        file: evidence.

    Raises:
        NoSuchStatement, NoSuchObjection: none that this person may know of.
        NotForYou: the person stands on neither side.
        ReasonMissing: nothing is said, or too much.
        BadScan: the file is empty, too large, or of another kind.
    """
    statement = await find(session, principal, number)
    await case_of(session, statement, objection)
    side = side_of(principal, statement.county)
    if side is None:
        raise NotForYou
    said = text.strip()
    if len(said) > MAX_TEXT or not (said or file):
        raise ReasonMissing
    scan = await store_scan(session, principal, file.name, file.content) if file else None
    message = ObjectionMessage(
        city=principal.city,
        objection=objection,
        side=side,
        private=private,
        text=said,
        scan=scan.id if scan else None,
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
        on_date=today,
    )
    session.add(message)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="ledger.objection_message",
        entity="objection",
        entity_id=objection,
        after={"private": private, "sha256": scan.sha256 if scan else None},
    )
    return message


async def attachment(
    session: AsyncSession, principal: Principal, number: UUID, objection: UUID, message: UUID
) -> SignedScan:
    """The file of a message, with its bytes, for those who may read the message and the firm's name.

    Raises:
        NoSuchStatement, NoSuchObjection, NoSuchMessage: none that this person may know of.
    """
    statement = await find(session, principal, number)
    await case_of(session, statement, objection)
    if principal.role is Role.auditor:
        raise NoSuchMessage
    rows = await session.execute(
        _readable(principal, statement.county).where(
            col(ObjectionMessage.objection) == objection, col(ObjectionMessage.id) == message
        )
    )
    found: ObjectionMessage | None = rows.scalar_one_or_none()
    if found is None or found.scan is None:
        raise NoSuchMessage
    return await session.get_one(SignedScan, {"city": principal.city, "id": found.scan})
