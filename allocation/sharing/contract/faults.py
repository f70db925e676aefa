"""What can be wrong with a contract: every fault at once, each naming its clause, its field and the value.

Fields are JSON pointers into the contract as `reading` takes it. Codes are stable; `fault_words` says them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from allocation.sharing.contract.clauses import (
    WITHOUT_TREASURY,
    ClockKind,
    Doctrine,
    Least,
    Party,
    PartyKind,
    ShareKind,
    Shares,
    Span,
    Tier,
)
from allocation.sharing.contract.favours import favours
from allocation.sharing.contract.texts import can_be_shown, is_code
from allocation.sharing.terms import MAX_YEARS, WHOLE_BP
from allocation.units import FEN_LIMIT

if TYPE_CHECKING:
    from allocation.sharing.contract.agreement import Contract

LEAST_PARTIES = 2
YEARS_BEFORE = 3


class Fault(NamedTuple):
    """One thing wrong: the clause, the field as a JSON pointer, a stable code, the value as text."""

    clause: str
    pointer: str
    code: str
    value: str


class InvalidContractError(ValueError):
    """A contract that cannot be; `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{one.pointer}: {one.code} ({one.value})" for one in faults))


def share_pointers(place: int, clause: Shares) -> Iterator[tuple[str, Tier]]:
    """The field of each tier's parts in the file's form, with the tier."""
    head = f"/shares/{place}"
    if clause.kind is ShareKind.weights:
        yield f"{head}/weights", clause.tiers[0]
    elif len(clause.tiers) == 1 and clause.tiers[0].up_to_fen is None:
        yield f"{head}/ratio_bp", clause.tiers[0]
    else:
        for step, tier in enumerate(clause.tiers):
            yield f"{head}/tiers/{step}/ratio_bp", tier


def contract_faults(contract: "Contract") -> Iterator[Fault]:
    """Every fault of a contract, which calls this when it is made."""
    yield from party_faults(contract.parties, contract.origin, contract.host)
    if {contract.host, contract.origin} <= set(contract.codes):  # else no clause has its parties
        for check in _CHECKS:
            yield from check(contract)


def party_faults(parties: Sequence[Party], origin: str, host: str) -> Iterator[Fault]:
    """What is wrong with the parties alone."""
    codes = [party.code for party in parties]
    if len(parties) < LEAST_PARTIES:
        yield Fault("parties", "/parties", "too_few", str(len(parties)))
    for place, party in enumerate(parties):
        yield from _party_itself(f"/parties/{place}", party)
        if party.code in codes[:place]:
            yield Fault("parties", f"/parties/{place}/code", "named_twice", party.code)
    for field, code in (("origin", origin), ("host", host)):
        if code not in codes:
            yield Fault("parties", f"/{field}", "unknown_party", code)
    if origin == host:
        yield Fault("parties", "/host", "same_as_origin", host)


def _party_itself(at: str, party: Party) -> Iterator[Fault]:
    if not is_code(party.code):
        yield Fault("parties", f"{at}/code", "not_a_code", party.code)
    if not can_be_shown(party.name):
        yield Fault("parties", f"{at}/name", "unprintable", party.name)
    if party.kind is PartyKind.firm:
        yield Fault("parties", f"{at}/kind", "firm", party.code)
    if party.kind in WITHOUT_TREASURY and party.treasury:
        yield Fault("parties", f"{at}/treasury", "no_treasury_by_kind", party.kind)


def _term(contract: "Contract") -> Iterator[Fault]:
    if not 1 <= contract.years <= MAX_YEARS:
        yield Fault("years", "/years", "out_of_range", str(contract.years))
    if (contract.clock.kind is ClockKind.fixed) is (contract.clock.on is None):
        yield Fault("clock", "/clock/on", "only_of_a_fixed_clock", str(contract.clock.on))
    if contract.grace is not None and not 1 <= contract.grace.years <= contract.years:
        yield Fault("grace", "/grace/years", "out_of_range", str(contract.grace.years))
    if contract.host in _no_treasury(contract):
        yield Fault("parties", "/host", "no_treasury", contract.host)


def _scope(contract: "Contract") -> Iterator[Fault]:
    base = contract.base
    for field, words in (("taxes", base.taxes), ("kinds", base.kinds)):
        if not words or len(set(words)) != len(words):
            yield Fault("base", f"/base/{field}", "empty_or_repeated", ";".join(words))


def _shares(contract: "Contract") -> Iterator[Fault]:
    covered: list[int] = []
    for place, clause in enumerate(contract.shares):
        at = f"/shares/{place}"
        if clause.first_year < 1 or clause.last_year > contract.years:
            yield Fault("shares", at, "outside_the_term", f"{clause.first_year}-{clause.last_year}")
        if clause.last_year < clause.first_year:
            yield Fault("shares", f"{at}/last_year", "end_before_start", str(clause.last_year))
        years = range(max(1, clause.first_year), min(MAX_YEARS, clause.last_year) + 1)
        twice = [year for year in years if year in covered]
        if twice:
            yield Fault("shares", at, "years_overlap", _listed(twice))
        covered += years
        yield from _tier_bounds(at, clause)
        for pointer, tier in share_pointers(place, clause):
            yield from _parts(contract, pointer, clause.kind, tier.parts)
    missing = [year for year in range(1, min(contract.years, MAX_YEARS) + 1) if year not in covered]
    if missing:
        yield Fault("shares", "/shares", "years_missing", _listed(missing))


def _tier_bounds(at: str, clause: Shares) -> Iterator[Fault]:
    if clause.kind is ShareKind.weights and len(clause.tiers) > 1:
        yield Fault("shares", f"{at}/weights", "weights_have_no_tiers", str(len(clause.tiers)))
    lower = 0
    for step, tier in enumerate(clause.tiers):
        bound, pointer = tier.up_to_fen, f"{at}/tiers/{step}/up_to_fen"
        last = step == len(clause.tiers) - 1
        if (bound is None) is not last:
            yield Fault("shares", pointer, "only_the_last_without_end", str(bound))
        if bound is not None:
            if not lower < bound < FEN_LIMIT:
                yield Fault("shares", pointer, "not_rising", str(bound))
            lower = bound


def _parts(contract: "Contract", pointer: str, kind: ShareKind, parts: tuple[int, ...]) -> Iterator[Fault]:
    for code, part in zip(contract.codes, parts, strict=True):
        if part and code in _no_treasury(contract):
            yield Fault("shares", f"{pointer}/{code}", "no_treasury", str(part))
        if part and contract.party(code).kind is PartyKind.firm:
            yield Fault("shares", f"{pointer}/{code}", "firm", str(part))
        if not 0 <= part < FEN_LIMIT:
            yield Fault("shares", f"{pointer}/{code}", "out_of_range", str(part))
    if kind is ShareKind.ratio and sum(parts) != WHOLE_BP:
        yield Fault("shares", pointer, "no_whole", str(sum(parts)))
    if kind is ShareKind.weights and not any(parts):
        yield Fault("shares", pointer, "all_zero", "0")


def _caps(contract: "Contract") -> Iterator[Fault]:
    seen = set()
    for place, cap in enumerate(contract.caps):
        at = f"/caps/{place}"
        yield from _party(contract, "caps", f"{at}/party", cap.party)
        yield from _money("caps", f"{at}/fen", cap.fen)
        if cap.party == contract.host:
            yield Fault("caps", f"{at}/party", "host_keeps_the_rest", cap.party)
        if (cap.party, cap.span) in seen:
            yield Fault("caps", at, "named_twice", f"{cap.party} {cap.span}")
        seen.add((cap.party, cap.span))
    entry = contract.entry
    if entry is not None:
        yield from _party(contract, "entry", "/entry/party", entry.party)
        if entry.party == contract.host:
            yield Fault("entry", "/entry/party", "host_keeps_the_rest", entry.party)
        yield from _money("entry", "/entry/average_fen", entry.average_fen)
        if len(entry.before_fen) != YEARS_BEFORE:
            yield Fault("entry", "/entry/before_fen", "not_three_years", str(len(entry.before_fen)))
        for place, fen in enumerate(entry.before_fen):
            yield from _money("entry", f"/entry/before_fen/{place}", fen, least=0)
        yield from _sum("entry", "/entry/before_fen", entry.before_fen)


def _least(contract: "Contract") -> Iterator[Fault]:
    for clause, several in (("floors", contract.floors), ("guarantees", contract.guarantees)):
        for place, least in enumerate(several):
            at = f"/{clause}/{place}"
            yield from _party(contract, clause, f"{at}/party", least.party)
            yield from _party(contract, clause, f"{at}/payer", least.payer)
            yield from _money(clause, f"{at}/fen", least.fen)
            yield from _least_against(contract, clause, at, least)


def _least_against(contract: "Contract", clause: str, at: str, least: Least) -> Iterator[Fault]:
    if least.party == least.payer:
        yield Fault(clause, f"{at}/payer", "pays_itself", least.payer)
    if any(least.payer == other.party for other in (*contract.floors, *contract.guarantees)):
        yield Fault(clause, f"{at}/payer", "payer_has_a_least_of_its_own", least.payer)
    cap = contract.cap_of(least.party, Span.year)
    if cap is not None and least.fen > cap:
        yield Fault(clause, f"{at}/fen", "above_the_cap", str(least.fen))


def _clawback(contract: "Contract") -> Iterator[Fault]:
    clause = contract.clawback
    if clause is None:
        return
    for field in ("giver", "taker"):
        yield from _party(contract, "clawback", f"/clawback/{field}", getattr(clause, field))
    if clause.giver == clause.taker:
        yield Fault("clawback", "/clawback/taker", "pays_itself", clause.taker)
    if not 1 <= clause.years <= MAX_YEARS:
        yield Fault("clawback", "/clawback/years", "out_of_range", str(clause.years))
    if not 1 <= clause.part_bp <= WHOLE_BP:
        yield Fault("clawback", "/clawback/part_bp", "out_of_range", str(clause.part_bp))


def _credits(contract: "Contract") -> Iterator[Fault]:
    names = [clause.indicator for clause in contract.credits]
    for place, clause in enumerate(contract.credits):
        at = f"/credits/{place}"
        if not clause.indicator or clause.indicator in names[:place]:
            yield Fault("credits", f"{at}/indicator", "empty_or_repeated", clause.indicator)
        if not 1 <= clause.years <= MAX_YEARS:
            yield Fault("credits", f"{at}/years", "out_of_range", str(clause.years))
        if (clause.clock.kind is ClockKind.fixed) is (clause.clock.on is None):
            yield Fault("credits", f"{at}/clock/on", "only_of_a_fixed_clock", str(clause.clock.on))
        if not _RIGHT_PARTS[clause.doctrine](clause.parts):
            yield Fault("credits", f"{at}/parts", f"not_{clause.doctrine}", _listed(clause.parts))


_RIGHT_PARTS: dict[Doctrine, Callable[[tuple[int, ...]], bool]] = {
    Doctrine.by_ratio: lambda parts: min(parts) >= 0 and sum(parts) == WHOLE_BP,
    Doctrine.full: lambda parts: set(parts) <= {0, 1} and any(parts),
    Doctrine.single: lambda parts: sorted(parts) == [0] * (len(parts) - 1) + [1],
}


def _land(contract: "Contract") -> Iterator[Fault]:
    for place, transfer in enumerate(contract.land):
        at = f"/land/{place}"
        for field in ("giver", "taker"):
            code = getattr(transfer, field)
            if code not in contract.codes:
                yield Fault("land", f"{at}/{field}", "unknown_party", code)
        if transfer.giver == transfer.taker:
            yield Fault("land", f"{at}/taker", "pays_itself", transfer.taker)
        yield from _money("land", f"{at}/mu_hundredths", transfer.mu)
    yield from _sum("land", "/land", [transfer.mu for transfer in contract.land])


def _party(contract: "Contract", clause: str, pointer: str, code: str) -> Iterator[Fault]:
    """A party that money comes to or from: it is there, has a treasury, and is no firm."""
    if code not in contract.codes:
        yield Fault(clause, pointer, "unknown_party", code)
    elif contract.party(code).kind is PartyKind.firm:
        yield Fault(clause, pointer, "firm", code)
    elif code in _no_treasury(contract):
        yield Fault(clause, pointer, "no_treasury", code)


def _money(clause: str, pointer: str, fen: int, least: int = 1) -> Iterator[Fault]:
    if not least <= fen < FEN_LIMIT:
        yield Fault(clause, pointer, "out_of_range", str(fen))


def _sum(clause: str, pointer: str, amounts: Iterable[int]) -> Iterator[Fault]:
    total = sum(amounts)
    if total >= FEN_LIMIT:
        yield Fault(clause, pointer, "sum_out_of_range", str(total))


def _no_treasury(contract: "Contract") -> set[str]:
    return {party.code for party in contract.parties if not party.treasury}


def _listed(values: Iterable[int]) -> str:
    return ";".join(map(str, values))


def _other(contract: "Contract") -> Iterator[Fault]:
    for place, text in enumerate(contract.other):
        for code in favours(text):
            yield Fault("other", f"/other/{place}", code, text)


_CHECKS = (_term, _scope, _shares, _caps, _least, _clawback, _credits, _land, _other)
