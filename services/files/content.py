"""What a file is by its own bytes, never by its name; what is hostile, broken or unknown is refused.

A file is looked at from outside: nothing of it is drawn, run or unpacked in full. Of office files the zip
directory, the list of content types and the links are read; of a PDF what stands outside its streams.
"""

import io
import lzma
import re
import zipfile
import zlib
from typing import Final

from services.files.archives import BadArchive, entries_of
from services.files.words import FileKind

_PDF_TAIL: Final = 2048
_MAX_NAME: Final = 120
_PART: Final = 1 << 20
"""How much of one entry is read, in bytes."""

_STREAM: Final = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE: Final = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA|EmbeddedFiles?)(?![A-Za-z0-9])")
_FETCHED: Final = re.compile(rb"<[^>]*(attachedTemplate|oleObject|/frame)[^>]*>", re.IGNORECASE)
_PROGRAMS: Final = (
    *(".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta"),
    *(".jar", ".lnk", ".sh", ".html", ".htm", ".svg", ".zip", ".rar", ".7z"),
)
_MAIN_PARTS: Final = {
    "xl/workbook.xml": FileKind.xlsx,
    "word/document.xml": FileKind.docx,
    "ofd.xml": FileKind.ofd,
}
_TYPES: Final = "[content_types].xml"
_SUFFIXES: Final = {
    FileKind.pdf: (".pdf",),
    FileKind.png: (".png",),
    FileKind.jpeg: (".jpg", ".jpeg"),
    FileKind.xlsx: (".xlsx",),
    FileKind.docx: (".docx",),
    FileKind.ofd: (".ofd",),
}


class Unfit(Exception):
    """The content is not taken; `code` says why in a stable word.

    Args:
        code: unknown-type, cut-short, active-content, or a code of `archives.BadArchive`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def scan_kind(content: bytes) -> FileKind | None:
    """Tell whether a file is a whole PDF, PNG or JPEG by how it begins and ends; None for anything else."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]:
        return FileKind.pdf
    if content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-16:]:
        return FileKind.png
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        return FileKind.jpeg
    return None


def kind_of(content: bytes) -> FileKind:
    """Return what a file is.

    Raises:
        Unfit: of no kind that is taken, cut short, hostile or broken.
    """
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    kind = scan_kind(content)
    if kind is None:
        known = content.startswith((b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
        raise Unfit("cut-short" if known else "unknown-type")
    if kind is FileKind.pdf and _ACTIVE.search(_ESCAPE.sub(_plain, _STREAM.sub(b"", content))):
        raise Unfit("active-content")
    return kind


def _plain(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _office_kind(content: bytes) -> FileKind:
    try:
        entries = entries_of(content)
    except BadArchive as error:
        raise Unfit(error.code) from None
    kinds = [kind for part, kind in _MAIN_PARTS.items() if part in entries]
    if len(kinds) != 1:
        raise Unfit("unknown-type")
    if any(name.endswith(_PROGRAMS) or "/activex/" in name for name in entries):
        raise Unfit("active-content")
    if kinds[0] is FileKind.ofd:
        return FileKind.ofd
    if any(name.startswith("xl/externallinks/") for name in entries):
        raise Unfit("active-content")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if _TYPES not in entries:
            raise Unfit("broken-archive")
        if b"macroenabled" in _part(archive, entries[_TYPES]).lower():
            raise Unfit("has-macros")
        for name, entry in entries.items():
            if name.endswith(".rels") and _fetches(_part(archive, entry)):
                raise Unfit("active-content")
    return kinds[0]


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as part:
            text = part.read(_PART + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError, OSError):
        raise Unfit("broken-archive") from None
    if len(text) > _PART:
        raise Unfit("unpacks-too-large")
    return text


def _fetches(links: bytes) -> bool:
    """Tell whether a list of links makes a program fetch something by itself; hyperlinks do not."""
    return any(b'targetmode="external"' in found[0].lower() for found in _FETCHED.finditer(links))


def plain_name(name: str, kind: FileKind) -> str:
    """Make a name that is safe to show and to save under: no path, no hidden signs, the right ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    endings = _SUFFIXES[kind]
    stem = shown or "file"
    if not stem.lower().endswith(endings):
        stem += endings[0]
    return stem[-_MAX_NAME:]
