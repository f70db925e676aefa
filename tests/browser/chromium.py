"""Debian's chromium: where it is, and how it starts."""

import os
import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS: Final = ("--no-sandbox", "--disable-background-networking", "--disable-gpu")
"""The sandbox needs a user that root is not; background networking would ask the world for updates."""

MISSING: Final = (
    "NO BROWSER: the browser tests did not run. "
    "Install chromium (Debian: apt install chromium fonts-noto-cjk) or name it in CHROMIUM."
)


def chromium() -> str | None:
    """The path of the browser: CHROMIUM's, else the first known name on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)
