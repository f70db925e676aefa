"""Reading a bundle strictly: what two readers might take differently is refused with its place."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn, TypeVar

from allocation.evidence.bundle import FORMAT, Bundle, ClaimedStatement, HeldKey, Holder, ProvenEntry
from allocation.evidence.entry import WHOLE_LIMIT, Entry
from allocation.evidence.hashing import DIGEST_BYTES, HashName
from allocation.sharing.canonical import canonical_bytes

T = TypeVar("T")

_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PROOF: Final = re.compile(r"(?:[0-9a-f]{64}){0,64}", re.ASCII)
_ENTRY: Final = re.compile(r'\{"city":"[0-9]{6}","facts":\{.*\},"kind":"[a-z][a-z_]{0,31}"\}')
_MOST_DIGITS: Final = 17


class Malformed(ValueError):
    """The bundle has another form. `place` is a JSON pointer to the item, empty for the whole file."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle. Nothing is checked but its form.

    Raises:
        Malformed: it is no UTF-8, no JSON, repeats a key, holds a number with a point or not below 2^53, or
            an item has other fields or fields of another form.
    """
    document = parse(data)
    try:
        _fields(document, {"format", "hash", "keys", "checkpoints", "entries", "statements"})
        _must(document["format"] == FORMAT)
        algorithm = HashName(document["hash"])
        _must(all(type(document[name]) is list for name in ("keys", "entries", "statements")))
    except ValueError:
        raise Malformed("") from None
    keys = _each("/keys", document["keys"], _key)
    old, new, consistency = _at("/checkpoints", document["checkpoints"], _checkpoints)
    entries = _each("/entries", document["entries"], _entry)
    return Bundle(
        algorithm=algorithm,
        keys=keys,
        old=old,
        new=new,
        consistency=consistency,
        entries=entries,
        statements=_each("/statements", document["statements"], _statement),
    )


def read_entry(text: str) -> Entry:
    """Read an entry from its canonical JSON.

    Raises:
        Malformed: it is not canonical, or no entry.
    """
    document = parse(text.encode())
    try:
        _fields(document, {"city", "kind", "facts"})
        _must(type(document["facts"]) is dict and canonical_bytes(document) == text.encode())
    except ValueError:
        raise Malformed("") from None
    return Entry(document["city"], document["kind"], document["facts"])


def parse(data: bytes) -> Any:
    """Parse JSON of the part that canonical bytes allow.

    Raises:
        Malformed: it is no such JSON.
    """
    try:
        found = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refused,
            parse_constant=_refused,
        )
        if b"\\u" in data:  # only an escape can hold half a character, which has no bytes to hash
            canonical_bytes(found)
    except (ValueError, RecursionError):
        raise Malformed("") from None
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    _must(len(found) == len(pairs) and all(map(str.isascii, found)))
    return found


def _integer(digits: str) -> int:
    _must(len(digits) <= _MOST_DIGITS and -WHOLE_LIMIT < int(digits) < WHOLE_LIMIT)
    return int(digits)


def _refused(text: str) -> NoReturn:
    raise ValueError(text)


def _each(place: str, items: list[Any], read: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(_at(f"{place}/{position}", item, read) for position, item in enumerate(items))


def _at(place: str, item: Any, read: Callable[[Any], T]) -> T:
    try:
        return read(item)
    except ValueError:
        raise Malformed(place) from None


def _key(item: Any) -> HeldKey:
    _fields(item, {"vkey"}, {"held_by"})
    return HeldKey(_text(item["vkey"]), Holder(item["held_by"]) if "held_by" in item else None)


def _checkpoints(item: Any) -> tuple[str, str, tuple[bytes, ...]]:
    _fields(item, {"old", "new", "consistency"})
    return _text(item["old"]), _text(item["new"]), _proof(item["consistency"])


def _entry(item: Any) -> ProvenEntry:
    _fields(item, {"index", "entry", "proof"})
    _must(bool(_ENTRY.fullmatch(_text(item["entry"]))))
    return ProvenEntry(_number(item["index"], 0), item["entry"], _proof(item["proof"]))


def _statement(item: Any) -> ClaimedStatement:
    _fields(item, {"number", "version", "sha256", "entry"}, {"body"})
    body = item.get("body")
    _must("body" not in item or type(body) is dict)
    _must(bool(_HASH.fullmatch(_text(item["sha256"]))))
    return ClaimedStatement(
        _text(item["number"]), _number(item["version"], 1), item["sha256"], _number(item["entry"], 0), body
    )


def _proof(value: Any) -> tuple[bytes, ...]:
    _must(bool(_PROOF.fullmatch(_text(value))))
    raw = bytes.fromhex(value)
    return tuple(raw[start : start + DIGEST_BYTES] for start in range(0, len(raw), DIGEST_BYTES))


def _fields(value: Any, needed: set[str], allowed: set[str] | None = None) -> None:
    _must(isinstance(value, Mapping) and needed <= set(value) <= needed | (allowed or set()))


def _text(value: Any) -> str:
    _must(type(value) is str)
    return str(value)


def _number(value: Any, least: int) -> int:
    _must(type(value) is int and value >= least)
    return int(value)


def _must(holds: bool) -> None:
    if not holds:
        raise ValueError
