"""An entry of the log and its canonical bytes.

The bytes are `yipanqi.entry/1`, a zero byte, and the entry as JSON by RFC 8785, of a part of JSON in which
two readers cannot differ: text, whole numbers below 2^53, booleans, null, lists, and maps with ASCII keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allocation.evidence.hashing import Hasher
from allocation.sharing.canonical import canonical_bytes

ENTRY_DOMAIN: Final = b"yipanqi.entry/1\x00"
"""Stands before every entry, so that bytes of another sort are never taken for one."""

WHOLE_LIMIT: Final = 2**53
"""Whole numbers are smaller in absolute value: RFC 8785 readers may keep them as doubles."""

STATEMENT: Final = "statement"
"""The kind of an entry that seals a statement; its facts name `number`, `version` and `sha256`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed fact of a city: what kind it is of, and what it says."""

    city: str
    kind: str
    facts: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """The entry as a bundle shows it."""
        return {"city": self.city, "kind": self.kind, "facts": dict(self.facts)}


def entry_bytes(entry: Entry) -> bytes:
    """The canonical bytes, which are what is hashed.

    Raises:
        TypeError: a fact is of another type; a float above all.
        ValueError: a key is not ASCII text, a number not below 2^53, or text holds half a character.
    """
    document = entry.document()
    _check_numbers(document)
    return ENTRY_DOMAIN + canonical_bytes(document)


def leaf_hash(digest: Hasher, data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, 2.1): the zero byte keeps leaves and nodes apart."""
    return digest(b"\x00" + data)


def _check_numbers(value: Any) -> None:
    if isinstance(value, int):
        if not -WHOLE_LIMIT < value < WHOLE_LIMIT:
            raise ValueError(f"not below 2^53: {value}")
    elif isinstance(value, Mapping):
        for item in value.values():
            _check_numbers(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_numbers(item)
