"""A version of the terms from its JSON form (docs/sharing.md): contract and number, or faults."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.clauses import (
    WITHOUT_TREASURY,
    Base,
    Cap,
    Change,
    Clawback,
    Clock,
    ClockKind,
    Credit,
    Doctrine,
    Entry,
    FloorTerms,
    Grace,
    GraceRule,
    LandTransfer,
    Least,
    Negative,
    Party,
    PartyKind,
    ShareKind,
    Shares,
    Span,
    Tier,
    TierBasis,
)
from allocation.sharing.contract.faults import Fault, InvalidContractError, party_faults
from allocation.sharing.contract.known import Version
from allocation.sharing.contract.places import Place
from allocation.sharing.taxes import DEFAULT_KINDS, ReceiptKind, Tax
from allocation.sharing.terms import YearBasis

FIELDS = (
    "version",
    "parties",
    "origin",
    "host",
    "effective_on",
    "years",
    "year_basis",
    "clock",
    "base",
    "shares",
    "grace",
    "caps",
    "floors",
    "guarantees",
    "entry",
    "clawback",
    "change",
    "credits",
    "land",
    "floor_terms",
    "other",
    "follows",
)


def read_version(at: Place, number: int) -> Version | None:
    """Read one version; None where it has faults, which are noted with their places.

    Args:
        at: where it stands.
        number: its number where it names none.
    """
    before = len(at.faults)
    head = at.pointer
    at.keys(*FIELDS)
    parts = {name: Place(at.value.get(name), f"{head}/{name}", name, at.faults) for name in FIELDS}
    facts = _facts(parts)
    version = parts["version"].maybe(Place.whole, number)
    found: Iterable[Fault]
    if len(at.faults) > before:  # clauses that could not be read say nothing more; the parties may
        found = party_faults(facts["parties"], facts["origin"], facts["host"])
    else:
        try:
            return Version(version, Contract(**facts))
        except InvalidContractError as refused:
            found = refused.faults
    told = {fault.pointer for fault in at.faults}
    at.faults += [
        fault._replace(pointer=head + fault.pointer) for fault in found if head + fault.pointer not in told
    ]
    return None


def _facts(parts: dict[str, Place]) -> dict[str, Any]:
    parties = tuple(_party(one) for one in parts["parties"].items())
    codes = [party.code for party in parties]
    host = parts["host"].text()
    return {
        "parties": parties,
        "origin": parts["origin"].text(),
        "host": host,
        "effective_on": parts["effective_on"].day(),
        "years": parts["years"].whole(),
        "year_basis": parts["year_basis"].maybe(lambda at: at.word(YearBasis), YearBasis.calendar),
        "clock": parts["clock"].maybe(_clock, Clock()),
        "base": parts["base"].maybe(_base, Base()),
        "shares": tuple(_shares(one, codes) for one in parts["shares"].items()),
        "grace": parts["grace"].maybe(_grace, None),
        "caps": tuple(_cap(one) for one in parts["caps"].items()),
        "floors": tuple(_least(one, host) for one in parts["floors"].items()),
        "guarantees": tuple(_least(one, host) for one in parts["guarantees"].items()),
        "entry": parts["entry"].maybe(_entry, None),
        "clawback": parts["clawback"].maybe(_clawback, None),
        "change": parts["change"].maybe(lambda at: at.word(Change), Change.next_year),
        "credits": tuple(_credit(one, codes) for one in parts["credits"].items()),
        "land": tuple(_land(one) for one in parts["land"].items()),
        "floor_terms": parts["floor_terms"].maybe(_floor_terms, None),
        "other": tuple(one.words() for one in parts["other"].items()),
        "follows": () if parts["follows"].absent else _follows(parts["follows"]),
    }


def _party(at: Place) -> Party:
    at.keys("code", "kind", "name", "treasury")
    kind = at.child("kind").maybe(lambda one: one.word(PartyKind), PartyKind.county)
    return Party(
        code=at.child("code").text(),
        kind=kind,
        name=at.child("name").maybe(Place.text, ""),
        treasury=at.child("treasury").maybe(Place.truth, kind not in WITHOUT_TREASURY),
    )


def _clock(at: Place) -> Clock:
    at.keys("kind", "on")
    return Clock(at.child("kind").word(ClockKind), at.child("on").maybe(_some_day, None))


def _some_day(at: Place) -> date | None:
    return at.day()


def _base(at: Place) -> Base:
    at.keys("taxes", "kinds", "deduct_incentives", "negative")
    taxes, kinds = at.child("taxes"), at.child("kinds")
    return Base(
        taxes=tuple(Tax) if taxes.absent else tuple(one.word(Tax) for one in taxes.items()),
        kinds=DEFAULT_KINDS if kinds.absent else tuple(one.word(ReceiptKind) for one in kinds.items()),
        deduct_incentives=at.child("deduct_incentives").maybe(Place.truth, default=True),
        negative=at.child("negative").maybe(lambda one: one.word(Negative), Negative.floor),
    )


def _parts(at: Place, codes: Sequence[str]) -> tuple[int, ...]:
    """Parts by party's code; one that is not named has 0."""
    found = at.mapping()
    for code in found:
        if code not in codes:
            at.child(code).fault("unknown_party", code)
    return tuple(at.child(code).whole() if code in found else 0 for code in codes)


def _shares(at: Place, codes: Sequence[str]) -> Shares:
    at.keys("first_year", "last_year", "ratio_bp", "weights", "tiers", "tier_basis")
    ways = [name for name in ("ratio_bp", "weights", "tiers") if not at.child(name).absent]
    tiers: tuple[Tier, ...] = ()
    if len(ways) != 1:
        at.fault("one_way_to_split", ";".join(ways))
    elif ways == ["tiers"]:
        tiers = tuple(_tier(one, codes) for one in at.child("tiers").items())
    else:
        tiers = (Tier(None, _parts(at.child(ways[0]), codes)),)
    return Shares(
        first_year=at.child("first_year").whole(),
        last_year=at.child("last_year").whole(),
        tiers=tiers,
        kind=ShareKind.weights if ways == ["weights"] else ShareKind.ratio,
        basis=at.child("tier_basis").maybe(lambda one: one.word(TierBasis), TierBasis.year),
    )


def _tier(at: Place, codes: Sequence[str]) -> Tier:
    at.keys("up_to_fen", "ratio_bp")
    bound = at.child("up_to_fen")
    return Tier(None if bound.absent else bound.whole(), _parts(at.child("ratio_bp"), codes))


def _grace(at: Place) -> Grace | None:
    at.keys("years", "rule")
    rule = at.child("rule").maybe(lambda one: one.word(GraceRule), GraceRule.origin_none)
    return Grace(at.child("years").whole(), rule)


def _cap(at: Place) -> Cap:
    at.keys("party", "span", "fen")
    return Cap(at.child("party").text(), at.child("span").word(Span), at.child("fen").whole())


def _least(at: Place, host: str) -> Least:
    at.keys("party", "payer", "fen")
    payer = at.child("payer").maybe(Place.text, host)
    return Least(at.child("party").text(), payer, at.child("fen").whole())


def _entry(at: Place) -> Entry | None:
    at.keys("party", "before_fen", "average_fen", "cap_at_sum")
    return Entry(
        party=at.child("party").text(),
        before_fen=tuple(one.whole() for one in at.child("before_fen").items()),
        average_fen=at.child("average_fen").whole(),
        cap_at_sum=at.child("cap_at_sum").maybe(Place.truth, default=True),
    )


def _clawback(at: Place) -> Clawback | None:
    at.keys("giver", "taker", "years", "part_bp")
    return Clawback(
        giver=at.child("giver").text(),
        taker=at.child("taker").text(),
        years=at.child("years").whole(),
        part_bp=at.child("part_bp").whole(),
    )


def _credit(at: Place, codes: Sequence[str]) -> Credit:
    at.keys("indicator", "doctrine", "parts", "years", "clock")
    return Credit(
        indicator=at.child("indicator").words(),
        doctrine=at.child("doctrine").word(Doctrine),
        parts=_parts(at.child("parts"), codes),
        years=at.child("years").whole(),
        clock=at.child("clock").maybe(_clock, Clock(ClockKind.construction)),
    )


def _land(at: Place) -> LandTransfer:
    at.keys("giver", "taker", "on", "mu_hundredths")
    giver, taker = at.child("giver").text(), at.child("taker").text()
    return LandTransfer(giver, taker, at.child("on").day(), at.child("mu_hundredths").whole())


def _floor_terms(at: Place) -> FloorTerms | None:
    at.keys("party", "ratio_bp", "years", "cap_fen", "credit")
    return FloorTerms(
        party=at.child("party").text(),
        ratio_bp=at.child("ratio_bp").whole(),
        years=at.child("years").whole(),
        cap_fen=at.child("cap_fen").maybe(_some_whole, None),
        credit=at.child("credit").maybe(Place.truth, default=False),
    )


def _some_whole(at: Place) -> int | None:
    return at.whole()


def _follows(at: Place) -> tuple[tuple[str, str], ...]:
    at.keys(*FIELDS)
    return tuple((name, at.child(name).words()) for name in at.value)
