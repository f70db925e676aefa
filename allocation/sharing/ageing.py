"""How old what is not paid is (未结账龄), and what late interest a city that sets it asks for.

Ages count days after the day something was due. Interest is simple, on what is still open day by day, at a
yearly rate in basis points over 365 days; the exact sum is rounded once, half a fen away from zero.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

DAYS: Final = 365
"""Days of a year of interest, in leap years too."""
WHOLE_BP: Final = 10_000


class Age(StrEnum):
    """The classes of age, in days after the due date."""

    not_due = "not_due"
    to_30 = "to_30"
    to_90 = "to_90"
    to_180 = "to_180"
    to_365 = "to_365"
    older = "older"

    @property
    def zh(self) -> str:
        """The heading of the class."""
        return _NAMES[self]


_NAMES: Final = {
    Age.not_due: "未到期",
    Age.to_30: "逾期1—30天",
    Age.to_90: "逾期31—90天",
    Age.to_180: "逾期91—180天",
    Age.to_365: "逾期181—365天",
    Age.older: "逾期一年以上",
}
_LIMITS: Final = (
    (0, Age.not_due),
    (30, Age.to_30),
    (90, Age.to_90),
    (180, Age.to_180),
    (365, Age.to_365),
)


class Paid(NamedTuple):
    """A part payment and its day."""

    on: date
    fen: int


class Rate(NamedTuple):
    """A yearly rate in basis points, in force from a day until the next one."""

    since: date
    basis_points: int


class Open(NamedTuple):
    """Something that is not paid: whose, when it was due, how much is still open."""

    county: str
    due_on: date
    fen: int


def age_of(due_on: date, on: date) -> Age:
    """The class of something due on a day, seen on another; on its due day nothing is late."""
    late = (on - due_on).days
    return next((age for limit, age in _LIMITS if late <= limit), Age.older)


def aged(items: Iterable[Open], on: date) -> dict[str, dict[Age, int]]:
    """What is open by county and class, counties in the order of their codes, each with every class."""
    found: dict[str, dict[Age, int]] = {}
    for item in sorted(items, key=lambda one: one.county):
        classes = found.setdefault(item.county, dict.fromkeys(Age, 0))
        classes[age_of(item.due_on, on)] += item.fen
    return found


def late_interest(
    fen: int, due_on: date, until: date, *, paid: Iterable[Paid] = (), rates: Sequence[Rate]
) -> int:
    """The interest on an amount from the day after it was due up to and including `until`, in fen.

    Args:
        fen: the amount, positive.
        due_on: the last day on which it could be paid without interest.
        until: the last day counted.
        paid: part payments; a payment bears interest until its own day, that day included.
        rates: in the order of their days; before the first one nothing is asked for.
    """
    payments = sorted(paid)
    steps = {due_on, until, *(one.on for one in payments), *(_eve(rate.since) for rate in rates)}
    days = sorted(day for day in steps if due_on <= day <= until)
    total = 0
    for after, last in pairwise(days):
        still = max(fen - sum(one.fen for one in payments if one.on <= after), 0)
        rate = next((one.basis_points for one in reversed(rates) if one.since <= last), 0)
        total += still * rate * (last - after).days
    whole = WHOLE_BP * DAYS
    return (2 * total + whole) // (2 * whole)


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
