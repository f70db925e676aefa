"""A reopened year's paper beside the version that was closed: old figure, new figure, difference."""

from dataclasses import dataclass

from allocation.sharing.statement import Direction
from allocation.units import Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLine:
    """A line of a reopened year's paper beside the version that was closed.

    `line` is its number on the paper, `booked_in` names the months in which the difference was booked.
    """

    line: int
    agreement: str
    direction: Direction
    tax: str
    was: Fen
    now: Fen
    difference: Fen
    cause: str = ""
    booked_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a reopened year's paper is set beside: the version that was closed; and why it was opened."""

    version: int
    document: str
    words: str
    lines: tuple[ComparedLine, ...]
