"""The city's row, counties, chains and parks as imports see them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.regions.bulk import write_rows
from services.regions.divisions import city_name
from services.regions.inputs import ChainInput, CountyInput, Industry, ParkInput
from services.regions.tables import ChainIndustry, City, Park, ParkPositioning, Region, RegionKind, Tier


async def ensure_city(
    session: AsyncSession, city: str, *, year: int, name: str | None = None, business_date: date | None = None
) -> None:
    """Make the city's row and its region row where they are missing; set the year and the business date.

    Args:
        session: the import's transaction.
        city: the prefecture's code.
        year: the year of assessment.
        name: the city's name; without it the national table of divisions is asked.
        business_date: the date that stands still, for a demo.
    """
    called = name or city_name(city)
    row = {"city": city, "name": called, "year": year, "business_date": business_date}
    statement = insert(City).values(row)
    changes: dict[str, Any] = {"year": statement.excluded.year}
    if business_date is not None:
        changes["business_date"] = statement.excluded.business_date
    await session.execute(statement.on_conflict_do_update(index_elements=["city"], set_=changes))
    region = {"city": city, "code": city, "name": called, "kind": RegionKind.city, "has_treasury": True}
    await session.execute(insert(Region).values(region).on_conflict_do_nothing())


async def existing_counties(session: AsyncSession, city: str) -> dict[str, CountyInput]:
    """Return the counties by code."""
    rows = await session.scalars(
        select(Region)
        .where(col(Region.city) == city, col(Region.kind) == RegionKind.county)
        .order_by(col(Region.code))
    )
    return {
        row.code: CountyInput(
            code=row.code,
            name=row.name,
            leading_chain=row.leading_chain,
            potential_chains=tuple(row.potential_chains),
            energy_quota_tce=row.energy_quota_tce or 0,
            cod_quota_kg=row.cod_quota_kg or 0,
            land_quota_mu=row.land_quota_mu or 0,
        )
        for row in rows
    }


async def write_counties(session: AsyncSession, principal: Principal, rows: Sequence[CountyInput]) -> None:
    """Insert or update counties; each has a treasury of its own."""
    values = [
        asdict(row)
        | {"potential_chains": list(row.potential_chains), "kind": RegionKind.county, "has_treasury": True}
        for row in rows
    ]
    await write_rows(session, principal, Region, ["code"], values)


async def existing_chains(session: AsyncSession, city: str) -> dict[tuple[str, str, str], ChainInput]:
    """Return the classes of the chains by (chain, edition, industry)."""
    rows = await session.scalars(
        select(ChainIndustry)
        .where(col(ChainIndustry.city) == city)
        .order_by(col(ChainIndustry.chain), col(ChainIndustry.edition), col(ChainIndustry.industry))
    )
    return {
        (row.chain, row.edition, row.industry): ChainInput(
            chain=row.chain,
            edition=row.edition,
            industry=row.industry,
            industry_name=row.industry_name,
            key_chain=row.key_chain,
        )
        for row in rows
    }


async def write_chains(session: AsyncSession, principal: Principal, rows: Sequence[ChainInput]) -> None:
    """Insert or update classes of chains."""
    key = ["chain", "edition", "industry"]
    await write_rows(session, principal, ChainIndustry, key, [asdict(row) for row in rows])


async def existing_parks(session: AsyncSession, city: str) -> dict[str, ParkInput]:
    """Return the parks by code, with their positioning in the order of the codes."""
    tiers: dict[tuple[str, Tier], list[Industry]] = {}
    positions = await session.scalars(
        select(ParkPositioning)
        .where(col(ParkPositioning.city) == city)
        .order_by(col(ParkPositioning.edition), col(ParkPositioning.industry))
    )
    for position in positions:
        tiers.setdefault((position.park, position.tier), []).append((position.edition, position.industry))
    rows = await session.scalars(select(Park).where(col(Park.city) == city).order_by(col(Park.code)))
    return {
        row.code: ParkInput(
            code=row.code,
            name=row.name,
            owner=row.owner,
            planned_mu=row.planned_mu,
            lead_industries=tuple(tiers.get((row.code, Tier.lead), ())),
            main_industries=tuple(tiers.get((row.code, Tier.main), ())),
            forbidden_industries=tuple(tiers.get((row.code, Tier.forbidden), ())),
            investment_floor_fen_per_mu=row.investment_floor_fen_per_mu,
            tax_floor_fen_per_mu=row.tax_floor_fen_per_mu,
            energy_tce=row.energy_tce,
            water_td=row.water_td,
            cod_kg=row.cod_kg,
        )
        for row in rows
    }


_TIER_FIELDS = {
    "lead_industries": Tier.lead,
    "main_industries": Tier.main,
    "forbidden_industries": Tier.forbidden,
}


async def write_parks(session: AsyncSession, principal: Principal, rows: Sequence[ParkInput]) -> None:
    """Insert or update parks; a park's positioning is replaced as a whole."""
    plain = [{k: v for k, v in asdict(row).items() if k not in _TIER_FIELDS} for row in rows]
    await write_rows(session, principal, Park, ["code"], plain)
    codes = [row.code for row in rows]
    await session.execute(
        delete(ParkPositioning).where(
            col(ParkPositioning.city) == principal.city, col(ParkPositioning.park).in_(codes)
        )
    )
    positions = [
        {"city": principal.city, "park": row.code, "edition": edition, "industry": industry, "tier": tier}
        for row in rows
        for field, tier in _TIER_FIELDS.items()
        for edition, industry in getattr(row, field)
    ]
    if positions:
        await session.execute(insert(ParkPositioning), positions)
