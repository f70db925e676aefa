"""Regions, parks and stock as the API and the console show them.

Land in hundredths of a mu, money in fen, COD in kg a year, heights in cm.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from services.regions.tables import LandUse, PlotStatus, RegionKind


class RegionView(BaseModel):
    """The city itself or a county. The city's own row has no quotas."""

    code: str
    name: str
    kind: RegionKind
    leading_chain: str | None
    potential_chains: list[str]
    energy_quota_tce: int | None
    cod_quota_kg: int | None
    land_quota_mu: int | None
    has_treasury: bool


class IndustryView(BaseModel):
    """An industry class: the same code means different things in different editions."""

    edition: str
    industry: str
    name: str | None


Measure = Literal["land_mu", "hall_m2", "energy_tce", "water_td", "cod_kg"]


class CapacityView(BaseModel):
    """What a park has of one thing: all of it, what holds draw, what others use, and what is left.

    The last three are None for other counties: they would tell the exact needs of the leads that lie there.
    """

    measure: Measure
    total: int
    held: int | None
    outside: int | None
    free: int | None


class ParkView(BaseModel):
    """A park with its capacities. `oldest_check` is the longest ago that a piece of its stock was checked."""

    code: str
    name: str
    owner: str
    owner_name: str
    planned_mu: int
    investment_floor_fen_per_mu: int
    tax_floor_fen_per_mu: int
    lead: list[IndustryView]
    main: list[IndustryView]
    forbidden: list[IndustryView]
    capacity: list[CapacityView]
    ready_land_mu: int
    replan_land_mu: int
    oldest_check: date | None
    stale_stock: int

    def of(self, measure: Measure) -> CapacityView:
        """Return one of the capacities."""
        return next(item for item in self.capacity if item.measure == measure)


class PlotView(BaseModel):
    """A plot; while it is `stale`, or not true since `untrue_on`, it takes no part in matching."""

    code: str
    park: str
    land_use: LandUse
    area_mu: int
    status: PlotStatus
    ready_on: date
    plot_ratio_floor_bp: int
    price_fen_per_mu: int
    verified_on: date
    unverified_days: int
    stale: bool
    untrue_on: date | None


class HallView(BaseModel):
    """A hall."""

    code: str
    park: str
    area_m2: int
    height_cm: int
    ready_on: date
    verified_on: date
    unverified_days: int
    stale: bool
    untrue_on: date | None


class ParkDetail(ParkView):
    """A park with its plots and halls."""

    plots: list[PlotView]
    halls: list[HallView]


class ChainView(BaseModel):
    """A chain with its classes."""

    chain: str
    key_chain: bool
    industries: list[IndustryView]


class Regions(BaseModel):
    """All regions of the city."""

    items: list[RegionView]


class Chains(BaseModel):
    """All chains of the city."""

    items: list[ChainView]
