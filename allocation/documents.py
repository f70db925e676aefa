"""JSON documents read strictly: no float is ever made, and no key is lost to another of the same name.

What a format refuses where it stands (a float, a key twice) is kept as something `Strange`, for only who
reads the format knows the way to it. What is no document at all is `Unreadable`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

DEEPEST: Final = 200
"""Lists and objects within each other: no format goes beyond a tenth of it, and the stack bears more."""
_DIGITS: Final = 25
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
"""An escape of a JSON text, two surrogates taken as one; `half` is a surrogate that stands alone."""


class Unread(StrEnum):
    """Why bytes are no document."""

    not_text = "not_text"
    not_json = "not_json"
    too_deep = "too_deep"


class Unreadable(ValueError):
    """Bytes or a text that is no document.

    Args:
        why: a stable code.
        reason: what is wrong, in words.
        line: from 1.
        column: from 1.
    """

    def __init__(self, why: Unread, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{reason} (line {line} column {column})")
        self.why, self.reason, self.line, self.column = why, reason, line, column


class Oddity(StrEnum):
    """What no format allows as a value."""

    float = "float"
    out_of_range = "out_of_range"
    key_twice = "key_twice"


class Strange:
    """What no format allows: a float or NaN, a number of 25 digits or more, an object with a key twice.

    Args:
        word: the number as it is written, or the key.
        code: what it is.
    """

    def __init__(self, word: str, code: Oddity) -> None:
        self.word, self.code = word, code


def decode(data: bytes) -> str:
    """Decode UTF-8, a byte order mark allowed.

    Raises:
        Unreadable: the bytes are something else.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(Unread.not_text, "not UTF-8 text", line) from error


def read(data: bytes, strange: Callable[[str, Oddity], Any] = Strange) -> Any:
    """Read a document from its bytes.

    Raises:
        Unreadable: as `decode` and `parse`; or it writes half a character, which no output can say.
    """
    text = decode(data)
    found = parse(text, strange)
    for escape in _ESCAPE.finditer(text):
        if escape["half"]:
            before = text[: escape.start()].split("\n")
            raise Unreadable(Unread.not_json, "Unpaired surrogate", len(before), len(before[-1]) + 1)
    return found


def parse(text: str, strange: Callable[[str, Oddity], Any] = Strange) -> Any:
    """Parse JSON.

    Args:
        text: the document.
        strange: what to put in the place of a value that no format allows; it may raise.

    Raises:
        Unreadable: the text is no JSON, or is nested deeper than `DEEPEST`.
    """

    def number(word: str) -> Any:
        return strange(word, Oddity.float)

    def integer(word: str) -> Any:
        return int(word) if len(word) < _DIGITS else strange(word, Oddity.out_of_range)

    def once(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        counts = Counter(name for name, _ in pairs)
        again = next(name for name, count in counts.items() if count > 1)
        return strange(again, Oddity.key_twice)

    try:
        found = json.loads(
            text, object_pairs_hook=once, parse_int=integer, parse_float=number, parse_constant=number
        )
    except json.JSONDecodeError as error:
        raise Unreadable(Unread.not_json, error.msg, error.lineno, error.colno) from error
    except RecursionError as error:
        raise _too_deep() from error
    _check_depth(found)
    return found


def _check_depth(document: Any) -> None:
    """Refuse what is nested too deeply, level by level: whoever walks the document may recurse."""
    level = [document]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> Unreadable:
    return Unreadable(Unread.too_deep, "nested too deeply")
