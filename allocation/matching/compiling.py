"""numba's own part in a solve: loaded beforehand, and its compiling told to whoever keeps time.

Kernels themselves are `kernel`'s. What stands here may change without compiling them anew.
"""

from collections.abc import Callable
from typing import Final

import numba
from numba.core import event

_COMPILING: Final = "numba:compile"


def load() -> None:
    """Load what numba loads when the first kernel is called: 0.3 s of CPU, once a process."""
    numba.njit(_nothing)()  # type: ignore[call-arg] # numba's types hold the decorator for an undecorated call


def _nothing() -> None:
    """Give numba something to compile."""


def watch(begun: Callable[[], None], ended: Callable[[], None]) -> None:
    """Tell when compiling begins and when it ends, as long as the process lives.

    A kernel that compiles others on its way is told once. Reading compiled code from the disk is not
    compiling.

    Args:
        begun: called when compiling begins.
        ended: called when it ends, whether well or not.
    """
    event.register(_COMPILING, _Listener(begun, ended))  # type: ignore[no-untyped-call] # numba has few types


class _Listener(event.Listener):
    """Counts how deep compiling is nested."""

    def __init__(self, begun: Callable[[], None], ended: Callable[[], None]) -> None:
        self._begun, self._ended = begun, ended
        self._depth = 0

    def on_start(self, event: object) -> None:  # noqa: ARG002 -- numba's signature
        self._depth += 1
        if self._depth == 1:
            self._begun()

    def on_end(self, event: object) -> None:  # noqa: ARG002 -- numba's signature
        self._depth -= 1
        if self._depth == 0:
            self._ended()
