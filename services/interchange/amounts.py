"""Cells that hold a quantity or a time."""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from allocation.units import FEN_LIMIT
from services.interchange.cells import Plain, Reader, normalise
from services.interchange.faults import BadCell
from services.interchange.units import COUNT, Dimension
from services.kit.i18n import lazy

_NUMBER: Final = re.compile(
    r"([+-]?)([0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.([0-9]{1,12}))?", re.ASCII
)
_DATES: Final = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})", re.ASCII),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})", re.ASCII),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日", re.ASCII),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII),
)
_MONTHS: Final = (
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})", re.ASCII),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月", re.ASCII),
    re.compile(r"([0-9]{4})([0-9]{2})", re.ASCII),
    re.compile(r"([0-9]{4})-([0-9]{2})-01", re.ASCII),
)
_YEAR: Final = re.compile(r"([0-9]{4})年?", re.ASCII)
_MIDNIGHT: Final = " 00:00:00"
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100


def read_scaled(text: str, factor: Fraction, smallest: str) -> int:
    """Read a decimal and multiply it by a factor.

    Args:
        text: an optional sign, digits (with thousands separators or without), up to 12 decimals.
        factor: stored units in one unit of the text.
        smallest: the stored unit in words, for the refusal.

    Raises:
        BadCell: no number, or no whole number of stored units.
    """
    found = _NUMBER.fullmatch(normalise(text))
    if not found:
        raise BadCell("not-a-number")
    sign, whole, decimals = found[1], found[2].replace(",", ""), found[3] or ""
    denominator: int = 10 ** len(decimals) * factor.denominator
    amount, rest = divmod(int(whole + decimals) * factor.numerator, denominator)
    if rest:
        raise BadCell("too-precise", unit=smallest)
    return -amount if sign == "-" else amount


def show_decimal(value: int, power: int, places: int = 0) -> str:
    """Write value / 10**power without loss, with at least `places` decimals."""
    digits = str(abs(value)).rjust(power + 1, "0")
    whole, decimals = digits[: len(digits) - power], digits[len(digits) - power :]
    decimals = decimals.rstrip("0").ljust(places, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


class Quantity(Plain):
    """An amount in a unit that the header states, kept as a whole number of the dimension's smallest unit.

    Args:
        dimension: the units and their factors.
        signed: whether it may be negative.
        places: decimals always shown, as money in yuan has two.
        maximum: the largest absolute value.
    """

    hint = lazy("数字")
    numeric = True

    def __init__(
        self,
        dimension: Dimension = COUNT,
        *,
        signed: bool = False,
        places: int = 0,
        maximum: int = FEN_LIMIT - 1,
    ) -> None:
        self.dimension = dimension
        self.signed = signed
        self.places = places
        self.maximum = maximum
        own = dimension.shown
        self.units: Sequence[str] = (own, *(unit for unit in dimension.factors if unit != own)) if own else ()

    def reader(self, unit: str) -> Reader:
        """Return what reads an amount in `unit`."""
        factor = self.dimension.factors[unit or self.dimension.shown]
        smallest = self.dimension.smallest

        def read(text: str) -> int:
            amount = read_scaled(text, factor, smallest)
            if amount < 0 and not self.signed:
                raise BadCell("negative")
            if abs(amount) > self.maximum:
                raise BadCell("too-large")
            return amount

        return read

    def show(self, value: Any) -> str:
        """Show the amount in the unit of our own files, exactly."""
        return show_decimal(int(value), self.dimension.power, self.places)


class Day(Plain):
    """A date."""

    hint = lazy("日期，如 2026-01-31")

    def read(self, text: str) -> date:
        """Read a date in one of the spellings that offices use."""
        found = normalise(text).removesuffix(_MIDNIGHT)
        for pattern in _DATES:
            if match := pattern.fullmatch(found):
                year, month, day = (int(part) for part in match.groups())
                if not FIRST_YEAR <= year <= LAST_YEAR:
                    break
                try:
                    return date(year, month, day)
                except ValueError:
                    break
        raise BadCell("bad-date")


class Month(Plain):
    """A month, kept as YYYY-MM. A workbook's date cell for the first of the month means the month."""

    hint = lazy("月份，如 2026-01")

    def read(self, text: str) -> str:
        """Read a month."""
        found = normalise(text).removesuffix(_MIDNIGHT)
        for pattern in _MONTHS:
            if match := pattern.fullmatch(found):
                year, month = int(match[1]), int(match[2])
                if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:  # noqa: PLR2004 -- a year's months
                    return f"{year:04}-{month:02}"
        raise BadCell("bad-month")


class Year(Plain):
    """A year in four digits."""

    hint = lazy("四位年度")
    numeric = True

    def read(self, text: str) -> int:
        """Read a year."""
        found = _YEAR.fullmatch(normalise(text))
        if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise BadCell("bad-year")
        return int(found[1])
