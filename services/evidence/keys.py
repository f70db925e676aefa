"""Public keys: handed in by one, confirmed by another, retired when lost; and who holds the private part.

A county makes its key itself and hands in the public part. Where it has none the city's server may hold one
for it; such a key binds nobody, and the papers say so.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.evidence.bundle import Holder
from allocation.evidence.keys import SignatureKind, parse_key
from auth.money import can_confirm_evidence_key, can_hand_in_evidence_key, can_see_statement
from auth.principal import Principal
from services.evidence import repo
from services.evidence.checkpoints import held_key
from services.evidence.errors import BadKey, KeyKnown, KeyNotForYou, KeyNotProposed, NoSuchKey
from services.evidence.sealing import origin_of
from services.evidence.states import KeyState
from services.evidence.tables import EvidenceKey
from services.kit.errors import SamePerson
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.ledger import repo as ledger
from services.ledger.errors import NoSuchBook


async def key_name(session: AsyncSession, city: str, county: str) -> str:
    """The name that a county's key must bear."""
    log = await repo.log_of(session, city)
    return f"{log.origin if log else origin_of(city)}/{county}"


async def hand_in(session: AsyncSession, principal: Principal, county: str, vkey: str) -> EvidenceKey:
    """Hand in the public part of a key that the county holds; another person confirms it.

    Raises:
        KeyNotForYou: the principal is not the county's finance or leader.
        BadKey: the text is no co-signing key of that county.
        KeyKnown: it was handed in before.
    """
    if not can_hand_in_evidence_key(principal, county, held_by_city=False):
        raise KeyNotForYou
    name = await key_name(session, principal.city, county)
    line = vkey.strip()
    try:
        key = parse_key(line)
    except ValueError as error:
        raise BadKey(name=name) from error
    if key.kind is not SignatureKind.cosignature or key.name != name:
        raise BadKey(name=name)
    await _unknown(session, principal.city, line)
    return await _add(
        session,
        principal,
        EvidenceKey(
            city=principal.city,
            id=uuid7(),
            county=county,
            held_by=Holder.county,
            vkey=line,
            state=KeyState.proposed,
            proposed_by=principal.account,
            proposed_name=principal.name,
        ),
    )


async def hold_for(session: AsyncSession, principal: Principal, county: str, secret: str) -> EvidenceKey:
    """Let the city's server make and hold a key for a county that has none; another person confirms it.

    Raises:
        KeyNotForYou: the principal is not the city's finance.
        NoSuchBook: there is no such county.
    """
    if not can_hand_in_evidence_key(principal, county, held_by_city=True):
        raise KeyNotForYou
    if county not in await ledger.region_names(session, principal.city):
        raise NoSuchBook
    name = await key_name(session, principal.city, county)
    made = held_key(principal.city, county, name, secret, principal.account, principal.name)
    return await _add(session, principal, made)


async def _add(session: AsyncSession, principal: Principal, key: EvidenceKey) -> EvidenceKey:
    session.add(key)
    await session.flush()
    await _record(session, principal, key, "evidence.key_handed_in")
    return key


async def confirm_key(
    session: AsyncSession, principal: Principal, key_id: UUID, now: datetime
) -> EvidenceKey:
    """Confirm a key that another person handed in; it takes the place of the county's former one.

    Raises:
        NoSuchKey: there is none that this person may know of.
        KeyNotForYou: the principal is neither of the county's finance or leader nor of the city's finance.
        SamePerson: this person handed it in.
        KeyNotProposed: it is confirmed or retired already.
    """
    key = await _found(session, principal, key_id)
    if not can_confirm_evidence_key(principal, str(key.county)):
        raise KeyNotForYou
    if key.proposed_by == principal.account:
        raise SamePerson
    if key.state is not KeyState.proposed:
        raise KeyNotProposed
    former = await repo.active_key(session, principal.city, key.county)
    if former is not None:
        former.state, former.retired_at = KeyState.retired, now
        await session.flush()
        await _record(session, principal, former, "evidence.key_retired")
    key.state, key.valid_from = KeyState.active, now
    key.confirmed_by, key.confirmed_name = principal.account, principal.name
    await session.flush()
    await _record(session, principal, key, "evidence.key_confirmed")
    return key


async def retire_key(session: AsyncSession, principal: Principal, key_id: UUID, now: datetime) -> EvidenceKey:
    """Retire a key, proposed or in force: lost, copied, or its keeper left. One person is enough, at once.

    Raises:
        NoSuchKey: there is none that this person may know of.
        KeyNotForYou: the principal is neither of the county's finance or leader nor of the city's finance.
        KeyNotProposed: it is retired already.
    """
    key = await _found(session, principal, key_id)
    if not can_confirm_evidence_key(principal, str(key.county)):
        raise KeyNotForYou
    if key.state is KeyState.retired:
        raise KeyNotProposed
    key.state, key.retired_at = KeyState.retired, now
    await session.flush()
    await _record(session, principal, key, "evidence.key_retired")
    return key


async def shown_keys(session: AsyncSession, principal: Principal) -> list[EvidenceKey]:
    """The log's keys and those of the counties whose statements this person may read."""
    return [
        key
        for key in await repo.keys_of(session, principal.city)
        if key.county is None or can_see_statement(principal, key.county)
    ]


async def _found(session: AsyncSession, principal: Principal, key_id: UUID) -> EvidenceKey:
    key = await repo.key_of(session, principal.city, key_id)
    if key is None or key.county is None or not can_see_statement(principal, key.county):
        raise NoSuchKey
    return key


async def _unknown(session: AsyncSession, city: str, vkey: str) -> None:
    """Refuse a key that is there already: also under another name, for its owner could not be told apart."""
    public = parse_key(vkey).public
    stored = await session.scalars(select(col(EvidenceKey.vkey)).where(col(EvidenceKey.city) == city))
    if any(parse_key(other).public == public for other in stored):
        raise KeyKnown


async def _record(session: AsyncSession, principal: Principal, key: EvidenceKey, action: str) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="evidence_key",
        entity_id=key.id,
        after={
            "county": key.county,
            "vkey": key.vkey,
            "held_by": key.held_by.value,
            "state": key.state.value,
        },
    )
