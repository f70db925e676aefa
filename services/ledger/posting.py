"""`post_batch`: the only way into the journal.

Idempotency first, then rules: an entry whose key was posted before is answered `exists` (or `conflict`
where its content differs) even when its period has closed since. What is new must be balanced in every
county's book and lie in an open period, whose row is read FOR SHARE so that it cannot close meanwhile. The
database's function of the same name writes, and its triggers hold the same rules against any other writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.canonical import sha256_of
from allocation.sharing.postings import LegFacts, imbalances
from auth.principal import Principal
from services.kit.tables import uuid7
from services.ledger.errors import PeriodClosed, Unbalanced
from services.ledger.states import JournalKind, Unit
from services.ledger.tables import LedgerAccount

_POST: Final = text(
    """
    SELECT post_batch(
        :city, :by, CAST(:ids AS uuid[]), CAST(:keys AS text[]), CAST(:hashes AS text[]),
        CAST(:kinds AS text[]), CAST(:periods AS text[]), CAST(:agreements AS uuid[]),
        CAST(:runs AS uuid[]), CAST(:reversed AS uuid[]), CAST(:notes AS text[]),
        CAST(:accounts AS uuid[]), CAST(:counties AS text[]), CAST(:units AS text[]),
        CAST(:leg_places AS integer[]), CAST(:leg_seqs AS integer[]), CAST(:leg_accounts AS integer[]),
        CAST(:leg_amounts AS bigint[])
    )
    """
)
_POST_ONE: Final = text(
    """
    SELECT post_batch(
        :city, :by, :id, :key, :sha256, :kind, :period, CAST(:agreement AS uuid), CAST(:run AS uuid),
        CAST(:reverses AS uuid), :note, CAST(:accounts AS uuid[]), CAST(:amounts AS bigint[])
    )
    """
)
"""The same for one journal, which arrays would cost more than its posting."""
_Account = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry to post. `key` names the event; the same event posted twice is one journal.

    `agreement` is None only for a settlement, a payment, or the reversal of one.
    """

    key: str
    period: str
    agreement: UUID | None
    legs: tuple[LegFacts, ...]
    note: str
    kind: JournalKind = JournalKind.share
    run: UUID | None = None
    reverses: UUID | None = None

    @property
    def sha256(self) -> str:
        """The hash of the content that a key stands for.

        A leg of money says no unit, as those that were booked before there were others.
        """
        content: dict[str, Any] = {
            "kind": self.kind.value,
            "period": self.period,
            "agreement": str(self.agreement) if self.agreement else None,
            "reverses": str(self.reverses) if self.reverses else None,
            "note": self.note,
            "legs": [
                [leg.county, leg.kind.value, leg.counterparty, leg.fen]
                + ([] if leg.unit is Unit.fen else [leg.unit.value])
                for leg in self.legs
            ],
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
        Unbalanced: an entry, posted before or not, is empty or does not balance in a county's book; nothing
            is posted.
        PeriodClosed: a new entry's period is not open; nothing is posted.
    """
    for entry in entries:
        if not entry.legs or imbalances(entry.legs):
            raise Unbalanced(key=entry.key)
    if not entries:
        return []
    accounts = await _accounts(session, principal.city, entries)
    alone = len(entries) == 1
    try:
        if alone:
            answered = await session.execute(_POST_ONE, _values(principal, entries[0], accounts))
        else:
            answered = await session.execute(_POST, _columns(principal, entries, accounts))
    except DBAPIError as error:
        period = _closed_period(error)
        if period is None:
            raise
        raise PeriodClosed(period=period) from error
    outcomes = answered.scalar_one()
    return [Outcome(text) for text in ([outcomes] if alone else outcomes)]


def _values(principal: Principal, entry: JournalEntry, accounts: Mapping[_Account, UUID]) -> dict[str, Any]:
    """One entry; its legs as two lists in their order."""
    return {
        "city": principal.city,
        "by": principal.account,
        "id": uuid7(),
        "key": entry.key,
        "sha256": entry.sha256,
        "kind": entry.kind.value,
        "period": entry.period,
        "agreement": entry.agreement,
        "run": entry.run,
        "reverses": entry.reverses,
        "note": entry.note,
        "accounts": [accounts[_account_of(leg)] for leg in entry.legs],
        "amounts": [leg.fen for leg in entry.legs],
    }


def _columns(
    principal: Principal, entries: Sequence[JournalEntry], accounts: Mapping[_Account, UUID]
) -> dict[str, Any]:
    """The entries and their legs as columns; legs name the places of their entry and account, from 1."""
    legs = [
        (place, seq, leg) for place, entry in enumerate(entries, 1) for seq, leg in enumerate(entry.legs, 1)
    ]
    places = {account: place for place, account in enumerate(accounts, start=1)}
    return {
        "city": principal.city,
        "by": principal.account,
        "ids": [uuid7() for _ in entries],
        "keys": [entry.key for entry in entries],
        "hashes": [entry.sha256 for entry in entries],
        "kinds": [entry.kind.value for entry in entries],
        "periods": [entry.period for entry in entries],
        "agreements": [entry.agreement for entry in entries],
        "runs": [entry.run for entry in entries],
        "reversed": [entry.reverses for entry in entries],
        "notes": [entry.note for entry in entries],
        "accounts": list(accounts.values()),
        "counties": [county for county, _kind, _counterparty, _unit in accounts],
        "units": [unit for _county, _kind, _counterparty, unit in accounts],
        "leg_places": [place for place, _seq, _leg in legs],
        "leg_seqs": [seq for _place, seq, _leg in legs],
        "leg_accounts": [places[_account_of(leg)] for _place, _seq, leg in legs],
        "leg_amounts": [leg.fen for _place, _seq, leg in legs],
    }


def _account_of(leg: LegFacts) -> _Account:
    return (leg.county, leg.kind.value, leg.counterparty, leg.unit.value)


async def _accounts(
    session: AsyncSession, city: str, entries: Sequence[JournalEntry]
) -> dict[_Account, UUID]:
    """The accounts of the legs, opened where they are missing."""
    wanted = sorted({_account_of(leg) for entry in entries for leg in entry.legs})
    known = await _known_accounts(session, city)
    missing = [account for account in wanted if account not in known]
    if missing:
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
                    "unit": unit,
                }
                for county, kind, counterparty, unit in missing
            ],
        )
        known = await _known_accounts(session, city)
    return {account: known[account] for account in wanted}


async def _known_accounts(session: AsyncSession, city: str) -> dict[_Account, UUID]:
    rows = await session.execute(
        text("SELECT county, kind, counterparty, unit, id FROM ledger_account WHERE city = :city"),
        {"city": city},
    )
    return {(county, kind, counterparty, unit): number for county, kind, counterparty, unit, number in rows}


def _closed_period(error: DBAPIError) -> str | None:
    """The period that the database found closed, where that is why it refused."""
    cause = error.orig.__cause__ if error.orig else None
    if isinstance(cause, asyncpg.PostgresError) and cause.constraint_name == "journal_period_open":
        return str(cause.detail)
    return None
