"""Who counts an indicator under drafted terms (考核口径): the two-party form of `contract.credits`.

This is an assessment unit inside the pool. It is never money, and never a claim on official in-place
statistics.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allocation.sharing.contract.credits import counted, credit_clause
from allocation.sharing.contract.drafting import ALL_INDICATORS, contract_of
from allocation.sharing.terms import Terms


@dataclass(frozen=True, slots=True)
class Credit:
    """What origin and host count of a value, and what the city counts of it: the value itself, once."""

    origin: int
    host: int
    city: int

    def __add__(self, other: "Credit") -> "Credit":
        return Credit(self.origin + other.origin, self.host + other.host, self.city + other.city)


def credit(terms: Terms, started_on: date | None, on: date, value: int) -> Credit:
    """Attribute a value of an indicator (output, fixed investment, paid-in funds; any whole unit).

    Args:
        terms: the agreement's doctrine and number of years.
        started_on: the day construction started, None before it: until then the project is the host's.
        on: the day the value belongs to.
        value: the value.
    """
    contract = contract_of(terms)
    found = counted(contract, credit_clause(contract, ALL_INDICATORS), started_on, on, value)
    origin, host = found.parts
    return Credit(origin, host, found.city)


def city_total(counted: Iterable[Credit]) -> int:
    """The de-duplicated total of the city: each value once, however many counties count it."""
    return sum(one.city for one in counted)
