"""A zip file judged by its directory, before anything is unpacked: entries, sizes, ratio, macros, names."""

import io
import zipfile
from typing import Final

MAX_ENTRIES: Final = 1_000
MAX_UNPACKED: Final = 100 << 20
MAX_RATIO: Final = 100
SMALL_ENTRY: Final = 1 << 20
"""An entry that unpacks to less than this may be squeezed as hard as it likes (empty sheets are)."""


class BadArchive(Exception):
    """The archive is not taken; `code` says why in a stable word.

    Args:
        code: broken-archive, too-many-entries, unpacks-too-large, encrypted or has-macros.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def entries_of(data: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of a zip file by their lower-case names; nothing is unpacked.

    Raises:
        BadArchive: broken, encrypted, too many or too large entries, macros, names that lead elsewhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
        raise BadArchive("broken-archive") from None
    if len(entries) > MAX_ENTRIES:
        raise BadArchive("too-many-entries")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(map(_squeezed, entries)):
        raise BadArchive("unpacks-too-large")
    named = {entry.filename.lower(): entry for entry in entries}
    if len(named) != len(entries) or any(map(_leads_elsewhere, named)):
        raise BadArchive("broken-archive")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise BadArchive("encrypted")
    if any(name.endswith(".bin") and "vba" in name for name in named):
        raise BadArchive("has-macros")
    return named


def _squeezed(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL_ENTRY and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)


def _leads_elsewhere(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")
