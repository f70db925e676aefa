"""What a cell may hold: each type reads text into a typed value, and shows the value as text that reads back.

Digits are normalised (NFKC) and then matched against strict ASCII patterns; nothing is guessed or rounded.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from services.interchange.faults import BadCell
from services.kit.i18n import lazy

Reader = Callable[[str], Any]

_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}", re.ASCII)
_SEPARATORS: Final = re.compile(r"[;,、]")
TEXT_LIMIT: Final = 200


class CellType(Protocol):
    """One kind of cell."""

    @property
    def hint(self) -> str:
        """What may stand there, as a message id."""

    @property
    def units(self) -> Sequence[str]:
        """The units that the header may state, our own first; none for a cell that has no unit."""

    @property
    def numeric(self) -> bool:
        """Whether a workbook should hold a number."""

    def reader(self, unit: str) -> Reader:
        """Return what reads a cell under a header that states `unit`. It raises BadCell."""

    def show(self, value: Any) -> str:
        """Write a value as text that reads back to it, in the unit of our own files."""


class Plain:
    """A cell without a unit, taken as it is; subclasses say what they want of it."""

    units: Sequence[str] = ()
    numeric: bool = False

    def read(self, text: str) -> Any:
        """Read a cell that is not blank."""
        return text

    def reader(self, unit: str) -> Reader:  # noqa: ARG002 -- a plain cell has no unit
        """Return what reads a cell; a file repeats its values, so each is read once."""
        seen: dict[str, Any] = {}
        read = self.read

        def remember(text: str) -> Any:
            if text not in seen:
                seen[text] = read(text)
            return seen[text]

        return remember

    def show(self, value: Any) -> str:
        """Write the value."""
        return str(value)


def normalise(text: str) -> str:
    """Fold full-width forms into ASCII and drop blanks around."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


class Text(Plain):
    """Words. They stay as they are, full-width brackets included."""

    hint = lazy("文字")

    def __init__(self, limit: int = TEXT_LIMIT) -> None:
        self.limit = limit

    def read(self, text: str) -> str:
        """Read words of bounded length without control characters."""
        if len(text) > self.limit:
            raise BadCell("too-long", limit=self.limit)
        if not text.isprintable() and any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
            raise BadCell("control-character")
        return text


class Code(Plain):
    """The number of a project, park, plot or paper: letters, digits and hyphens."""

    hint = lazy("编号：字母、数字、连字符")

    def read(self, text: str) -> str:
        """Read a code."""
        found = normalise(text)
        if not _CODE.fullmatch(found):
            raise BadCell("bad-code")
        return found


class Choice(Plain):
    """One of a closed list of words; each word stands for a stored value."""

    hint = lazy("只能填写列出的取值")

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = {normalise(word): value for word, value in words.items()}
        self._shown: dict[Any, str] = {}
        for word, value in words.items():
            self._shown.setdefault(value, word)

    def read(self, text: str) -> Any:
        """Read a word of the list."""
        found = normalise(text)
        if found not in self.words:
            raise BadCell("bad-choice", allowed="、".join(self.words))
        return self.words[found]

    def show(self, value: Any) -> str:
        """Show the value's word."""
        return self._shown[value]


YES_NO: Final = Choice({"是": True, "否": False})


def split_list(text: str) -> list[str]:
    """Split a cell that lists several things by semicolons (commas and 、 do too)."""
    parts = [part.strip() for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text))]
    if not all(parts):
        raise BadCell("bad-list")
    return parts


class Several(Plain):
    """Several values in one cell, separated by semicolons.

    Args:
        each: the type of one value.
        unit: the unit that each value stands in.
        distinct: whether a value may stand only once.
        ordered: whether the order means something; else it is made one.
    """

    hint = lazy("可填多个，以分号分隔")

    def __init__(
        self, each: CellType, *, unit: str = "", distinct: bool = True, ordered: bool = False
    ) -> None:
        self.each = each
        self.distinct = distinct
        self.ordered = ordered
        self.units: Sequence[str] = (unit,) if unit else ()

    def reader(self, unit: str) -> Reader:
        """Return what reads the list."""
        one = self.each.reader(unit)

        def read(text: str) -> tuple[Any, ...]:
            values = [one(part) for part in split_list(text)]
            if self.distinct and len(set(values)) != len(values):
                raise BadCell("bad-list")
            return tuple(values if self.ordered else sorted(values))

        return read

    def show(self, value: Any) -> str:
        """Show the list."""
        return ";".join(self.each.show(item) for item in value)
