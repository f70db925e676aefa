"""Checkpoints of a log, signed by the log, co-signed by counties (C2SP tlog-checkpoint, tlog-cosignature).

A log's origin is `PLACE/CITY`, and its key bears the same name; a county's key is named `ORIGIN/COUNTY`.
A time is an argument, in seconds since 1970, and means what its signer says.
"""

import re
from dataclasses import dataclass
from typing import Final

from allocation.evidence.hashing import DIGEST_BYTES
from allocation.evidence.keys import (
    SignatureKind,
    VerifierKey,
    from_base64,
    public_of,
    sign,
    to_base64,
    verified,
)
from allocation.evidence.note import Note, SignatureLine

SIZE_LIMIT: Final = 2**53
TIME_LIMIT: Final = 2**63
_TIME_BYTES: Final = 8
_LINES: Final = 3
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, how many entries it has, and the root over them. `extension` lines are opaque."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note's text."""
        return "".join(
            f"{line}\n" for line in (self.origin, str(self.size), to_base64(self.root), *self.extension)
        )

    @property
    def city(self) -> str:
        """The city whose log it is."""
        return self.origin.rpartition("/")[2]


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint from a note's text.

    Raises:
        ValueError: it is none: fewer than three lines, an empty one, a size with leading zeros or from 2^53
            on, a root that is not 32 bytes.
    """
    if not text.endswith("\n"):
        raise ValueError("no last newline")
    lines = text[:-1].split("\n")
    if len(lines) < _LINES or "" in lines or not _SIZE.fullmatch(lines[1]) or int(lines[1]) >= SIZE_LIMIT:
        raise ValueError("no checkpoint")
    root = from_base64(lines[2])
    if len(root) != DIGEST_BYTES:
        raise ValueError("no root of 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, private: bytes) -> Note:
    """The log's own signature; who signs must never have signed a checkpoint that does not agree with it.

    Raises:
        ValueError: the origin is no key name.
    """
    key = VerifierKey(checkpoint.origin, SignatureKind.note, public_of(private))
    line = SignatureLine(key.name, key.key_id, sign(private, checkpoint.text.encode()))
    return Note(checkpoint.text, (line,))


def cosign(checkpoint: Checkpoint, county: str, private: bytes, time: int) -> SignatureLine:
    """A county's co-signature. It says: at that time this was the longest log I saw, and no earlier differed.

    So whoever signs must have checked a consistency proof from the last checkpoint it co-signed.

    Raises:
        ValueError: the time is negative or from 2^63 on, or the county's code is no part of a key name.
    """
    if not 0 <= time < TIME_LIMIT:
        raise ValueError(f"no time: {time}")
    key = VerifierKey(f"{checkpoint.origin}/{county}", SignatureKind.cosignature, public_of(private))
    signature = sign(private, cosigned_text(checkpoint.text, time))
    return SignatureLine(key.name, key.key_id, time.to_bytes(_TIME_BYTES, "big") + signature)


def cosigned_text(text: str, time: int) -> bytes:
    """What a co-signature is made over."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def line_holds(key: VerifierKey, text: str, line: SignatureLine) -> bool:
    """Whether a line is the key's signature over the text. Its name and id are taken to be the key's."""
    if key.kind is SignatureKind.note:
        return verified(key.public, text.encode(), line.signature)
    time = cosigned_at(line)
    return time < TIME_LIMIT and verified(key.public, cosigned_text(text, time), line.signature[_TIME_BYTES:])


def cosigned_at(line: SignatureLine) -> int:
    """The time that a co-signature names, in seconds since 1970."""
    return int.from_bytes(line.signature[:_TIME_BYTES], "big")
