"""On which line of a JSON text a value stands. Walked only to report a fault in a text that parsed."""

import json
import re
from typing import Final

Place = tuple[str | int, ...]
"""The way to a value: keys of objects and positions in lists, from the top."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_int=str)  # values are skipped, however long


def line_of(text: str, place: Place) -> int:
    """Tell the line (from 1) on which the value at a place begins; of a missing key, its object's line.

    Where a key stands twice in one object the later one counts, as it does for the standard parser.
    """
    position = _skip(text, 0)
    for step in place:
        inside = _children(text, position)
        if step not in inside:
            break
        position = inside[step]
    return text.count("\n", 0, position) + 1


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _children(text: str, position: int) -> dict[str | int, int]:
    """Map the keys of an object, or the positions of a list, to where their values begin."""
    found: dict[str | int, int] = {}
    named = text[position] == "{"
    if not named and text[position] != "[":
        return found
    position = _skip(text, position + 1)
    while text[position] not in "}]":
        key: str | int = len(found)
        if named:
            key, position = _DECODER.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        found[key] = position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found
