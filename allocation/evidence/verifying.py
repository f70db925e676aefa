"""Checking a bundle: signatures, the two checkpoints against each other, entries, statements."""

from collections.abc import Mapping, Sequence

from allocation.evidence.bundle import ClaimedStatement, HeldKey, Holder, ProvenEntry
from allocation.evidence.checkpoint import (
    Checkpoint,
    cosigned_at,
    line_holds,
    parse_checkpoint,
)
from allocation.evidence.entry import STATEMENT, leaf_hash, text_bytes
from allocation.evidence.hashing import HashAbsent, Hasher, hasher
from allocation.evidence.keys import SignatureKind, VerifierKey, parse_key
from allocation.evidence.note import Note, parse_note
from allocation.evidence.proofs import Ascent, consistent
from allocation.evidence.reading import Malformed, read_bundle, read_entry
from allocation.evidence.verdict import Cosigned, Fault, FaultCode, Keys, Known, Proven, Verdict
from allocation.sharing.canonical import sha256_of

_KeyTable = Mapping[tuple[str, bytes], tuple[VerifierKey, Holder | None]]


def verify_bundle(
    data: bytes, *, given: Sequence[HeldKey] | None = None, known: Checkpoint | None = None
) -> Verdict:
    """Check a bundle's file.

    `given` are keys that the reader has from another source: signatures are checked with them instead of the
    bundle's. `known` is a checkpoint that the reader kept from earlier.
    """
    source = Keys.bundle if given is None else Keys.given
    try:
        bundle = read_bundle(data)
        digest = hasher(bundle.algorithm)
    except Malformed as error:
        return Verdict(faults=(Fault(FaultCode.malformed, error.place),), keys=source)
    except HashAbsent:
        return Verdict(faults=(Fault(FaultCode.hash_absent, "/hash"),), keys=source)
    place = "/checkpoints/old"
    try:
        old = parse_note(bundle.old)
        first = parse_checkpoint(old.text)
        place = "/checkpoints/new"
        new = parse_note(bundle.new)
        last = parse_checkpoint(new.text)
    except ValueError:
        return Verdict(faults=(Fault(FaultCode.checkpoint, place),), keys=source)
    if first.origin != last.origin:
        return Verdict(faults=(Fault(FaultCode.log, "/checkpoints/old"),), keys=source)
    faults: list[Fault] = []
    table = _keys("/keys", bundle.keys, last.origin, faults)
    if given is not None:
        table = _keys("/given", given, last.origin, faults)
    cosigned = [
        *_signatures("/checkpoints/old", old, first, table, faults),
        *_signatures("/checkpoints/new", new, last, table, faults),
    ]
    if not consistent(digest, first.size, first.root, last.size, last.root, bundle.consistency):
        faults.append(Fault(FaultCode.consistency, "/checkpoints/consistency"))
    entries: dict[int, str] = {}
    ascent = Ascent(digest, last.size, last.root)
    for position, proven in enumerate(bundle.entries):
        code = _entry(digest, ascent, proven, last)
        if code is None:
            entries[proven.index] = proven.text
        else:
            faults.append(Fault(code, f"/entries/{position}", proven.index))
    statements = _statements(bundle.statements, entries, cosigned, faults)
    met = None if known is None else _compared(known, first, last, faults)
    done = {one.county for one in cosigned if one.size == last.size}
    counties = [_county(key) for key, _ in table.values() if key.kind is SignatureKind.cosignature]
    return Verdict(
        faults=tuple(faults),
        origin=last.origin,
        size=last.size,
        root=last.root.hex(),
        old_size=first.size,
        entries=len(bundle.entries),
        statements=tuple(statements),
        cosigned=tuple(cosigned),
        missing=tuple(sorted(set(counties) - done)),
        keys=source,
        known=met,
    )


def _keys(place: str, keys: Sequence[HeldKey], origin: str, faults: list[Fault]) -> _KeyTable:
    """The sound keys of this log by name and id. Two keys with one public part are one too many."""
    found: dict[tuple[str, bytes], tuple[VerifierKey, Holder | None]] = {}
    seen: set[bytes] = set()
    for position, held in enumerate(keys):
        try:
            key = parse_key(held.vkey)
        except ValueError:
            faults.append(Fault(FaultCode.key, f"{place}/{position}"))
            continue
        cosigns = key.kind is SignatureKind.cosignature
        named = key.name.rpartition("/")[0] if cosigns else key.name
        if named != origin or cosigns != (held.held_by is not None) or key.public in seen:
            faults.append(Fault(FaultCode.key, f"{place}/{position}"))
            continue
        seen.add(key.public)
        found[key.name, key.key_id] = key, held.held_by
    return found


def _county(key: VerifierKey) -> str:
    return key.name.rpartition("/")[2]


def _signatures(
    place: str, note: Note, checkpoint: Checkpoint, table: _KeyTable, faults: list[Fault]
) -> list[Cosigned]:
    """The co-signatures that hold. Unknown keys' are passed over; a known key's must hold."""
    found: list[Cosigned] = []
    signed = False
    for position, line in enumerate(note.signatures):
        key, holder = table.get((line.name, line.key_id), (None, None))
        if key is None:
            continue
        if not line_holds(key, note.text, line):
            faults.append(Fault(FaultCode.signature, f"{place}/{position}"))
        elif holder is None:
            signed = True
        else:
            found.append(Cosigned(_county(key), holder, cosigned_at(line), checkpoint.size))
    if not signed:
        faults.append(Fault(FaultCode.unsigned, place))
    return found


def _entry(digest: Hasher, ascent: Ascent, proven: ProvenEntry, last: Checkpoint) -> FaultCode | None:
    leaf = leaf_hash(digest, text_bytes(proven.text))
    if not ascent.holds(leaf, proven.index, proven.proof):
        return FaultCode.entry
    return None if proven.text.startswith(f'{{"city":"{last.city}",') else FaultCode.city


def _statements(
    claims: Sequence[ClaimedStatement],
    entries: Mapping[int, str],
    cosigned: Sequence[Cosigned],
    faults: list[Fault],
) -> list[Proven]:
    """The statements that hold; `entries` are those that are proven."""
    found = []
    for position, claim in enumerate(claims):
        if not _sealed(claim, entries.get(claim.entry)):
            faults.append(Fault(FaultCode.statement, f"/statements/{position}", claim.entry))
            continue
        own = {one.county for one in cosigned if one.held_by is Holder.county and one.size > claim.entry}
        found.append(Proven(claim.number, claim.version, claim.sha256, claim.entry, tuple(sorted(own))))
    return found


def _said(facts: Mapping[str, object]) -> tuple[object, ...]:
    """What an entry says of a statement; a fact that is no text or number says nothing."""
    values = (facts.get("number"), facts.get("version"), facts.get("sha256"))
    return tuple(value if type(value) in {str, int} else None for value in values)


def _sealed(claim: ClaimedStatement, text: str | None) -> bool:
    if text is None:
        return False
    try:
        entry = read_entry(text)
    except Malformed:
        return False
    if entry.kind != STATEMENT or _said(entry.facts) != (claim.number, claim.version, claim.sha256):
        return False
    return claim.body is None or sha256_of("statement", claim.body) == claim.sha256


def _compared(known: Checkpoint, first: Checkpoint, last: Checkpoint, faults: list[Fault]) -> Known:
    """The reader's own checkpoint beside the bundle's two."""
    for name, shown in ((Known.new, last), (Known.old, first)):
        if known.origin == shown.origin and known.size == shown.size and known.root == shown.root:
            return name
    if known.origin != last.origin or known.size in {first.size, last.size}:
        faults.append(Fault(FaultCode.known, "/known"))
    return Known.other
