"""The stages of a project by day, from its dated steps and its recorded moves."""

from collections.abc import Sequence
from datetime import date

from allocation.libraries.rules import History

Dated = Sequence[tuple[date, str]]
"""Stages with the day on which each began."""


def course(steps: Dated, moves: Dated) -> History:
    """Return the stages as they stood at the end of each day, ascending, each day once.

    The moves are in the order in which they were recorded, and the last one always stands: a step that was
    recorded later for an earlier day ends, from that day on, what was recorded before it. The dated steps
    tell of the time before the first move alone, which is what an import knows of a project's past.

    Args:
        steps: the dated steps of the project's row.
        moves: the moves, in the order of their recording.
    """
    first = moves[0][0] if moves else date.max
    found: list[tuple[date, str]] = sorted((one for one in steps if one[0] <= first), key=lambda one: one[0])
    for day, stage in moves:
        while found and found[-1][0] > day:
            found.pop()
        found.append((day, stage))
    days: dict[date, str] = dict(found)
    kept: list[tuple[date, str]] = []
    for day, stage in days.items():
        if not kept or kept[-1][1] != stage:
            kept.append((day, stage))
    return tuple(kept)


def starts(stages: History) -> History:
    """Return for each stage the day on which it began, as a fact of its own."""
    return tuple((day, day) for day, _stage in stages)
