"""Who is in a library on a day, since when, by which clause, and what would move it on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from allocation.libraries.rules import Clause, Condition, Item, Library


def holds(condition: Condition, item: Item, day: date) -> bool:
    """Tell whether a condition holds of an item at the end of a day."""
    value = item.on(condition.fact, day)
    if isinstance(value, date):
        return _day_holds(condition, value, day)
    if isinstance(value, str):
        return _word_holds(condition, value)
    if isinstance(value, int):
        return _figure_holds(condition, value)
    return condition.reached is False


def _word_holds(condition: Condition, value: str) -> bool:
    if condition.one_of is not None:
        return value in condition.one_of
    return condition.none_of is not None and value not in condition.none_of


def _figure_holds(condition: Condition, value: int) -> bool:
    if condition.at_least is not None:
        return value >= condition.at_least
    return condition.below is not None and value < condition.below


def _day_holds(condition: Condition, value: date, day: date) -> bool:
    passed = (day - value).days
    if condition.reached is not None:
        return (passed >= 0) is condition.reached
    if condition.days_at_least is not None:
        return passed >= condition.days_at_least
    if condition.days_below is not None:
        return 0 <= passed < condition.days_below
    return (passed >= 0 and value.year == day.year) is condition.this_year


def _first(clauses: Sequence[Clause], item: Item, day: date) -> Clause | None:
    for clause in clauses:
        if all(holds(condition, item, day) for condition in clause.conditions):
            return clause
    return None


def entered_by(library: Library, item: Item, day: date) -> Clause | None:
    """Return the first entry clause that holds on a day."""
    return _first(library.enter, item, day) if day >= item.begins else None


def left_by(library: Library, item: Item, day: date) -> Clause | None:
    """Return the first exit clause that holds on a day."""
    return _first(library.leave, item, day)


def is_in(library: Library, item: Item, day: date) -> bool:
    """Tell whether an item is in a library at the end of a day."""
    return entered_by(library, item, day) is not None and left_by(library, item, day) is None


def _turning_days(library: Library, item: Item, until: date) -> list[date]:
    """Return the days up to one on which the answer may change, ascending; between them it cannot."""
    days = {item.begins}
    for condition in library.conditions:
        for start, value in item.facts.get(condition.fact, ()):
            days.add(start)
            if isinstance(value, date):
                days.update(_turns(condition, value, until))
    return sorted(day for day in days if item.begins <= day <= until)


def _turns(condition: Condition, value: date, until: date) -> Iterator[date]:
    """Yield when a test of a day may turn: on the day, after its days, at the next new year."""
    if value > until:
        return
    yield value
    ahead = condition.days_at_least if condition.days_at_least is not None else condition.days_below
    if ahead is not None and ahead <= (until - value).days:
        yield value + timedelta(days=ahead)
    if condition.this_year is not None and value.year < until.year:
        yield date(value.year + 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stay in a library: the first day, and the first day on which it is out again (none: still in)."""

    start: date
    end: date | None
    because: str
    left: str
    """The exit clause by which it left; empty where the entry rule no longer held."""


def spans(library: Library, item: Item, until: date) -> tuple[Span, ...]:
    """Return the stays of an item up to a day, earliest first."""
    found: list[Span] = []
    entry: tuple[date, str] | None = None
    for day in _turning_days(library, item, until):
        clause = entered_by(library, item, day)
        gone = left_by(library, item, day) if clause is not None else None
        if clause is not None and gone is None:
            entry = entry or (day, clause.because)
        elif entry is not None:
            found.append(Span(entry[0], day, entry[1], gone.because if gone else ""))
            entry = None
    if entry is not None:
        found.append(Span(entry[0], None, entry[1], ""))
    return tuple(found)


def since(library: Library, item: Item, day: date) -> date | None:
    """Return since when an item that is in on a day has been in without a break; none where it is not in.

    The first of all days means: since before anything is known.
    """
    found = None
    for turn in reversed(_turning_days(library, item, day)):
        if not is_in(library, item, turn):
            break
        found = turn
    return found


@dataclass(frozen=True, slots=True)
class Missing:
    """What an exit clause still lacks, and the day on which time alone will do it."""

    because: str
    conditions: tuple[Condition, ...]
    due: date | None


def missing(library: Library, item: Item, day: date) -> tuple[Missing, ...]:
    """Return for each exit clause that does not hold what it still lacks."""
    found = []
    for clause in library.leave:
        open_ = tuple(condition for condition in clause.conditions if not holds(condition, item, day))
        if open_:
            found.append(Missing(clause.because, open_, _due(open_, item, day)))
    return tuple(found)


def _due(open_: Sequence[Condition], item: Item, day: date) -> date | None:
    """Return the day on which all open conditions will hold by time alone, where that can be told."""
    days = []
    for condition in open_:
        value = item.on(condition.fact, day)
        if condition.days_at_least is None or not isinstance(value, date):
            return None
        try:
            days.append(value + timedelta(days=condition.days_at_least))
        except OverflowError:
            return None
    return max(days)
