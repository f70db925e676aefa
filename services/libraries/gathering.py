"""What the asker may find in libraries, gathered once for all libraries of a layout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.libraries import Item, Library, Objects, is_in
from auth.policy import Part, View, may_see
from auth.principal import Principal
from services.libraries import repo
from services.libraries.shelves import (
    Entry,
    Ground,
    investor_entries,
    planned_entry,
    project_entry,
    stock_entry,
    target_entry,
)
from services.projects.lists import views_of
from services.projects.tables import Project
from services.regions.repo import load_chains, load_halls, load_parks, load_plots

PROJECTS = frozenset({Objects.leads, Objects.projects, Objects.investors})


@dataclass(frozen=True, slots=True)
class Gathered:
    """The entries by what they are, and the projects that the asker sees in full."""

    entries: Mapping[Objects, Sequence[Entry]]
    full: Sequence[Project]

    def within(self, library: Library, day: date, today: date) -> list[Entry]:
        """Return what is in a library on a day, as the asker sees it.

        Of masked rows only today's standing may be told, and only by facts that they show.
        """
        return [
            entry
            for entry in self.entries.get(library.objects, ())
            if (entry.known is None or day == today)
            and (told := entry.told(library)) is not None
            and is_in(told, entry.item, day)
        ]

    def items(self, objects: Objects) -> list[Item]:
        """Return the items of a kind that the asker sees in full."""
        return [entry.item for entry in self.entries.get(objects, ()) if entry.known is None]


async def gather(session: AsyncSession, principal: Principal, wanted: frozenset[Objects]) -> Gathered:
    """Read what some libraries may hold, as far as the asker may know of it."""
    city = principal.city
    entries: dict[Objects, Sequence[Entry]] = {}
    full: list[Project] = []
    ground = Ground(
        {row.industry: row.chain for row in await load_chains(session, city)},
        {row.code: row.owner for row in await load_parks(session, city)},
    )
    if wanted & PROJECTS:
        seen = await views_of(session, principal, await repo.projects(session, principal))
        full = [row for row, view in seen if may_see(view, Part.identity)]
        shown = await _projects(session, principal, seen, ground)
        entries |= {Objects.leads: shown, Objects.projects: shown}
        entries[Objects.investors] = investor_entries(full)
    if Objects.planned in wanted:
        entries[Objects.planned] = [planned_entry(row) for row in await repo.planned(session, principal)]
    if Objects.plots in wanted:
        entries[Objects.plots] = [stock_entry(row, ground) for row in await load_plots(session, city)]
    if Objects.halls in wanted:
        entries[Objects.halls] = [stock_entry(row, ground) for row in await load_halls(session, city)]
    if Objects.targets in wanted:
        entries[Objects.targets] = [target_entry(row) for row in await repo.targets(session, principal)]
    return Gathered(entries, full)


async def _projects(
    session: AsyncSession, principal: Principal, seen: Sequence[tuple[Project, View]], ground: Ground
) -> list[Entry]:
    moves = await repo.moves(session, principal)
    made = (project_entry(row, view, moves.get(row.id, ()), ground) for row, view in seen)
    return [entry for entry in made if entry is not None]
