"""Who answers for a stage on which day, how many days each department had a project, and its hand-overs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from allocation.lifecycle import STAGES, State
from allocation.tracking.words import Department

DEFAULT_OWNERS: Final[Mapping[State, Department]] = MappingProxyType(
    {
        State.signed: Department.commerce,
        State.contracted: Department.commerce,
        State.incorporated: Department.reform,
        State.ready: Department.reform,
        State.started: Department.reform,
        State.statistics: Department.reform,
        State.completed: Department.industry,
        State.producing: Department.industry,
        State.full_output: Department.industry,
    }
)
"""商务招、发改推、工信育: who answers for a project that stands in a stage, where a city set nothing."""


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """From a day on, a department answers for a stage."""

    stage: State
    department: Department
    since: date


@dataclass(frozen=True, slots=True)
class Span:
    """A department's days in one stage: from the first day, up to but without the last."""

    stage: State
    department: Department
    first: date
    until: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.first).days


def owner_on(rules: Sequence[OwnerRule], stage: State, day: date) -> Department:
    """Return who answers for a stage on a day: the latest rule that holds, else the default."""
    holding = [rule for rule in rules if rule.stage is stage and rule.since <= day]
    if not holding:
        return DEFAULT_OWNERS[stage]
    return max(holding, key=lambda rule: rule.since).department


def spans(
    reached: Mapping[State, date | None], rules: Sequence[OwnerRule], until: date, ended: date | None = None
) -> list[Span]:
    """Divide a project's time since signing among the departments that answered for it.

    Args:
        reached: the day on which each stage was reached, as far as known and in order.
        rules: the city's own rules; a rule that begins within a stage divides that stage.
        until: today; the last stage runs on to it.
        ended: the day on which the project ended, if it did.

    Returns:
        The spans in order; together they are the days from the first known stage to the end.
    """
    known = [(stage, day) for stage in STAGES if (day := reached.get(stage)) is not None]
    last = min(until, ended) if ended is not None else until
    found: list[Span] = []
    for place, (stage, first) in enumerate(known):
        end = known[place + 1][1] if place + 1 < len(known) else max(last, first)
        cuts = sorted({rule.since for rule in rules if rule.stage is stage and first < rule.since < end})
        edges = [first, *cuts, end]
        for begin, stop in pairwise(edges):
            found.append(Span(stage, owner_on(rules, stage, begin), begin, stop))
    return found


def days_by_owner(parts: Sequence[Span]) -> dict[Department, int]:
    """Return the days of each department that answered at all."""
    counted: Counter[Department] = Counter()
    for part in parts:
        counted[part.department] += part.days
    return dict(counted)


def handovers(parts: Sequence[Span]) -> list[tuple[date, Department, Department]]:
    """Return when one department handed the project to the next: the day, from whom, to whom."""
    return [
        (after.first, before.department, after.department)
        for before, after in pairwise(parts)
        if before.department is not after.department
    ]
