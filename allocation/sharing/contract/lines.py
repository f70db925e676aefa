"""What comes out: a line for each month and tax on which something moves, and lines of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from allocation.sharing.contract.known import Retained
from allocation.sharing.taxes import Tax


class LineKind(StrEnum):
    """Why a line is there: a month's share, a true-up at a year's end, or a repayment on relocation."""

    share = "share"
    floor = "floor"
    guarantee = "guarantee"
    clawback = "clawback"


class Figures(NamedTuple):
    """Fen: what the county retained, what was deducted, what is split, and each party's part of it."""

    base: int
    deducted: int
    shared: int
    parts: tuple[int, ...]


class Line(NamedTuple):
    """What a month adds for a tax, and where the agreement year (or its segment) then stands.

    Attributes:
        kind: why the line is there.
        agreement_year: the agreement year.
        tax: the tax; None for a line of its own, which names none.
        month: the month of the receipts (`2025-03`).
        version: the number of the version that governs.
        parties: who the parts belong to, after mergers.
        carried: what an earlier year left over, never positive.
        amounts: the month's own figures.
        cumulative: the figures since the year or segment began.
        before_cap: the parties' cumulative parts before caps.
        bands: the cumulative base in each tier; they add up to `cumulative.shared`.
        weights: for each tier, the parties' parts, and their sum last.
    """

    kind: LineKind
    agreement_year: int
    tax: Tax | None
    month: str
    version: int
    parties: tuple[str, ...]
    carried: int
    amounts: Figures
    cumulative: Figures
    before_cap: tuple[int, ...]
    bands: tuple[int, ...] = ()
    weights: tuple[tuple[int, ...], ...] = ()


class Reason(StrEnum):
    """Why a receipt is not counted."""

    before_effective = "before_effective"
    before_clock = "before_clock"
    tax_not_covered = "tax_not_covered"
    kind_not_covered = "kind_not_covered"
    after_term = "after_term"
    after_end = "after_end"
    after_through = "after_through"


@dataclass(frozen=True, slots=True)
class Outside:
    """A receipt that is not counted, and why."""

    receipt: Retained
    reason: Reason


@dataclass(frozen=True, slots=True)
class Due:
    """All lines of an agreement up to a month.

    `clock_start` is the day the tax clock started, None before it.
    """

    clock_start: date | None
    lines: tuple[Line, ...]

    @property
    def by_party(self) -> dict[str, int]:
        """What each party has of everything, lines of their own included, in fen."""
        return totals(self.lines)

    @property
    def base_fen(self) -> int:
        """What was split: the sum of `shared` over all lines."""
        return sum(line.amounts.shared for line in self.lines)


def totals(lines: Iterable[Line]) -> dict[str, int]:
    """Add up the parties' parts."""
    found: dict[str, int] = {}
    for line in lines:
        for code, part in zip(line.parties, line.amounts.parts, strict=True):
            found[code] = found.get(code, 0) + part
    return found
