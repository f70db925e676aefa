"""Where compiled kernels are kept: beside their source, or in the person's cache where that is read-only."""

import os
import stat
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from platformdirs import user_cache_path

import allocation.matching

VARIABLE: Final = "NUMBA_CACHE_DIR"
_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def kernel_cache(source: Path | None = None) -> dict[str, str]:
    """Name the variable that puts compiled kernels where they can be written; often none is needed.

    What the operator has set stays. Compiled code is bound to the file that it came from, so several
    installations may share a folder. It is loaded as code, so a folder that others can write is not used.

    Args:
        source: the folder of the kernels' source, if not this program's own.
    """
    home = source if source is not None else Path(allocation.matching.__file__).parent
    if VARIABLE in os.environ or os.access(home / "__pycache__", os.W_OK | os.X_OK):
        return {}
    places = (user_cache_path("yipanqi") / "kernels", Path(gettempdir()) / f"yipanqi-kernels-{os.getuid()}")
    return next(({VARIABLE: str(place)} for place in places if _own(place)), {})


def _own(folder: Path) -> bool:
    """Make a folder that only this user can write, or say that it is not one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & _OTHERS
    return private and os.access(folder, os.W_OK | os.X_OK)
