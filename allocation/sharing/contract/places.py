"""Reading values out of a document: each fault is kept with its place, and reading goes on."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from allocation.documents import Strange
from allocation.sharing.contract.faults import Fault
from allocation.sharing.contract.texts import can_be_shown
from allocation.units import FEN_LIMIT

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_YEAR: Final = "(?!00|99)[0-9]{4}"  # on either side there is room for a term of 50 years
_DAY: Final = re.compile(_YEAR + "-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH: Final = re.compile(_YEAR + "-(0[1-9]|1[0-2])", re.ASCII)
_SHOWN: Final = 40


class Place:
    """A value with the JSON pointer to it, the clause it belongs to, and the list that faults go to."""

    def __init__(self, value: Any, pointer: str, clause: str, faults: list[Fault]) -> None:
        self.value, self.pointer, self.clause, self.faults = value, pointer, clause, faults

    def fault(self, code: str, value: object = None) -> None:
        """Note what is wrong here."""
        found = self.value if value is None else value
        text = found.word if isinstance(found, Strange) else str(found)
        text = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        self.faults.append(Fault(self.clause, self.pointer or "/", code, text))

    def keys(self, *known: str) -> "Place":
        """Expect a map of known keys; anything else is read as an empty one."""
        self.mapping()
        for name in self.value:
            if name not in known:
                self.child(name).fault("unknown_field", name)
        return self

    def mapping(self) -> Mapping[str, Any]:
        """Expect a map."""
        if not isinstance(self.value, dict):
            self._wrong("not_an_object")
            self.value = {}
        return self.value

    def child(self, name: str | int) -> "Place":
        """What stands under a key or an index."""
        value = self.value.get(name) if isinstance(name, str) else self.value[name]
        step = str(name).replace("~", "~0").replace("/", "~1")
        return Place(value, f"{self.pointer}/{step}", self.clause or str(name), self.faults)

    @property
    def absent(self) -> bool:
        """Whether nothing stands here."""
        return self.value is None

    def items(self) -> Iterator["Place"]:
        """Expect a list; an absent one is empty."""
        if self.absent:
            return
        if not isinstance(self.value, list):
            self._wrong("not_a_list")
            return
        for place in range(len(self.value)):
            yield self.child(place)

    def maybe(self, read: Callable[["Place"], T], default: T) -> T:
        """Read what stands here, or take the default."""
        return default if self.absent else read(self)

    def text(self) -> str:
        """Expect text of one line that can be shown."""
        if not isinstance(self.value, str):
            self._wrong("not_text")
            return ""
        if not can_be_shown(self.value):
            self.fault("unprintable")
            return ""
        return self.value

    def words(self) -> str:
        """Expect text that is not empty."""
        before = len(self.faults)
        found = self.text()
        if not found.strip() and len(self.faults) == before:
            self.fault("empty")
        return found

    def truth(self) -> bool:
        """Expect true or false."""
        if not isinstance(self.value, bool):
            self._wrong("not_true_or_false")
        return self.value is True

    def whole(self) -> int:
        """Expect a whole number whose absolute value is below 2^53."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self._wrong("not_whole")
            return 0
        if not -FEN_LIMIT < self.value < FEN_LIMIT:
            self.fault("out_of_range")
            return 0
        return self.value

    def day(self) -> date:
        """Expect a day as `2025-03-31`."""
        if isinstance(self.value, str) and _DAY.fullmatch(self.value):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                pass
        self._wrong("not_a_day")
        return date.min

    def month(self) -> str:
        """Expect a month as `2025-03`."""
        if isinstance(self.value, str) and _MONTH.fullmatch(self.value):
            return self.value
        self._wrong("not_a_month")
        return "0001-01"

    def word(self, words: type[E]) -> E:
        """Expect one of a closed list of words."""
        if isinstance(self.value, str) and self.value in set(words):
            return words(self.value)
        self._wrong("unknown_word")
        return next(iter(words))

    def _wrong(self, code: str) -> None:
        """Note a value of the wrong sort: a strange one says of itself what it is."""
        if isinstance(self.value, Strange):
            self.fault(self.value.code)
        else:
            self.fault("missing" if self.absent else code)
