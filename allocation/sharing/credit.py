"""Who counts an indicator in the pool's assessment (考核口径): three doctrines, on a clock of its own.

This is an assessment unit inside the pool. It is never money, and never a claim on official in-place
statistics.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allocation.sharing.terms import CreditRule, Terms
from allocation.sharing.years import agreement_year
from allocation.units import split_largest_remainder


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
    number = 0 if started_on is None else agreement_year(terms.year_basis, started_on, on)
    if not 1 <= number <= terms.years:
        return Credit(0, value, value)
    if terms.credit_rule is CreditRule.both_full:
        return Credit(value, value, value)
    if terms.credit_rule is CreditRule.origin_full:
        return Credit(value, 0, value)
    origin, host = split_largest_remainder(value, (1, 1))
    return Credit(origin, host, value)


def city_total(counted: Iterable[Credit]) -> int:
    """The de-duplicated total of the city: each value once, however many counties count it."""
    return sum(one.city for one in counted)
