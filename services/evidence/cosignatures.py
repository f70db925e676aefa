"""Co-signing: what a county is to co-sign, and what it hands in.

The county's own program signs, offline; here the result is checked and kept. A co-signature counts for the
county whose key in force made it, on a checkpoint of this log no older than the last it co-signed.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.checkpoint import cosigned_at, line_holds, parse_checkpoint
from allocation.evidence.cosigning import Request
from allocation.evidence.keys import parse_key
from allocation.evidence.note import Note, SignatureLine, parse_note
from auth.money import can_confirm_statement, can_see_statement
from auth.principal import Principal
from services.evidence import repo
from services.evidence.errors import (
    BadCosignature,
    KeyNotForYou,
    KeyNotInForce,
    NothingSealed,
    OldCheckpoint,
    UnknownCheckpoint,
)
from services.evidence.states import KeyState
from services.evidence.tables import Cosignature, EvidenceKey
from services.kit.events import record_event
from services.ledger.errors import NoSuchBook


async def request_for(session: AsyncSession, principal: Principal, county: str) -> Request:
    """The newest checkpoint for a county to co-sign, with the proof from the last that it co-signed.

    Raises:
        NoSuchBook: the person may not read this county's statements.
        NothingSealed: there is no checkpoint yet.
    """
    if not can_see_statement(principal, county):
        raise NoSuchBook
    city = principal.city
    log, newest = await repo.log_of(session, city), await repo.latest_checkpoint(session, city)
    if log is None or newest is None:
        raise NothingSealed
    last = await repo.last_cosigned(session, city, county)
    tree = await repo.tree_of(session, city, log.algorithm, newest.size)
    return Request(last, tuple(tree.consistency(last, newest.size)), repo.note_of(newest))


async def consistency(session: AsyncSession, city: str, old: int, new: int | None) -> Request:
    """The proof that the checkpoint of one size is the beginning of that of another, the newest by default.

    Raises:
        UnknownCheckpoint: the log has none of these sizes, or they are out of order.
        NothingSealed: there is no checkpoint yet.
    """
    newest = await repo.latest_checkpoint(session, city)
    if newest is None:
        raise NothingSealed
    last = newest if new is None else await repo.checkpoint_at(session, city, new)
    first = await repo.checkpoint_at(session, city, old)
    log = await repo.log_of(session, city)
    if log is None or last is None or first is None or first.size > last.size:
        raise UnknownCheckpoint
    tree = await repo.tree_of(session, city, log.algorithm, last.size)
    return Request(old, tuple(tree.consistency(old, last.size)), repo.note_of(last))


async def hand_in(session: AsyncSession, principal: Principal, county: str, text: str) -> Cosignature:
    """Keep a county's co-signature, handed in as the co-signed checkpoint. The same again changes nothing.

    Raises:
        KeyNotForYou: the principal is not the county's finance or leader.
        BadCosignature: the text is no checkpoint with a signature by a key of this county over it.
        UnknownCheckpoint: it is not one that this log signed.
        KeyNotInForce: the key is not confirmed, or retired.
        OldCheckpoint: the county co-signed a later checkpoint.
    """
    if not can_confirm_statement(principal, county):
        raise KeyNotForYou
    note, size = _note(text)
    checkpoint = await repo.checkpoint_at(session, principal.city, size)
    if checkpoint is None or repo.note_of(checkpoint).text != note.text:
        raise UnknownCheckpoint
    line, row = await _signature(session, principal.city, county, note)
    if row.state is not KeyState.active:
        raise KeyNotInForce
    # The same key signs the same checkpoint once; the row of the key keeps two uploads apart.
    await repo.key_of(session, principal.city, row.id)
    stored: Cosignature | None = await session.get(Cosignature, (principal.city, size, row.id))
    if stored is not None:
        return stored
    if await repo.last_cosigned(session, principal.city, county) > size:
        raise OldCheckpoint
    made = Cosignature(
        city=principal.city,
        size=size,
        key=row.id,
        county=county,
        line=line.text,
        time=cosigned_at(line),
        by=principal.account,
    )
    session.add(made)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="evidence.cosigned",
        entity="cosignature",
        entity_id=f"{size}/{row.id}",
        after={"county": county, "size": size, "key": row.vkey},
    )
    return made


def _note(text: str) -> tuple[Note, int]:
    """The co-signed checkpoint as it came, perhaps with a form's line ends; and its size."""
    try:
        note = parse_note(text.replace("\r\n", "\n").strip("\n") + "\n")
        return note, parse_checkpoint(note.text).size
    except ValueError as error:
        raise BadCosignature from error


async def _signature(
    session: AsyncSession, city: str, county: str, note: Note
) -> tuple[SignatureLine, EvidenceKey]:
    """The signature on a note by one of the county's keys, in force or not."""
    keys = {
        (key.name, key.key_id): (key, row)
        for row in await repo.keys_of(session, city)
        if row.county == county
        for key in (parse_key(row.vkey),)
    }
    for line in note.signatures:
        key, row = keys.get((line.name, line.key_id), (None, None))
        if key is not None and row is not None and line_holds(key, note.text, line):
            return line, row
    raise BadCosignature
