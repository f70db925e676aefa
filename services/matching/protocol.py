"""What the solver's process and its parent agree on."""

from typing import Final

OUT_OF_MEMORY: Final = 70
"""Exit code: the memory limit was met."""
