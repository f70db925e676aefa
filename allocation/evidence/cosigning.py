"""What a county is asked to co-sign, and whether it may: a checkpoint, and proof that nothing was rewritten.

A request is the text that C2SP tlog-witness sends to a witness: `old SIZE`, the hashes of the consistency
proof, an empty line, and the checkpoint with the log's signature.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from allocation.evidence.bundle import HeldKey
from allocation.evidence.checkpoint import SIZE_LIMIT, Checkpoint, line_holds, parse_checkpoint
from allocation.evidence.hashing import DIGEST_BYTES, HashName, hasher
from allocation.evidence.keys import (
    KEY_BYTES,
    SignatureKind,
    VerifierKey,
    from_base64,
    good_name,
    parse_key,
    public_of,
    to_base64,
)
from allocation.evidence.note import Note, SignatureLine, parse_note
from allocation.evidence.proofs import consistent

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,15})", re.ASCII)
_MOST_STEPS: Final = 63
_PRIVATE: Final = "PRIVATE+KEY+"


class Refusal(StrEnum):
    """Why a checkpoint must not be co-signed."""

    other_log = "other_log"
    """It is of another log than the key's, or than the one that was co-signed before."""
    unsigned = "unsigned"
    """The log's own signature is missing or does not hold."""
    older = "older"
    """It has fewer entries than the one that was co-signed before."""
    other_start = "other_start"
    """Its proof begins elsewhere than at the one that was co-signed before; ask for one that begins there."""
    rewritten = "rewritten"
    """What was co-signed before is not its beginning: two histories."""


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint to co-sign, and the proof that the tree of size `old` is its beginning."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def text(self) -> str:
        """The request as a file."""
        lines = [f"old {self.old}", *map(to_base64, self.proof)]
        return "".join(f"{line}\n" for line in lines) + "\n" + self.note.document

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint to co-sign."""
        return parse_checkpoint(self.note.text)


def parse_request(text: str) -> Request:
    """Read a request.

    Raises:
        ValueError: it is none: another first line, a hash of another length, more than 63 of them, no
            checkpoint.
    """
    head, gap, note = text.partition("\n\n")
    first, *steps = head.split("\n")
    old = _OLD.fullmatch(first)
    if not gap or old is None or int(old[1]) >= SIZE_LIMIT or len(steps) > _MOST_STEPS:
        raise ValueError("no request for a co-signature")
    proof = tuple(from_base64(step) for step in steps)
    if any(len(step) != DIGEST_BYTES for step in proof):
        raise ValueError("a step of the proof is no hash")
    found = Request(int(old[1]), proof, parse_note(note))
    parse_checkpoint(found.note.text)
    return found


def refusal(
    request: Request,
    kept: Checkpoint | None,
    *,
    county: VerifierKey,
    log: HeldKey | None = None,
    algorithm: HashName = HashName.sha256,
) -> Refusal | None:
    """Why this checkpoint must not be co-signed; None where it may be.

    `kept` is the checkpoint that was co-signed last, `county` the key that is to co-sign, `log` the log's key
    where the county has it from another source: the log's signature is then checked.
    """
    new = request.checkpoint
    if county.name.rpartition("/")[0] != new.origin or (kept is not None and kept.origin != new.origin):
        return Refusal.other_log
    if log is not None and not signed_by(request.note, log.vkey):
        return Refusal.unsigned
    return None if kept is None else _against(request, new, kept, algorithm)


def _against(request: Request, new: Checkpoint, kept: Checkpoint, algorithm: HashName) -> Refusal | None:
    """How a checkpoint of the same log stands to the one that was co-signed last."""
    if new.size < kept.size:
        return Refusal.older
    if new.size == kept.size:
        return None if new.root == kept.root else Refusal.rewritten
    if request.old != kept.size:
        return Refusal.other_start
    held = consistent(hasher(algorithm), kept.size, kept.root, new.size, new.root, request.proof)
    return None if held else Refusal.rewritten


def signed_by(note: Note, vkey: str) -> bool:
    """Whether a log's key, given by its line, signed the note.

    Raises:
        ValueError: the line is no key.
    """
    key = parse_key(vkey)
    return key.kind is SignatureKind.note and any(
        line.name == key.name and line.key_id == key.key_id and line_holds(key, note.text, line)
        for line in note.signatures
    )


def parse_line(text: str) -> SignatureLine:
    """Read one signature line, as `SignatureLine.text` writes it, with or without its newline.

    Raises:
        ValueError: it is none.
    """
    return parse_note(f"x\n\n{text.strip()}\n").signatures[0]


def signer_text(key: VerifierKey, private: bytes) -> str:
    """A private key as one line, `PRIVATE+KEY+name+id+key`, as signed-note tools write it."""
    return f"{_PRIVATE}{key.name}+{key.key_id.hex()}+{to_base64(bytes([key.kind]) + private)}"


def parse_signer(text: str) -> tuple[VerifierKey, bytes]:
    """Read a private key; its public part with its name, and its 32 bytes.

    Raises:
        ValueError: the line has another form, or its id is not the key's.
    """
    line = text.strip()
    name, _, rest = line.removeprefix(_PRIVATE).partition("+")
    key_id, _, material = rest.partition("+")
    raw = from_base64(material)
    if not line.startswith(_PRIVATE) or not good_name(name) or len(raw) != 1 + KEY_BYTES:
        raise ValueError("no private key")
    key = VerifierKey(name, SignatureKind(raw[0]), public_of(raw[1:]))
    if key.key_id.hex() != key_id:
        raise ValueError(f"not the id of {name}: {key_id}")
    return key, raw[1:]


def county_key(name: str, private: bytes) -> VerifierKey:
    """The public part of a county's key of that name, `ORIGIN/COUNTY`.

    Raises:
        ValueError: it is no key name.
    """
    return VerifierKey(name, SignatureKind.cosignature, public_of(private))
