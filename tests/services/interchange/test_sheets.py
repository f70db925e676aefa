import csv
import io
import time
import zipfile
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services.interchange import child, sheets, workbook
from services.interchange.faults import OversizedFile, UnusableFile
from services.interchange.sheets import Sheet, read_sheet
from services.interchange.writing import SheetOut, disarm, rearm, write_csv, write_workbook
from tests.services.interchange.files import as_csv, as_xlsx, changed_zip, example

ROWS = [["园区编码", "名称"], ["6110P01", "商州区电子信息产业园"], ["6110P02", "荆河生态工业园"]]
KNOWN = frozenset({"园区编码", "名称"})
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes, name: str = "园区.csv", title: str = "园区") -> Sheet:
    return read_sheet(name, data, title=title, known=KNOWN)


def cells(sheet: Sheet) -> list[list[str]]:
    return [list(sheet.header), *(list(row.cells) for row in sheet.rows)]


def refused(data: bytes, name: str = "园区.csv") -> str:
    with pytest.raises(UnusableFile) as found:
        read(data, name)
    return "+".join(fault.code for fault in found.value.faults)


def plain(encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(ROWS)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings_of_offices(encoding: str):
    assert cells(read(plain(encoding))) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "big5", "utf-32"])
def test_other_encodings_are_refused(encoding: str):
    rows = "園區,名稱\r\n6110P01,商州\r\n" if encoding == "big5" else plain("utf-8").decode()
    assert refused(rows.encode(encoding)) == "unknown-encoding"


def test_gb18030_without_a_known_header_is_refused():
    assert refused("别的,表\r\n1,2\r\n".encode("gb18030")) == "unknown-encoding"


def test_bytes_of_no_encoding_are_refused():
    assert refused(b"\xff\xff\xff,\x80\x81\n") == "unknown-encoding"
    assert refused("园区编码,名称\n1,a\0b\n".encode()) == "unknown-encoding"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b" ,,\r\n,,\r\n"])
def test_an_empty_file(data: bytes):
    assert refused(data) == "empty-file"


def test_blank_rows_are_passed_over_and_keep_the_row_numbers():
    sheet = read("园区编码,名称,,\n\n6110P01,a\n,,\n6110P02,b\n".encode())
    assert sheet.header == ("园区编码", "名称")
    assert [row.number for row in sheet.rows] == [3, 5]


def test_an_open_quote_is_refused():
    assert refused('园区编码,名称\n"6110P01,a\n'.encode()) == "broken-csv"
    assert refused(f"园区编码,名称\n{'a' * 40_000},b\n".encode()) == "broken-csv"


def test_ten_megabytes_are_the_most():
    with pytest.raises(OversizedFile):
        read(b"a" * (sheets.MAX_BYTES + 1))


def test_twenty_thousand_rows_and_two_hundred_columns_are_the_most():
    header = "园区编码,名称\n"
    assert len(read((header + "1,a\n" * sheets.MAX_ROWS).encode()).rows) == sheets.MAX_ROWS
    assert refused((header + "1,a\n" * (sheets.MAX_ROWS + 1)).encode()) == "too-many-rows"
    assert refused(("名称" + ",a" * sheets.MAX_COLUMNS + "\n1\n").encode()) == "too-many-columns"
    assert refused(("名称\n1" + ",a" * sheets.MAX_COLUMNS + "\n").encode()) == "too-many-columns"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (as_xlsx(ROWS), "园区.csv"),
        (plain("utf-8"), "园区.xlsx"),
        (plain("utf-8"), "园区.txt"),
        (plain("utf-8"), "园区"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "园区.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "园区.xlsx"),
        (b"%PDF-1.7 ", "园区.xlsx"),
        (as_xlsx(ROWS), "园区.xlsm"),
    ],
)
def test_content_and_extension_must_fit(data: bytes, name: str):
    assert refused(data, name) == "unknown-format"


def test_a_workbook_is_read_as_text():
    assert cells(read(as_xlsx(ROWS), "园区.XLSX")) == ROWS


def workbook_of(write: object, *names: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        pages = [book.add_worksheet(name) for name in names or ("园区",)]
        write(book, *pages)  # type: ignore[operator] # a function of the test
    return out.getvalue()


def test_cells_are_read_as_excel_shows_them():
    def write(book: xlsxwriter.Workbook, page: object) -> None:
        page.write_row(0, 0, ["园区编码", "a", "b", "c", "d", "e", "f", "g"])
        page.write_row(1, 0, ["007", 0.1 + 0.2, 4510.77, -100.5, 12, 1e-7, True])
        page.write_datetime(1, 7, date(2026, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))

    sheet = read(workbook_of(write), "园区.xlsx")
    assert sheet.rows[0].cells == ("007", "0.3", "4510.77", "-100.5", "12", "0.0000001", "是", "2026-01-31")


def test_numbers_of_more_than_fifteen_digits_are_not_trusted():
    def write(_book: object, page: object) -> None:
        page.write_row(0, 0, ["园区编码", "名称"])
        page.write(1, 1, 61100025020001445)

    assert read(workbook_of(write), "园区.xlsx").distrusted == {(2, 1): "lost-digits"}


def test_a_formulas_value_is_read_and_never_the_formula():
    def write(_book: object, page: object) -> None:
        page.write_row(0, 0, ["园区编码", "名称"])
        page.write_formula(1, 0, '=HYPERLINK("http://example.invalid")', None, "6110P01")

    assert read(workbook_of(write), "园区.xlsx").rows[0].cells[0] == "6110P01"


def test_error_values_are_refused_by_their_cell():
    def write(_book: object, page: object) -> None:
        page.write_row(0, 0, ["园区编码", "名称"])
        page.write_formula(3, 1, "=1/0", None, "#DIV/0!")

    with pytest.raises(UnusableFile) as found:
        read(workbook_of(write), "园区.xlsx")
    assert [(fault.code, fault.about) for fault in found.value.faults] == [("has-error-values", "B4")]


def test_the_sheet_of_the_tables_name_is_read_else_the_first_visible():
    def write(_book: object, first: object, second: object) -> None:
        first.write_row(0, 0, ["说明", ""])
        second.write_row(0, 0, ["园区编码", "名称"])

    def write_hidden(book: object, first: object, second: object) -> None:
        write(book, first, second)
        second.activate()
        first.hide()

    assert read(workbook_of(write, "填表说明", "园区"), "园区.xlsx").header == ("园区编码", "名称")
    assert read(workbook_of(write_hidden, "首页", "数据"), "园区.xlsx").header == ("园区编码", "名称")
    assert read(workbook_of(write, "首页", "数据"), "园区.xlsx").header == ("说明",)


def test_an_empty_workbook():
    assert refused(workbook_of(lambda _book, _page: None), "园区.xlsx") == "empty-file"


def sheet_xml(body: str) -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f'<?xml version="1.0"?><worksheet {space}><sheetData>{body}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "too-many-rows"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "too-many-columns"),
        ('<row r="1"><c s="1" r="GS1"><v>1</v></c></row>', "too-many-columns"),
        ('<row spans="1:2" r="20002"><c r="A20002"><v>1</v></c></row>', "too-many-rows"),
    ],
)
def test_the_grid_is_measured_by_references(body: str, code: str):
    assert refused(changed_zip(as_xlsx(ROWS), {SHEET: sheet_xml(body)}), "园区.xlsx") == code


def test_rows_without_references_are_counted_all_the_same():
    row = '<row><c t="inlineStr"><is><t>a</t></is></c></row>'
    hostile = changed_zip(as_xlsx(ROWS), {SHEET: sheet_xml(row * 20_010)})
    assert refused(hostile, "园区.xlsx") in {"too-many-rows", "broken-workbook"}


def test_a_zip_bomb_is_refused_by_its_directory():
    bomb = changed_zip(as_xlsx(ROWS), {"xl/media/image1.png": b"\0" * (30 << 20)})
    assert len(bomb) < 1 << 20
    started = time.monotonic()
    assert refused(bomb, "园区.xlsx") == "unpacks-too-large"
    assert time.monotonic() - started < 1


def test_a_directory_that_lies_about_sizes_is_refused():
    honest = changed_zip(as_xlsx(ROWS), {SHEET: sheet_xml('<row r="1"/>' * 200_000)})
    size = zipfile.ZipFile(io.BytesIO(honest)).getinfo(SHEET).file_size
    lying = honest.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != honest
    assert refused(lying, "园区.xlsx") == "broken-workbook"


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "has-macros"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "has-external-links"),
        ({f"xl/media/{n}.png": b"" for n in range(1001)}, "too-many-entries"),
        ({SHEET: b"<worksheet><sheetData>"}, "broken-workbook"),
        ({"xl/workbook.xml": b"not xml"}, "broken-workbook"),
    ],
)
def test_hostile_entries(entries: dict[str, bytes], code: str):
    assert refused(changed_zip(as_xlsx(ROWS), entries), "园区.xlsx") == code


def test_an_entity_bomb_does_not_grow():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]>'.encode()
    body = sheet_xml('<row r="1"><c r="A1" t="str"><v>&e9;</v></c></row>').split(b"?>", 1)[1]
    try:
        sheet = read(changed_zip(as_xlsx(ROWS), {SHEET: document + body}), "园区.xlsx")
    except UnusableFile:
        return
    assert sum(len(cell) for cell in sheet.header) < 1000


def test_other_archives_and_cut_files_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refused(out.getvalue(), "园区.xlsx") == "unknown-format"
    whole = as_xlsx(ROWS)
    assert refused(whole[: len(whole) // 2], "园区.xlsx") == "broken-workbook"
    assert refused(b"PK\x03\x04" + b"\0" * 100, "园区.xlsx") == "broken-workbook"


def test_an_encrypted_entry_is_refused():
    data = bytearray(as_xlsx(ROWS))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data), "园区.xlsx") == "encrypted"


def test_two_entries_of_one_name_are_refused():
    out = io.BytesIO(as_xlsx(ROWS))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<x/>")
    assert refused(out.getvalue(), "园区.xlsx") == "broken-workbook"


def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> bytes:
    path = tmp_path / "child.py"
    path.write_text(text)
    monkeypatch.setattr(workbook, "_CHILD", path)
    return as_xlsx(ROWS)


def test_a_reader_that_dies_takes_nobody_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert refused(script(tmp_path, monkeypatch, "import os; os.abort()"), "园区.xlsx") == "too-slow"


def test_a_reader_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "SECONDS", 0.5)
    assert refused(script(tmp_path, monkeypatch, "import time; time.sleep(30)"), "园区.xlsx") == "too-slow"


def test_the_reader_has_a_limit_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    source = Path(child.__file__).read_text("utf-8")
    greedy = source.replace("def read(data: bytes, wanted: str)", "def unused(data, wanted)").replace(
        "def main()", "def read(data, wanted):\n    return {'rows': [bytearray(600 << 20)]}\n\n\ndef main()"
    )
    assert refused(script(tmp_path, monkeypatch, greedy), "园区.xlsx") == "too-slow"


def test_characters_that_no_database_stores_are_refused(monkeypatch: pytest.MonkeyPatch):
    for text in ("a\0b", "\ud800"):
        monkeypatch.setattr(sheets, "read_workbook", lambda *_, text=text: ([["名称"], [text]], {}))
        assert refused(as_xlsx(ROWS), "园区.xlsx") == "broken-workbook"


class TestReader:
    """The script of the child, called here so that its lines are measured."""

    def test_reads(self):
        answer = child.read(as_xlsx(ROWS, "园区"), "园区")
        assert answer == {"rows": ROWS, "bad": {}}

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ('<row r="1"><c r="XFD1"/></row>', "too-many-columns"),
            ('<row r="99999"><c r="A99999"/></row>', "too-many-rows"),
            ('<row r="2"><c r="B2" s="1" t="e"><v>#N/A</v></c></row>', "has-error-values:B2"),
        ],
    )
    def test_refuses(self, body: str, code: str):
        hostile = changed_zip(as_xlsx(ROWS), {SHEET: sheet_xml(body)})
        assert child.read(hostile, "") == {"fault": code}

    def test_names_the_cells_that_lost_digits(self):
        body = '<row r="1"><c r="A1"><v>12345678901234567</v></c><c r="B1"><v>0.5</v></c></row>'
        answer = child.read(changed_zip(as_xlsx(ROWS), {SHEET: sheet_xml(body)}), "")
        assert answer["bad"] == {"0,0": "lost-digits"}
        assert answer["rows"] == [["1.2345678901234568e+16", "0.5"]]

    def test_hidden_sheets_are_no_table(self):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            book.add_worksheet("a").very_hidden()
            book.add_worksheet("b").activate()
        hidden = out.getvalue()
        with zipfile.ZipFile(io.BytesIO(hidden)) as archive:
            text = archive.read("xl/workbook.xml").replace(b'name="b"', b'name="b" state="hidden"')
        assert child.read(changed_zip(hidden, {"xl/workbook.xml": text}), "") == {"fault": "empty-file"}

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (float("nan"), ("nan", "not-a-number")),
            (float("inf"), ("inf", "not-a-number")),
            (1e15, ("1000000000000000.0", "lost-digits")),
            (999999999999999.0, ("999999999999999", None)),
            (False, ("否", None)),
            (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), ("2026-01-02 03:04:05+00:00", None)),
            (date(2026, 1, 2), ("2026-01-02", None)),
            ("x", ("x", None)),
        ],
    )
    def test_shows(self, value: object, shown: tuple[str, str | None]):
        assert child.show(value) == shown

    def test_columns_are_numbered_as_excel_does(self):
        assert [child.column_number(name) for name in ("A", "Z", "AA", "GR", "XFD")] == [
            1,
            26,
            27,
            200,
            16384,
        ]

    def test_answers_and_limits_itself(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        limits: list[int] = []
        monkeypatch.setattr(child.resource, "setrlimit", lambda kind, _limit: limits.append(kind))
        for data, answer in ((as_xlsx(ROWS), '"bad": {}'), (b"not a zip", "broken-workbook")):
            monkeypatch.setattr(child.sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
            monkeypatch.setattr(child.sys, "argv", ["child.py"])
            assert child.main() == 0
            assert answer in capsys.readouterr().out
        assert {child.resource.RLIMIT_AS, child.resource.RLIMIT_CPU} <= set(limits)

    def test_lack_of_memory_is_an_answer(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        def full(_data: bytes, _wanted: str) -> dict[str, object]:
            raise MemoryError

        monkeypatch.setattr(child.resource, "setrlimit", lambda *_: None)
        monkeypatch.setattr(child, "read", full)
        monkeypatch.setattr(child.sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        child.main()
        assert "too-slow" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+cmd", "@SUM(A1)", "＝1", "＋1", "－1", "＠1", "\tx", "\rx", "'=1", "''=1"],
)
def test_what_a_spreadsheet_could_run_is_disarmed(text: str):
    assert disarm(text) == "'" + text
    assert rearm(disarm(text)) == text


@pytest.mark.parametrize("text", ["-100.00", "-5", "商州区", "'引号", "a=b", ""])
def test_what_is_harmless_stays(text: str):
    assert disarm(text) == text


@given(st.text(max_size=12))
def test_disarming_is_undone_exactly(text: str):
    assert rearm(disarm(text)) == text
    armed = disarm(text)
    assert not armed or armed[0] not in "=+@＝＋－＠\t\r\n"


def test_disarmed_cells_load_back_unchanged():
    hostile = [["园区编码", "名称"], ["1", '=cmd|"/c calc"!A1'], ["2", "@x"], ["3", "-1+1"], ["4", "'=x"]]
    written = as_csv(hostile)
    assert b"'=cmd" in written
    assert cells(read(written)) == hostile
    assert cells(read(as_xlsx(hostile), "园区.xlsx")) == hostile


def test_csv_for_excel_has_a_byte_order_mark():
    assert write_csv(ROWS).startswith(b"\xef\xbb\xbf")


def test_numbers_are_numbers_only_where_nothing_is_lost():
    out = write_workbook(
        SheetOut("园区", [["a", "b", "c"], ["1.5", "61100025020001445", "x"]], [True, True, True])
    )
    sheet = read(out, "园区.xlsx")
    assert sheet.rows[0].cells == ("1.5", "61100025020001445", "x")
    assert sheet.distrusted == {}


def test_every_example_reads_the_same_from_every_form():
    rows = example("parks")
    read_back = [cells(read(as_csv(rows))), cells(read(as_xlsx(rows), "园区.xlsx"))]
    assert read_back == [rows, rows]


def test_the_same_rows_give_the_same_workbook_a_second_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            clock[0] += timedelta(seconds=1)
            return cls.fromtimestamp(clock[0].timestamp(), tz)

    clock = [datetime(2027, 1, 15, 8, tzinfo=UTC)]
    for module in ("services.interchange.writing.datetime", "xlsxwriter.core.datetime"):
        monkeypatch.setattr(module, Later)
    sheet = SheetOut("表", [["编号"], ["1"]])
    assert write_workbook(sheet) == write_workbook(sheet)
