"""The proof bundle: one JSON document that can be checked without the database (`yipanqi.evidence/1`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from allocation.evidence.hashing import HashName
from allocation.sharing.canonical import canonical_bytes

FORMAT: Final = "yipanqi.evidence/1"


class Holder(StrEnum):
    """Who holds a county's private key. Where the city's server does, its co-signature binds nobody."""

    county = "county"
    city = "city"


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A public key by its line (`VerifierKey.text`), and for a cosigner's who holds its private part."""

    vkey: str
    held_by: Holder | None = None

    def document(self) -> dict[str, Any]:
        """The key as the bundle shows it."""
        return {"vkey": self.vkey} | ({"held_by": self.held_by.value} if self.held_by else {})


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry, its number in the log, and the proof that it stands there in the newer checkpoint's tree.

    `text` is its canonical JSON, which is what was hashed.
    """

    index: int
    text: str
    proof: tuple[bytes, ...]

    def document(self) -> dict[str, Any]:
        """The entry as the bundle shows it."""
        return {"index": self.index, "entry": self.text, "proof": b"".join(self.proof).hex()}


@dataclass(frozen=True, slots=True)
class ClaimedStatement:
    """A statement that the bundle is about: what its paper says, and the number of the entry that seals it.

    `body` is the statement's content, if it is to be shown; its hash must be `sha256`.
    """

    number: str
    version: int
    sha256: str
    entry: int
    body: Mapping[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """The statement as the bundle shows it."""
        found: dict[str, Any] = {
            "number": self.number,
            "version": self.version,
            "sha256": self.sha256,
            "entry": self.entry,
        }
        return found if self.body is None else found | {"body": dict(self.body)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What an outsider gets.

    `old` and `new` are signed notes; `consistency` proves that the one begins the other.
    """

    algorithm: HashName
    keys: tuple[HeldKey, ...]
    old: str
    new: str
    consistency: tuple[bytes, ...]
    entries: tuple[ProvenEntry, ...]
    statements: tuple[ClaimedStatement, ...] = ()

    def document(self) -> dict[str, Any]:
        """The bundle as JSON shows it."""
        return {
            "format": FORMAT,
            "hash": self.algorithm.value,
            "keys": [key.document() for key in self.keys],
            "checkpoints": {
                "old": self.old,
                "new": self.new,
                "consistency": b"".join(self.consistency).hex(),
            },
            "entries": [entry.document() for entry in self.entries],
            "statements": [statement.document() for statement in self.statements],
        }


def bundle_bytes(bundle: Bundle) -> bytes:
    """The bundle's file: the same bundle gives the same bytes."""
    return canonical_bytes(bundle.document()) + b"\n"
