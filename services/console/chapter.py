"""One chapter of the help page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one page of the menu does."""

    path: str
    title: str
    text: str
