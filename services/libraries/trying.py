"""A layout tried on the city's data: what it would hold, and what it would change. Nothing is stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.libraries import Item, Library, overlaps, uncovered
from auth.libraries import can_publish_layout
from auth.principal import Principal
from services.libraries.errors import BadLayout, LayoutNotYours
from services.libraries.faults import faults
from services.libraries.gathering import Gathered, gather
from services.libraries.in_force import layout_on
from services.libraries.schemas import (
    GroupCount,
    HeldCount,
    LayoutIn,
    LibraryIn,
    PreviewAnswer,
    Renamed,
    Renaming,
)
from services.libraries.shelves import Entry
from services.regions.repo import load_chains

WAN_FEN: Final = 1_000_000


async def preview(
    session: AsyncSession, principal: Principal, layout: LayoutIn, today: date
) -> PreviewAnswer:
    """Try a layout on today's data beside the one in force.

    Raises:
        LayoutNotYours: the asker is not the city's office.
        BadLayout: the document cannot be; every fault is named with its place.
    """
    if not can_publish_layout(principal):
        raise LayoutNotYours
    chains: dict[str, set[str]] = {}
    for row in await load_chains(session, principal.city):
        chains.setdefault(row.chain, set()).add(row.industry)
    found = faults(layout, {name: frozenset(classes) for name, classes in chains.items()})
    if found:
        raise BadLayout(errors=found)
    now = (await layout_on(session, principal.city, today)).layout
    wanted = frozenset(one.objects for one in (*layout.libraries, *now.libraries))
    gathered = await gather(session, principal, wanted)
    given = {one.key: one.library() for one in layout.libraries}
    before = {one.key: one for one in now.libraries}
    kept = {one.key for one in layout.libraries if _same(before.get(one.key), one)}
    return PreviewAnswer(
        as_of=today,
        libraries=[
            _held(gathered, one, before[one.key] if one.key in kept else None, today)
            for one in layout.libraries
        ],
        dropped=[_held(gathered, one, one, today) for one in now.libraries if one.key not in kept],
        renamed=list(renamed(now, layout)),
        overlaps=[
            GroupCount(libraries=group, count=len(overlaps(*_of(group, given, gathered), today)))
            for group in layout.exclusive
        ],
        uncovered=[
            GroupCount(libraries=group, count=len(uncovered(*_of(group, given, gathered), today)))
            for group in layout.covering
        ],
    )


def _same(before: LibraryIn | None, one: LibraryIn) -> bool:
    return before is not None and before.objects is one.objects


def _of(
    group: Sequence[str], given: Mapping[str, Library], gathered: Gathered
) -> tuple[list[Library], list[Item]]:
    named = [given[key] for key in group]
    return named, gathered.items(named[0].objects)


def _held(gathered: Gathered, one: LibraryIn, before: LibraryIn | None, today: date) -> HeldCount:
    inside = gathered.within(one.library(), today, today)
    money = [entry.investment_fen for entry in inside if entry.investment_fen is not None]
    then, was = _keys(inside), None
    if before is not None:
        was = _keys(gathered.within(before.library(), today, today))
    return HeldCount(
        key=one.key,
        name=one.name,
        objects=one.objects,
        count=len(inside),
        investment_wan=sum(money) // WAN_FEN if money else None,
        now=None if was is None else len(was),
        entering=len(then - (was or set())),
        leaving=len((was or set()) - then),
    )


def _keys(entries: Sequence[Entry]) -> set[str]:
    return {entry.item.key for entry in entries}


def renamed(now: LayoutIn, then: LayoutIn) -> Iterator[Renamed]:
    """Yield what would be called otherwise; empty words mean: the program's own."""
    for what, old in _names(now).items():
        new = _names(then)[what]
        keys = old.keys() & new.keys() if what is Renaming.library else old.keys() | new.keys()
        for key in sorted(keys):
            if old.get(key, "") != new.get(key, ""):
                yield Renamed(what=what, key=key, now=old.get(key, ""), then=new.get(key, ""))


def _names(layout: LayoutIn) -> dict[Renaming, dict[str, str]]:
    return {
        Renaming.layout: {"name": layout.name},
        Renaming.code: {"title": layout.code.title},
        Renaming.paper: {key.value: text for key, text in layout.titles.items()},
        Renaming.stage: {key.value: text for key, text in layout.stages.items()},
        Renaming.chain: {one.chain: one.title for one in layout.chains},
        Renaming.library: {one.key: one.name for one in layout.libraries},
        Renaming.map: {one.page.value: one.title for one in layout.maps},
        Renaming.table: {one.page.value: one.title for one in layout.tables},
        Renaming.rate: {one.rate.value: one.title for one in layout.rates},
    }
