"""The three segment ledgers, and how long a project has stood where it stands."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from allocation.lifecycle import POOL_STATES, STAGES, State
from allocation.tracking.words import Segment

_TALKING: Final = POOL_STATES | {State.accepted, State.transfer_requested, State.recalled, State.disputed}
_SIGNED: Final = frozenset({State.signed, State.contracted, State.incorporated, State.ready})
_BUILDING: Final = frozenset({State.started, State.statistics})

SEGMENT_STATES: Final[Mapping[Segment, frozenset[State]]] = {
    Segment.talking: _TALKING,
    Segment.signed: _SIGNED,
    Segment.building: _BUILDING,
}
"""The states of each ledger. Not yet accepted, released, built and ended projects stand in none."""


def segment_of(state: State) -> Segment | None:
    """Return the ledger in which a project of this state stands; None for none."""
    return next((segment for segment, states in SEGMENT_STATES.items() if state in states), None)


def since(state: State, reached: Mapping[State, date | None], talks_from: date) -> date:
    """Return the day from which a project has stood in its stage.

    Args:
        state: its state.
        reached: the day on which each stage after signing was reached, as far as known.
        talks_from: the day from which talks count.

    Returns:
        The day of the stage; of a stage whose day an imported file lacks, the latest known day before it.
    """
    if state not in STAGES:
        return talks_from
    until = STAGES[: STAGES.index(state) + 1]
    return max((day for stage in until if (day := reached.get(stage)) is not None), default=talks_from)


def days_in(start: date, today: date) -> int:
    """Return the days since a day, at least 0."""
    return max((today - start).days, 0)
