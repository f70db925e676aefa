"""Files as offices send them, and as they should not."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"
TYPES = b'<?xml version="1.0"?><Types><Override ContentType="application/xml"/></Types>'
LINK = (
    '<Relationships><Relationship Type="http://x/{kind}" TargetMode="External" Target="http://evil/a"/>'
    "</Relationships>"
)


def pdf(text: str = "") -> bytes:
    """A small PDF that differs by its text."""
    return PDF.replace(b"trailer", b"% " + text.encode() + b"\ntrailer")


def png() -> bytes:
    """The smallest whole PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(zipfile.ZipInfo(name, (2027, 1, 15, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xlsx(**more: bytes | str) -> bytes:
    """A workbook of the parts that are looked at."""
    return archive({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>", **more})


def docx(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A text document of the parts that are looked at."""
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": "<document/>", **(parts or {})})


def ofd(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A fixed-layout document (OFD)."""
    return archive({"OFD.xml": "<ofd/>", "Doc_0/Document.xml": "<document/>", **(parts or {})})
