"""A county's sheet for a period: gross by budget subject, given up and received; nets sum to 0.

Netting happens in the cash dispatch only; a sheet never nets one agreement with another.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from allocation.sharing.amounts import Amounts
from allocation.sharing.taxes import Tax

_PERIOD = re.compile(r"([0-9]{4})(?:Q([1-4])|-(0[1-9]|1[0-2]))?")


class Direction(StrEnum):
    """Which way money goes at the city's year-end settlement with the county."""

    up = "up"
    down = "down"

    @property
    def zh(self) -> str:
        """上解 is given up to the city, 补助 received from it."""
        return "上解" if self is Direction.up else "补助"

    @property
    def subject(self) -> str:
        """The budget subject of the settlement in the county's own accounts."""
        return "2300602" if self is Direction.up else "1100208"

    @property
    def subject_name(self) -> str:
        """The subject's name."""
        return "专项上解支出" if self is Direction.up else "结算补助收入"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One posting as a statement sees it.

    `month` is the month of the receipts, `booked` the period it is booked in; they differ for a correction.
    """

    agreement: str
    origin: str
    host: str
    tax: Tax
    agreement_year: int
    month: str
    booked: str
    amounts: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """The entries of one agreement, tax and calendar year of receipts, as the county's line."""

    agreement: str
    direction: Direction
    counterparty: str
    tax: Tax
    year: int
    agreement_year: int
    earlier: bool
    amounts: Amounts

    @property
    def fen(self) -> int:
        """What the county gives up or receives."""
        return self.amounts.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All lines of a county in a period."""

    county: str
    lines: tuple[SheetLine, ...]

    def gross(self, direction: Direction) -> int:
        """All that goes one way."""
        return sum(line.fen for line in self.lines if line.direction is direction)

    def by_tax(self, direction: Direction) -> dict[Tax, int]:
        """What goes one way, by the tax whose budget subject it bears, in the listed order."""
        found = {tax: [line.fen for line in self._of(direction) if line.tax is tax] for tax in Tax}
        return {tax: sum(parts) for tax, parts in found.items() if parts}

    @property
    def net(self) -> int:
        """What the county receives less what it gives up."""
        return self.gross(Direction.down) - self.gross(Direction.up)

    def _of(self, direction: Direction) -> list[SheetLine]:
        return [line for line in self.lines if line.direction is direction]


def months_of(period: str) -> tuple[str, ...]:
    """The months of a period: `2025-03`, `2025Q1` or `2025`.

    Raises:
        ValueError: the text names no period.
    """
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(f"no period: {period!r}")
    year, quarter, month = found.groups()
    first, last = 1, 12
    if quarter:
        first, last = int(quarter) * 3 - 2, int(quarter) * 3
    elif month:
        first = last = int(month)
    return tuple(f"{year}-{number:02}" for number in range(first, last + 1))


def sheet(county: str, period: str, entries: Iterable[Entry]) -> Sheet:
    """Make a county's sheet from the entries booked in a period; others are left out.

    Lines come in the order of direction (上解 first), agreement, year and tax. A line of an earlier period
    than the sheet's own is marked.
    """
    months = months_of(period)
    sums: dict[tuple[str, str, str, str, int, int, bool], Amounts] = {}
    for entry in entries:
        if entry.booked not in months or county not in {entry.origin, entry.host}:
            continue
        up = county == entry.host
        direction, other = (Direction.up, entry.origin) if up else (Direction.down, entry.host)
        earlier = entry.month < months[0]
        year = int(entry.month[:4])
        place = (
            direction.value,
            entry.agreement,
            other,
            entry.tax.value,
            year,
            entry.agreement_year,
            earlier,
        )
        sums[place] = sums.get(place, Amounts()) + entry.amounts
    lines = [
        SheetLine(
            agreement=agreement,
            direction=Direction(direction),
            counterparty=other,
            tax=Tax(tax),
            year=year,
            agreement_year=number,
            earlier=earlier,
            amounts=amounts,
        )
        for (direction, agreement, other, tax, year, number, earlier), amounts in sums.items()
    ]
    taxes = list(Tax)
    lines.sort(
        key=lambda line: (
            line.direction is Direction.down,
            line.agreement,
            line.year,
            line.agreement_year,
            line.earlier,
            taxes.index(line.tax),
        )
    )
    return Sheet(county=county, lines=tuple(lines))


def city_net(sheets: Sequence[Sheet]) -> int:
    """What is left at the city over all counties' sheets of a period; 0, or a sheet is missing or wrong."""
    return sum(one.net for one in sheets)
