"""From the drafting form of two counties (`allocation.sharing.terms.Terms`) to the general contract."""

from itertools import groupby
from typing import Final

from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.clauses import (
    Base,
    Cap,
    Clock,
    ClockKind,
    Credit,
    Doctrine,
    Negative,
    Party,
    Shares,
    Span,
    Tier,
)
from allocation.sharing.terms import WHOLE_BP, CreditRule, Terms
from allocation.units import FEN_LIMIT

ALL_INDICATORS: Final = "all"
"""The indicator of the drafting form, which names none and means every one."""

_DOCTRINES: Final = {
    CreditRule.origin_full: (Doctrine.single, (1, 0)),
    CreditRule.both_full: (Doctrine.full, (1, 1)),
    CreditRule.split_evenly: (Doctrine.by_ratio, (WHOLE_BP // 2, WHOLE_BP // 2)),
}


def contract_of(terms: Terms, *, origin: str | None = None, host: str | None = None) -> Contract:
    """Write drafted terms as a contract: origin first, then host, which keeps the rest.

    Args:
        terms: the drafted terms, already checked.
        origin: the origin's code, where it is not to be the terms' own.
        host: the host's code, the same.
    """
    first, second = origin or terms.origin, host or terms.host
    doctrine, parts = _DOCTRINES[terms.credit_rule]
    # A cap that no sum of fen can reach is no other than the largest that one can.
    caps = () if terms.cap_fen is None else (Cap(first, Span.term, min(terms.cap_fen, FEN_LIMIT - 1)),)
    return Contract(
        parties=(Party(code=first), Party(code=second)),
        origin=first,
        host=second,
        effective_on=terms.effective_on,
        years=terms.years,
        shares=tuple(_shares(terms.ratios_bp)),
        year_basis=terms.year_basis,
        base=Base(
            taxes=terms.taxes,
            kinds=terms.kinds,
            deduct_incentives=terms.deduct_incentives,
            negative=Negative.carry if terms.carry_forward else Negative.floor,
        ),
        caps=caps,
        credits=(
            Credit(
                indicator=ALL_INDICATORS,
                doctrine=doctrine,
                parts=parts,
                years=terms.years,
                clock=Clock(ClockKind.construction),
            ),
        ),
    )


def _shares(ratios_bp: tuple[int, ...]) -> list[Shares]:
    """One clause for each run of years with the same ratio."""
    found = []
    year = 1
    for ratio, run in groupby(ratios_bp):
        last = year + len(list(run)) - 1
        tier = Tier(None, (ratio, WHOLE_BP - ratio))
        found.append(Shares(first_year=year, last_year=last, tiers=(tier,)))
        year = last + 1
    return found
