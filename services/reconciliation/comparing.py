"""The comparison: our receipts beside what host, origin and treasury state, and the differences of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.reconciling import Compared, Place, Side, compare
from auth.money import can_issue_statement
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.reconciliation import repo
from services.reconciliation.errors import ReconcilingNotForYou
from services.reconciliation.repo import Agreement, Standing
from services.reconciliation.tables import TaxDifference, TaxDifferenceEvent
from services.reconciliation.visibility import visible
from services.reconciliation.words import DifferenceAction, DifferenceState, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place of the comparison, with the difference kept of it, if any."""

    agreement: Agreement
    compared: Compared
    difference: Standing | None


async def comparison(
    session: AsyncSession, principal: Principal, months: Collection[str], agreement: str = ""
) -> list[Row]:
    """Compare all sides over some months, of the agreements that this person may know of (or one of them)."""
    chosen = visible(principal, await repo.agreements(session, principal.city))
    return await rows_of(
        session, principal.city, [one for one in chosen if agreement in {"", one.code}], months
    )


async def rows_of(
    session: AsyncSession, city: str, chosen: Sequence[Agreement], months: Collection[str]
) -> list[Row]:
    """Compare all sides over some months, of the agreements given."""
    by_code = {one.code: one for one in chosen}
    compared = await _compared(session, city, chosen, months)
    kept = newest(await repo.standing(session, city, chosen, months), {one.id: one.code for one in chosen})
    return [
        Row(
            agreement=by_code[one.place.agreement],
            compared=one,
            difference=kept.get(one.place),
        )
        for one in compared
    ]


def newest(found: Sequence[Standing], codes: Mapping[UUID, str]) -> dict[Place, Standing]:
    """The newest difference at each place: they come in the order of their numbers."""
    return {Place(codes[one.agreement], one.month, one.tax): one for one in found}


async def _compared(
    session: AsyncSession, city: str, chosen: Sequence[Agreement], months: Collection[str]
) -> tuple[Compared, ...]:
    """Put the sides together. Our receipts speak of every agreement and month, also where there are none."""
    stated = await repo.stated_figures(session, city, chosen, months)
    figures = {side: {place: one.net_fen for place, one in said.items()} for side, said in stated.items()}
    computed = await repo.computed_figures(session, city, chosen, months)
    places = {place for said in figures.values() for place in said}
    ours = dict.fromkeys(places, 0) | computed
    return compare({Side.computed: ours, **figures})


async def refresh(
    session: AsyncSession,
    principal: Principal,
    months: Collection[str],
    today: date,
    *,
    only: Collection[str] | None = None,
) -> int:
    """Open, change and settle differences as the figures now stand; returns how many events were written.

    A difference that was resolved stays so while its figures do; other figures open a new one.

    Args:
        session: the transaction.
        principal: who states figures, or the city's finance that asks for it.
        months: the months to look at.
        today: the business date.
        only: the agreements to look at; all without it.
    """
    city = principal.city
    await one_at_a_time(session, city)
    chosen = [one for one in await repo.agreements(session, city) if only is None or one.code in only]
    written = 0
    for row in await rows_of(session, city, chosen, months):
        written += await _keep(session, principal, row, today)
    return written


async def one_at_a_time(session: AsyncSession, city: str) -> None:
    """Let one office of a city state figures or compare at a time, until its transaction ends."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"reconciling:{city}"}
    )


async def compare_now(
    session: AsyncSession, principal: Principal, months: Collection[str], today: date
) -> int:
    """Let the city's finance compare again, after new receipts came. Returns how many differences moved.

    Raises:
        ReconcilingNotForYou: the principal is not the city's finance.
    """
    if not can_issue_statement(principal):
        raise ReconcilingNotForYou
    return await refresh(session, principal, months, today)


async def _keep(session: AsyncSession, principal: Principal, row: Row, today: date) -> int:
    """Write what changed at one place: one event or none."""
    kept, figures = row.difference, dict(row.compared.figures)
    action: DifferenceAction | None = None
    if kept is None or kept.state is DifferenceState.resolved:
        if row.compared.differs and (kept is None or kept.figures != figures):
            return await _open(session, principal, row, today)
        return 0
    if not row.compared.differs:
        action = DifferenceAction.settle
    elif kept.figures != figures:
        action = DifferenceAction.change
    if action is None:
        return 0
    await write_event(session, principal, kept.id, kept.seq + 1, action, figures, today)
    return 1


async def _open(session: AsyncSession, principal: Principal, row: Row, today: date) -> int:
    place = row.compared.place
    made = TaxDifference(
        city=principal.city,
        id=uuid7(),
        agreement=row.agreement.id,
        tax=place.tax,
        month=place.month,
        number=1 if row.difference is None else row.difference.number + 1,
        opened_on=today,
    )
    session.add(made)
    await session.flush()
    figures = dict(row.compared.figures)
    await write_event(session, principal, made.id, 1, DifferenceAction.open, figures, today)
    return 1


async def write_event(
    session: AsyncSession,
    principal: Principal,
    difference: UUID,
    seq: int,
    action: DifferenceAction,
    figures: Mapping[Side, int | None],
    today: date,
    *,
    reason: Reason | None = None,
    words: str = "",
    explained_by: UUID | None = None,
) -> None:
    """Write an event of a difference with the figures as they stand, and its audit row."""
    amounts: dict[str, Any] = {f"{side.value}_fen": figures.get(side) for side in Side}
    session.add(
        TaxDifferenceEvent(
            city=principal.city,
            difference=difference,
            seq=seq,
            action=action,
            reason=reason,
            words=words,
            explained_by=explained_by,
            by=principal.account,
            by_name=principal.name,
            office=principal.office,
            on_date=today,
            **amounts,
        )
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=f"reconciliation.difference_{action.value}",
        entity="tax_difference",
        entity_id=difference,
        after={**amounts, "reason": reason},
    )
