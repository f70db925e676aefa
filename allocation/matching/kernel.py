"""The one door to numba: functions on arrays, compiled on first use and cached beside the source.

Compiled code is fast and blind: it checks no index. Whoever calls it hands over arrays of the stated types
and shapes. With `NUMBA_DISABLE_JIT=1` the same functions run as plain Python, which is how their branches are
measured; results are the same, but for the last digits of floats that only guide a search.

numba notices a change of the file that a kernel stands in, not of a kernel that it calls from another file.
So compiled code is kept in a folder named by the digest of all kernels' sources: after any change none of it
is stale, and the same sources find theirs again.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba

_NO_COUNT: Final[dict[str, Any]] = {"_nrt": False}
"""numba's switch, not among its stated options: code without reference counts."""

F = TypeVar("F", bound=Callable[..., object])

_MARK: Final = b"from allocation.matching.kernel import"


def _digest(folder: Path) -> str:
    """Name the present sources of all kernels."""
    total = sha256()
    for path in sorted(folder.glob("*.py")):
        text = path.read_bytes()
        if _MARK in text:
            total.update(sha256(text).digest())
    return total.hexdigest()[:16]


_HERE: Final = Path(__file__).parent

# Where the folder cannot be made, numba falls back to its own places.
numba.config.CACHE_DIR = str(  # type: ignore[attr-defined] # numba makes its settings when imported
    Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__") / f"kernels-{_digest(_HERE)}"
)


def compiled(function: F) -> F:
    """Compile a function on arrays with numba: no Python objects inside, no threads, no fast maths.

    Without fast maths the order of operations is what is written, so the same input gives the same bits on
    the same machine type.
    """
    return cast("F", numba.njit(cache=True, nogil=True)(function))


def lean(function: F) -> F:
    """Compile a function that makes no arrays: one that only reads and writes those it is given.

    Elsewhere each use of an array that stands in a record counts its users up and down again, inside inner
    loops too, which made the search two to four times slower. Here nothing is counted; who calls keeps the
    arrays alive.
    """
    return cast("F", numba.njit(cache=True, nogil=True, **_NO_COUNT)(function))


def inlined(function: F) -> F:
    """Compile as `lean` does, and copy the code into whoever calls it.

    For small functions of inner loops that take records of arrays: handing over such a record costs more than
    what they do.
    """
    return cast("F", numba.njit(cache=True, nogil=True, forceinline=True, **_NO_COUNT)(function))
