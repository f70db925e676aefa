"""What the solver's process and its parent agree on.

The parent writes one JSON object to the child's standard input. The child answers with lines of JSON: how far
it is, each better placement as soon as it has one, and at last the answer. Whatever kills the child leaves
the lines that it had written.
"""

from enum import StrEnum
from typing import Final

OUT_OF_MEMORY: Final = 70
"""Exit code: the memory limit was met."""


class Task(StrEnum):
    """What the child is asked for."""

    pool = "pool"
    """Match a pool: `pool`, `seconds`, `seed`; `fair` where the city has a rule, `standing` to repair."""
    explain = "explain"
    """Explain a placement that was kept from a killed search: `pool`, `best`; `fair` and `ground` as told."""
    file = "file"
    """Solve the text of a file: `form`, `text`, `seconds`, `seed`."""
    question = "question"
    """Answer a question on a stored run: see `questions.asking.work_out`."""
    kernels = "kernels"
    """Compile what is compiled on first use, so that nobody waits for it later."""


class Said(StrEnum):
    """What a line of the child is."""

    clock = "clock"
    """`working`: whether the time from here on is work. Until the first such line it is getting ready."""
    progress = "progress"
    """`stage`, `share_bp`, and where known `value` and `bound`."""
    best = "best"
    """A placement that keeps every rule: `solution`, and `match` once it is explained."""
    ground = "ground"
    """`ground`: what fairness holds the run to, once that is known."""
    answer = "answer"
    """The end: what the task asked for."""
