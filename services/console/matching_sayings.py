"""Words of questions and their answers, and which park is nearest to taking a lead."""

from collections.abc import Sequence
from typing import Any, Final

from allocation.matching.answer_parts import LEVER_UNITS
from services.matching.questions.schemas import ParkStanding
from services.matching.questions.words import (
    CHANGES,
    LEVELS,
    LEVERS,
    QUESTION_FAILURES,
    QUESTION_KINDS,
    QUESTION_STATES,
    RESOURCES,
    STANDINGS,
)

SAYINGS: Final[dict[str, Any]] = {
    "changes": CHANGES,
    "levels": LEVELS,
    "levers": LEVERS,
    "lever_units": LEVER_UNITS,
    "question_failures": QUESTION_FAILURES,
    "question_kinds": QUESTION_KINDS,
    "question_states": QUESTION_STATES,
    "resources": RESOURCES,
    "standings": STANDINGS,
}


def nearest(parks: Sequence[ParkStanding]) -> ParkStanding | None:
    """Return the park that lacks least of what more land, halls or quotas would mend; none if none can.

    Fewer figures to change come first, then the smaller amount of the first one.
    """
    fitting = [row for row in parks if row.shortage and row.shortage.wins and row.shortage.changes]
    return min(fitting, key=_distance, default=None)


def _distance(row: ParkStanding) -> tuple[int, int, str]:
    changes = () if row.shortage is None else row.shortage.changes
    first = changes[0].amount or changes[0].at_most or 0
    return len(changes), first, row.park
