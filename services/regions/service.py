"""What offices ask of the city's ground, and the one thing they do to it: say that stock is still true."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.policy import can_keep_stock
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.regions import queries, repo
from services.regions.errors import NoSuchPark, NoSuchStock, NotYourStock
from services.regions.schemas import ChainView, HallView, ParkDetail, ParkView, PlotView, RegionView
from services.regions.settings import settings_on
from services.regions.tables import Hall, Park, Plot
from services.regions.views import (
    Surroundings,
    chain_views,
    hall_view,
    park_detail,
    park_view,
    plot_view,
    region_view,
)


async def regions(session: AsyncSession, principal: Principal) -> list[RegionView]:
    """Return the city's own row and its counties."""
    return [region_view(row) for row in await repo.load_regions(session, principal.city)]


async def chains(session: AsyncSession, principal: Principal) -> list[ChainView]:
    """Return the city's chains."""
    return chain_views(await repo.load_chains(session, principal.city))


async def _around(session: AsyncSession, principal: Principal, today: date) -> Surroundings:
    city = principal.city
    settings = await settings_on(session, city, today)
    classes = await repo.load_chains(session, city)
    return Surroundings(
        names={row.code: row.name for row in await repo.load_regions(session, city)},
        industries={(row.edition, row.industry): row.industry_name for row in classes},
        today=today,
        stale_days=settings.stock_stale_days,
        drawn=await queries.drawn_by_park(session, city),
        outside=await queries.outside_uses(session, city),
        asker=principal,
        positions=await repo.load_positioning(session, city),
    )


async def park_details(session: AsyncSession, principal: Principal, today: date) -> list[ParkDetail]:
    """Return all parks with their stock and capacities, in the order of their codes."""
    city = principal.city
    around = await _around(session, principal, today)
    plots: dict[str, list[Plot]] = {}
    for plot in await repo.load_plots(session, city):
        plots.setdefault(plot.park, []).append(plot)
    halls: dict[str, list[Hall]] = {}
    for hall in await repo.load_halls(session, city):
        halls.setdefault(hall.park, []).append(hall)
    return [
        park_detail(park, plots.get(park.code, []), halls.get(park.code, []), around)
        for park in await repo.load_parks(session, city)
    ]


async def parks_page(
    session: AsyncSession,
    principal: Principal,
    today: date,
    *,
    secret: str,
    limit: int,
    cursor: str | None = None,
    county: str | None = None,
) -> Page[ParkView]:
    """Return a page of parks, all or one owner's.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"parks:{principal.city}:{principal.account}:{county}"
    after = str(decode_cursor(secret, bound, cursor)[0]) if cursor else ""
    rows = [
        park_view(detail)
        for detail in await park_details(session, principal, today)
        if detail.code > after and county in {None, detail.owner}
    ]
    return page_of(
        rows[: limit + 1],
        limit,
        item=lambda row: row,
        cursor=lambda row: encode_cursor(secret, bound, [row.code]),
    )


async def park(session: AsyncSession, principal: Principal, code: str, today: date) -> ParkDetail:
    """Return one park with its stock.

    Raises:
        NoSuchPark: there is none of that code.
    """
    row = await _find_park(session, principal.city, code)
    around = await _around(session, principal, today)
    plots = await repo.load_plots(session, principal.city, code)
    return park_detail(row, plots, await repo.load_halls(session, principal.city, code), around)


async def plots_page(
    session: AsyncSession,
    principal: Principal,
    today: date,
    *,
    secret: str,
    limit: int,
    cursor: str | None = None,
    park_code: str | None = None,
) -> Page[PlotView]:
    """Return a page of plots, all or one park's.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"plots:{principal.city}:{principal.account}:{park_code}"
    after = str(decode_cursor(secret, bound, cursor)[0]) if cursor else ""
    around = await _around(session, principal, today)
    stock: Sequence[Plot] = await repo.load_plots(session, principal.city, park_code)
    rows = [row for row in stock if row.code > after]
    return page_of(
        rows[: limit + 1],
        limit,
        item=lambda row: plot_view(row, around),
        cursor=lambda row: encode_cursor(secret, bound, [row.code]),
    )


async def _find_park(session: AsyncSession, city: str, code: str) -> Park:
    row = await repo.load_park(session, city, code)
    if row is None:
        raise NoSuchPark
    return row


async def _verify(
    session: AsyncSession, principal: Principal, stock: Plot | Hall | None, today: date
) -> None:
    if stock is None:
        raise NoSuchStock
    owner = await _find_park(session, principal.city, stock.park)
    if not can_keep_stock(principal, owner.owner, owner.code):
        raise NotYourStock
    before = stock.verified_on
    stock.verified_on = max(before, today)
    stock.untrue_on = stock.untrue_reason = None
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="regions.stock_verified",
        entity=str(stock.__tablename__),
        entity_id=stock.code,
        before={"verified_on": before.isoformat()},
        after={"verified_on": stock.verified_on.isoformat()},
    )


async def verify_plot(session: AsyncSession, principal: Principal, code: str, today: date) -> PlotView:
    """Say that what is stored of a plot is still true today.

    Raises:
        NoSuchStock: there is no such plot.
        NotYourStock: it is another's.
    """
    plot = await repo.lock_plot(session, principal.city, code)
    await _verify(session, principal, plot, today)
    assert plot is not None  # noqa: S101 -- _verify refused the other case
    return plot_view(plot, await _around(session, principal, today))


async def verify_hall(session: AsyncSession, principal: Principal, code: str, today: date) -> HallView:
    """Say that what is stored of a hall is still true today.

    Raises:
        NoSuchStock: there is no such hall.
        NotYourStock: it is another's.
    """
    hall = await repo.lock_hall(session, principal.city, code)
    await _verify(session, principal, hall, today)
    assert hall is not None  # noqa: S101 -- _verify refused the other case
    return hall_view(hall, await _around(session, principal, today))
