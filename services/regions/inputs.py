"""Typed rows of the seven tables that regions own, as a file or a form hands them over.

Units are already converted: land in hundredths of a mu, money in fen, COD in kg a year, shares in
basis points.
"""

from dataclasses import dataclass
from datetime import date

EDITION = "2017"
"""The edition of GB/T 4754 that a bare industry code means."""

Industry = tuple[str, str]
"""An industry class: (edition, four-digit code). The same code means different things in 2011 and 2017."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyInput:
    """One county: positioning by chain and what it may still use this year."""

    code: str
    name: str
    leading_chain: str | None = None
    potential_chains: tuple[str, ...] = ()
    energy_quota_tce: int
    cod_quota_kg: int
    land_quota_mu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainInput:
    """One industry class of a chain; a key chain is one the city counts as its own."""

    chain: str
    edition: str = EDITION
    industry: str
    industry_name: str
    key_chain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkInput:
    """One park: its owner (a county, or the city itself), entry floors, positioning and free capacities."""

    code: str
    name: str
    owner: str
    planned_mu: int
    lead_industries: tuple[Industry, ...] = ()
    main_industries: tuple[Industry, ...] = ()
    forbidden_industries: tuple[Industry, ...] = ()
    investment_floor_fen_per_mu: int
    tax_floor_fen_per_mu: int
    energy_tce: int
    water_td: int
    cod_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotInput:
    """One plot: land_use is 'industrial' or 'storage', status is 'ready' or 'replan'."""

    code: str
    park: str
    land_use: str
    area_mu: int
    status: str
    ready_on: date
    plot_ratio_floor_bp: int
    price_fen_per_mu: int
    verified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HallInput:
    """One standard factory hall."""

    code: str
    park: str
    area_m2: int
    height_cm: int
    ready_on: date
    verified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShareInput:
    """The absolute shares of one tax at one treasury from a date on; they add up to 10,000 basis points."""

    treasury: str
    tax: str
    effective_from: date
    central_bp: int
    province_bp: int
    city_bp: int
    county_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetInput:
    """One assessment target of a county or park in a year."""

    unit: str
    year: int
    indicator: str
    value: int
    value_unit: str
