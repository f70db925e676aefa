"""`post_batch`: the only way into the journal.

Idempotency first, then rules: an entry whose key was posted before is answered `exists` (or `conflict`
where its content differs) even when its period has closed since. What is new must be balanced in every
county's book and lie in an open period, whose row is read FOR SHARE so that it cannot close meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import sha256_of
from allocation.sharing.postings import LegFacts, imbalances
from auth.principal import Principal
from services.kit.tables import uuid7
from services.ledger.errors import PeriodClosed, Unbalanced
from services.ledger.states import JournalKind, PeriodState, Unit
from services.ledger.tables import Journal, LedgerAccount, Leg, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry to post. `key` names the event; the same event posted twice is one journal."""

    key: str
    period: str
    agreement: UUID
    legs: tuple[LegFacts, ...]
    note: str
    kind: JournalKind = JournalKind.share
    run: UUID | None = None
    reverses: UUID | None = None

    @property
    def sha256(self) -> str:
        """The hash of the content that a key stands for."""
        content: dict[str, Any] = {
            "kind": self.kind.value,
            "period": self.period,
            "agreement": str(self.agreement),
            "reverses": str(self.reverses) if self.reverses else None,
            "note": self.note,
            "legs": [[leg.county, leg.kind.value, leg.counterparty, leg.fen] for leg in self.legs],
        }
        return sha256_of("journal", content)


class Outcome(StrEnum):
    """The answer for one entry."""

    created = "created"
    exists = "exists"
    conflict = "conflict"


async def post_batch(
    session: AsyncSession, principal: Principal, entries: Sequence[JournalEntry]
) -> list[Outcome]:
    """Post entries; the answer has one outcome for each, in their order.

    Raises:
        Unbalanced: an entry is empty or does not balance in a county's book; nothing is posted.
        PeriodClosed: a new entry's period is not open; nothing is posted.
    """
    city = principal.city
    stored = await _stored(session, city, [entry.key for entry in entries])
    new = {entry.key: entry for entry in entries if entry.key not in stored}
    for entry in new.values():
        if not entry.legs or imbalances(entry.legs):
            raise Unbalanced(key=entry.key)
    await _open_periods(session, city, {entry.period for entry in new.values()})
    written = await _write(session, principal, list(new.values()))
    if len(written) < len(new):
        stored = await _stored(session, city, [entry.key for entry in entries])
    outcomes = []
    for entry in entries:
        if entry.key in written and new.get(entry.key) is entry:
            outcomes.append(Outcome.created)
            stored[entry.key] = entry.sha256
        else:
            outcomes.append(Outcome.exists if stored[entry.key] == entry.sha256 else Outcome.conflict)
    return outcomes


async def _stored(session: AsyncSession, city: str, keys: Sequence[str]) -> dict[str, str]:
    rows = await session.execute(
        select(col(Journal.key), col(Journal.sha256)).where(
            col(Journal.city) == city, col(Journal.key).in_(keys)
        )
    )
    return dict(rows.all())


async def _open_periods(session: AsyncSession, city: str, codes: set[str]) -> None:
    """Hold the rows of the periods, so that none closes before this transaction ends."""
    rows = await session.execute(
        select(col(Period.code), col(Period.state))
        .where(col(Period.city) == city, col(Period.code).in_(sorted(codes)))
        .order_by(col(Period.code))
        .with_for_update(read=True)
    )
    states = dict(rows.all())
    for code in sorted(codes):
        if states.get(code) is not PeriodState.open:
            raise PeriodClosed(period=code)


async def _write(session: AsyncSession, principal: Principal, entries: Sequence[JournalEntry]) -> set[str]:
    """Insert journals and legs; answers the keys that no other transaction wrote first."""
    if not entries:
        return set()
    city = principal.city
    accounts = await _accounts(session, city, entries)
    rows = [
        {
            "city": city,
            "id": uuid7(),
            "key": entry.key,
            "sha256": entry.sha256,
            "kind": entry.kind,
            "period": entry.period,
            "agreement": entry.agreement,
            "run": entry.run,
            "reverses": entry.reverses,
            "note": entry.note,
            "by": principal.account,
        }
        for entry in entries
    ]
    statement = upsert(Journal).on_conflict_do_nothing(index_elements=["city", "key"])
    made = await session.execute(statement.returning(col(Journal.key), col(Journal.id)), rows)
    ids = dict(made.all())
    legs = [
        {
            "city": city,
            "journal": ids[entry.key],
            "seq": seq,
            "account": accounts[leg.county, leg.kind.value, leg.counterparty],
            "county": leg.county,
            "unit": Unit.fen,
            "amount_fen": leg.fen,
        }
        for entry in entries
        if entry.key in ids
        for seq, leg in enumerate(entry.legs, start=1)
    ]
    if legs:
        await session.execute(insert(Leg), legs)
    return set(ids)


async def _accounts(
    session: AsyncSession, city: str, entries: Sequence[JournalEntry]
) -> dict[tuple[str, str, str], UUID]:
    """The accounts of the legs, opened where they are missing."""
    wanted = sorted(
        {(leg.county, leg.kind.value, leg.counterparty) for entry in entries for leg in entry.legs}
    )
    await session.execute(
        upsert(LedgerAccount).on_conflict_do_nothing(
            index_elements=["city", "county", "kind", "counterparty", "unit"]
        ),
        [
            {
                "city": city,
                "id": uuid7(),
                "county": county,
                "kind": kind,
                "counterparty": counterparty,
                "unit": Unit.fen,
            }
            for county, kind, counterparty in wanted
        ],
    )
    rows = await session.execute(
        text("SELECT county, kind, counterparty, id FROM ledger_account WHERE city = :city"), {"city": city}
    )
    return {(county, kind, counterparty): number for county, kind, counterparty, number in rows}
