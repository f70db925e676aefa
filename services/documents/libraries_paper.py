"""A library on a day as a printed sheet and as a workbook, as far as the asker sees what is in it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.agreements.views import city_name
from services.documents.service import File
from services.documents.tables import table_pdf, table_xlsx
from services.documents.tabular import Cell, Column, ColumnKind, TableSection, TableSheet
from services.kit.i18n import Locale, gettext, lazy
from services.libraries import service
from services.libraries.answers import LibraryAnswer, RowAnswer
from services.libraries.in_force import check_day, layout_on
from services.libraries.sayings import Speaker
from services.libraries.schemas import LibraryIn
from services.libraries.words import NUMERIC, OBJECTS
from services.libraries.words import Column as Shown
from services.regions.repo import unit_names

MONEY = {Shown.investment: lazy("总投资（元）"), Shown.land: lazy("用地（亩）")}
"""Columns of two decimals: both are whole numbers of hundredths, fen and hundredths of a mu."""

WIDTHS = {
    Shown.code: 18,  # a code and a credit code stand on one line
    Shown.county: 9,
    Shown.stage: 9,
    Shown.land: 10,
    Shown.investor: 14,
    Shown.investment: 18,
}
"""Parts of a table's width; 11 for the rest."""


async def library_pdf(
    session: AsyncSession, principal: Principal, key: str, today: date, as_of: date | None, locale: Locale
) -> File:
    """Print a library with its rules. Raises NoSuchLibrary and BadLibraryDay."""
    return await table_pdf(await _sheet(session, principal, key, today, as_of, locale))


async def library_xlsx(
    session: AsyncSession, principal: Principal, key: str, today: date, as_of: date | None, locale: Locale
) -> File:
    """Write all rows of a library as a workbook. Raises as `library_pdf`."""
    return await table_xlsx(await _sheet(session, principal, key, today, as_of, locale))


async def _sheet(
    session: AsyncSession, principal: Principal, key: str, today: date, as_of: date | None, locale: Locale
) -> TableSheet:
    day = check_day(as_of, today)
    found = await service.library_rows(session, principal, key, today, day)
    current = await layout_on(session, principal.city, day)
    speaker = Speaker(locale, current.layout, await unit_names(session, principal.city))
    return TableSheet(
        kind=gettext(
            lazy("库表清单"), locale
        ),  # names a page of the workbook, where a city's own might not stand
        title=found.name,
        number=f"KB-{principal.city}-{key}-{day.isoformat()}",
        version=current.version or 1,
        state=gettext(lazy("即时查询"), locale),
        city_name=await city_name(session, principal.city),
        made_on=day,
        facts=(
            (gettext(lazy("布局"), locale), current.layout.name),
            (gettext(lazy("对象"), locale), gettext(OBJECTS[found.objects], locale)),
            (gettext(lazy("责任部门"), locale), found.desk),
            (gettext(lazy("截至日期"), locale), day.isoformat()),
            (gettext(lazy("在库数量"), locale), f"{found.count:,}"),
        ),
        sections=(_section(found, speaker),),
        notes=_rules(current.library(key), speaker),
    )


def _rules(given: LibraryIn, speaker: Speaker) -> tuple[str, ...]:
    entry, leaving = gettext(lazy("入库："), speaker.locale), gettext(lazy("出库："), speaker.locale)
    return (
        *(f"{entry}{because}（{told}）" for because, told in speaker.clauses(given.enter)),
        *(f"{leaving}{because}（{told}）" for because, told in speaker.clauses(given.leave)),
    )


def _section(found: LibraryAnswer, speaker: Speaker) -> TableSection:
    """One table; bands of masked rows stand in a column of their own, so that figures stay figures."""
    locale = speaker.locale
    banded = any(row.masked for row in found.items)
    columns = [
        Column(key="title", name=gettext(lazy("名称"), locale), width=24),
        *(_column(one, speaker) for one in found.columns),
        Column(key="since", name=gettext(lazy("入库日期"), locale), width=11),
        Column(key="because", name=gettext(lazy("入库依据"), locale), width=18),
    ]
    if banded:
        columns.append(Column(key="bands", name=gettext(lazy("分档"), locale), width=18))
    return TableSection(
        heading=gettext(lazy("在库清单"), locale),
        columns=tuple(columns),
        rows=tuple(_cells(found, row, speaker, banded=banded) for row in found.items),
    )


def _column(shown: Shown, speaker: Speaker) -> Column:
    kind = ColumnKind.text
    if shown in NUMERIC:
        kind = ColumnKind.money if shown in MONEY else ColumnKind.number
    name = gettext(MONEY[shown], speaker.locale) if shown in MONEY else speaker.column(shown)
    width = WIDTHS.get(shown, 11)
    return Column(key=shown.value, name=name, kind=kind, width=width, summed=shown in NUMERIC)


def _cells(found: LibraryAnswer, row: RowAnswer, speaker: Speaker, *, banded: bool) -> tuple[Cell, ...]:
    cells: list[Cell] = [row.title]
    bands: list[str] = []
    for shown in found.columns:
        value = row.values.get(shown)
        if shown not in NUMERIC:
            cells.append(speaker.cell(shown, value))
        elif isinstance(value, str):
            cells.append(None)
            bands.append(speaker.cell(shown, value))
        else:
            cells.append(value)
    cells += [row.since.isoformat() if row.since else "", row.because]
    return (*cells, "；".join(bands)) if banded else tuple(cells)
