"""A contract in its JSON form (docs/sharing.md), which `reading` takes back as the same contract."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from allocation.sharing.contract.clauses import (
    Cap,
    Clock,
    Credit,
    FloorTerms,
    LandTransfer,
    Least,
    Party,
    ShareKind,
    Shares,
)

if TYPE_CHECKING:
    from allocation.sharing.contract.agreement import Contract


def contract_json(contract: "Contract") -> dict[str, Any]:
    """Write a contract; clauses that it does not have are left out, what it has is written in full."""
    codes, base = contract.codes, contract.base
    entry, clawback, grace = contract.entry, contract.clawback, contract.grace
    found = {
        "parties": [_party(one) for one in contract.parties],
        "origin": contract.origin,
        "host": contract.host,
        "effective_on": contract.effective_on.isoformat(),
        "years": contract.years,
        "year_basis": contract.year_basis.value,
        "clock": _clock(contract.clock),
        "base": {
            "taxes": [one.value for one in base.taxes],
            "kinds": [one.value for one in base.kinds],
            "deduct_incentives": base.deduct_incentives,
            "negative": base.negative.value,
        },
        "shares": [_shares(one, codes) for one in contract.shares],
        "grace": None if grace is None else {"years": grace.years, "rule": grace.rule.value},
        "caps": [_cap(one) for one in contract.caps],
        "floors": [_least(one) for one in contract.floors],
        "guarantees": [_least(one) for one in contract.guarantees],
        "entry": None
        if entry is None
        else {
            "party": entry.party,
            "before_fen": list(entry.before_fen),
            "average_fen": entry.average_fen,
            "cap_at_sum": entry.cap_at_sum,
        },
        "clawback": None
        if clawback is None
        else {
            "giver": clawback.giver,
            "taker": clawback.taker,
            "years": clawback.years,
            "part_bp": clawback.part_bp,
        },
        "change": contract.change.value,
        "credits": [_credit(one, codes) for one in contract.credits],
        "land": [_land(one) for one in contract.land],
        "floor_terms": None if contract.floor_terms is None else _floor_terms(contract.floor_terms),
        "other": list(contract.other),
        "follows": dict(contract.follows),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _party(party: Party) -> dict[str, Any]:
    found = {"code": party.code, "kind": party.kind.value, "name": party.name, "treasury": party.treasury}
    return {name: value for name, value in found.items() if value != ""}


def _clock(clock: Clock) -> dict[str, Any]:
    found = {"kind": clock.kind.value}
    return found if clock.on is None else {**found, "on": clock.on.isoformat()}


def _parts(parts: Sequence[int], codes: Sequence[str]) -> dict[str, int]:
    return dict(zip(codes, parts, strict=True))


def _shares(clause: Shares, codes: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"first_year": clause.first_year, "last_year": clause.last_year}
    only = clause.tiers[0].parts
    if clause.kind is ShareKind.weights:
        found["weights"] = _parts(only, codes)
    elif len(clause.tiers) == 1:
        found["ratio_bp"] = _parts(only, codes)
    else:
        found["tiers"] = [
            {
                **({} if tier.up_to_fen is None else {"up_to_fen": tier.up_to_fen}),
                "ratio_bp": _parts(tier.parts, codes),
            }
            for tier in clause.tiers
        ]
    return {**found, "tier_basis": clause.basis.value}


def _cap(cap: Cap) -> dict[str, Any]:
    return {"party": cap.party, "span": cap.span.value, "fen": cap.fen}


def _least(least: Least) -> dict[str, Any]:
    return {"party": least.party, "payer": least.payer, "fen": least.fen}


def _credit(credit: Credit, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "indicator": credit.indicator,
        "doctrine": credit.doctrine.value,
        "parts": _parts(credit.parts, codes),
        "years": credit.years,
        "clock": _clock(credit.clock),
    }


def _land(transfer: LandTransfer) -> dict[str, Any]:
    on = transfer.on.isoformat()
    return {"giver": transfer.giver, "taker": transfer.taker, "on": on, "mu_hundredths": transfer.mu}


def _floor_terms(floor: FloorTerms) -> dict[str, Any]:
    found = {"party": floor.party, "ratio_bp": floor.ratio_bp, "years": floor.years, "credit": floor.credit}
    return found if floor.cap_fen is None else {**found, "cap_fen": floor.cap_fen}
