"""The two file formats of `yipanqi solve`, parsed strictly: what is strange is refused with its line.

Pure: text in, instance out. JSON is read by the standard parser; only when something is wrong is the text
    walked again to find the line.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, TypeVar

from allocation import documents
from allocation.documents import Oddity, Strange, Unread, Unreadable
from allocation.matching.instance import (
    VALUE_LIMIT,
    CountyLimit,
    Gap,
    Host,
    Instance,
    Option,
    Seeker,
)
from allocation.matching.places import Place, line_of

T = TypeVar("T")

FORMAT: Final = "yipanqi.instance/1"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,12}", re.ASCII)
_CELL_LIMIT: Final = 50_000_000


class FormatError(ValueError):
    """A file that cannot be read: the line and what is wrong there.

    Args:
        line: from 1.
        fault: what is wrong, in one line.
    """

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line}: {fault}")
        self.line = line
        self.fault = fault


def decode(data: bytes) -> str:
    """Decode a file: UTF-8, a byte order mark allowed.

    Raises:
        FormatError: the bytes are something else.
    """
    try:
        return documents.decode(data)
    except Unreadable as error:
        raise FormatError(error.line, error.reason) from error


def parse_gap(text: str) -> Gap:
    """Parse OR-Library text: `agents jobs`, costs, uses (both a row an agent), capacities.

    Raises:
        FormatError: a word is no number, numbers are missing, or something follows.
    """
    words = [(number, word) for number, line in enumerate(text.split("\n"), start=1) for word in line.split()]
    last = max(1, len(text.rstrip().split("\n")))

    def number_at(position: int) -> int:
        if position >= len(words):
            raise FormatError(last, f"the file ends after {len(words)} numbers")
        line, word = words[position]
        if not _NUMBER.fullmatch(word) or int(word) >= VALUE_LIMIT:
            raise FormatError(line, f"{_shown(word)} is no whole number from 0 to 2^40 - 1")
        return int(word)

    agents, jobs = number_at(0), number_at(1)
    if not 1 <= agents * jobs <= _CELL_LIMIT:
        raise FormatError(words[0][0], f"{agents} agents and {jobs} jobs: between 1 and {_CELL_LIMIT} pairs")
    needed = 2 + 2 * agents * jobs + agents
    numbers = [number_at(position) for position in range(2, min(needed, len(words)))]
    if len(words) < needed:
        raise FormatError(last, f"the file ends after {len(words)} of {needed} numbers")
    if len(words) > needed:
        raise FormatError(words[needed][0], f"the file goes on after {needed} numbers")
    cells = agents * jobs
    rows = [tuple(numbers[start : start + jobs]) for start in range(0, 2 * cells, jobs)]
    return Gap(tuple(rows[:agents]), tuple(rows[agents:]), tuple(numbers[2 * cells :]))


def _shown(word: str) -> str:
    """Quote a word for a one-line message."""
    most = 24
    return ascii(word if len(word) <= most else word[:most] + "…")


def parse_instance(text: str) -> Instance:
    """Parse a compiled instance (`yipanqi.instance/1`).

    Every key is known, every key but a county's `capacity`, `max_leads` and `min_leads` is there, numbers
    are whole, non-negative and below 2^40, names are not repeated, and what is named exists.

    Raises:
        FormatError: something is otherwise; it names line and place.
    """
    try:
        document = documents.parse(text)
    except Unreadable as error:
        kind = "not JSON: " if error.why is Unread.not_json else ""
        raise FormatError(error.line, kind + error.reason) from error
    try:
        return _instance(document)
    except _Fault as fault:
        path = ".".join(_shown(str(step))[1:-1] for step in fault.place) or "the document"
        raise FormatError(line_of(text, fault.place), f"{path}: {fault.what}") from fault


class _Fault(Exception):
    """Something wrong at a place of the document."""

    def __init__(self, place: Place, what: str) -> None:
        super().__init__(what)
        self.place = place
        self.what = what


def _instance(document: Any) -> Instance:
    top = _keys(document, (), {"format", "resources", "hosts", "leads", "counties"})
    if top["format"] != FORMAT:
        raise _Fault(("format",), f"must be {FORMAT}")
    resources = _list(top["resources"], ("resources",), _text)
    _once(resources, ("resources",))
    hosts = _list(top["hosts"], ("hosts",), lambda item, place: _host(item, place, len(resources)))
    _once([host.id for host in hosts], ("hosts",))
    known = {host.id for host in hosts}
    leads = _list(top["leads"], ("leads",), lambda item, place: _lead(item, place, len(resources), known))
    _once([lead.id for lead in leads], ("leads",))
    counties = _list(top["counties"], ("counties",), lambda item, place: _county(item, place, len(resources)))
    _once([county.id for county in counties], ("counties",))
    return Instance(resources, hosts, leads, counties)


def _host(item: Any, place: Place, resources: int) -> Host:
    found = _keys(item, place, {"id", "county", "capacity"})
    return Host(
        _text(found["id"], (*place, "id")),
        _text(found["county"], (*place, "county")),
        _vector(found["capacity"], (*place, "capacity"), resources, _number),
    )


def _lead(item: Any, place: Place, resources: int, hosts: set[str]) -> Seeker:
    found = _keys(item, place, {"id", "origin", "must_place", "held_by", "options"})
    if not isinstance(found["must_place"], bool):
        raise _Fault((*place, "must_place"), "must be true or false")
    held_by = None if found["held_by"] is None else _text(found["held_by"], (*place, "held_by"))
    options = _list(
        found["options"],
        (*place, "options"),
        lambda option, inside: _option(option, inside, resources, hosts),
    )
    _once([option.host for option in options], (*place, "options"))
    return Seeker(
        _text(found["id"], (*place, "id")),
        _text(found["origin"], (*place, "origin")),
        found["must_place"],
        held_by,
        options,
    )


def _option(item: Any, place: Place, resources: int, hosts: set[str]) -> Option:
    found = _keys(item, place, {"host", "value", "use"})
    host = _text(found["host"], (*place, "host"))
    if host not in hosts:
        raise _Fault((*place, "host"), f"there is no host {_shown(host)}")
    return Option(
        host,
        _number(found["value"], (*place, "value")),
        _vector(found["use"], (*place, "use"), resources, _number),
    )


def _county(item: Any, place: Place, resources: int) -> CountyLimit:
    found = _keys(item, place, {"id"}, {"max_leads", "min_leads", "capacity"})
    capacity = found.get("capacity")
    most = _number_or_none(found.get("max_leads"), (*place, "max_leads"))
    return CountyLimit(
        _text(found["id"], (*place, "id")),
        most,
        _number(found.get("min_leads", 0), (*place, "min_leads")),
        (None,) * resources
        if capacity is None
        else _vector(capacity, (*place, "capacity"), resources, _number_or_none),
    )


def _keys(
    item: Any, place: Place, must: AbstractSet[str], may: AbstractSet[str] = frozenset()
) -> Mapping[str, Any]:
    if isinstance(item, Strange) and item.code is Oddity.key_twice:
        raise _Fault(place, f"the key {_shown(item.word)} stands twice")
    if not isinstance(item, dict):
        raise _Fault(place, "must be an object")
    missing = sorted(must - set(item))
    if missing:
        raise _Fault(place, f"the key {missing[0]} is missing")
    unknown = [name for name in item if name not in must | may]
    if unknown:
        raise _Fault((*place, unknown[0]), "unknown key")
    return item


def _list(item: Any, place: Place, read: Callable[[Any, Place], T]) -> tuple[T, ...]:
    if not isinstance(item, list):
        raise _Fault(place, "must be a list")
    return tuple(read(entry, (*place, number)) for number, entry in enumerate(item))


def _vector(item: Any, place: Place, length: int, read: Callable[[Any, Place], T]) -> tuple[T, ...]:
    found = _list(item, place, read)
    if len(found) != length:
        raise _Fault(place, f"must have {length} entries, one a resource")
    return found


def _text(item: Any, place: Place) -> str:
    if not isinstance(item, str) or not item or not item.isprintable():
        raise _Fault(place, "must be a printable text that is not empty")
    return item


def _number(item: Any, place: Place) -> int:
    if type(item) is not int or not 0 <= item < VALUE_LIMIT:
        raise _Fault(place, "must be a whole number from 0 to 2^40 - 1")
    return item


def _number_or_none(item: Any, place: Place) -> int | None:
    return None if item is None else _number(item, place)


def _once(names: Sequence[str], place: Place) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            raise _Fault((*place, number), f"{_shown(name)} stands twice")
        seen.add(name)
