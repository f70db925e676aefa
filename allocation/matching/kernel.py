"""The one door to numba: functions on arrays, compiled on first use and cached beside the source.

Compiled code is fast and blind: it checks no index. Whoever calls it hands over arrays of the stated types
and shapes. With `NUMBA_DISABLE_JIT=1` the same functions run as plain Python, which is how their branches are
measured; results are the same, but for the last digits of floats that only guide a search.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function on arrays with numba: no Python objects inside, no threads, no fast maths.

    Without fast maths the order of operations is what is written, so the same input gives the same bits on
    the same machine type.
    """
    return cast("F", numba.njit(cache=True, nogil=True)(function))


def inlined(function: F) -> F:
    """Compile likewise, and copy the code into whoever calls it.

    For small functions of inner loops that take records of arrays: handing over such a record costs more than
    what they do.
    """
    return cast("F", numba.njit(cache=True, nogil=True, forceinline=True)(function))
