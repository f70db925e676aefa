"""What a file is by its bytes, and what is not taken."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.files.content import Unfit, kind_of, plain_name, scan_kind
from services.files.errors import UNFIT
from services.files.words import MEDIA_TYPES, FileKind
from tests.services.files import samples as make


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make.pdf(), FileKind.pdf),
        (make.png(), FileKind.png),
        (make.JPEG, FileKind.jpeg),
        (make.xlsx(), FileKind.xlsx),
        (make.docx(), FileKind.docx),
        (make.ofd(), FileKind.ofd),
        (make.docx({"word/_rels/document.xml.rels": make.LINK.format(kind="hyperlink")}), FileKind.docx),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind
    assert kind in MEDIA_TYPES


def encrypted() -> bytes:
    made = bytearray(make.docx())
    for at in (made.find(b"PK\x03\x04") + 6, made.rfind(b"PK\x01\x02") + 8):
        made[at] |= 1
    return bytes(made)


def damaged() -> bytes:
    made = bytearray(make.docx())
    at = made.find(b"[Content_Types].xml") + len("[Content_Types].xml")
    made[at : at + 8] = b"\xff" * 8
    return bytes(made)


HOSTILE = {
    "text": (b"hello", "unknown-type"),
    "a program": (b"MZ\x90\x00" + b"\x00" * 100, "unknown-type"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "unknown-type"),
    "html with a pdf's ending": (b"<html>%PDF-1.4 %%EOF", "unknown-type"),
    "half a pdf": (make.pdf()[:30], "cut-short"),
    "half a png": (make.png()[:-13], "cut-short"),
    "half a jpeg": (make.JPEG[:-2], "cut-short"),
    "a pdf with a script": (make.pdf("/JavaScript (x)"), "active-content"),
    "a pdf with a hidden script": (make.pdf("/J#61vaScript (x)"), "active-content"),
    "a pdf that starts a program": (make.pdf("/Launch <<>>"), "active-content"),
    "a pdf with a file in it": (make.pdf("/EmbeddedFiles <<>>"), "active-content"),
    "a zip of nothing known": (make.archive({"a.txt": "x"}), "unknown-type"),
    "two kinds at once": (make.xlsx(**{"word/document.xml": "<x/>"}), "unknown-type"),
    "no list of types": (make.archive({"xl/workbook.xml": "<x/>"}), "broken-archive"),
    "macros": (make.xlsx(**{"xl/vbaProject.bin": "x"}), "has-macros"),
    "macros by type": (
        make.archive({"[Content_Types].xml": "macroEnabled", "word/document.xml": "x"}),
        "has-macros",
    ),
    "links to other books": (make.xlsx(**{"xl/externalLinks/e.xml": "x"}), "active-content"),
    "a template from outside": (
        make.docx({"word/_rels/settings.xml.rels": make.LINK.format(kind="attachedTemplate")}),
        "active-content",
    ),
    "an object from outside": (
        make.docx({"word/_rels/a.rels": make.LINK.format(kind="oleObject")}),
        "active-content",
    ),
    "a program inside": (make.ofd({"Attachs/a.EXE": "x"}), "active-content"),
    "a control": (make.docx({"word/activeX/a.xml": "x"}), "active-content"),
    "a name that climbs": (make.docx({"../../etc/passwd": "x"}), "broken-archive"),
    "a name from the root": (make.docx({"/etc/passwd": "x"}), "broken-archive"),
    "a name twice": (make.docx({"A.xml": "x", "a.XML": "y"}), "broken-archive"),
    "a bomb": (make.docx({"word/bomb.xml": b"\x00" * (3 << 20)}), "unpacks-too-large"),
    "a list of types too long": (
        make.archive(
            {"[Content_Types].xml": bytes(range(256)) * 4097, "word/document.xml": "x"},
        ),
        "unpacks-too-large",
    ),
    "too many parts": (make.docx({f"word/{n}.xml": "" for n in range(1_000)}), "too-many-entries"),
    "a password": (encrypted(), "encrypted"),
    "damage inside": (damaged(), "broken-archive"),
    "half a zip": (make.docx()[:60], "broken-archive"),
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_hostile_and_broken_files_are_named(case: str) -> None:
    content, code = HOSTILE[case]
    with pytest.raises(Unfit) as refused:
        kind_of(content)
    assert refused.value.code == code


def test_a_stream_that_looks_like_a_script_is_none() -> None:
    compressed = make.pdf("stream\n/JavaScript \nendstream")
    assert kind_of(compressed) is FileKind.pdf


@given(st.binary(max_size=300))
def test_any_bytes_are_a_kind_or_refused(content: bytes) -> None:
    for candidate in (content, b"PK\x03\x04" + content, b"%PDF-" + content + b"%%EOF"):
        try:
            found = kind_of(candidate).value
        except Unfit as refused:
            found = refused.code
        assert found in set(FileKind) | set(UNFIT)


@given(st.integers(min_value=4, max_value=10**6))
def test_an_archive_cut_anywhere_never_passes_as_another(at: int) -> None:
    whole = make.docx()
    cut = whole[: at % (len(whole) - 1) + 1]
    try:
        kind = kind_of(cut)
    except Unfit:
        return
    assert kind is FileKind.docx
    assert zipfile.ZipFile(BytesIO(cut)).testzip() is None


def test_scans_are_known_by_their_ends() -> None:
    assert scan_kind(make.pdf()) is FileKind.pdf
    assert scan_kind(make.docx()) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("走访记录.pdf", "走访记录.pdf"),
        ("走访记录.PDF", "走访记录.PDF"),
        ("C:\\材料\\走访.pdf", "走访.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("", "file.pdf"),
        ("  .. ", "file.pdf"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe(name: str, shown: str) -> None:
    assert plain_name(name, FileKind.pdf) == shown


def test_a_picture_keeps_either_ending() -> None:
    assert plain_name("a.jpeg", FileKind.jpeg) == "a.jpeg"
    assert plain_name("a", FileKind.jpeg) == "a.jpg"
