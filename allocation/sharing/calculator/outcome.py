"""What the calculator answers: each way with its credit first and its money second."""

from dataclasses import dataclass
from enum import StrEnum

from allocation.sharing.taxes import Tax


class Way(StrEnum):
    """What may become of a lead: 流转, 自留, 流失."""

    pass_on = "pass_on"  # noqa: S105 - a way, no password
    keep = "keep"
    lose = "lose"


class Indicator(StrEnum):
    """What the yearly assessment counts: 固定资产投资, 到位资金, 产值."""

    fixed_investment = "fixed_investment"
    paid_in = "paid_in"
    output = "output"


@dataclass(frozen=True, slots=True)
class CreditRow:
    """What the county's assessment counts of one indicator, by year, this year first; in fen."""

    indicator: Indicator
    by_year: tuple[int, ...]

    @property
    def this_year(self) -> int:
        """What counts on this year's assessment day."""
        return self.by_year[0]

    @property
    def total(self) -> int:
        """What counts over all years looked at."""
        return sum(self.by_year)


@dataclass(frozen=True, slots=True)
class Money:
    """What the county's treasury gets if `host` hosts the lead, by year.

    `retained` is what stays with the host's treasury before it is shared. `host` is empty where nobody hosts.
    """

    host: str
    by_year: tuple[int, ...]
    retained: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum of the years."""
        return sum(self.by_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one way brings: credit, then money from the least paying host to the best paying one.

    `possible` is None where it is not known. What is not possible has neither credit nor money; `low` and
    `high` are None too where nobody comes into question as host.
    """

    way: Way
    possible: bool | None
    credit: tuple[CreditRow, ...]
    low: Money | None
    high: Money | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The ways side by side: pass on, keep, lose. Taxes that a level table lacks count 0: `unlisted`."""

    years: tuple[int, ...]
    ways: tuple[Outcome, ...]
    unlisted: tuple[Tax, ...]
