"""Does an origin do better by passing a lead on than by hiding it? `python -m benchmarks.hiding`.

An officer holds a lead that the county cannot host now. Three ways of acting are played on the same seeded
leads, with the same luck:

* **hide**: with the chance `room` the county has room in time after all and keeps all the tax; else the firm
  goes elsewhere.
* **name first**: the lead is shared openly. With the chance `match` a county takes it; knowing the firm's
  name it deals behind the origin's back with the chance `poach`, and otherwise bargains the ratio down, to
  anything from nothing to what was asked. What nobody takes is hidden again, a year later: half of the
  chance of room is gone.
* **terms first**: the origin seals its floor terms, and a host learns the name only after accepting them. So
  fewer accept (`accept` of those who would), nothing is bargained down, and only a name that leaks (`leak`)
  can be dealt with behind the origin's back.

Money is what the engine of sharing computes from five years of tax after two years of building. Credit is the
investment that this year's assessment counts for the origin: all of it where the lead lands by its doing.
The behaviour is stated, not observed: the figures say in which regimes passing on pays, and in which it does
not. The last line is one JSON object.
"""

import argparse
import itertools
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from allocation.sharing.entitlement import Retained, TermsVersion, entitle
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Method, Terms
from allocation.units import FEN_PER_WAN, WHOLE

FIRST_YEAR: Final = 2027
BUILDING: Final = 2
YEARS: Final = 5
LEADS: Final = 400


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How people act: chances, and the ratio asked for in basis points."""

    room: float = 0.2
    match: float = 0.5
    ratio_bp: int = 5000
    poach: float = 0.3
    accept: float = 0.8
    leak: float = 0.05


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead and its luck: numbers from 0 up to 1 that decide what happens to it under any behaviour."""

    investment_fen: int
    retained_fen: tuple[int, ...]
    room: float
    match: float
    dealt: float
    bargain: float
    accept: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an origin has of a lead: money over the years, and credit on this year's assessment day."""

    money_fen: int = 0
    credit_fen: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.money_fen + other.money_fen, self.credit_fen + other.credit_fen)


def make_leads(seed: int, count: int = LEADS) -> tuple[Lead, ...]:
    """Draw leads; few are large."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        yearly = round(10 ** draw.uniform(1.5, 3.3)) * FEN_PER_WAN
        grown = (yearly // 2, *(yearly * (100 + 15 * year) // 100 for year in range(YEARS - 1)))
        luck = [draw.random() for _ in range(5)]
        found.append(Lead(round(yearly * draw.uniform(5, 20)), grown, *luck))
    return tuple(found)


@cache
def shared_fen(retained_fen: tuple[int, ...], ratio_bp: int) -> int:
    """Let the engine compute what the origin is owed over the term."""
    terms = Terms(
        method=Method.fixed,
        origin="611021",
        host="611002",
        ratios_bp=(ratio_bp,) * YEARS,
        years=YEARS,
        effective_on=date(FIRST_YEAR, 1, 1),
    )
    receipts = [
        Retained(f"{year}", date(FIRST_YEAR + BUILDING + year, 6, 15), Tax.vat, ReceiptKind.normal, fen)
        for year, fen in enumerate(retained_fen)
    ]
    last = FIRST_YEAR + BUILDING + YEARS
    return entitle([TermsVersion(1, terms)], receipts, (), through=f"{last}-12").origin_fen


def hide(lead: Lead, how: Behaviour) -> Outcome:
    """Keep the lead in the drawer."""
    if lead.room >= how.room:
        return Outcome()
    return Outcome(sum(lead.retained_fen), lead.investment_fen)


def name_first(lead: Lead, how: Behaviour) -> Outcome:
    """Share the lead openly and bargain afterwards."""
    if lead.match >= how.match:
        return hide(lead, replace(how, room=how.room / 2))
    if lead.dealt < how.poach:
        return Outcome()
    return Outcome(shared_fen(lead.retained_fen, int(how.ratio_bp * lead.bargain)), lead.investment_fen)


def terms_first(lead: Lead, how: Behaviour) -> Outcome:
    """Share the lead under sealed floor terms, the name after acceptance."""
    if lead.match >= how.match or lead.accept >= how.accept:
        return hide(lead, replace(how, room=how.room / 2))
    if lead.dealt < how.leak * how.poach:
        return Outcome()
    return Outcome(shared_fen(lead.retained_fen, how.ratio_bp), lead.investment_fen)


def total(outcomes: Iterable[Outcome]) -> Outcome:
    """Add outcomes up."""
    return sum(outcomes, Outcome())


def played(leads: Sequence[Lead], how: Behaviour) -> dict[str, Any]:
    """Play the three ways on the same leads."""
    ways = {way.__name__: total(way(lead, how) for lead in leads) for way in (hide, name_first, terms_first)}
    return {
        **{f"{name}_wan": one.money_fen // FEN_PER_WAN for name, one in ways.items()},
        **{f"{name}_credit_wan": one.credit_fen // FEN_PER_WAN for name, one in ways.items()},
        "money_pays": ways["terms_first"].money_fen > ways["hide"].money_fen,
        "credit_pays": ways["terms_first"].credit_fen > ways["hide"].credit_fen,
    }


def regimes() -> tuple[Behaviour, ...]:
    """All combinations of what decides most: room at home, a host to be found, the ratio, leaking names."""
    return tuple(
        Behaviour(room=room, match=match, ratio_bp=ratio_bp, leak=leak)
        for room, match, ratio_bp, leak in itertools.product(
            (0.0, 0.1, 0.2, 0.4, 0.6), (0.2, 0.5, 0.8), (3000, 5000), (0.0, 0.5)
        )
    )


def main() -> None:
    """Play every regime, print a line for each, and sum up."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hiding", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    leads = make_leads(asked.seed)
    print(f"{'room':>5} {'match':>5} {'ratio':>6} {'leak':>5} {'hide':>9} {'name':>9} {'terms':>9}  pays in")
    found = []
    for how in regimes():
        figures = played(leads, how)
        pays = [name for name in ("money", "credit") if figures[f"{name}_pays"]]
        found.append(figures)
        print(
            f"{how.room:5.1f} {how.match:5.1f} {how.ratio_bp / WHOLE:6.0%} {how.leak:5.1f}"
            f" {figures['hide_wan']:9,} {figures['name_first_wan']:9,} {figures['terms_first_wan']:9,}"
            f"  {' and '.join(pays) or 'nothing'}"
        )
    stated = played(leads, Behaviour())
    print(
        json.dumps(
            {
                "seed": asked.seed,
                "leads": len(leads),
                **stated,
                "regimes": len(found),
                "regimes_money_pays": sum(one["money_pays"] for one in found),
                "regimes_credit_pays": sum(one["credit_pays"] for one in found),
                "regimes_neither": sum(not one["money_pays"] and not one["credit_pays"] for one in found),
            }
        )
    )


if __name__ == "__main__":
    main()
