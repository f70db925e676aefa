"""docs/import.md says of every column what the program does; this renders its tables from the program."""

from pathlib import Path

import pytest

from services.interchange.amounts import Day, Month, Quantity, Year
from services.interchange.cells import Choice, Code, Several, Text
from services.interchange.codes import CreditCode, Division, Industry
from services.interchange.exports import allowed
from services.interchange.faults import FILE_MESSAGES, MESSAGES
from services.interchange.specs import TABLES, Column, Table
from services.kit.i18n import gettext

DOC = Path(__file__).parents[3] / "docs" / "import.md"
FAULTS: dict[type, tuple[str, ...]] = {
    Text: ("too-long", "control-character"),
    Code: ("bad-code",),
    Choice: ("bad-choice",),
    Several: ("bad-list",),
    Division: ("bad-division-code", "unknown-division"),
    CreditCode: ("bad-credit-code", "bad-check-digit"),
    Industry: ("bad-industry",),
    Quantity: ("not-a-number", "negative", "too-precise", "too-large"),
    Day: ("bad-date",),
    Month: ("bad-month",),
    Year: ("bad-year",),
}


def faults_of(column: Column) -> list[str]:
    """The codes that a cell of the column can have of itself."""
    inner = column.type.each if isinstance(column.type, Several) else column.type
    codes = [code for kind, found in FAULTS.items() if isinstance(column.type, kind) for code in found]
    if inner is not column.type:
        codes += [code for kind, found in FAULTS.items() if isinstance(inner, kind) for code in found]
    if isinstance(inner, Quantity) and inner.signed:
        codes.remove("negative")
    if not codes:
        codes = ["not-a-number", "negative", "too-precise", "too-large"]
    return (
        (["required"] if column.required else [])
        + codes
        + ([f"unknown-{column.refers}"] if column.refers else [])
    )


def row_of(column: Column) -> str:
    names = "<br>".join([f"**{column.header}**", *column.aliases])
    must = "yes" if column.required else "no"
    codes = ", ".join(f"`{code}`" for code in faults_of(column))
    hint = gettext(column.type.hint, "en")
    return f"| {names} | {must} | {hint} | {allowed(column) or '–'} | {codes} |"


def section_of(table: Table) -> str:
    key = " + ".join(
        column.name
        for column in table.columns
        if set(column.field if isinstance(column.field, tuple) else (column.field,)) & set(table.key)
    )
    head = "| header | must | what may stand there | units or words | faults |\n|---|---|---|---|---|"
    rows = "\n".join(row_of(column) for column in table.columns)
    who = "city finance" if "city_finance" in table.importers else "city office"
    return f"### {table.title} `{table.kind}`\nKey: {key}. Loaded by: {who}.\n\n{head}\n{rows}\n"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_column_is_documented_as_it_is(table: Table):
    assert section_of(table) in DOC.read_text("utf-8")


@pytest.mark.parametrize(("code", "message"), [*MESSAGES.items(), *FILE_MESSAGES.items()])
def test_every_fault_is_documented(code: str, message: str):
    english = gettext(message, "en").replace("|", "\\|")
    assert f"| `{code}` | {message} | {english} |" in DOC.read_text("utf-8")
