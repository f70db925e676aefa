"""The test of a move by the tax of the three years before it, and the cap that follows (财预〔2015〕92号)."""

from collections.abc import Sequence
from dataclasses import dataclass

YEARS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a move's tax is shared, and the most the origin gets: the sum of the three years. In fen."""

    eligible: bool
    cap_fen: int


def three_year_test(before_fen: Sequence[int], floor_fen: int) -> Eligibility:
    """Compare the yearly average of the three years before a move with a floor, without dividing.

    Args:
        before_fen: the shared taxes of the three years before the move.
        floor_fen: the least yearly average; reaching it is enough.

    Raises:
        ValueError: not three years are given.
    """
    if len(before_fen) != YEARS_BEFORE:
        raise ValueError("the three years before the move are needed")
    total = sum(before_fen)
    eligible = total >= floor_fen * YEARS_BEFORE
    return Eligibility(eligible, total if eligible else 0)
