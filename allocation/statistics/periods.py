"""The periods of reports, and the days that stand beside them: the year so far, before, a year ago."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Self

from allocation.units import WHOLE

_MONTHS: Final = 12
_QUARTER: Final = 3
_CODE: Final = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?")


class PeriodKind(StrEnum):
    """月统计, 季通报, 年考核."""

    month = "month"
    quarter = "quarter"
    year = "year"


class Window(StrEnum):
    """Which days a figure counts."""

    now = "now"  # 本期
    ytd = "ytd"  # 本年累计
    before = "before"  # 上期
    year_ago = "year_ago"  # 上年同期
    ytd_year_ago = "ytd_year_ago"  # 上年同期累计


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, day: date | None) -> bool:
        """Tell whether a day lies within; one that is not known does not."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year: `first_month` 1 to 12, and how many months it has."""

    year: int
    first_month: int
    months: int

    @classmethod
    def parse(cls, code: str) -> Self:
        """Read 2026-12, 2026-Q4 or 2026.

        Raises:
            ValueError: the text names no period.
        """
        found = _CODE.fullmatch(code)
        if found is None:
            raise ValueError(f"{code!r} is no period")
        year, month, quarter = found.groups()
        if month:
            return cls(int(year), int(month), 1)
        if quarter:
            return cls(int(year), (int(quarter) - 1) * _QUARTER + 1, _QUARTER)
        return cls(int(year), 1, _MONTHS)

    @classmethod
    def around(cls, day: date, kind: PeriodKind) -> Self:
        """Return the period of a kind that a day lies in."""
        months = {PeriodKind.month: 1, PeriodKind.quarter: _QUARTER, PeriodKind.year: _MONTHS}[kind]
        return cls(day.year, (day.month - 1) // months * months + 1, months)

    @property
    def kind(self) -> PeriodKind:
        """What kind of report the period has."""
        return {1: PeriodKind.month, _QUARTER: PeriodKind.quarter, _MONTHS: PeriodKind.year}[self.months]

    @property
    def code(self) -> str:
        """Write the period as `parse` reads it."""
        if self.kind is PeriodKind.month:
            return f"{self.year}-{self.first_month:02d}"
        if self.kind is PeriodKind.quarter:
            return f"{self.year}-Q{(self.first_month + 2) // _QUARTER}"
        return str(self.year)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.first_month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = self.first_month + self.months - 1
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def before(self) -> "Period":
        """Return the period before this one."""
        if self.first_month > 1:
            return Period(self.year, self.first_month - self.months, self.months)
        return Period(self.year - 1, _MONTHS - self.months + 1, self.months)

    def year_ago(self) -> "Period":
        """Return the same period of the year before."""
        return Period(self.year - 1, self.first_month, self.months)

    def spans(self, as_of: date) -> dict[Window, Span]:
        """Return the days of every window, as of a day.

        A period that is not over is compared with as many days of the others.
        """
        last = min(self.last, as_of)
        days = last - self.first
        ago = self.year_ago()
        over = last == self.last
        ago_last = ago.last if over else min(ago.first + days, ago.last)
        before = self.before()
        before_last = before.last if over else min(before.first + days, before.last)
        return {
            Window.now: Span(self.first, last),
            Window.ytd: Span(date(self.year, 1, 1), last),
            Window.before: Span(before.first, before_last),
            Window.year_ago: Span(ago.first, ago_last),
            Window.ytd_year_ago: Span(date(self.year - 1, 1, 1), ago_last),
        }

    @property
    def since(self) -> date:
        """The first day of the year before: from there on frozen periods are corrected."""
        return date(self.year - 1, 1, 1)

    def elapsed_bp(self, as_of: date) -> int:
        """序时进度: the part of the year that is over at the end of a day, in 1/10,000, rounded down."""
        end = date(self.year, 12, 31)
        before = date(self.year - 1, 12, 31)
        return (min(as_of, end) - before).days * WHOLE // (end - before).days
