"""The clock that ends a solver's process: what it takes to get ready is not held against its search."""

import asyncio


class Guard:
    """Moves the end of a timeout: one allowance for work, another for starting and compiling.

    Kernels are compiled at first use, which takes a minute of one core and many on a loaded machine. The
    clock of the work stands still meanwhile; the other one runs, so that nothing goes on for ever.

    Args:
        timeout: an entered timeout.
        work: seconds of work.
        ready: seconds of getting ready, all in all.
    """

    def __init__(self, timeout: asyncio.Timeout, *, work: float, ready: float) -> None:
        self._timeout = timeout
        self._left = {True: work, False: ready}
        self._working = False
        self._since = asyncio.get_running_loop().time()
        self._aim()

    def turn(self, *, working: bool) -> None:
        """Take in that the process begins to work, or begins to get ready for more."""
        now = asyncio.get_running_loop().time()
        self._left[self._working] -= now - self._since
        self._working, self._since = working, now
        self._aim()

    def _aim(self) -> None:
        if not self._timeout.expired():
            self._timeout.reschedule(self._since + self._left[self._working])
