"""An item of a schedule list: opened, done with evidence, verified by another person, struck off (销号)."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from allocation.tracking.words import ItemState, ItemStep

TABLE: Final[Mapping[ItemStep, tuple[frozenset[ItemState], ItemState]]] = MappingProxyType(
    {
        ItemStep.finish: (frozenset({ItemState.opened}), ItemState.done),
        ItemStep.send_back: (frozenset({ItemState.done}), ItemState.opened),
        ItemStep.verify: (frozenset({ItemState.done}), ItemState.verified),
        ItemStep.close: (frozenset({ItemState.verified}), ItemState.closed),
        ItemStep.reopen: (frozenset({ItemState.verified, ItemState.closed}), ItemState.opened),
    }
)
"""Of each step the states it starts from and the state it leads to."""

NEEDS_EVIDENCE: Final = frozenset({ItemStep.finish})
NEEDS_REASON: Final = frozenset({ItemStep.send_back, ItemStep.reopen})


def next_state(state: ItemState, step: ItemStep) -> ItemState | None:
    """Return the state after a step; None where it does not start from here."""
    sources, target = TABLE[step]
    return target if state in sources else None


def steps_from(state: ItemState) -> tuple[ItemStep, ...]:
    """Return the steps that start from a state."""
    return tuple(step for step, (sources, _) in TABLE.items() if state in sources)


def days_late(due_on: date, done_on: date | None, today: date) -> int:
    """Return by how many days an item is, or was, done too late; 0 in time.

    What is done waits for others: its own lateness ends on the day it was reported done.
    """
    return max(((done_on or today) - due_on).days, 0)
