"""Names and exact figures of a question."""

import re
from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any, Final

from allocation.sharing.advice.refusal import Fault, Refusal

LIMIT: Final = 2**53
"""Figures stay below it in size, and so does the common denominator of all of them."""
MOST_PARTIES: Final = 1000
_LONGEST_NAME: Final = 64
_LONGEST_FIGURE: Final = 40
_FIGURE: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+|/[0-9]+)?", re.ASCII)

Place = tuple[str, ...]


class Figures:
    """Reads figures, and keeps the denominator that all read so far have in common."""

    def __init__(self) -> None:
        self._common = 1

    def by_name(self, given: object, key: str) -> dict[str, Fraction]:
        """Read an object with a figure a party.

        Raises:
            Refusal: it is none, names nobody or too many, or one of its names or figures is refused.
        """
        pairs = as_object(given, (key,))
        if not pairs:
            raise Refusal(Fault.no_players, (key,))
        if len(pairs) > MOST_PARTIES:
            raise Refusal(Fault.too_many_players, (key,), count=len(pairs), most=MOST_PARTIES)
        found: dict[str, Fraction] = {}
        for written, value in pairs.items():
            name = name_of(written, (key, written))
            if name in found:
                raise Refusal(Fault.repeated_name, (key, written))
            found[name] = self.read(value, (key, written))
        return found

    def read(self, value: object, place: Place) -> Fraction:
        """Read a whole number, or a text such as "3.25" or "100/3".

        Raises:
            Refusal: it is something else, as large as LIMIT, or too fine beside the others.
        """
        if isinstance(value, float):
            raise Refusal(Fault.a_float, place)
        if isinstance(value, str):
            figure = _parse(value.strip(), place)
        elif isinstance(value, int) and not isinstance(value, bool):
            figure = Fraction(value)
        else:
            raise Refusal(Fault.not_a_number, place)
        if abs(figure) >= LIMIT:
            raise Refusal(Fault.too_large, place)
        self._common = lcm(self._common, figure.denominator)
        if self._common >= LIMIT:
            raise Refusal(Fault.too_fine, place)
        return figure


def _parse(text: str, place: Place) -> Fraction:
    if len(text) > _LONGEST_FIGURE or not _FIGURE.fullmatch(text):
        raise Refusal(Fault.not_a_number, place)
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise Refusal(Fault.not_a_number, place) from None


def as_object(given: object, place: Place) -> Mapping[str, Any]:
    """Take a JSON object.

    Raises:
        Refusal: it is something else.
    """
    if not isinstance(given, Mapping):
        raise Refusal(Fault.not_an_object, place)
    return given


def name_of(written: str, place: Place) -> str:
    """Take a party's name without the blanks around it.

    Raises:
        Refusal: nothing is left, it is longer than 64 characters or cannot be printed, or it has a comma,
            which stands between the names of a coalition.
    """
    name = written.strip()
    if not name:
        raise Refusal(Fault.empty_name, place)
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refusal(Fault.strange_name, place)
    if "," in name or "\uff0c" in name:
        raise Refusal(Fault.comma_in_name, place)
    return name
