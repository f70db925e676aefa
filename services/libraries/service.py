"""Libraries on a day: counts, rows, what came and went. Nothing is stored; all follows from dated facts."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.libraries import Fact, Library, entered_by, missing, since, spans
from auth.principal import Principal
from services.kit.pagination import decode_cursor, encode_cursor
from services.libraries.answers import (
    ChangeAnswer,
    ChangesAnswer,
    LibrariesAnswer,
    LibraryAnswer,
    LibraryLine,
    NextAnswer,
    RowAnswer,
)
from services.libraries.gathering import gather
from services.libraries.in_force import InForce, check_day, layout_on
from services.libraries.rates import rates
from services.libraries.schemas import ConditionIn, LibraryIn
from services.libraries.shelves import Entry
from services.libraries.words import Column, Order

PAGE = 50


async def libraries(
    session: AsyncSession, principal: Principal, today: date, as_of: date | None = None
) -> LibrariesAnswer:
    """Return all libraries with their counts on a day, and the rates that the layout names.

    Raises:
        BadLibraryDay: the day has not come.
    """
    day = check_day(as_of, today)
    found = await layout_on(session, principal.city, day)
    wanted = frozenset(library.objects for library in found.layout.libraries)
    gathered = await gather(session, principal, wanted)
    lines = [
        line_of(library, gathered.within(library.library(), day, today)) for library in found.layout.libraries
    ]
    return LibrariesAnswer(
        as_of=day,
        layout=found.layout.name,
        layout_version=found.version,
        libraries=lines,
        rates=await rates(session, principal.city, found.layout, gathered.full, day),
        maps=found.layout.maps,
        tables=found.layout.tables,
    )


def line_of(library: LibraryIn, inside: Iterable[Entry]) -> LibraryLine:
    """Return a library with its count and the investment of what is in it."""
    entries = list(inside)
    money = [entry.investment_fen for entry in entries if entry.investment_fen is not None]
    return LibraryLine(
        key=library.key,
        name=library.name,
        objects=library.objects,
        desk=library.desk,
        note=library.note,
        count=len(entries),
        investment_fen=sum(money) if money else None,
    )


async def _inside(
    session: AsyncSession, principal: Principal, key: str, day: date, today: date
) -> tuple[InForce, LibraryIn, list[RowAnswer], LibraryLine]:
    found = await layout_on(session, principal.city, day)
    library = found.library(key)
    gathered = await gather(session, principal, frozenset({library.objects}))
    entries = gathered.within(library.library(), day, today)
    rows = [_row(library.library(), entry, day) for entry in entries]
    return found, library, sorted(rows, key=lambda row: _place(row, library.order)), line_of(library, entries)


def _row(library: Library, entry: Entry, day: date) -> RowAnswer:
    told = entry.told(library)
    clause = entered_by(told, entry.item, day) if told is not None else None
    assert clause is not None  # noqa: S101 -- it is in
    masked = entry.known is not None
    began = None if masked else since(library, entry.item, day)
    values = dict(entry.values)
    if Column.stage in values:
        values[Column.stage] = str(entry.item.on(Fact.stage, day))
    return RowAnswer(
        id=entry.item.key,
        title=entry.title,
        href=entry.href,
        masked=masked,
        values=values,
        since=None if began == date.min else began,
        because=clause.because,
        next=[] if masked else _next(library, entry, day),
    )


def _next(library: Library, entry: Entry, day: date) -> list[NextAnswer]:
    return [
        NextAnswer(
            because=one.because,
            wants=[ConditionIn.of(condition) for condition in one.conditions],
            due=one.due,
        )
        for one in missing(library, entry.item, day)
    ]


def _place(row: RowAnswer, order: Order) -> tuple[bool, int, str, str]:
    """Put rows in their order; masked ones last, by their random ids, which tell nothing."""
    if row.masked:
        return (True, 0, "", row.id)
    if order is Order.investment:
        money = row.values.get(Column.investment)
        return (False, -money if isinstance(money, int) else 0, row.title, row.id)
    if order is Order.name:
        return (False, 0, row.title, row.id)
    return (False, row.since.toordinal() if row.since else 0, row.title, row.id)


async def library(
    session: AsyncSession,
    principal: Principal,
    key: str,
    today: date,
    *,
    as_of: date | None = None,
    secret: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> LibraryAnswer:
    """Return a library on a day with a page of its rows.

    Raises:
        NoSuchLibrary: the layout in force that day has none of this key.
        BadLibraryDay: the day has not come.
        BadCursor: a cursor of another list or person.
    """
    day = check_day(as_of, today)
    found, given, rows, line = await _inside(session, principal, key, day, today)
    bound = f"libraries|{principal.account}|{key}|{day}"
    start = int(decode_cursor(secret, bound, cursor)[0]) if cursor else 0
    end = start + limit
    return LibraryAnswer(
        **line.model_dump(),
        as_of=day,
        layout_version=found.version,
        columns=given.columns,
        items=rows[start:end],
        next=encode_cursor(secret, bound, [end]) if len(rows) > end else None,
    )


async def library_rows(
    session: AsyncSession, principal: Principal, key: str, today: date, as_of: date | None = None
) -> LibraryAnswer:
    """Return a library on a day with all its rows, for a workbook. Raises as `library`."""
    day = check_day(as_of, today)
    found, given, rows, line = await _inside(session, principal, key, day, today)
    return LibraryAnswer(
        **line.model_dump(),
        as_of=day,
        layout_version=found.version,
        columns=given.columns,
        items=rows,
        next=None,
    )


async def changes(
    session: AsyncSession,
    principal: Principal,
    key: str,
    today: date,
    *,
    begin: date | None = None,
    as_of: date | None = None,
) -> ChangesAnswer:
    """Return what entered and left a library since a day (the month's first). Raises as `library`."""
    day = check_day(as_of, today)
    first = check_day(begin, day) if begin is not None else day.replace(day=1)
    given = (await layout_on(session, principal.city, day)).library(key)
    gathered = await gather(session, principal, frozenset({given.objects}))
    items = [
        change
        for entry in gathered.entries.get(given.objects, ())
        if entry.known is None
        for change in _changes(given.library(), entry, first, day)
    ]
    items.sort(key=lambda one: (-one.on.toordinal(), one.title, one.id))
    return ChangesAnswer(
        key=given.key,
        name=given.name,
        since=first,
        as_of=day,
        entered=sum(one.kind == "entered" for one in items),
        left=sum(one.kind == "left" for one in items),
        items=items,
    )


def _changes(library: Library, entry: Entry, first: date, day: date) -> list[ChangeAnswer]:
    found: list[ChangeAnswer] = []
    about = {"id": entry.item.key, "title": entry.title, "href": entry.href}
    for span in spans(library, entry.item, day):
        if span.start >= first:
            found.append(ChangeAnswer(on=span.start, kind="entered", because=span.because, **about))
        if span.end is not None and span.end >= first:
            found.append(ChangeAnswer(on=span.end, kind="left", because=span.left, **about))
    return found
