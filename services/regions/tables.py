"""The tables of a city's ground: who there is, what they have free, and the rules in figures.

Land is in hundredths of a mu, money in fen, COD in kg a year, shares in basis points.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.kit.tables import (
    Base,
    amount_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
)

_UNTRUE = "(untrue_on IS NULL) = (untrue_reason IS NULL) AND untrue_reason <> ''"
"""Stock that is not true any more has its reason."""


class RegionKind(StrEnum):
    """A region is the city itself or one of its counties."""

    city = "city"
    county = "county"


class Tier(StrEnum):
    """How a park stands to an industry: 首位, 主导, 禁入."""

    lead = "lead"
    main = "main"
    forbidden = "forbidden"


class LandUse(StrEnum):
    """What a plot may be used for: 工业, 仓储."""

    industrial = "industrial"
    storage = "storage"


class PlotStatus(StrEnum):
    """净地: ready; 可调规: counts from its date, once the plan is adjusted."""

    ready = "ready"
    replan = "replan"


class City(Base, table=True):
    """A prefecture. `business_date` stands still in a demo; `year` is the year of assessment."""

    __tablename__ = "city"
    __table_args__ = (
        CheckConstraint("city ~ '^[1-9][0-9]{3}00$'", name="code"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
    )

    name: str = text_column()
    business_date: date | None = None
    year: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = stamp_column()


class Region(Base, table=True):
    """The city itself (its row's code is the city's) or a county, with what it may still use this year.

    The city's own row has no quotas: parks owned by the city are bound by none.
    """

    __tablename__ = "region"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint("(kind = 'city') = (code = city)", name="city_row"),
        CheckConstraint("code ~ '^[1-9][0-9]{5}$' AND left(code, 4) = left(city, 4)", name="code"),
        CheckConstraint(
            "kind = 'city' OR num_nulls(energy_quota_tce, cod_quota_kg, land_quota_mu) = 0", name="quotas"
        ),
    )

    code: str = text_column(primary_key=True)
    name: str = text_column()
    kind: RegionKind = text_enum(RegionKind, "kind")
    leading_chain: str | None = text_column(nullable=True)
    potential_chains: list[str] = texts_column()
    energy_quota_tce: int | None = amount_column("energy_quota_tce", nullable=True)
    cod_quota_kg: int | None = amount_column("cod_quota_kg", nullable=True)
    land_quota_mu: int | None = amount_column("land_quota_mu", nullable=True)
    has_treasury: bool = Field(default=True)


class Park(Base, table=True):
    """A park: owner (a county or the city itself), entry floors and capacities free on the business date."""

    __tablename__ = "park"
    __table_args__ = (ForeignKeyConstraint(["city", "owner"], ["region.city", "region.code"]),)

    code: str = text_column(primary_key=True)
    name: str = text_column()
    owner: str = text_column()
    planned_mu: int = amount_column("planned_mu")
    investment_floor_fen_per_mu: int = amount_column("investment_floor_fen_per_mu")
    tax_floor_fen_per_mu: int = amount_column("tax_floor_fen_per_mu")
    energy_tce: int = amount_column("energy_tce")
    water_td: int = amount_column("water_td")
    cod_kg: int = amount_column("cod_kg")


class ParkPositioning(Base, table=True):
    """One industry class that a park leads with, also takes, or forbids."""

    __tablename__ = "park_positioning"
    __table_args__ = (
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("industry ~ '^[0-9]{4}$'", name="industry"),
    )

    park: str = text_column(primary_key=True)
    edition: str = text_column(primary_key=True)
    industry: str = text_column(primary_key=True)
    tier: Tier = text_enum(Tier, "tier", primary_key=True)


class Plot(Base, table=True):
    """A piece of land that can be given; `verified_on` is when somebody last looked."""

    __tablename__ = "plot"
    __table_args__ = (
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint(_UNTRUE, name="untrue"),
        Index("ix_plot_park", "city", "park"),
    )

    code: str = text_column(primary_key=True)
    park: str = text_column()
    land_use: LandUse = text_enum(LandUse, "land_use")
    area_mu: int = amount_column("area_mu")
    status: PlotStatus = text_enum(PlotStatus, "status")
    ready_on: date
    plot_ratio_floor_bp: int = amount_column("plot_ratio_floor_bp")
    price_fen_per_mu: int = amount_column("price_fen_per_mu")
    verified_on: date
    untrue_on: date | None = None
    """Since when it is not true any more (不属实), until somebody verifies it again."""
    untrue_reason: str | None = text_column(nullable=True)


class Hall(Base, table=True):
    """A standard factory hall."""

    __tablename__ = "hall"
    __table_args__ = (
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint(_UNTRUE, name="untrue"),
        Index("ix_hall_park", "city", "park"),
    )

    code: str = text_column(primary_key=True)
    park: str = text_column()
    area_m2: int = amount_column("area_m2")
    height_cm: int = amount_column("height_cm")
    ready_on: date
    verified_on: date
    untrue_on: date | None = None
    untrue_reason: str | None = text_column(nullable=True)


class ChainIndustry(Base, table=True):
    """An industry class of a chain; a chain is no table of its own, only the name its classes share."""

    __tablename__ = "chain_industry"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint("industry ~ '^[0-9]{4}$'", name="industry"),
    )

    chain: str = text_column(primary_key=True)
    edition: str = text_column(primary_key=True)
    industry: str = text_column(primary_key=True)
    industry_name: str = text_column()
    key_chain: bool


class LevelShare(Base, table=True):
    """How a tax paid in at a treasury is divided among the levels from a date on: absolute, 10,000 in all."""

    __tablename__ = "level_share"
    __table_args__ = (
        ForeignKeyConstraint(["city", "treasury"], ["region.city", "region.code"]),
        CheckConstraint("central_bp + province_bp + city_bp + county_bp = 10000", name="whole"),
    )

    treasury: str = text_column(primary_key=True)
    tax: str = text_column(primary_key=True)
    effective_from: date = Field(primary_key=True)
    central_bp: int = amount_column("central_bp")
    province_bp: int = amount_column("province_bp")
    city_bp: int = amount_column("city_bp")
    county_bp: int = amount_column("county_bp")


class Target(Base, table=True):
    """What a unit (county or park) is to reach in a year."""

    __tablename__ = "target"
    __table_args__ = (ForeignKeyConstraint(["city"], ["city.city"]),)

    unit: str = text_column(primary_key=True)
    year: int = Field(sa_column=Column(Integer, primary_key=True, nullable=False))
    indicator: str = text_column(primary_key=True)
    value: int = amount_column("value")
    value_unit: str = text_column()


class CitySetting(Base, table=True):
    """A number of days, threshold or weight that the city set, from a date on; earlier values stay."""

    __tablename__ = "city_setting"
    __table_args__ = (ForeignKeyConstraint(["city"], ["city.city"]),)

    key: str = text_column(primary_key=True)
    effective_from: date = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JSONB(none_as_null=True), nullable=False))
