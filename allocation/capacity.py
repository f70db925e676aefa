"""The arithmetic of a park's capacity, and what it can hand over quarter by quarter. Pure.

free = total - offered - accepted - used elsewhere. What is offered in applications may overlap: several leads
may look at the same plot, and only one will take it; so a free figure below 0 is shown and flagged. What
binds (the commitment letters, the holds, what others use) may never exceed what there is: the database sees
to that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from allocation.clocks import add_months

QUARTER_MONTHS: Final = 3


class Measure(StrEnum):
    """What a park has: land in hundredths of a mu, halls in m², energy in tce, water in t/d, COD in kg."""

    land_mu = "land_mu"
    hall_m2 = "hall_m2"
    energy_tce = "energy_tce"
    water_td = "water_td"
    cod_kg = "cod_kg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """What there is of one measure and where it goes.

    Attributes:
        total: what the park has.
        applied: offered in open applications; no promise.
        committed: promised in commitment letters of leads that nobody holds yet.
        accepted: held.
        outside: used by what this program does not know (平台外占用).
    """

    total: int
    applied: int = 0
    committed: int = 0
    accepted: int = 0
    outside: int = 0

    @property
    def offered(self) -> int:
        """What is offered and not held."""
        return self.applied + self.committed

    @property
    def unbound(self) -> int:
        """What may still be promised: all but what binds."""
        return self.total - self.committed - self.accepted - self.outside

    @property
    def free(self) -> int:
        """What nobody has been offered; below 0 where applications overlap."""
        return self.total - self.offered - self.accepted - self.outside

    @property
    def overlapping(self) -> bool:
        """Whether more is offered than there is: not all applications can be kept."""
        return self.free < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One quarter of a plan of supply (供地计划).

    Attributes:
        year, number: which quarter.
        last: its last day.
        new: what becomes ready in it; in the first one, all that is ready by its end.
        ready: what is ready by its end in all.
        taken: what is due to others by its end in all.
        left: what may still be promised for its end; below 0 where promises come before the land.
    """

    year: int
    number: int
    last: date
    new: int
    ready: int
    taken: int

    @property
    def left(self) -> int:
        """What is ready by the end and not due to others by then."""
        return self.ready - self.taken


Dated = tuple[date, int]
"""An amount from a day on: ready then, or due then."""


def quarters(today: date, supply: Iterable[Dated], taken: Iterable[Dated], count: int) -> tuple[Quarter, ...]:
    """Plan the supply of the present quarter and the next ones.

    Args:
        today: the business date.
        supply: what is ready from when.
        taken: what is due to others by when; a passed day counts as due now.
        count: how many quarters.
    """
    supplied, owed = list(supply), list(taken)
    first = date(today.year, (today.month - 1) // QUARTER_MONTHS * QUARTER_MONTHS + 1, 1)
    found = []
    before = 0
    for place in range(count):
        begins = add_months(first, place * QUARTER_MONTHS)
        last = add_months(begins, QUARTER_MONTHS) - timedelta(days=1)
        ready = _by(supplied, last)
        found.append(
            Quarter(
                year=begins.year,
                number=(begins.month - 1) // QUARTER_MONTHS + 1,
                last=last,
                new=ready - before,
                ready=ready,
                taken=_by(owed, last),
            )
        )
        before = ready
    return tuple(found)


def _by(rows: Sequence[Dated], last: date) -> int:
    return sum(amount for day, amount in rows if day <= last)
