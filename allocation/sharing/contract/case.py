"""A case file (`yipanqi.share/1`, docs/sharing.md): terms, receipts and all that is known, read strictly.

Every fault of the file is told at once, with the JSON pointer to its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from allocation.sharing.base import LevelShare, Split
from allocation.sharing.contract.faults import Fault
from allocation.sharing.contract.floor_terms import posted_faults, version_faults
from allocation.sharing.contract.known import ENDINGS, Event, EventKind, Incentive, Version
from allocation.sharing.contract.places import Place
from allocation.sharing.contract.reading import read_version
from allocation.sharing.contract.texts import is_code
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import WHOLE_BP

FORMAT: Final = "yipanqi.share/1"

_FIELDS: Final = (
    "format",
    "title",
    "source",
    "illustrative",
    "city",
    "terms",
    "levels",
    "receipts",
    "incentives",
    "events",
    "indicators",
    "posted",
    "outside_term",
    "through",
    "expect",
)


class OutsideTerm(StrEnum):
    """What a receipt outside the term does: refuse the case, or be told and not counted."""

    refuse = "refuse"
    tell = "tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceipt:
    """One revision of a receipt: its amount, with or without the treasury's split, or the retained part.

    `treasury` is None where it is the host's.
    """

    ticket: str
    paid_on: date
    treasury: str | None
    tax: Tax
    kind: ReceiptKind
    amount_fen: int | None
    retained_fen: int | None
    split: Split | None
    revision: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """A value of an indicator on a day, in whole units."""

    indicator: str
    on: date
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A whole case. `expect` is what the file says must come out, None where it says nothing."""

    title: str
    city: str
    versions: tuple[Version, ...]
    levels: tuple[LevelShare, ...]
    receipts: tuple[CaseReceipt, ...]
    incentives: tuple[Incentive, ...]
    events: tuple[Event, ...]
    indicators: tuple[Indicator, ...]
    through: str
    outside_term: OutsideTerm = OutsideTerm.refuse
    expect: Mapping[str, Any] | None = field(default=None)


class InvalidCaseError(ValueError):
    """A case that cannot be worked out; `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{one.pointer}: {one.code} ({one.value})" for one in faults))


def read_case(document: Any) -> Case:
    """Read a parsed document (`places.parse`).

    Raises:
        InvalidCaseError: with all faults.
    """
    faults: list[Fault] = []
    at = Place(document, "", "", faults).keys(*_FIELDS)
    form = at.child("format").text()
    if form != FORMAT and not any(one.pointer == "/format" for one in faults):
        at.child("format").fault("unknown_format")
    several = [read_version(one, number) for number, one in enumerate(at.child("terms").items(), start=1)]
    if not several and not at.child("terms").absent and not faults:
        at.child("terms").fault("empty_or_repeated")
    if at.child("terms").absent:
        at.child("terms").fault("missing")
    events = tuple(_event(one) for one in at.child("events").items())
    posted = {} if at.child("posted").absent else _numbers(at.child("posted"))
    case: dict[str, Any] = {
        "title": at.child("title").maybe(Place.text, ""),
        "city": at.child("city").maybe(_code, ""),
        "levels": tuple(one for place in at.child("levels").items() if (one := _level(place))),
        "receipts": tuple(_receipt(one) for one in at.child("receipts").items()),
        "incentives": tuple(_incentive(one) for one in at.child("incentives").items()),
        "events": events,
        "indicators": tuple(_indicator(one) for one in at.child("indicators").items()),
        "through": at.child("through").month(),
        "outside_term": at.child("outside_term").maybe(lambda one: one.word(OutsideTerm), OutsideTerm.refuse),
        "expect": at.child("expect").maybe(_some_expected, None),
    }
    at.child("source").maybe(Place.text, "")
    at.child("illustrative").maybe(Place.truth, default=False)
    versions = tuple(one for one in several if one is not None)
    if len(versions) == len(several) > 0:
        _check_together(at, versions, events, posted)
    if faults:
        raise InvalidCaseError(tuple(faults))
    return Case(versions=versions, **case)


def _check_together(
    at: Place, versions: tuple[Version, ...], events: tuple[Event, ...], posted: Mapping[str, int]
) -> None:
    """What can only be told of sound terms: versions among each other, events, and what is booked."""
    faults, first = at.faults, versions[0].contract
    if first.over_before_it_begins:
        faults.append(Fault("clock", "/terms/0/clock/on", "end_before_start", str(first.clock.on)))
    for place, fault in version_faults(versions):
        faults.append(fault._replace(pointer=f"/terms/{place}{fault.pointer}"))
    last = len(versions) - 1
    faults += [
        fault._replace(pointer=f"/terms/{last}{fault.pointer}")
        for fault in posted_faults(versions[-1].contract, posted)
    ]
    known = {code for one in versions for code in one.contract.codes}
    heirs = {event.successor for event in events if event.kind is EventKind.merger}
    for code in posted:
        if code not in known | heirs:
            at.child("posted").child(code).fault("unknown_party", code)
    for place, event in enumerate(events):
        if event.kind is EventKind.merger and event.predecessor not in known:
            faults.append(Fault("events", f"/events/{place}/predecessor", "unknown_party", event.predecessor))
        if event.kind is EventKind.merger:
            known.add(event.successor)
        if event.kind in ENDINGS and event.on < first.effective_on:
            faults.append(Fault("events", f"/events/{place}/on", "end_before_start", str(event.on)))


def _numbers(at: Place) -> Mapping[str, int]:
    return {code: at.child(code).whole() for code in at.mapping()}


def _event(at: Place) -> Event:
    merged = ("predecessor", "successor", "successor_name")
    at.keys("kind", "on", *merged)
    kind, on = at.child("kind").word(EventKind), at.child("on").day()
    if kind is EventKind.merger:
        old, new, name = (at.child(one) for one in merged)
        return Event(kind, on, _code(old), _code(new), name.maybe(Place.text, ""))
    for field_name in merged:
        if not at.child(field_name).absent:
            at.child(field_name).fault("only_of_a_merger")
    return Event(kind, on)


def _code(at: Place) -> str:
    before = len(at.faults)
    found = at.text()
    if not is_code(found) and len(at.faults) == before:
        at.fault("not_a_code")
    return found


def _level(at: Place) -> LevelShare | None:
    names = ("central_bp", "province_bp", "city_bp", "county_bp")
    at.keys("treasury", "tax", "effective_from", *names)
    before = len(at.faults)
    treasury, tax = at.child("treasury").words(), at.child("tax").word(Tax)
    start = at.child("effective_from").day()
    parts = [at.child(name).whole() for name in names]
    if len(at.faults) > before:
        return None
    if min(parts) < 0 or sum(parts) != WHOLE_BP:
        at.fault("no_whole", sum(parts))
        return None
    central, province, city, county = parts
    return LevelShare(treasury, tax, start, central, province, city, county)


def _receipt(at: Place) -> CaseReceipt:
    at.keys(
        "ticket",
        "paid_on",
        "treasury",
        "tax",
        "kind",
        "amount_fen",
        "retained_fen",
        "split",
        "revision",
        "withdrawn",
    )
    amount = at.child("amount_fen").maybe(_some_whole, None)
    retained = at.child("retained_fen").maybe(_some_whole, None)
    split = at.child("split").maybe(_split, None)
    if at.child("amount_fen").absent is at.child("retained_fen").absent:
        at.fault("amount_or_retained", at.child("ticket").value)
    if split is not None and split.total != amount:
        at.child("split").fault("not_the_amount", split.total)
    return CaseReceipt(
        ticket=at.child("ticket").words(),
        paid_on=at.child("paid_on").day(),
        treasury=at.child("treasury").maybe(_some_text, None),
        tax=at.child("tax").word(Tax),
        kind=at.child("kind").maybe(lambda one: one.word(ReceiptKind), ReceiptKind.normal),
        amount_fen=amount,
        retained_fen=retained,
        split=split,
        revision=at.child("revision").maybe(Place.whole, 1),
        withdrawn=at.child("withdrawn").maybe(Place.truth, default=False),
    )


def _some_whole(at: Place) -> int | None:
    return at.whole()


def _some_text(at: Place) -> str | None:
    return at.text()


def _split(at: Place) -> Split | None:
    at.keys("central", "province", "city", "county")
    return Split(*(at.child(name).whole() for name in ("central", "province", "city", "county")))


def _incentive(at: Place) -> Incentive:
    at.keys("document_no", "paid_on", "fen")
    return Incentive(at.child("document_no").words(), at.child("paid_on").day(), at.child("fen").whole())


def _indicator(at: Place) -> Indicator:
    at.keys("indicator", "on", "value")
    return Indicator(at.child("indicator").words(), at.child("on").day(), at.child("value").whole())


def _some_expected(at: Place) -> Mapping[str, Any] | None:
    at.keys(*_EXPECTED)
    return {name: read(at.child(name)) for name, read in _EXPECTED.items() if name in at.value}


def _by_year(at: Place) -> Mapping[str, Mapping[str, int]]:
    return {year: _numbers(at.child(year)) for year in at.mapping()}


def _credits(at: Place) -> list[Mapping[str, int]]:
    return [_numbers(one) for one in at.items()]


_EXPECTED: Final[Mapping[str, Callable[[Place], Any]]] = {
    "by_party": _numbers,
    "base_fen": Place.whole,
    "lines": Place.whole,
    "by_year": _by_year,
    "credits": _credits,
    "land": _numbers,
    "outside": Place.whole,
}
