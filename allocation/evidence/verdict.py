"""What a check of a bundle found, in the words that every verifier gives: one JSON object."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allocation.evidence.bundle import Holder


class FaultCode(StrEnum):
    """What is wrong."""

    malformed = "malformed"
    """An item has another form."""
    hash_absent = "hash_absent"
    """This machine lacks the log's hash; nothing could be checked."""
    key = "key"
    """A key's line is wrong, unsound, twice there, or not this log's."""
    checkpoint = "checkpoint"
    """A note that is no checkpoint."""
    log = "log"
    """The two checkpoints are of different logs."""
    signature = "signature"
    """A signature by a known key does not hold."""
    unsigned = "unsigned"
    """A checkpoint without a good signature of the log."""
    consistency = "consistency"
    """The older checkpoint is not the beginning of the newer one, or that is not proven."""
    entry = "entry"
    """An entry is not what was sealed at its place."""
    city = "city"
    """An entry is of another city than the log."""
    statement = "statement"
    """A statement is not what its entry seals, or its body has another hash."""
    known = "known"
    """The checkpoint that the reader kept is not of this history."""


class Keys(StrEnum):
    """Where the keys are from that signatures were checked with."""

    bundle = "bundle"
    """From the bundle itself, so whoever made it could have chosen them."""
    given = "given"
    """From the reader, who has them from another source."""


class Known(StrEnum):
    """How the checkpoint that the reader kept stands to the bundle."""

    old = "old"
    new = "new"
    other = "other"
    """It is of another size than the bundle's two; nothing can be concluded."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what, where (a JSON pointer into the bundle), and of an entry its number in the log."""

    code: FaultCode
    place: str
    entry: int | None = None

    def document(self) -> dict[str, Any]:
        """The fault as JSON shows it."""
        return {"code": self.code.value, "place": self.place, "entry": self.entry}


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement that holds.

    `entry` is the number of the entry that seals it, `cosigned` are the counties that co-signed a checkpoint
    with that entry in it, by keys of their own.
    """

    number: str
    version: int
    sha256: str
    entry: int
    cosigned: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The statement as JSON shows it."""
        return {
            "number": self.number,
            "version": self.version,
            "sha256": self.sha256,
            "entry": self.entry,
            "cosigned": list(self.cosigned),
        }


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A co-signature that holds: whose, who holds the key, the time it names, how many entries it covers."""

    county: str
    held_by: Holder
    time: int
    size: int

    def document(self) -> dict[str, Any]:
        """The co-signature as JSON shows it."""
        return {
            "county": self.county,
            "held_by": self.held_by.value,
            "time": self.time,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All that was found. Without faults everything that is named here holds.

    `missing` are the counties with a known key that have not co-signed the newer checkpoint. `covered` is how
    many entries from the first on stand under a co-signature by a key that a county holds: rewriting one of
    these would show to that county, rewriting later ones would not.
    """

    faults: tuple[Fault, ...]
    origin: str | None = None
    size: int | None = None
    root: str | None = None
    old_size: int | None = None
    entries: int = 0
    statements: tuple[Proven, ...] = ()
    cosigned: tuple[Cosigned, ...] = ()
    missing: tuple[str, ...] = ()
    keys: Keys = Keys.bundle
    known: Known | None = None

    @property
    def verified(self) -> bool:
        """Whether there is no fault."""
        return not self.faults

    @property
    def covered(self) -> int:
        """The first so many entries are covered by a county's own key."""
        return max((one.size for one in self.cosigned if one.held_by is Holder.county), default=0)

    def document(self) -> dict[str, Any]:
        """The verdict as JSON shows it."""
        return {
            "verified": self.verified,
            "faults": [fault.document() for fault in self.faults],
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "old_size": self.old_size,
            "entries": self.entries,
            "statements": [one.document() for one in self.statements],
            "cosigned": [one.document() for one in self.cosigned],
            "missing": list(self.missing),
            "covered": self.covered,
            "keys": self.keys.value,
            "known": self.known.value if self.known else None,
        }
