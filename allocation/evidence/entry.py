"""An entry of the log and its canonical bytes.

The bytes are `yipanqi.entry/1`, a zero byte, and the entry as JSON by RFC 8785, of a part of JSON in which
two readers cannot differ: text, whole numbers below 2^53, booleans, null, lists, and maps with ASCII keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from allocation.evidence.hashing import Hasher

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


def entry_text(entry: Entry) -> str:
    """The canonical JSON of an entry.

    Raises:
        TypeError: a fact is of another type; a float above all.
        ValueError: a key is not ASCII text, a number not below 2^53, or text holds half a character.
    """
    document = entry.document()
    _check(document)
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as error:
        raise ValueError(f"no canonical form: {error}") from error


def text_bytes(text: str) -> bytes:
    """The bytes that are hashed, of an entry's canonical JSON."""
    return ENTRY_DOMAIN + text.encode()


def entry_bytes(entry: Entry) -> bytes:
    """The canonical bytes, which are what is hashed. Raises what `entry_text` raises."""
    return text_bytes(entry_text(entry))


def leaf_hash(digest: Hasher, data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, 2.1): the zero byte keeps leaves and nodes apart."""
    return digest(b"\x00" + data)


def _check(value: Any) -> None:
    """Refuse what has no canonical form. By exact types: a subclass may write itself in another way."""
    kind = type(value)
    if kind is int:
        if not -WHOLE_LIMIT < value < WHOLE_LIMIT:
            raise ValueError(f"not below 2^53: {value}")
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise ValueError(f"not an ASCII key: {key!r}")
            if type(item) is not str:
                _check(item)
    elif kind is list or kind is tuple:
        for item in value:
            _check(item)
    elif value is not None and kind is not str and kind is not bool:
        raise TypeError(f"not a canonical value: {kind.__name__}")
