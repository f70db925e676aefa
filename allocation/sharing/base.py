"""The base that is shared: what stays with the county of a tax payment, after centre, province and city.

The treasury's own split on the receipt decides where the file has it. The level table, whose shares are
absolute percentages of the tax by treasury, tax and date, is what the receipts are reconciled with, and
what decides where a receipt carries no split.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import WHOLE_BP
from allocation.units import split_largest_remainder


@dataclass(frozen=True, slots=True)
class Split:
    """An amount by level of government, in fen."""

    central: int
    province: int
    city: int
    county: int

    @property
    def total(self) -> int:
        """The whole amount."""
        return self.central + self.province + self.city + self.county

    @property
    def local(self) -> int:
        """What the centre leaves (地方级)."""
        return self.total - self.central

    def __add__(self, other: "Split") -> "Split":
        return Split(
            self.central + other.central,
            self.province + other.province,
            self.city + other.city,
            self.county + other.county,
        )


@dataclass(frozen=True, slots=True)
class LevelShare:
    """The levels' shares of a tax paid into a treasury, in basis points of the whole tax, from a date on."""

    treasury: str
    tax: Tax
    effective_from: date
    central_bp: int
    province_bp: int
    city_bp: int
    county_bp: int

    def __post_init__(self) -> None:
        """Refuse shares that do not make a whole.

        Raises:
            ValueError: a share is negative or their sum is not 100 %.
        """
        if min(self.parts) < 0 or sum(self.parts) != WHOLE_BP:
            raise ValueError(f"shares of {self.treasury} {self.tax} are no whole: {self.parts}")

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """Centre, province, city, county: the listed order, to which ties go."""
        return (self.central_bp, self.province_bp, self.city_bp, self.county_bp)


def absolute_shares(
    central_bp: int, province_of_local_bp: int, city_of_rest_bp: int
) -> tuple[int, int, int, int]:
    """Convert nested shares ("30 % of the local part") into absolute ones.

    Returns:
        Centre, province, city and county in basis points of the whole tax.

    Raises:
        ValueError: a share is no whole number of basis points; it has to be agreed in other words.
    """
    local = WHOLE_BP - central_bp
    province, province_rest = divmod(local * province_of_local_bp, WHOLE_BP)
    city, city_rest = divmod((local - province) * city_of_rest_bp, WHOLE_BP)
    if province_rest or city_rest:
        raise ValueError("a nested share is no whole number of basis points of the tax")
    return (central_bp, province, city, local - province - city)


class LevelTable:
    """The effective-dated level shares of all treasuries of a city."""

    def __init__(self, shares: Iterable[LevelShare]) -> None:
        ordered = sorted(shares, key=lambda share: (share.treasury, share.tax, share.effective_from))
        self._rows = {
            key: tuple(rows) for key, rows in groupby(ordered, key=lambda share: (share.treasury, share.tax))
        }

    @property
    def treasuries(self) -> list[str]:
        """The treasuries that the table has shares of, in the order of their codes."""
        return sorted({treasury for treasury, _ in self._rows})

    def at(self, treasury: str, tax: Tax, on: date) -> LevelShare | None:
        """The shares in force on a day; None where the table has none."""
        rows = self._rows.get((treasury, tax), ())
        index = bisect_right(rows, on, key=lambda share: share.effective_from)
        return rows[index - 1] if index else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One tax payment as the treasury reports it; `split` is its own, None where the file has none."""

    ticket: str
    paid_on: date
    treasury: str
    tax: Tax
    kind: ReceiptKind
    amount_fen: int
    split: Split | None


def expected_split(amount_fen: int, share: LevelShare, *, own_treasury: bool = False) -> Split:
    """The split that the treasury is expected to report: upper levels floored, the rest to the county.

    Args:
        amount_fen: the payment, negative for a refund.
        share: the shares in force.
        own_treasury: the city's own treasury, where the city is the retaining level and takes the rest.
    """
    central, province, city, county = (amount_fen * part // WHOLE_BP for part in share.parts)
    if own_treasury:
        return Split(central, province, amount_fen - central - province - county, county)
    return Split(central, province, city, amount_fen - central - province - city)


def computed_split(amount_fen: int, share: LevelShare) -> Split:
    """The split of a payment that carries none: largest remainder, ties to the upper level."""
    return Split(*split_largest_remainder(amount_fen, share.parts))


@dataclass(frozen=True, slots=True)
class LevelDifference:
    """A receipt not split as expected; `expected` is None where the table has no shares."""

    receipt: Receipt
    actual: Split
    expected: Split | None


def level_difference(receipt: Receipt, table: LevelTable, city: str) -> LevelDifference | None:
    """Compare a receipt's reported split with the expected one; None where they agree or none is reported."""
    if receipt.split is None:
        return None
    share = table.at(receipt.treasury, receipt.tax, receipt.paid_on)
    if share is None:
        return LevelDifference(receipt, receipt.split, None)
    expected = expected_split(receipt.amount_fen, share, own_treasury=receipt.treasury == city)
    return None if expected == receipt.split else LevelDifference(receipt, receipt.split, expected)


class NoLevelShareError(LookupError):
    """A receipt without a split meets a level table without shares for its treasury, tax and date."""


def retained_fen(receipt: Receipt, table: LevelTable, city: str) -> int:
    """The county-retained part of a receipt; for the city's own treasury, the city's column.

    Raises:
        NoLevelShareError: neither the receipt nor the table tells.
    """
    split = receipt.split
    if split is None:
        share = table.at(receipt.treasury, receipt.tax, receipt.paid_on)
        if share is None:
            raise NoLevelShareError(receipt.ticket)
        split = computed_split(receipt.amount_fen, share)
    return split.city if receipt.treasury == city else split.county


def waterfall(amounts: Mapping[Tax, int], table: LevelTable, treasury: str, on: date) -> Split:
    """Send amounts of several taxes down the levels and add them up (cases G07 to G09).

    Raises:
        NoLevelShareError: the table has no shares for a tax on that day.
    """
    total = Split(0, 0, 0, 0)
    for tax, amount in amounts.items():
        share = table.at(treasury, tax, on)
        if share is None:
            raise NoLevelShareError(tax)
        total += computed_split(amount, share)
    return total
