"""更正: what a frozen period would count today, beside what it stated when it was frozen.

A frozen period never changes. What changes in it later is stated once, in the next report: the rows that came
and the rows that went. So a year's total is the sum of its frozen periods and of all corrections.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from allocation.statistics.course import Course, Step
from allocation.statistics.periods import Period, PeriodKind
from allocation.statistics.rowsets import Row, Rows

Key = tuple[str, Step]
"""A period's code and a step."""


def steps_by_period(courses: Collection[Course], kind: PeriodKind) -> dict[Key, Rows]:
    """Return the rows of every step in every period of a kind that has any."""
    codes: dict[date, str] = {}
    found: dict[Key, list[Row]] = {}
    for one in courses:
        for step, day in one.days.items():
            month = day.replace(day=1)
            code = codes.get(month)
            if code is None:
                code = codes[month] = Period.around(month, kind).code
            found.setdefault((code, step), []).append(Row(one.ref, one.region(step), one.investment_fen))
    return {key: tuple(rows) for key, rows in found.items()}


def name_of(period: str, step: Step, *, came: bool) -> str:
    """Name the rows of a correction: those that came to a frozen period, or those that went."""
    return f"correction.{period}.{step}.{'plus' if came else 'minus'}"


def known_rows(stated: Iterable[Row], came: Iterable[Row], went: Iterable[Row]) -> Counter[Row]:
    """Return what a frozen period counts by what was stated of it so far."""
    found = Counter(stated)
    found.update(came)
    found.subtract(went)
    return +found


def corrections(known: Mapping[Key, Counter[Row]], now: Mapping[Key, Rows]) -> dict[str, Rows]:
    """Return the rows that came and went since, by their names; nothing where nothing changed.

    Args:
        known: what each frozen period counts by what was stated of it so far.
        now: what the periods count as the data stand.
    """
    found: dict[str, Rows] = {}
    for (period, step), stated in known.items():
        standing = Counter(now.get((period, step), ()))
        came, went = standing - stated, stated - standing
        if came or went:
            found[name_of(period, step, came=True)] = tuple(sorted(came.elements()))
            found[name_of(period, step, came=False)] = tuple(sorted(went.elements()))
    return found
