"""Plots, halls, level shares and targets as imports see them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.regions.bulk import write_rows
from services.regions.inputs import HallInput, LevelShareInput, PlotInput, TargetInput
from services.regions.tables import Hall, LevelShare, Plot, Target


async def existing_plots(session: AsyncSession, city: str) -> dict[str, PlotInput]:
    """Return the plots by code."""
    rows = await session.scalars(select(Plot).where(col(Plot.city) == city).order_by(col(Plot.code)))
    return {
        row.code: PlotInput(
            code=row.code,
            park=row.park,
            land_use=row.land_use.value,
            area_mu=row.area_mu,
            status=row.status.value,
            ready_on=row.ready_on,
            plot_ratio_floor_bp=row.plot_ratio_floor_bp,
            price_fen_per_mu=row.price_fen_per_mu,
            verified_on=row.verified_on,
        )
        for row in rows
    }


async def write_plots(session: AsyncSession, principal: Principal, rows: Sequence[PlotInput]) -> None:
    """Insert or update plots."""
    await write_rows(session, principal, Plot, ["code"], [asdict(row) for row in rows])


async def existing_halls(session: AsyncSession, city: str) -> dict[str, HallInput]:
    """Return the halls by code."""
    rows = await session.scalars(select(Hall).where(col(Hall.city) == city).order_by(col(Hall.code)))
    return {
        row.code: HallInput(
            code=row.code,
            park=row.park,
            area_m2=row.area_m2,
            height_cm=row.height_cm,
            ready_on=row.ready_on,
            verified_on=row.verified_on,
        )
        for row in rows
    }


async def write_halls(session: AsyncSession, principal: Principal, rows: Sequence[HallInput]) -> None:
    """Insert or update halls."""
    await write_rows(session, principal, Hall, ["code"], [asdict(row) for row in rows])


async def existing_level_shares(
    session: AsyncSession, city: str
) -> dict[tuple[str, str, date], LevelShareInput]:
    """Return the level table by (treasury, tax, effective from)."""
    rows = await session.scalars(
        select(LevelShare)
        .where(col(LevelShare.city) == city)
        .order_by(col(LevelShare.treasury), col(LevelShare.tax), col(LevelShare.effective_from))
    )
    return {
        (row.treasury, row.tax, row.effective_from): LevelShareInput(
            treasury=row.treasury,
            tax=row.tax,
            effective_from=row.effective_from,
            central_bp=row.central_bp,
            province_bp=row.province_bp,
            city_bp=row.city_bp,
            county_bp=row.county_bp,
        )
        for row in rows
    }


async def write_level_shares(
    session: AsyncSession, principal: Principal, rows: Sequence[LevelShareInput]
) -> None:
    """Insert or update shares of the levels."""
    key = ["treasury", "tax", "effective_from"]
    await write_rows(session, principal, LevelShare, key, [asdict(row) for row in rows])


async def existing_targets(session: AsyncSession, city: str) -> dict[tuple[str, int, str], TargetInput]:
    """Return the targets by (unit, year, indicator)."""
    rows = await session.scalars(
        select(Target)
        .where(col(Target.city) == city)
        .order_by(col(Target.unit), col(Target.year), col(Target.indicator))
    )
    return {
        (row.unit, row.year, row.indicator): TargetInput(
            unit=row.unit, year=row.year, indicator=row.indicator, value=row.value, value_unit=row.value_unit
        )
        for row in rows
    }


async def write_targets(session: AsyncSession, principal: Principal, rows: Sequence[TargetInput]) -> None:
    """Insert or update targets."""
    key = ["unit", "year", "indicator"]
    await write_rows(session, principal, Target, key, [asdict(row) for row in rows])
