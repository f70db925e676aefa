"""Files out: blank templates, exports that load back unchanged, and the workbook of bad rows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.interchange.cells import Choice
from services.interchange.errors import NoSuchKind
from services.interchange.grounds import load_sight
from services.interchange.headers import REASON, ROW_NUMBER
from services.interchange.reading import Reading
from services.interchange.service import may_import, table_of
from services.interchange.specs import Column, Table
from services.interchange.writing import SheetOut, write_csv, write_workbook
from services.kit.events import record_event
from services.kit.i18n import Locale, gettext, lazy

Format = Literal["xlsx", "csv"]
MEDIA_TYPES: Final[dict[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
GUIDE: Final = "填表说明"
_GUIDE_HEADER: Final = (lazy("表头"), lazy("必填"), lazy("填写要求"), lazy("可用单位或取值"))


@dataclass(frozen=True, slots=True)
class FileOut:
    """A file to send."""

    name: str
    media_type: str
    data: bytes


def may_export(principal: Principal, table: Table) -> bool:
    """Tell whether this person may export the table, or the part of it that is theirs."""
    return principal.role in table.exporters


def _file(name: str, form: Format, table: Table, rows: Sequence[Sequence[str]], *guide: SheetOut) -> FileOut:
    if form == "csv":
        return FileOut(f"{name}.csv", MEDIA_TYPES["csv"], write_csv(rows))
    numeric = [column.type.numeric for column in table.columns]
    data = write_workbook(SheetOut(table.title, rows, numeric), *guide)
    return FileOut(f"{name}.xlsx", MEDIA_TYPES["xlsx"], data)


def template(principal: Principal, kind: str, form: Format, locale: Locale = "zh") -> FileOut:
    """Make a blank file: the header, and in a workbook a second sheet that says how to fill it in.

    Raises:
        NoSuchKind: there is no such table for this person.
    """
    table = table_of(kind)
    if not (may_import(principal, table) or may_export(principal, table)):
        raise NoSuchKind
    return blank(table, form, locale)


def blank(table: Table, form: Format, locale: Locale = "zh") -> FileOut:
    """Make a blank file of a table, whoever asks for it."""
    header = [column.header for column in table.columns]
    return _file(f"{table.title}-模板", form, table, [header], guide_sheet(table, locale))


def guide_sheet(table: Table, locale: Locale) -> SheetOut:
    """Say for each column what may stand there."""
    yes, no = gettext("是", locale), gettext("否", locale)
    rows = [[gettext(text, locale) for text in _GUIDE_HEADER]]
    rows.extend(
        [
            column.header,
            yes if column.required else no,
            gettext(column.type.hint, locale),
            allowed(column),
        ]
        for column in table.columns
    )
    return SheetOut(GUIDE, rows)


def allowed(column: Column) -> str:
    """List the units or words that a column accepts."""
    if isinstance(column.type, Choice):
        return "、".join(column.type.words)
    return "、".join(column.type.units)


async def export(session: AsyncSession, principal: Principal, kind: str, form: Format) -> FileOut:
    """Write the rows of a table that this person may see; the file loads back unchanged.

    Raises:
        NoSuchKind: there is no such table for this person.
    """
    table = table_of(kind)
    if not may_export(principal, table):
        raise NoSuchKind
    sight = await load_sight(session, principal, table)
    stored = await table.existing(session, principal.city)
    seen = [row for row in stored.values() if table.sees(row, sight)]

    def work() -> FileOut:
        header = [column.header for column in table.columns]
        return _file(table.title, form, table, [header, *(table.cells_of(row) for row in seen)])

    made = await asyncio.to_thread(work)
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="interchange.exported",
        entity=table.kind,
        entity_id=form,
        after={"rows": len(seen)},
    )
    return made


def bad_rows(reading: Reading, locale: Locale = "zh") -> FileOut:
    """Write the bad rows as they stood in the file, with their row number and every reason.

    The two added columns are passed over when the corrected workbook is loaded.
    """
    table = reading.table
    reasons: dict[int, list[str]] = {}
    for fault in reading.faults:
        said = fault.say(locale)
        reasons.setdefault(fault.row, []).append(f"{fault.column}：{said}" if fault.column else said)
    width = len(reading.header)
    rows = [[ROW_NUMBER, REASON, *reading.header]]
    for bad in reading.bad:
        cells = [*bad.cells, *[""] * width][:width]
        rows.append([str(bad.number), "；".join(reasons[bad.number]), *cells])
    sheet = SheetOut(table.title, rows, [True], frozenset({1}))
    return FileOut(f"{table.title}-错误行.xlsx", MEDIA_TYPES["xlsx"], write_workbook(sheet))
