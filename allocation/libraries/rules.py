"""What a library's rules are made of, and the dated facts of one thing that they are asked of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from allocation.libraries.words import Fact, Objects

Value = str | int | date
History = tuple[tuple[date, Value], ...]
"""Values with the day from which each holds, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One question about one fact; exactly one of the tests is given.

    A fact that nobody gave is against every test but `reached=False`.
    """

    fact: Fact
    one_of: frozenset[str] | None = None
    none_of: frozenset[str] | None = None
    at_least: int | None = None
    below: int | None = None
    reached: bool | None = None
    """Whether the day has come."""
    days_at_least: int | None = None
    """At least so many days after the day."""
    days_below: int | None = None
    """The day has come, and fewer days have passed since."""
    this_year: bool | None = None
    """The day has come, and lies in the year asked about."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions that hold together, and what people call that."""

    because: str
    conditions: tuple[Condition, ...]

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts that it asks."""
        return frozenset(item.fact for item in self.conditions)


@dataclass(frozen=True, slots=True)
class Library:
    """What enters by any clause of `enter` and has not left by any clause of `leave`."""

    key: str
    objects: Objects
    enter: tuple[Clause, ...]
    leave: tuple[Clause, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of both rules."""
        return tuple(item for clause in (*self.enter, *self.leave) for item in clause.conditions)

    def among(self, known: frozenset[Fact]) -> "Library | None":
        """Return the library as far as it can be told from some facts alone; none where it cannot.

        Entry clauses that ask for other facts drop out; an exit clause that does would leave the answer open.
        """
        enter = tuple(clause for clause in self.enter if clause.facts <= known)
        if not enter or any(not clause.facts <= known for clause in self.leave):
            return None
        return replace(self, enter=enter)


def constant(value: Value) -> History:
    """Return a value that always held, as far as is known."""
    return ((date.min, value),)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing and its dated facts. `begins` is its first day; the first of all where that is unknown."""

    key: str
    facts: Mapping[Fact, History] = field(default_factory=dict)
    begins: date = date.min

    def on(self, fact: Fact, day: date) -> Value | None:
        """Return a fact as it stood at the end of a day."""
        found: Value | None = None
        for start, value in self.facts.get(fact, ()):
            if start > day:
                break
            found = value
        return found
