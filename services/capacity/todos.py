"""Which stock waits to be verified before it leaves the matcher, by park."""

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from auth.policy import can_keep_stock
from auth.principal import Principal, Role
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.regions import repo as regions
from services.regions.queries import is_true
from services.regions.settings import settings_on
from services.regions.tables import Hall, Plot

_KEEPERS = frozenset({Role.park_officer, Role.county_officer, Role.city_office})


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return the parks whose stock soon leaves the matcher, or has left it, for who keeps them.

    A county's officers keep its parks, the city's office only its own; a park's officer the park.
    """
    if principal.role not in _KEEPERS:
        return []
    settings = await settings_on(session, principal.city, today)
    owner = principal.city if principal.role is Role.city_office else None
    mine = [
        park
        for park in await regions.load_parks(session, principal.city, owner)
        if can_keep_stock(principal, park.owner, park.code)
    ]
    if not mine:
        return []
    stock: dict[str, list[Plot | Hall]] = defaultdict(list)
    for plot in await regions.load_plots(session, principal.city):
        stock[plot.park].append(plot)
    for hall in await regions.load_halls(session, principal.city):
        stock[hall.park].append(hall)
    life = timedelta(days=settings.stock_stale_days)
    warned = today - life + timedelta(days=settings.stock_recheck_warning_days)
    found = []
    for park in mine:
        old = [row for row in stock[park.code] if is_true(row) and row.verified_on < warned]
        if old:
            last = min(row.verified_on for row in old) + life
            found.append(
                Todo(
                    kind="capacity.verify",
                    text=lazy("{name}有 {n} 处地块、厂房待核实，逾期不参加匹配"),
                    href=f"/parks/{park.code}/capacity",
                    due_on=last,
                    overdue=last < today,
                    facts={"name": park.name, "n": len(old)},
                )
            )
    return found
