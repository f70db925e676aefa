"""Keep searches short where kernels run as plain Python, a hundred times slower."""

from collections.abc import Iterator

import numba
import pytest

from allocation.matching import bins, effort

PLAIN_MOVES = 1_000
"""Moves a second where every lead must be placed; CP-SAT still gets its share of the seconds."""

PLAIN_CELLS = 1 << 12
"""Most cells of a bin's table: pools of thousands of units would fill millions again and again."""


@pytest.fixture(scope="session", autouse=True)
def _short_searches() -> Iterator[None]:
    """Plan fewer moves without compiled kernels: all claims must hold just the same."""
    with pytest.MonkeyPatch.context() as patch:
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined] # numba makes its settings when imported
            patch.setattr(effort, "TIGHT_MOVES", PLAIN_MOVES)
            patch.setattr(bins, "_CELLS", PLAIN_CELLS)
        yield
