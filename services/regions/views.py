"""Rows of regions turned into what is shown. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auth.policy import can_see_holds
from auth.principal import Principal
from services.regions.queries import Drawn, OutsideUse, added, is_true
from services.regions.schemas import (
    CapacityView,
    ChainView,
    HallView,
    IndustryView,
    Measure,
    ParkDetail,
    ParkView,
    PlotView,
    RegionView,
)
from services.regions.tables import (
    ChainIndustry,
    Hall,
    LandUse,
    Park,
    ParkPositioning,
    Plot,
    PlotStatus,
    Region,
    Tier,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is needed to show parks: names, today, and after how many days unchecked stock is out."""

    names: Mapping[str, str]
    industries: Mapping[tuple[str, str], str]
    today: date
    stale_days: int
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    outside: Sequence[OutsideUse] = ()
    asker: Principal | None = None
    """Who looks; what holds draw from another county's park is not shown to them."""
    positions: Sequence[ParkPositioning] = ()


def region_view(row: Region) -> RegionView:
    """Show a region."""
    return RegionView(
        code=row.code,
        name=row.name,
        kind=row.kind,
        leading_chain=row.leading_chain,
        potential_chains=row.potential_chains,
        energy_quota_tce=row.energy_quota_tce,
        cod_quota_kg=row.cod_quota_kg,
        land_quota_mu=row.land_quota_mu,
        has_treasury=row.has_treasury,
    )


def plot_view(row: Plot, around: Surroundings) -> PlotView:
    """Show a plot."""
    days = (around.today - row.verified_on).days
    return PlotView(
        code=row.code,
        park=row.park,
        land_use=row.land_use,
        area_mu=row.area_mu,
        status=row.status,
        ready_on=row.ready_on,
        plot_ratio_floor_bp=row.plot_ratio_floor_bp,
        price_fen_per_mu=row.price_fen_per_mu,
        verified_on=row.verified_on,
        unverified_days=days,
        stale=days > around.stale_days,
        untrue_on=None if is_true(row) else row.untrue_on,
    )


def hall_view(row: Hall, around: Surroundings) -> HallView:
    """Show a hall."""
    days = (around.today - row.verified_on).days
    return HallView(
        code=row.code,
        park=row.park,
        area_m2=row.area_m2,
        height_cm=row.height_cm,
        ready_on=row.ready_on,
        verified_on=row.verified_on,
        unverified_days=days,
        stale=days > around.stale_days,
        untrue_on=None if is_true(row) else row.untrue_on,
    )


def capacities(
    park: Park, plots: Sequence[Plot], halls: Sequence[Hall], drawn: Drawn | None, outside: Drawn
) -> list[CapacityView]:
    """Set what a park has against what holds draw and what others use outside the program.

    Land for storage serves no industry and does not count, nor does what is not true any more. `drawn` is
    None for whom that is hidden: the sum would tell the exact needs of the leads that lie there.
    """
    totals: dict[Measure, int] = {
        "land_mu": sum(p.area_mu for p in plots if p.land_use is LandUse.industrial and is_true(p)),
        "hall_m2": sum(hall.area_m2 for hall in halls if is_true(hall)),
        "energy_tce": park.energy_tce,
        "water_td": park.water_td,
        "cod_kg": park.cod_kg,
    }
    return [
        CapacityView(
            measure=measure,
            total=total,
            held=None if drawn is None else getattr(drawn, measure),
            outside=None if drawn is None else getattr(outside, measure),
            free=None if drawn is None else total - getattr(drawn, measure) - getattr(outside, measure),
        )
        for measure, total in totals.items()
    ]


def park_detail(park: Park, plots: Sequence[Plot], halls: Sequence[Hall], around: Surroundings) -> ParkDetail:
    """Show a park with its stock."""
    shown_plots = [plot_view(plot, around) for plot in plots]
    shown_halls = [hall_view(hall, around) for hall in halls]
    tiers = {
        tier: [
            IndustryView(
                edition=position.edition,
                industry=position.industry,
                name=around.industries.get((position.edition, position.industry)),
            )
            for position in around.positions
            if position.park == park.code and position.tier is tier
        ]
        for tier in Tier
    }
    seen = around.asker is None or can_see_holds(around.asker, park.owner)
    drawn = around.drawn.get(park.code, Drawn()) if seen else None
    outside = added(use for use in around.outside if use.park == park.code)
    stock: list[PlotView | HallView] = [*shown_plots, *shown_halls]
    return ParkDetail(
        code=park.code,
        name=park.name,
        owner=park.owner,
        owner_name=around.names.get(park.owner, park.owner),
        planned_mu=park.planned_mu,
        investment_floor_fen_per_mu=park.investment_floor_fen_per_mu,
        tax_floor_fen_per_mu=park.tax_floor_fen_per_mu,
        lead=tiers[Tier.lead],
        main=tiers[Tier.main],
        forbidden=tiers[Tier.forbidden],
        capacity=capacities(park, plots, halls, drawn, outside),
        ready_land_mu=_land(plots, PlotStatus.ready),
        replan_land_mu=_land(plots, PlotStatus.replan),
        oldest_check=min((item.verified_on for item in stock), default=None),
        stale_stock=sum(item.stale for item in stock),
        plots=shown_plots,
        halls=shown_halls,
    )


def _land(plots: Sequence[Plot], status: PlotStatus) -> int:
    return sum(
        plot.area_mu
        for plot in plots
        if plot.land_use is LandUse.industrial and plot.status is status and is_true(plot)
    )


def park_view(detail: ParkDetail) -> ParkView:
    """Show a park without its stock."""
    return ParkView.model_validate(detail.model_dump(exclude={"plots", "halls"}))


def chain_views(rows: Sequence[ChainIndustry]) -> list[ChainView]:
    """Gather classes into their chains."""
    chains: dict[str, ChainView] = {}
    for row in rows:
        chain = chains.setdefault(
            row.chain, ChainView(chain=row.chain, key_chain=row.key_chain, industries=[])
        )
        chain.industries.append(
            IndustryView(edition=row.edition, industry=row.industry, name=row.industry_name)
        )
    return list(chains.values())
