"""保底条件: what was put to the pool is not bargained below afterwards. And caps against what is booked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from allocation.sharing.contract.clauses import Doctrine, FloorTerms, Span
from allocation.sharing.contract.faults import Fault, share_pointers
from allocation.sharing.terms import MAX_YEARS, WHOLE_BP
from allocation.units import FEN_LIMIT

if TYPE_CHECKING:
    from allocation.sharing.contract.agreement import Contract
    from allocation.sharing.contract.known import Version


def floor_faults(floor: FloorTerms) -> Iterator[Fault]:
    """Floor terms that say nothing or cannot be."""
    if not 1 <= floor.years <= MAX_YEARS:
        yield Fault("floor_terms", "/floor_terms/years", "out_of_range", str(floor.years))
    if not 0 <= floor.ratio_bp <= WHOLE_BP:
        yield Fault("floor_terms", "/floor_terms/ratio_bp", "out_of_range", str(floor.ratio_bp))
    if floor.cap_fen is not None and not 1 <= floor.cap_fen < FEN_LIMIT:
        yield Fault("floor_terms", "/floor_terms/cap_fen", "out_of_range", str(floor.cap_fen))


def undercuts(floor: FloorTerms, later: "Contract") -> Iterator[Fault]:
    """Where a contract gives the floor's party less than the floor terms say."""
    if floor.party not in later.codes:
        yield Fault("floor_terms", "/floor_terms/party", "unknown_party", floor.party)
        return
    if later.years < floor.years:
        yield Fault("years", "/years", "below_floor_terms", str(later.years))
    yield from _ratios(floor, later)
    cap = later.cap_of(floor.party, Span.term)
    if cap is not None and (floor.cap_fen is None or cap < floor.cap_fen):
        yield Fault("caps", "/caps", "below_floor_terms", str(cap))
    place = later.place(floor.party)
    for number, clause in enumerate(later.credits):
        whole = clause.doctrine is not Doctrine.by_ratio and clause.parts[place] == 1
        if floor.credit and not whole:
            yield Fault("credits", f"/credits/{number}/parts", "below_floor_terms", str(clause.parts[place]))


def _ratios(floor: FloorTerms, later: "Contract") -> Iterator[Fault]:
    place = later.place(floor.party)
    years = range(1, min(floor.years, later.years) + 1)
    for number, clause in enumerate(later.shares):
        if not any(clause.first_year <= year <= clause.last_year for year in years):
            continue
        for pointer, tier in share_pointers(number, clause):
            if tier.parts[place] * WHOLE_BP < floor.ratio_bp * sum(tier.parts):
                at = f"{pointer}/{floor.party}"
                yield Fault("shares", at, "below_floor_terms", str(tier.parts[place]))
    given_up = later.grace is not None and years and _nothing_in_first_year(floor, later)
    if given_up and floor.ratio_bp:
        yield Fault("grace", "/grace", "below_floor_terms", "0")


def _nothing_in_first_year(floor: FloorTerms, later: "Contract") -> bool:
    place = later.place(floor.party)
    return any(not tier.parts[place] for tier in later.tiers_in(1))


def version_faults(versions: Sequence["Version"]) -> Iterator[tuple[int, Fault]]:
    """Where versions do not follow each other: the place in the list, and what is wrong there.

    Numbers rise, and the floor terms of an earlier version bind every later one.
    """
    for place, one in enumerate(versions):
        if any(one.version <= before.version for before in versions[:place]):
            yield place, Fault("version", "/version", "not_rising", str(one.version))
        for before in versions[:place]:
            if before.contract.floor_terms is not None:
                for fault in undercuts(before.contract.floor_terms, one.contract):
                    yield place, fault


def posted_faults(contract: "Contract", posted: Mapping[str, int]) -> Iterator[Fault]:
    """Caps below what has been booked already, by party in fen over all years: such a cap cannot be kept.

    A yearly cap cannot where not even all years of the term together come to what is booked.
    """
    for place, cap in enumerate(contract.caps):
        most = cap.fen if cap.span is Span.term else cap.fen * contract.years
        if most < posted.get(cap.party, 0):
            yield Fault("caps", f"/caps/{place}/fen", "below_what_is_posted", str(cap.fen))
    entry = contract.entry
    if entry is not None and entry.cap_at_sum and sum(entry.before_fen) < posted.get(entry.party, 0):
        yield Fault("entry", "/entry/before_fen", "below_what_is_posted", str(sum(entry.before_fen)))
