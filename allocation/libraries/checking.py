"""What is wrong with a library's rules, and whether libraries exclude or cover as they say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from allocation.libraries.rules import Condition, Item, Library
from allocation.libraries.standing import is_in
from allocation.libraries.words import FACTS, STAGES, Fact, FactKind, Objects, kind_of

TESTS: Final = tuple(field.name for field in fields(Condition) if field.name != "fact")
FITTING: Final[Mapping[FactKind, frozenset[str]]] = {
    FactKind.word: frozenset({"one_of", "none_of"}),
    FactKind.figure: frozenset({"at_least", "below"}),
    FactKind.day: frozenset({"reached", "days_at_least", "days_below", "this_year"}),
}
"""Which tests may be asked of which kind of fact."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in the rules (parts of a JSON pointer) and what is wrong there."""

    place: tuple[str | int, ...]
    code: str


def wrong(library: Library) -> tuple[Fault, ...]:
    """Return all faults of a library's rules, by their places in it."""
    return tuple(
        Fault((rule, at, "all", place, *rest), code)
        for rule, clauses in (("enter", library.enter), ("leave", library.leave))
        for at, clause in enumerate(clauses)
        for place, condition in enumerate(clause.conditions)
        for rest, code in _condition(library.objects, condition)
    )


def _condition(objects: Objects, condition: Condition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if condition.fact not in FACTS[objects]:
        yield ("fact",), "fact_of_others"
        return
    given = [name for name in TESTS if getattr(condition, name) is not None]
    if len(given) != 1:
        yield (), "one_test"
        return
    [test] = given
    if test not in FITTING[kind_of(condition.fact)]:
        yield (test,), "test_of_others"
    elif condition.fact is Fact.stage:
        named = condition.one_of or condition.none_of or frozenset()
        if named - STAGES:
            yield (test,), "unknown_stage"


def overlaps(libraries: Sequence[Library], items: Iterable[Item], day: date) -> tuple[str, ...]:
    """Return the keys of the items that are in more than one of some libraries on a day."""
    return tuple(item.key for item in items if sum(is_in(one, item, day) for one in libraries) > 1)


def uncovered(libraries: Sequence[Library], items: Iterable[Item], day: date) -> tuple[str, ...]:
    """Return the keys of the items, there already on a day, that are in none of some libraries."""
    return tuple(
        item.key
        for item in items
        if item.begins <= day and not any(is_in(one, item, day) for one in libraries)
    )
