"""Checkpoints: the log signs how many entries there are and the root over them.

The log's private key lies in the database sealed under the installation's secret, as the keys of sessions do:
all processes can sign, and neither a dump nor who rules the database alone can. Co-signatures by keys that
the city's server holds are made here too; they count for nothing outside.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.bundle import Holder
from allocation.evidence.checkpoint import cosign, parse_checkpoint, sign_checkpoint
from allocation.evidence.hashing import hasher
from allocation.evidence.keys import SignatureKind, VerifierKey
from allocation.evidence.proofs import consistent
from allocation.evidence.sealing import checkpoint_of
from auth.keys import new_key, seal, unseal
from auth.principal import SYSTEM_ACCOUNT, Principal
from services.evidence import repo
from services.evidence.sealing import ensure_log, frontier_of
from services.evidence.states import KeyState
from services.evidence.tables import Cosignature, EvidenceKey, EvidenceLog, SignedCheckpoint
from services.kit.events import record_event
from services.kit.tables import uuid7


async def log_key(session: AsyncSession, city: str, secret: str, now: datetime) -> EvidenceKey:
    """The log's key in force, made on first use."""
    found = await repo.active_key(session, city, None)
    if found is None:
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('evidence.log_key:' || :city, 0))"),
            {"city": city},
        )
        found = await repo.active_key(session, city, None)
    if found is None:
        await ensure_log(session, city)
        log = await repo.log_of(session, city)
        assert log is not None  # noqa: S101 -- made a line above
        found = held_key(city, None, log.origin, secret, SYSTEM_ACCOUNT, "")
        found.state, found.valid_from = KeyState.active, now
        session.add(found)
        await session.flush()
        await record_event(
            session,
            city,
            actor=Principal.system(city),
            action="evidence.log_key_made",
            entity="evidence_key",
            entity_id=found.id,
            after={"vkey": found.vkey},
        )
    return found


def held_key(city: str, county: str | None, name: str, secret: str, by: UUID, by_name: str) -> EvidenceKey:
    """A new key whose private part the city's server holds, sealed under the installation's secret."""
    kind = SignatureKind.note if county is None else SignatureKind.cosignature
    private = new_key()[1]
    vkey = VerifierKey(name, kind, private.public_key().public_bytes_raw()).text
    return EvidenceKey(
        city=city,
        id=uuid7(),
        county=county,
        held_by=Holder.city,
        vkey=vkey,
        sealed=seal(vkey, private, secret),
        state=KeyState.proposed,
        proposed_by=by,
        proposed_name=by_name,
    )


def private_part(key: EvidenceKey, secret: str) -> bytes:
    """The private part of a key that the city's server holds.

    Raises:
        SealError: it was sealed under another secret.
    """
    return unseal(key.vkey, key.sealed or b"", secret).private_bytes_raw()


async def sign_latest(
    session: AsyncSession, city: str, secret: str, now: datetime
) -> SignedCheckpoint | None:
    """Sign a checkpoint of all that is sealed, unless there is one; None where nothing is.

    What is signed must begin with what was signed before: the frontier grew from there under the row's lock.
    """
    log: EvidenceLog | None = await session.get(
        EvidenceLog, city, with_for_update=True, populate_existing=True
    )
    if log is None or log.size == 0:
        return None
    found = await repo.checkpoint_at(session, city, log.size)
    if found is not None:
        return found
    key = await log_key(session, city, secret, now)
    frontier = frontier_of({"peaks": log.peaks, "size": log.size, "algorithm": log.algorithm})
    checkpoint = checkpoint_of(log.origin, frontier)
    note = sign_checkpoint(checkpoint, private_part(key, secret))
    made = SignedCheckpoint(city=city, size=checkpoint.size, root=checkpoint.root, note=note.document)
    session.add(made)
    await session.flush()
    return made


async def cosign_held(session: AsyncSession, city: str, secret: str, now: datetime) -> list[str]:
    """Co-sign the newest checkpoint with the keys that the city's server holds for counties; which they are.

    Only for counties that have confirmed a statement that no checkpoint of theirs covers.
    """
    log = await repo.log_of(session, city)
    newest = await repo.latest_checkpoint(session, city)
    if log is None or newest is None:
        return []
    done = []
    for key in await repo.keys_of(session, city):
        held = key.held_by is Holder.city and key.state is KeyState.active and key.county is not None
        if not held or not await _waits(session, key, newest.size):
            continue
        assert key.county is not None  # noqa: S101 -- seen a line above
        await _must_follow(session, log, key.county, newest)
        checkpoint = parse_checkpoint(repo.note_of(newest).text)
        moment = int(now.timestamp())
        line = cosign(checkpoint, key.county, private_part(key, secret), moment)
        session.add(
            Cosignature(
                city=city,
                size=newest.size,
                key=key.id,
                county=key.county,
                line=line.text,
                time=moment,
                by=SYSTEM_ACCOUNT,
            )
        )
        done.append(key.county)
    await session.flush()
    return done


async def _waits(session: AsyncSession, key: EvidenceKey, size: int) -> bool:
    """Whether the county confirmed a statement whose entry lies past its last co-signature and below size."""
    found = await session.scalar(
        text(
            "SELECT true FROM statement_event e"
            " JOIN statement t ON t.city = e.city AND t.id = e.statement"
            " JOIN seal s ON s.city = e.city AND s.kind = 'statement_event' AND s.source = e.id::text"
            " WHERE e.city = :city AND t.county = :county AND e.action = 'confirm'"
            " AND s.index >= :last AND s.index < :size LIMIT 1"
        ),
        {
            "city": key.city,
            "county": key.county,
            "last": await repo.last_cosigned(session, key.city, str(key.county)),
            "size": size,
        },
    )
    return found is not None


async def _must_follow(
    session: AsyncSession, log: EvidenceLog, county: str, newest: SignedCheckpoint
) -> None:
    """Refuse to co-sign, also for the server itself, what does not begin with what was co-signed before."""
    last = await repo.last_cosigned(session, log.city, county)
    before = await repo.checkpoint_at(session, log.city, last)
    if before is None:
        return
    tree = await repo.tree_of(session, log.city, log.algorithm, newest.size)
    proof = tree.consistency(last, newest.size)
    if not consistent(
        hasher(log.algorithm), last, bytes(before.root), newest.size, bytes(newest.root), proof
    ):
        raise RuntimeError("the log does not begin with what was co-signed")
