"""The rates that a layout names, of the projects that the asker sees in full."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.course import Course, Step
from allocation.statistics.rates import Kind, RateCode, funnel
from services.libraries.answers import RateLine
from services.libraries.schemas import LayoutIn
from services.projects.tables import Project
from services.regions.settings import settings_on

FLOORS = {
    RateCode.contract: "contract_rate_floor_bp",
    RateCode.registration: "registration_rate_floor_bp",
    RateCode.ready: "ready_rate_floor_bp",
}
"""The city's dated settings that are floors of rates."""


_STEPS = (Step.signed, Step.contracted, Step.incorporated, Step.ready, Step.started, Step.produced)


def _course(row: Project) -> Course:
    named = {step: getattr(row, f"{step.value}_on") for step in _STEPS}
    return Course(
        ref=row.public_id,
        origin=row.origin,
        host=row.host_county or row.origin,
        investment_fen=row.investment_fen,
        days={step: day for step, day in named.items() if day is not None},
    )


async def rates(
    session: AsyncSession, city: str, layout: LayoutIn, full: Sequence[Project], day: date
) -> list[RateLine]:
    """Return the rates by count as of a day, each with its floor where the city has set one."""
    if not layout.rates:
        return []
    settings = await settings_on(session, city, day)
    made = funnel([_course(row) for row in full], day.year, day)
    lines = []
    for one in layout.rates:
        rate = made[one.rate, Kind.count]
        floor = int(getattr(settings, FLOORS[one.rate])) if one.rate in FLOORS else None
        lines.append(
            RateLine(
                rate=one.rate.value,
                title=one.title,
                numerator=rate.numerator,
                denominator=rate.denominator,
                as_of=day,
                rate_bp=rate.basis_points,
                floor_bp=floor,
                below_floor=floor is not None and rate.below(floor),
            )
        )
    return lines
