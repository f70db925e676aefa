"""Differences: listed by age, explained by a side, resolved by another person of the city's finance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.reconciling import Band, age_days, band_of
from auth.money import can_issue_statement, can_reconcile
from auth.principal import Principal
from services.kit.errors import SamePerson, Stale
from services.reconciliation import repo
from services.reconciliation.comparing import write_event
from services.reconciliation.errors import (
    DifferenceOver,
    NoSuchDifference,
    ReasonNeeded,
    ReconcilingNotForYou,
)
from services.reconciliation.repo import Agreement, Standing
from services.reconciliation.tables import TaxDifferenceEvent
from services.reconciliation.visibility import visible
from services.reconciliation.words import DifferenceAction, DifferenceState, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """A difference with its agreement and its age on the business date."""

    agreement: Agreement
    difference: Standing
    days: int
    band: Band


async def aged(
    session: AsyncSession,
    principal: Principal,
    today: date,
    *,
    months: Collection[str] | None = None,
    state: DifferenceState | None = None,
) -> list[Aged]:
    """The differences of the agreements that this person may know of, oldest first.

    Args:
        session: the transaction.
        principal: who asks.
        today: the business date that ages are counted to.
        months: only of these months.
        state: only in this state; without it those that are not resolved.
    """
    chosen = {one.id: one for one in visible(principal, await repo.agreements(session, principal.city))}
    found = await repo.standing(session, principal.city, list(chosen.values()), months)
    rows = [
        _aged(chosen[one.agreement], one, today)
        for one in found
        if (one.state is state if state else one.state is not DifferenceState.resolved)
    ]
    return sorted(rows, key=lambda row: (-row.days, row.agreement.code, row.difference.month))


def _aged(agreement: Agreement, one: Standing, today: date) -> Aged:
    days = age_days(one.opened_on, today)
    return Aged(agreement=agreement, difference=one, days=days, band=band_of(days))


async def find(session: AsyncSession, principal: Principal, difference: UUID, today: date) -> Aged:
    """Find a difference.

    Raises:
        NoSuchDifference: there is none of that id, or it is of others' agreement.
    """
    chosen = {one.id: one for one in visible(principal, await repo.agreements(session, principal.city))}
    found = await repo.standing(session, principal.city, list(chosen.values()), difference=difference)
    if not found:
        raise NoSuchDifference
    return _aged(chosen[found[0].agreement], found[0], today)


async def history(session: AsyncSession, city: str, difference: UUID) -> Sequence[TaxDifferenceEvent]:
    """What happened to a difference, in order."""
    rows = await session.scalars(
        select(TaxDifferenceEvent)
        .where(col(TaxDifferenceEvent.city) == city, col(TaxDifferenceEvent.difference) == difference)
        .order_by(col(TaxDifferenceEvent.seq))
    )
    return rows.all()


def may_explain(principal: Principal, one: Aged) -> bool:
    """Whether this person may explain it now: a party's finance, or the city's for the treasury."""
    sides = (one.agreement.origin, one.agreement.host, principal.city)
    return one.difference.state is not DifferenceState.resolved and any(
        can_reconcile(principal, side) for side in sides
    )


def may_resolve(principal: Principal, one: Aged) -> bool:
    """Whether this person may resolve it now: the city's finance, and not who explained."""
    return (
        one.difference.state is DifferenceState.explained
        and can_issue_statement(principal)
        and principal.account != one.difference.by
    )


async def explain(
    session: AsyncSession,
    principal: Principal,
    difference: UUID,
    reason: str,
    words: str,
    today: date,
    seen: int,
) -> Aged:
    """Say why the figures differ: a reason of the closed list, and words.

    Raises:
        NoSuchDifference: see `find`.
        ReconcilingNotForYou: the office is no side of it.
        ReasonNeeded: no reason of the list, or no words.
        DifferenceOver: it is resolved already.
        Stale: another event came since the one that was seen.
    """
    one = await _held(session, principal, difference, today)
    if reason not in set(Reason) or not words.strip():
        raise ReasonNeeded
    if one.difference.state is DifferenceState.resolved:
        raise DifferenceOver
    if not may_explain(principal, one):
        raise ReconcilingNotForYou
    await _write(
        session,
        principal,
        one,
        DifferenceAction.explain,
        today,
        seen,
        reason=Reason(reason),
        words=words.strip(),
    )
    return await find(session, principal, difference, today)


async def resolve(
    session: AsyncSession, principal: Principal, difference: UUID, words: str, today: date, seen: int
) -> Aged:
    """Accept the explanation and end the difference; it changes no figure and no money.

    Raises:
        NoSuchDifference: see `find`.
        ReconcilingNotForYou: the principal is not the city's finance.
        DifferenceOver: it is not explained, or resolved already.
        SamePerson: who explained it does not resolve it.
        Stale: another event came since the one that was seen.
    """
    one = await _held(session, principal, difference, today)
    if not can_issue_statement(principal):
        raise ReconcilingNotForYou
    if one.difference.state is not DifferenceState.explained:
        raise DifferenceOver
    if one.difference.by == principal.account:
        raise SamePerson
    await _write(
        session,
        principal,
        one,
        DifferenceAction.resolve,
        today,
        seen,
        words=words.strip(),
        explained_by=one.difference.by,
    )
    return await find(session, principal, difference, today)


async def _held(session: AsyncSession, principal: Principal, difference: UUID, today: date) -> Aged:
    """Find a difference and hold it for this transaction."""
    await session.execute(
        text("SELECT FROM tax_difference WHERE city = :city AND id = :id FOR UPDATE"),
        {"city": principal.city, "id": difference},
    )
    return await find(session, principal, difference, today)


async def _write(
    session: AsyncSession,
    principal: Principal,
    one: Aged,
    action: DifferenceAction,
    today: date,
    seen: int,
    *,
    reason: Reason | None = None,
    words: str = "",
    explained_by: UUID | None = None,
) -> None:
    last = one.difference
    if seen != last.seq:
        raise Stale
    await write_event(
        session,
        principal,
        last.id,
        last.seq + 1,
        action,
        last.figures,
        today,
        reason=reason,
        words=words,
        explained_by=explained_by,
    )
