"""What a question may be asked of: something that can be changed, and encoded anew each time."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from allocation.matching.answer_parts import Change
from allocation.matching.answers import WouldWin
from allocation.matching.encode import Encoded


class Case(Protocol):
    """What can be asked about."""

    def encoded(self, changes: Sequence[Change] = ()) -> Encoded:
        """Encode the pool with changes.

        Raises:
            BadChange: a change cannot be.
        """
        ...

    def shortage(self, assignment: Mapping[str, str | None], lead: str, host: str) -> WouldWin:
        """Tell what the lead lacks at the host with nothing moved."""
        ...

    def ideas(self, lead: str, host: str) -> tuple[Change, ...]:
        """List figures that may decide where nothing is missing, each by one unit."""
        ...

    def reach(self, lead: str, change: Change) -> int:
        """Tell up to which amount a change can still do anything for the lead."""
        ...

    def monotone(self, change: Change) -> bool:
        """Tell whether more of a change never makes any plan worse or impossible."""
        ...
