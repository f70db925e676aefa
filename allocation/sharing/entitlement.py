"""What is due to the origin under the drafted terms of two counties.

A thin form of the one computation in `allocation.sharing.contract`: drafted terms are written as a contract
of two parties, and its lines are read back as origin and host.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from allocation.sharing.amounts import Amounts
from allocation.sharing.contract import entitle as general
from allocation.sharing.contract import timeline
from allocation.sharing.contract.drafting import contract_of
from allocation.sharing.contract.known import Incentive, Retained, Version
from allocation.sharing.contract.lines import Figures
from allocation.sharing.contract.lines import Line as ContractLine
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import Terms

__all__ = [
    "Entitlement",
    "Incentive",
    "Line",
    "Retained",
    "TermsVersion",
    "clock_start",
    "entitle",
    "in_force",
]


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One signed version of an agreement's terms."""

    version: int
    terms: Terms


class Line(NamedTuple):
    """What one month adds for one tax, and where the agreement year then stands.

    `month` is the month of the receipts (`2025-03`). `own` is the month's part, `whole` the sum since the
    agreement year began, each of origin and host. `carried_fen` is what an earlier year left over (never
    positive). `before_cap_fen` is the origin's cumulative share before the cap.
    """

    agreement_year: int
    tax: Tax
    month: str
    version: int
    ratio_bp: int
    carried_fen: int
    own: Figures
    whole: Figures
    before_cap_fen: int

    @property
    def amounts(self) -> Amounts:
        """The month's own part."""
        return _amounts(self.own)

    @property
    def cumulative(self) -> Amounts:
        """The sum since the agreement year began."""
        return _amounts(self.whole)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """All lines of an agreement up to a month. `clock_start` is the day of the first tax, None before it."""

    clock_start: date | None
    lines: tuple[Line, ...]

    @property
    def origin_fen(self) -> int:
        """All that is due to the origin so far."""
        return sum(line.amounts.origin for line in self.lines)


def clock_start(terms: Terms, receipts: Iterable[Retained]) -> date | None:
    """The day of the first tax: the earliest positive payment that the terms cover, by date of receipt.

    A refund or a late fee starts no clock, nor does a payment before the agreement takes effect. What is paid
    before the clock starts is not shared.
    """
    return timeline.agreement_start([Version(1, contract_of(terms))], receipts)


def in_force(versions: Sequence[TermsVersion], first_day: date) -> TermsVersion:
    """The version that governs an agreement year: the newest one in effect on the year's first day.

    An agreement year has one ratio, for it is split once; so a version that takes effect within a year
    governs from the next one. The first year is governed by the first version.
    """
    contracts = [Version(one.version, contract_of(one.terms)) for one in versions]
    number = timeline.in_force(contracts, first_day).version
    return next(one for one in versions if one.version == number)


def entitle(
    versions: Sequence[TermsVersion],
    receipts: Sequence[Retained],
    incentives: Sequence[Incentive],
    *,
    through: str,
) -> Entitlement:
    """Work out all that is due under an agreement up to and including the month `through`.

    Args:
        versions: the agreement's terms in the order of their versions; at least one.
        receipts: the firm's payments as known, in any order.
        incentives: what the host paid the firm, in any order.
        through: the last month (`2025-12`); later payments are left out.
    """
    first = versions[0].terms
    contracts = [
        Version(one.version, contract_of(one.terms, origin=first.origin, host=first.host)) for one in versions
    ]
    due = general.entitle(contracts, receipts, incentives, through=through)
    return Entitlement(due.clock_start, tuple(_line(line, line.tax) for line in due.lines if line.tax))


def _line(line: ContractLine, tax: Tax) -> Line:
    """Read a line of two parties as origin and host."""
    return Line(
        line.agreement_year,
        tax,
        line.month,
        line.version,
        line.weights[0][0],
        line.carried,
        line.amounts,
        line.cumulative,
        line.before_cap[0],
    )


def _amounts(figures: Figures) -> Amounts:
    origin, host = figures.parts
    return Amounts(
        base=figures.base, deducted=figures.deducted, shared=figures.shared, origin=origin, host=host
    )
