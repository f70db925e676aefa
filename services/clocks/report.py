"""Who is late and who hoards: counted from the running clocks, never kept."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clock_table import ClockKind
from allocation.statistics.rates import half_up
from allocation.units import WHOLE
from auth.clocks import sees_all_clocks
from auth.principal import Principal, Role
from services.clocks.schemas import ClockView, Idle, KindLine, OverdueReport, UnitLine
from services.clocks.service import clocks
from services.regions.repo import load_regions
from services.regions.settings import settings_on


async def overdue(session: AsyncSession, principal: Principal, today: date) -> OverdueReport:
    """Count the clocks of every unit that this person sees: all of them, or one's own county alone.

    The worst stand first: by late clocks, then by what is kept idle.
    """
    rows: dict[str, list[ClockView]] = defaultdict(list)
    for row in await clocks(session, principal, today):
        rows[row.county].append(row)
    if sees_all_clocks(principal):
        shown = [(region.code, region.name) for region in await load_regions(session, principal.city)]
    else:
        own = principal.county if principal.role is not Role.administrator else None
        shown = [
            (region.code, region.name)
            for region in await load_regions(session, principal.city)
            if region.code == own
        ]
    settings = await settings_on(session, principal.city, today)
    units = [unit_line(code, name, rows[code], today) for code, name in shown]
    units.sort(key=lambda unit: (-unit.late, -unit.holds.idle, -unit.protections.idle, unit.county))
    return OverdueReport(
        on=today,
        follow_up_days=settings.follow_up_days,
        hold_progress_days=settings.hold_progress_days,
        units=units,
    )


def unit_line(code: str, name: str, rows: Sequence[ClockView], today: date) -> UnitLine:
    """Count one unit's clocks."""
    whole = kind_line(ClockKind.respond, rows)
    return UnitLine(
        county=code,
        county_name=name,
        **whole.model_dump(exclude={"kind"}),
        holds=_idle([row for row in rows if row.kind is ClockKind.hold_progress], today),
        protections=_idle([row for row in rows if row.kind is ClockKind.follow_up], today),
        kinds=kind_lines(rows),
    )


def kind_lines(rows: Sequence[ClockView]) -> list[KindLine]:
    """Count clocks by kind, the kinds that run alone."""
    return [
        kind_line(kind, [row for row in rows if row.kind is kind])
        for kind in ClockKind
        if any(row.kind is kind for row in rows)
    ]


def kind_line(kind: ClockKind, rows: Sequence[ClockView]) -> KindLine:
    """Count clocks."""
    late = sum(row.overdue for row in rows)
    return KindLine(
        kind=kind,
        running=len(rows),
        late=late,
        late_bp=half_up(late * WHOLE, len(rows)) if rows else 0,
        worst_days=max((row.days_late for row in rows), default=0),
        escalated=sum(bool(row.escalated_to) for row in rows),
    )


def _idle(rows: Sequence[ClockView], today: date) -> Idle:
    """Count what is kept without evidence of progress: its clock is past its day."""
    idle = [row for row in rows if row.overdue]
    return Idle(
        kept=len(rows),
        idle=len(idle),
        oldest_days=max((max((today - row.started_on).days, 0) for row in idle), default=0),
    )
