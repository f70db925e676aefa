"""Read xlsx: checked from outside first, then parsed in a process that may die."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from services.files.archives import BadArchive, entries_of
from services.interchange.child import SECONDS
from services.interchange.faults import FileFault, UnusableFile

MAGIC: Final = b"PK\x03\x04"
_CHILD: Final = Path(__file__).with_name("child.py")


def check_directory(data: bytes) -> None:
    """Look at the zip directory of a workbook without unpacking anything.

    Raises:
        UnusableFile: broken, encrypted, too many or too large entries, macros, links to other files.
    """
    try:
        names = entries_of(data)
    except BadArchive as error:
        code = "broken-workbook" if error.code == "broken-archive" else error.code
        raise UnusableFile(FileFault(code)) from None
    if any(name.startswith("xl/externallinks/") for name in names):
        raise UnusableFile(FileFault("has-external-links"))
    if "xl/workbook.xml" not in names:
        raise UnusableFile(FileFault("unknown-format"))


def read_workbook(data: bytes, sheet: str = "") -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """Read one sheet of a workbook as text.

    Args:
        data: the file.
        sheet: the sheet's name; if there is none such, the first visible sheet is read.

    Returns:
        The rows, and the codes of cells that cannot be trusted by (row index, column index).

    Raises:
        UnusableFile: the file is hostile, broken or too large, or reading took too much time or memory.
    """
    check_directory(data)
    try:
        run = subprocess.run(  # noqa: S603 -- our own script under our own interpreter; the name is an argument
            [sys.executable, "-I", str(_CHILD), sheet],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired:
        raise UnusableFile(FileFault("too-slow")) from None
    if run.returncode != 0:
        raise UnusableFile(FileFault("too-slow"))
    answer: dict[str, Any] = json.loads(run.stdout)
    if "fault" in answer:
        code, _, about = str(answer["fault"]).partition(":")
        raise UnusableFile(FileFault(code, about))
    bad = {}
    for place, code in answer["bad"].items():
        row, column = place.split(",")
        bad[int(row), int(column)] = str(code)
    return answer["rows"], bad
