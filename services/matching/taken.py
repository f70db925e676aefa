"""Work in a worker's hands: a run or a question, which another worker may take up again."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

MAX_ATTEMPTS: Final = 2
"""Work whose worker died or whose solver failed is taken up again, once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row in this worker's hands; `attempt` fences off an earlier worker that wakes up again.

    Attributes:
        city: the city's code.
        row: of the run or question.
        attempt: how often it was taken, this time included.
        task: what the solver's process is asked.
    """

    city: str
    row: UUID
    attempt: int
    task: dict[str, Any]

    @property
    def last(self) -> bool:
        """Whether it is not taken up again if this attempt fails."""
        return spent(self.attempt)


def spent(attempts: int) -> bool:
    """Tell whether work that was taken so often has had all its attempts."""
    return attempts >= MAX_ATTEMPTS
