"""Figures are made of rows that can be counted again: nothing is reported that its rows do not add up to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from allocation.statistics.course import LEAD_STEPS, Course, Step
from allocation.statistics.periods import Period, Span, Window
from allocation.statistics.rates import PARTS, Kind, RateCode, reached


class Row(NamedTuple):
    """One thing that a figure counts: what it is, the region that it counts for, and what it weighs.

    `amount` is fen, days or whatever the figure's unit says; in a correction it may be negative.
    """

    ref: str
    region: str
    amount: int


Rows = tuple[Row, ...]


def added(rows: Iterable[Row], kind: Kind, region: str | None = None) -> int:
    """Add up rows, of one region or of all: how many, or how much."""
    mine = [row for row in rows if region is None or row.region == region]
    return len(mine) if kind is Kind.count else sum(row.amount for row in mine)


def sums(rows: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """Add up rows by region, each both ways: how many, and how much."""
    counts: dict[str, int] = defaultdict(int)
    amounts: dict[str, int] = defaultdict(int)
    for _ref, region, amount in rows:
        counts[region] += 1
        amounts[region] += amount
    return {region: (count, amounts[region]) for region, count in counts.items()}


def stages(courses: Collection[Course], spans: Mapping[Window, Span]) -> dict[str, Rows]:
    """Return the rows of every step and window, by `step.window`."""
    found: dict[str, Rows] = {}
    brought = [Row(one.ref, one.origin, one.investment_fen) for one in courses]
    hosted = [Row(one.ref, one.host, one.investment_fen) for one in courses]
    for step in Step:
        windows: list[tuple[date, date, list[Row]]] = [(span.first, span.last, []) for span in spans.values()]
        for one, row in zip(courses, brought if step in LEAD_STEPS else hosted, strict=True):
            day = one.days.get(step)
            if day is None:
                continue
            for first, last, mine in windows:
                if first <= day <= last:
                    mine.append(row)
        for window, (_first, _last, mine) in zip(spans, windows, strict=True):
            found[f"{step}.{window}"] = tuple(mine)
    return found


def cohorts(courses: Collection[Course], period: Period, as_of: date) -> dict[str, Rows]:
    """Return the parts of all rates, by `cohort.step`: projects signed in the year that reached the step."""
    steps = {step for pair in PARTS.values() for step in pair}
    signed = reached(courses, Step.signed, period.year, as_of)
    return {
        f"cohort.{step}": tuple(
            Row(one.ref, one.host, one.investment_fen) for one in reached(signed, step, period.year, as_of)
        )
        for step in sorted(steps)
    }


def parts_of(code: RateCode) -> tuple[str, str]:
    """Return the names of a rate's rows above and below the line."""
    above, below = PARTS[code]
    return f"cohort.{above}", f"cohort.{below}"
