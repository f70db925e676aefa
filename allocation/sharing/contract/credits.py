"""Who counts an indicator in the pool's assessment (考核口径): three doctrines, on a clock of its own.

This is an assessment unit inside the pool. It is never money, and never a claim on official in-place
statistics.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.clauses import Credit, Doctrine
from allocation.sharing.years import agreement_year, month_of
from allocation.units import split_largest_remainder


@dataclass(frozen=True, slots=True)
class Counted:
    """What each party counts of a value, in the listed order, and what the city does: the value, once."""

    parts: tuple[int, ...]
    city: int


def counted(contract: Contract, clause: Credit | None, started: date | None, on: date, value: int) -> Counted:
    """Attribute a value of an indicator (output, fixed investment, paid-in funds; any whole unit).

    Args:
        contract: parties, host and kind of year.
        clause: the indicator's clause; without one the host counts all.
        started: the day the clause's clock started, None before it: until then the host counts all.
        on: the day the value belongs to.
        value: the value.
    """
    number = 0 if started is None else agreement_year(contract.year_basis, started, on)
    if clause is None or not 1 <= number <= clause.years:
        return Counted(tuple(value * (code == contract.host) for code in contract.codes), value)
    if clause.doctrine is Doctrine.by_ratio:
        return Counted(split_largest_remainder(value, clause.parts), value)
    return Counted(tuple(value * part for part in clause.parts), value)


def credit_clause(contract: Contract, indicator: str) -> Credit | None:
    """The clause on an indicator, None where the contract has none."""
    return next((clause for clause in contract.credits if clause.indicator == indicator), None)


def city_total(several: Iterable[Counted]) -> int:
    """The de-duplicated total of the city: each value once, however many parties count it."""
    return sum(one.city for one in several)


def land_balances(contract: Contract, through: str) -> dict[str, int]:
    """What quota each party gained or lost by the end of a month, in hundredths of a mu; the sum is 0."""
    found = dict.fromkeys(contract.codes, 0)
    for transfer in contract.land:
        if month_of(transfer.on) <= through:
            found[transfer.giver] -= transfer.mu
            found[transfer.taker] += transfer.mu
    return found
