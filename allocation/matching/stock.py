"""How much land and hall space a park can hand over by a day: what is ready, less holds."""

from collections.abc import Iterable
from datetime import date, timedelta

from allocation.matching.pool import Hall, LandUse, Park, Plot, Pool


def fresh(pool: Pool, verified_on: date) -> bool:
    """Tell whether stock was verified lately enough to count (K3: stale stock leaves the matcher)."""
    return verified_on >= pool.as_of - timedelta(days=pool.rules.stock_days)


def usable_plots(pool: Pool, park: Park, *, stale: bool = False) -> list[Plot]:
    """List the industrial plots that count; with `stale`, the ones that only an old check keeps out."""
    return [
        plot
        for plot in park.plots
        if plot.land_use is LandUse.INDUSTRIAL and fresh(pool, plot.verified_on) is not stale
    ]


def usable_halls(pool: Pool, park: Park, *, stale: bool = False) -> list[Hall]:
    """List the halls that count; with `stale`, the ones that only an old check keeps out."""
    return [hall for hall in park.halls if fresh(pool, hall.verified_on) is not stale]


def steps(pool: Pool, ready: Iterable[date]) -> list[date]:
    """List the days from which supply stands: the pool's own, then each later one with new stock."""
    return sorted({pool.as_of, *(day for day in ready if day > pool.as_of)})


def land_supply(plots: Iterable[Plot]) -> list[tuple[date, int]]:
    """Read plots as supply."""
    return [(plot.ready_on, plot.area_mu) for plot in plots]


def hall_supply(halls: Iterable[Hall]) -> list[tuple[date, int]]:
    """Read halls as supply."""
    return [(hall.ready_on, hall.area_m2) for hall in halls]


def land_taken(park: Park) -> list[tuple[date, int]]:
    """Read a park's holds as demand for land."""
    return [(hold.deadline, hold.needs.land_mu) for hold in park.holds]


def hall_taken(park: Park) -> list[tuple[date, int]]:
    """Read a park's holds as demand for halls."""
    return [(hold.deadline, hold.needs.hall_m2) for hold in park.holds]
