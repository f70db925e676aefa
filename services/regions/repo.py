"""Reads of a city's ground. Regions, parks and stock are open to every office of the city."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing import base
from allocation.sharing.base import LevelTable
from allocation.sharing.taxes import Tax
from services.regions.tables import (
    ChainIndustry,
    City,
    CitySetting,
    Hall,
    LevelShare,
    Park,
    ParkPositioning,
    Plot,
    Region,
    RegionKind,
    Target,
)


async def load_city(session: AsyncSession, city: str) -> City | None:
    """Return the city's row."""
    return (await session.scalars(select(City).where(col(City.city) == city))).one_or_none()


async def load_cities(session: AsyncSession) -> Sequence[City]:
    """Return all cities of the database, in the order of their codes."""
    return (await session.scalars(select(City).order_by(col(City.city)))).all()


async def load_regions(session: AsyncSession, city: str) -> Sequence[Region]:
    """Return the city's own row and its counties, in the order of their codes."""
    query = select(Region).where(col(Region.city) == city).order_by(col(Region.code))
    return (await session.scalars(query)).all()


async def load_counties(session: AsyncSession, city: str) -> Sequence[Region]:
    """Return the counties without the city's own row."""
    return [row for row in await load_regions(session, city) if row.kind is RegionKind.county]


async def load_region(session: AsyncSession, city: str, code: str) -> Region | None:
    """Return one region."""
    query = select(Region).where(col(Region.city) == city, col(Region.code) == code)
    return (await session.scalars(query)).one_or_none()


async def load_parks(session: AsyncSession, city: str, owner: str | None = None) -> Sequence[Park]:
    """Return the parks, all or those of one owner, in the order of their codes."""
    query = select(Park).where(col(Park.city) == city).order_by(col(Park.code))
    if owner is not None:
        query = query.where(col(Park.owner) == owner)
    return (await session.scalars(query)).all()


async def load_park(session: AsyncSession, city: str, code: str) -> Park | None:
    """Return one park."""
    query = select(Park).where(col(Park.city) == city, col(Park.code) == code)
    return (await session.scalars(query)).one_or_none()


async def load_positioning(
    session: AsyncSession, city: str, park: str | None = None
) -> Sequence[ParkPositioning]:
    """Return what parks lead with, also take and forbid."""
    query = (
        select(ParkPositioning)
        .where(col(ParkPositioning.city) == city)
        .order_by(
            col(ParkPositioning.park),
            col(ParkPositioning.tier),
            col(ParkPositioning.edition),
            col(ParkPositioning.industry),
        )
    )
    if park is not None:
        query = query.where(col(ParkPositioning.park) == park)
    return (await session.scalars(query)).all()


async def load_plots(session: AsyncSession, city: str, park: str | None = None) -> Sequence[Plot]:
    """Return plots, all or one park's, in the order of their codes."""
    query = select(Plot).where(col(Plot.city) == city).order_by(col(Plot.code))
    if park is not None:
        query = query.where(col(Plot.park) == park)
    return (await session.scalars(query)).all()


async def lock_plot(session: AsyncSession, city: str, code: str) -> Plot | None:
    """Return one plot, locked until the transaction ends."""
    query = select(Plot).where(col(Plot.city) == city, col(Plot.code) == code).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def load_halls(session: AsyncSession, city: str, park: str | None = None) -> Sequence[Hall]:
    """Return halls, all or one park's, in the order of their codes."""
    query = select(Hall).where(col(Hall.city) == city).order_by(col(Hall.code))
    if park is not None:
        query = query.where(col(Hall.park) == park)
    return (await session.scalars(query)).all()


async def lock_hall(session: AsyncSession, city: str, code: str) -> Hall | None:
    """Return one hall, locked until the transaction ends."""
    query = select(Hall).where(col(Hall.city) == city, col(Hall.code) == code).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def load_chains(session: AsyncSession, city: str) -> Sequence[ChainIndustry]:
    """Return the classes of the chains."""
    query = (
        select(ChainIndustry)
        .where(col(ChainIndustry.city) == city)
        .order_by(col(ChainIndustry.chain), col(ChainIndustry.edition), col(ChainIndustry.industry))
    )
    return (await session.scalars(query)).all()


async def load_level_shares(session: AsyncSession, city: str) -> Sequence[LevelShare]:
    """Return the level table, earlier dates first."""
    query = (
        select(LevelShare)
        .where(col(LevelShare.city) == city)
        .order_by(col(LevelShare.treasury), col(LevelShare.tax), col(LevelShare.effective_from))
    )
    return (await session.scalars(query)).all()


async def load_level_table(session: AsyncSession, city: str) -> LevelTable:
    """Return the level table as the sharing rules read it."""
    return LevelTable(
        base.LevelShare(
            row.treasury,
            Tax(row.tax),
            row.effective_from,
            row.central_bp,
            row.province_bp,
            row.city_bp,
            row.county_bp,
        )
        for row in await load_level_shares(session, city)
    )


async def load_targets(session: AsyncSession, city: str, year: int) -> Sequence[Target]:
    """Return the targets of a year."""
    query = (
        select(Target)
        .where(col(Target.city) == city, col(Target.year) == year)
        .order_by(col(Target.unit), col(Target.indicator))
    )
    return (await session.scalars(query)).all()


async def unit_names(session: AsyncSession, city: str) -> dict[str, str]:
    """Return the names of regions and parks by their codes."""
    regions = {row.code: row.name for row in await load_regions(session, city)}
    parks = {row.code: row.name for row in await load_parks(session, city)}
    return regions | parks


async def load_settings(session: AsyncSession, city: str, on: date) -> dict[str, Any]:
    """Return the city's own settings in force on a date, without the defaults."""
    query = (
        select(CitySetting)
        .where(col(CitySetting.city) == city, col(CitySetting.effective_from) <= on)
        .order_by(col(CitySetting.effective_from))
    )
    return {row.key: row.value for row in await session.scalars(query)}
