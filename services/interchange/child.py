"""Read a workbook inside a process of its own that may die: run as a script, never imported by the server.

Standard input is the xlsx file, standard output one JSON document: {"rows": [[text, …], …], "bad":
{"row,column": code}} or {"fault": code}. The parent has checked the zip directory; here memory and time are
limited first, then the cell references of the sheets are read, and only then the parser runs: one cell at
XFD1048576 would make it ask for the whole grid. The parser drops error values (#DIV/0!) without a word, so
they are looked for here.
"""

import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile

MEMORY = 512 << 20
SECONDS = 10
CHUNK = 1 << 20
MAX_ROWS = 20_001
MAX_COLUMNS = 200
EXACT_DIGITS = 15

ERROR = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,4}[0-9]{1,12})"')
REFERENCE = re.compile(rb'<(?:\w+:)?(?:c|row)\s[^>]*?\br="([A-Z]{0,4})([0-9]{1,12})"')
LETTERS = 26


def column_number(letters: str) -> int:
    """Turn a column's letters into its number: A is 1, XFD 16384."""
    number = 0
    for letter in letters:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number


def check_references(book: zipfile.ZipFile) -> str | None:
    """Return what is wrong with the size of the sheets by their cells' own references, if anything."""
    for entry in book.infolist():
        if not entry.filename.startswith("xl/worksheets/") or not entry.filename.endswith(".xml"):
            continue
        tail = b""
        with book.open(entry) as part:
            while chunk := part.read(CHUNK):
                block = tail + chunk
                for letters, row in REFERENCE.findall(block):
                    if int(row) > MAX_ROWS:
                        return "too-many-rows"
                    if letters and column_number(letters.decode()) > MAX_COLUMNS:
                        return "too-many-columns"
                if broken := ERROR.search(block):
                    return "has-error-values:" + broken[1].decode()
                tail = block[-200:]
    return None


def show(value: object) -> tuple[str, str | None]:
    """Write a cell as the text that Excel shows, with the code of a fault if it cannot be trusted."""
    if isinstance(value, bool):
        return ("是" if value else "否"), None
    if isinstance(value, int | float):
        return show_number(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat(), None
    return str(value), None


def show_number(value: float) -> tuple[str, str | None]:
    """Write a number with Excel's 15 digits and no exponent."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 -- only NaN differs from itself
        return str(value), "not-a-number"
    if abs(value) >= 10**EXACT_DIGITS:
        return str(value), "lost-digits"
    if float(value).is_integer():
        return str(int(value)), None
    from decimal import Decimal

    return format(Decimal(format(value, f".{EXACT_DIGITS}g")), "f"), None


def read(data: bytes, wanted: str) -> dict[str, object]:
    """Read the wanted sheet, else the first visible one."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    with zipfile.ZipFile(io.BytesIO(data)) as book:
        fault = check_references(book)
    if fault:
        return {"fault": fault}
    workbook = CalamineWorkbook.from_object(io.BytesIO(data))
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    if not visible:
        return {"fault": "empty-file"}
    name = wanted if wanted in visible else visible[0]
    rows: list[list[str]] = []
    bad: dict[str, str] = {}
    for index, cells in enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)):
        shown = []
        for column, cell in enumerate(cells):
            text, fault = show(cell)
            if fault:
                bad[f"{index},{column}"] = fault
            shown.append(text)
        rows.append(shown)
    return {"rows": rows, "bad": bad}


def main() -> int:
    """Limit, read, answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        answer = read(sys.stdin.buffer.read(), wanted)
    except MemoryError:
        answer = {"fault": "too-slow"}
    except Exception:  # noqa: BLE001 -- whatever a hostile file provokes, the answer is one code
        answer = {"fault": "broken-workbook"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
