"""Two-sided reconciling (双边核对): who says what was paid in, where they differ, and for how long.

A figure is net: what was paid in less what was refunded, in fen, of a tax in a month under an agreement.
A side that has said nothing of an agreement's month has no figure there and differs from nobody; a side that
has spoken of it says 0 of every tax that it leaves out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allocation.sharing.base import Split
from allocation.sharing.taxes import Tax


class Side(StrEnum):
    """Who says it: our own receipts, the host, the origin, the treasury."""

    computed = "computed"
    host = "host"
    origin = "origin"
    treasury = "treasury"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What a figure is about: an agreement by its number, a month (2026-03), a tax."""

    agreement: str
    month: str
    tax: Tax


Figures = Mapping[Side, Mapping[Place, int]]
"""What each side says, in fen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """All sides' figures at one place; None where a side has not spoken."""

    place: Place
    figures: Mapping[Side, int | None]

    @property
    def stated(self) -> tuple[int, ...]:
        """The figures of the sides that have spoken."""
        return tuple(fen for fen in self.figures.values() if fen is not None)

    @property
    def spread_fen(self) -> int:
        """The greatest figure less the least; 0 exactly when all who have spoken say the same."""
        return max(self.stated) - min(self.stated)

    @property
    def differs(self) -> bool:
        """Whether the sides that have spoken do not agree."""
        return self.spread_fen != 0


def compare(figures: Figures) -> tuple[Compared, ...]:
    """Put all sides' figures side by side, in the order of agreement, month and tax as listed.

    The result does not depend on which side is called what: exchanging two sides' figures exchanges their
    columns and changes no spread.
    """
    spoken = {side: {(place.agreement, place.month) for place in said} for side, said in figures.items()}
    places = {place for said in figures.values() for place in said}
    taxes = list(Tax)
    ordered = sorted(places, key=lambda place: (place.agreement, place.month, taxes.index(place.tax)))
    return tuple(
        Compared(
            place=place,
            figures={
                side: said.get(place, 0) if (place.agreement, place.month) in spoken[side] else None
                for side, said in figures.items()
            },
        )
        for place in ordered
    )


class Band(StrEnum):
    """How long a difference has stood, in days from the day on which it was found."""

    days_30 = "0-30"
    days_90 = "31-90"
    days_180 = "91-180"
    older = "181+"


_LAST_DAYS = ((30, Band.days_30), (90, Band.days_90), (180, Band.days_180))


def age_days(opened_on: date, today: date) -> int:
    """The days that a difference has stood; never less than 0."""
    return max((today - opened_on).days, 0)


def band_of(days: int) -> Band:
    """The band of an age in days: 0-30, 31-90, 91-180, 181 and more."""
    return next((band for last, band in _LAST_DAYS if days <= last), Band.older)


@dataclass(frozen=True, slots=True)
class Totals:
    """Control totals of a file: how many rows, and their sum in fen."""

    rows: int
    fen: int


@dataclass(frozen=True, slots=True)
class Declared:
    """The totals that came with a file; None where the sender named none."""

    rows: int | None = None
    fen: int | None = None

    def off_by(self, found: Totals) -> tuple[int, int]:
        """Rows and fen in the file above what was declared; (0, 0) exactly when the file fits."""
        rows = 0 if self.rows is None else found.rows - self.rows
        return rows, 0 if self.fen is None else found.fen - self.fen


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSum:
    """A treasury's month of a tax by level: the treasury's own split beside the computed one.

    `computed` is None where the level table has no shares for one of the receipts; `differing` counts the
    receipts whose split is not the expected one.
    """

    treasury: str
    tax: Tax
    month: str
    receipts: int
    differing: int
    actual: Split
    computed: Split | None

    @property
    def differs(self) -> bool:
        """Whether the month is not as expected, even where single differences cancel out."""
        return self.differing > 0 or self.actual != self.computed


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReceipt:
    """One receipt that carries the treasury's split, with the computed one (None without level shares)."""

    treasury: str
    tax: Tax
    month: str
    actual: Split
    computed: Split | None


def level_sums(receipts: Iterable[SplitReceipt]) -> tuple[LevelSum, ...]:
    """Add up receipts by treasury, month and tax (国库核对表), in that order."""
    parts: dict[tuple[str, str, Tax], list[SplitReceipt]] = {}
    for receipt in receipts:
        parts.setdefault((receipt.treasury, receipt.month, receipt.tax), []).append(receipt)
    taxes = list(Tax)
    return tuple(
        LevelSum(
            treasury=treasury,
            tax=tax,
            month=month,
            receipts=len(part),
            differing=sum(one.actual != one.computed for one in part),
            actual=_sum([one.actual for one in part]),
            computed=_known_sum([one.computed for one in part]),
        )
        for (treasury, month, tax), part in sorted(
            parts.items(), key=lambda item: (item[0][0], item[0][1], taxes.index(item[0][2]))
        )
    )


def _sum(splits: Sequence[Split]) -> Split:
    return sum(splits, Split(0, 0, 0, 0))


def _known_sum(splits: Sequence[Split | None]) -> Split | None:
    known = [split for split in splits if split is not None]
    return _sum(known) if len(known) == len(splits) else None
