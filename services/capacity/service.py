"""A park's capacity as somebody sees it: the arithmetic with the rows behind each figure, and its plan."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.capacity import Arithmetic, Measure, Quarter, quarters
from auth.policy import can_keep_stock, can_see_holds
from auth.principal import Principal
from services.capacity import repo
from services.capacity.repo import Taken
from services.capacity.schemas import (
    Figure,
    Line,
    ParkCapacity,
    QuarterLine,
    Source,
    StockLine,
    UseView,
)
from services.capacity.tables import OutsideUse
from services.regions import repo as regions
from services.regions.errors import NoSuchPark
from services.regions.queries import is_true
from services.regions.settings import settings_on
from services.regions.tables import Hall, LandUse, Park, Plot

QUARTERS: Final = 8
"""Quarters of a plan of supply."""


async def capacity(session: AsyncSession, principal: Principal, code: str, today: date) -> ParkCapacity:
    """Return a park's capacity; to other counties only what it has and when that becomes ready.

    Raises:
        NoSuchPark: there is none of that code.
    """
    city = principal.city
    park = await regions.load_park(session, city, code)
    if park is None:
        raise NoSuchPark
    seen = can_see_holds(principal, park.owner)
    bound = await repo.bound(session, city, code) if seen else []
    applied = await repo.applied(session, city, code) if seen else []
    uses = await repo.outside(session, city, code) if seen else []
    counting = await repo.counting(session, city, code) if seen else set()
    counted = [row for row in uses if row.id in counting]
    plots = await regions.load_plots(session, city, code)
    halls = await regions.load_halls(session, city, code)
    settings = await settings_on(session, city, today)
    stock = [
        *(_stock("plot", row, row.area_mu, bound, counted, today) for row in plots),
        *(_stock("hall", row, row.area_m2, bound, counted, today) for row in halls),
    ]
    for line in stock:
        line.stale = line.unverified_days > settings.stock_stale_days
        line.left = line.left if seen else None
    names = await regions.unit_names(session, city)
    return ParkCapacity(
        park=code,
        name=park.name,
        owner=park.owner,
        owner_name=names.get(park.owner, park.owner),
        on=today,
        figures=[
            _figure(measure, total, applied, bound, _usable(counted, plots, halls), seen=seen)
            for measure, total in totals(park, plots, halls).items()
        ],
        rows=[_line(row) for row in (*bound, *applied)] + [_outside_line(row) for row in counted],
        stock=stock,
        quarters=_plan(plots, halls, bound, counted, today, seen=seen),
        outside=[_use(row, counts=row.id in counting) for row in uses],
        recheck_year=today.year,
        rechecked=sum(line.rechecked for line in stock),
        may_keep=can_keep_stock(principal, park.owner, park.code),
    )


def totals(park: Park, plots: Sequence[Plot], halls: Sequence[Hall]) -> dict[Measure, int]:
    """Tell what a park has: industrial land and halls that are true, and its own energy, water and COD."""
    return {
        Measure.land_mu: sum(
            plot.area_mu for plot in plots if plot.land_use is LandUse.industrial and is_true(plot)
        ),
        Measure.hall_m2: sum(hall.area_m2 for hall in halls if is_true(hall)),
        Measure.energy_tce: park.energy_tce,
        Measure.water_td: park.water_td,
        Measure.cod_kg: park.cod_kg,
    }


def _usable(uses: Sequence[OutsideUse], plots: Sequence[Plot], halls: Sequence[Hall]) -> list[dict[str, int]]:
    """Read uses as amounts; of stock that is not true nothing is taken, for nothing is there."""
    there = {row.code for row in plots if is_true(row)} | {row.code for row in halls if is_true(row)}
    return [
        {
            Measure.land_mu: row.land_mu if row.plot in there else 0,
            Measure.hall_m2: row.hall_m2 if row.hall in there else 0,
            Measure.energy_tce: row.energy_tce,
            Measure.water_td: row.water_td,
            Measure.cod_kg: row.cod_kg,
        }
        for row in uses
    ]


def _figure(
    measure: Measure,
    total: int,
    applied: Sequence[Taken],
    bound: Sequence[Taken],
    outside: Sequence[dict[str, int]],
    *,
    seen: bool,
) -> Figure:
    def added(rows: Sequence[Taken]) -> int:
        return sum(getattr(row, measure.value) for row in rows)

    found = Arithmetic(
        total=total,
        applied=added(applied),
        committed=added([row for row in bound if row.source == Source.commitment]),
        accepted=added([row for row in bound if row.source == Source.hold]),
        outside=sum(row[measure] for row in outside),
    )
    return Figure(
        measure=measure,
        total=total,
        offered=found.offered if seen else None,
        committed=found.committed if seen else None,
        accepted=found.accepted if seen else None,
        outside=found.outside if seen else None,
        free=found.free if seen else None,
        unbound=found.unbound if seen else None,
        overlapping=seen and found.overlapping,
    )


def _line(row: Taken) -> Line:
    return Line(
        source=Source(row.source),
        project=row.project,
        name=row.name,
        plot=row.plot,
        hall=row.hall,
        land_mu=row.land_mu,
        hall_m2=row.hall_m2,
        energy_tce=row.energy_tce,
        water_td=row.water_td,
        cod_kg=row.cod_kg,
        on=row.on,
    )


def _outside_line(row: OutsideUse) -> Line:
    return Line(
        source=Source.outside,
        project=None,
        name=row.used_by,
        plot=row.plot,
        hall=row.hall,
        land_mu=row.land_mu,
        hall_m2=row.hall_m2,
        energy_tce=row.energy_tce,
        water_td=row.water_td,
        cod_kg=row.cod_kg,
        on=row.since,
    )


def _use(row: OutsideUse, *, counts: bool) -> UseView:
    return UseView.model_validate({**row.model_dump(), "counts": counts})


def _stock(
    kind: str,
    row: Plot | Hall,
    area: int,
    bound: Sequence[Taken],
    uses: Sequence[OutsideUse],
    today: date,
) -> StockLine:
    measure = "land_mu" if kind == "plot" else "hall_m2"
    rows: list[Taken | OutsideUse] = [*bound, *uses]
    taken = sum(getattr(one, measure) for one in rows if getattr(one, kind) == row.code)
    true = is_true(row)
    return StockLine(
        kind=kind,
        code=row.code,
        area=area,
        ready_on=row.ready_on,
        verified_on=row.verified_on,
        unverified_days=(today - row.verified_on).days,
        stale=False,
        untrue_on=None if true else row.untrue_on,
        untrue_reason=None if true else row.untrue_reason,
        rechecked=true and row.verified_on.year >= today.year,
        left=area - taken if true else 0,
    )


def _plan(
    plots: Sequence[Plot],
    halls: Sequence[Hall],
    bound: Sequence[Taken],
    uses: Sequence[OutsideUse],
    today: date,
    *,
    seen: bool,
) -> list[QuarterLine]:
    land = [(p.ready_on, p.area_mu) for p in plots if p.land_use is LandUse.industrial and is_true(p)]
    there = {plot.code for plot in plots if is_true(plot)}
    owed = [(row.on, row.land_mu) for row in bound]
    owed += [(min(row.since, today), row.land_mu) for row in uses if row.plot in there]
    rooms = [(hall.ready_on, hall.area_m2) for hall in halls if is_true(hall)]
    both = zip(quarters(today, land, owed, QUARTERS), quarters(today, rooms, [], QUARTERS), strict=True)
    return [_quarter(one, other, seen=seen) for one, other in both]


def _quarter(land: Quarter, hall: Quarter, *, seen: bool) -> QuarterLine:
    return QuarterLine(
        year=land.year,
        number=land.number,
        new_land_mu=land.new,
        land_mu=land.ready,
        taken_land_mu=land.taken if seen else None,
        left_land_mu=land.left if seen else None,
        new_hall_m2=hall.new,
        hall_m2=hall.ready,
    )
