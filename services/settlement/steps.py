"""The steps of a settlement: check, confirm, post, void, expire.

One of the city's finance proposes, another checks. Each county then confirms its own part by its hash; the
last confirmation posts. All steps hold the settlement's row, so that of many at once one posts, once.
"""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.netting import Due, legs_of_settlement
from allocation.sharing.years import month_of
from auth.money import can_check, can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.errors import SamePerson, Stale
from services.ledger.errors import PostingConflict
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.runs import open_period
from services.ledger.states import JournalKind
from services.settlement.errors import (
    NotExpired,
    NotYours,
    PartConfirmed,
    PartDiffers,
    ReasonNeeded,
    SettlementMoved,
)
from services.settlement.orders import write_orders
from services.settlement.record import part_of, write_event
from services.settlement.tables import Settlement, SettlementLine, SettlementPart
from services.settlement.visibility import find_settlement
from services.settlement.words import OPEN_STATES, SettlementAction, SettlementState

MAX_REASON: Final = 500


async def check(
    session: AsyncSession, principal: Principal, number: UUID, today: date, seen: int
) -> Settlement:
    """Check a proposed settlement, which sends it to the counties.

    Raises:
        NoSuchSettlement, NotYours, Stale: as for every step.
        SettlementMoved: it is not proposed any more.
        SamePerson: the one who proposed it cannot check it.
    """
    settlement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotYours
    if settlement.state is not SettlementState.proposed:
        raise SettlementMoved(state=settlement.state.value)
    if not can_check(principal, settlement.made_by):
        raise SamePerson
    settlement.checked_by, settlement.checked_name = principal.account, principal.name
    await _move(session, principal, settlement, SettlementAction.check, SettlementState.pending, today)
    return settlement


def county_for(principal: Principal, city: str) -> str | None:
    """The county whose part a person may confirm: its own, or for the city office the city's own units'."""
    for county in (principal.county, city):
        if county and can_confirm_statement(principal, county):
            return county
    return None


async def confirm(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    sha256: str,
    today: date,
    scan_sha256: str | None = None,
) -> Settlement:
    """Confirm one's county's part by its hash; the last confirmation posts the settlement.

    The hash is what names the version seen: other counties' confirmations do not make it stale.

    Raises:
        NoSuchSettlement: there is none in which this person's county has a part.
        NotYours: the person confirms for no county.
        SettlementMoved: it is not waiting for confirmations.
        PartConfirmed: the county confirmed before.
        PartDiffers: the hash is not the part's.
        PeriodClosed: the month of the business date is closed; nothing is stored.
    """
    settlement = await find_settlement(session, principal, number, hold=True)
    county = county_for(principal, settlement.city)
    if county is None:
        raise NotYours
    part = await part_of(session, settlement.city, settlement.id, county)
    if part is None:
        raise NotYours
    if part.confirmed_by is not None:
        raise PartConfirmed(county=county)
    if settlement.state is not SettlementState.pending:
        raise SettlementMoved(state=settlement.state.value)
    if sha256 != part.sha256:
        raise PartDiffers
    part.confirmed_by, part.confirmed_name, part.confirmed_on = principal.account, principal.name, today
    settlement.revision += 1
    await session.flush()
    await write_event(
        session,
        principal,
        settlement,
        SettlementAction.confirm,
        today,
        county=county,
        sha256=part.sha256,
        facts={"scan_sha256": scan_sha256} if scan_sha256 else {},
    )
    if not await _waiting(session, settlement):
        await _post(session, principal, settlement, today)
    return settlement


async def void(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> Settlement:
    """Void a settlement that is not posted; a new one may then be proposed.

    Raises:
        NoSuchSettlement, NotYours, Stale: as for every step.
        SettlementMoved: it is posted, voided or expired.
        ReasonNeeded: no reason is given.
    """
    settlement = await _openly(session, principal, number, seen)
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise ReasonNeeded
    await _move(
        session,
        principal,
        settlement,
        SettlementAction.void,
        SettlementState.voided,
        today,
        facts={"reason": words},
    )
    return settlement


async def expire(
    session: AsyncSession, principal: Principal, number: UUID, today: date, seen: int
) -> Settlement:
    """Declare a settlement expired that was not confirmed in time. No clock does this by itself.

    Raises:
        NoSuchSettlement, NotYours, Stale, SettlementMoved: as for `void`.
        NotExpired: its last day has not passed.
    """
    settlement = await _openly(session, principal, number, seen)
    if today <= settlement.expires_on:
        raise NotExpired(expires_on=settlement.expires_on.isoformat())
    await _move(session, principal, settlement, SettlementAction.expire, SettlementState.expired, today)
    return settlement


async def take(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Settlement:
    """Hold a settlement for a step.

    Raises:
        NoSuchSettlement: there is none that this person may know of.
        Stale: it moved on since the person saw it.
    """
    settlement = await find_settlement(session, principal, number, hold=True)
    if settlement.revision != seen:
        raise Stale
    return settlement


async def _openly(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Settlement:
    settlement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotYours
    if settlement.state not in OPEN_STATES:
        raise SettlementMoved(state=settlement.state.value)
    return settlement


async def _move(
    session: AsyncSession,
    principal: Principal,
    settlement: Settlement,
    action: SettlementAction,
    state: SettlementState,
    today: date,
    facts: dict[str, str] | None = None,
) -> None:
    settlement.state = state
    settlement.revision += 1
    await session.flush()
    await write_event(session, principal, settlement, action, today, facts=facts)


async def _waiting(session: AsyncSession, settlement: Settlement) -> int:
    """How many counties have not confirmed."""
    rows = await session.execute(
        select(func.count()).where(
            col(SettlementPart.city) == settlement.city,
            col(SettlementPart.settlement) == settlement.id,
            col(SettlementPart.confirmed_by).is_(None),
        )
    )
    return int(rows.scalar_one())


async def _post(session: AsyncSession, principal: Principal, settlement: Settlement, today: date) -> None:
    """Clear the dues against the city's clearing account, in one journal, and write the payment orders."""
    rows = await session.execute(
        select(col(SettlementLine.debtor), col(SettlementLine.creditor), col(SettlementLine.fen))
        .where(col(SettlementLine.city) == settlement.city, col(SettlementLine.settlement) == settlement.id)
        .order_by(col(SettlementLine.seq))
    )
    dues = [Due(debtor, creditor, fen) for debtor, creditor, fen in rows]
    month = month_of(today)
    await open_period(session, settlement.city, month)
    entry = JournalEntry(
        key=f"settlement/{settlement.number}",
        period=month,
        agreement=None,
        legs=legs_of_settlement(dues, settlement.city),
        note=settlement.number,
        kind=JournalKind.settlement,
    )
    if await post_batch(session, principal, [entry]) != [Outcome.created]:
        raise PostingConflict(key=entry.key)
    settlement.posted_on = today
    await _move(
        session,
        principal,
        settlement,
        SettlementAction.post,
        SettlementState.posted,
        today,
        facts={"journal": entry.key, "period": month},
    )
    await write_orders(session, principal, settlement, today)
