"""The limits of a county in the pool, asked and kept: what is on record, one county at a time.

Both locks end with the transaction. A county's holds take theirs before the project's row, its applications
after it; they are two locks, so that neither waits for the other in a circle.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Action, State
from allocation.pool_limits import (
    Limit,
    LimitFacts,
    against_application,
    against_hold,
    cooling_until,
    evidence_due,
    open_from,
)
from services.projects.errors import (
    ApplicationCapReached,
    CoolingDown,
    HoldCapReached,
    InQuarantine,
    LimitReached,
)
from services.projects.tables import Application, Hold, HoldProgress, Project, ProjectMove
from services.projects.words import Exit
from services.regions.settings import CitySettings

FAILURES: Final = frozenset({Action.release_hold, Action.fail_to_pool, Action.fail_to_origin, Action.recall})
"""Moves by which a hold fails."""

NOT_THE_HOSTS: Final = frozenset({Exit.investor.value, Exit.meeting.value, Exit.outside.value})
"""Reasons for which the host does not answer: no pause follows."""

_ERRORS: Final[dict[Limit, type[LimitReached]]] = {
    Limit.hold_cap_reached: HoldCapReached,
    Limit.cooling_down: CoolingDown,
    Limit.application_cap_reached: ApplicationCapReached,
    Limit.quarantined: InQuarantine,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHold:
    """A hold of a county that is not yet signed, with the day by which evidence is due."""

    project: str
    """The project's public id."""
    code_name: str
    held_on: date
    last_evidence: date | None
    evidence_due: date


def failed_hold(action: Action, reason: str) -> bool:
    """Tell whether a move that ends a hold counts as the host's failure."""
    return action in FAILURES and reason not in NOT_THE_HOSTS


async def facts_of_county(
    session: AsyncSession,
    city: str,
    county: str,
    today: date,
    settings: CitySettings,
    pooled_on: date | None = None,
) -> LimitFacts:
    """Return what is on record of a county's holds and applications."""
    proven = (
        select(col(HoldProgress.id))
        .where(col(HoldProgress.city) == col(Hold.city), col(HoldProgress.hold) == col(Hold.id))
        .exists()
    )
    open_holds = (
        select(func.count())
        .select_from(Hold)
        .join(Project, (col(Project.city) == col(Hold.city)) & (col(Project.id) == col(Hold.project)))
        .where(
            col(Hold.city) == city,
            col(Hold.county) == county,
            col(Hold.released_at).is_(None),
            col(Project.state) == State.held,
            ~proven,
        )
    )
    failed = select(func.max(col(Hold.failed_on))).where(col(Hold.city) == city, col(Hold.county) == county)
    applied = (
        select(func.count())
        .select_from(Application)
        .where(
            col(Application.city) == city,
            col(Application.county) == county,
            col(Application.applied_on) == today,
        )
    )
    row = await session.execute(
        select(open_holds.scalar_subquery(), failed.scalar_subquery(), applied.scalar_subquery())
    )
    standing, failed_on, applied_today = row.one()
    return LimitFacts(
        today=today,
        open_holds=standing,
        hold_cap=settings.open_hold_cap,
        failed_on=failed_on,
        cool_down_days=settings.cool_down_days,
        applied_today=applied_today,
        application_cap=settings.application_day_cap,
        pooled_on=pooled_on,
        quarantine_days=settings.quarantine_days,
    )


async def require_room_for_hold(
    session: AsyncSession, city: str, county: str, today: date, settings: CitySettings
) -> None:
    """Refuse a hold that a limit stands against; no other hold of the county begins meanwhile.

    Raises:
        HoldCapReached, CoolingDown: with every reason.
    """
    await alone(session, "hold", city, county)
    facts = await facts_of_county(session, city, county, today, settings)
    _refuse(against_hold(facts), facts)


async def require_room_to_apply(
    session: AsyncSession,
    city: str,
    county: str,
    today: date,
    settings: CitySettings,
    pooled_on: date | None,
) -> None:
    """Refuse an application that a limit stands against.

    Raises:
        HoldCapReached, CoolingDown, ApplicationCapReached, InQuarantine: with every reason.
    """
    await alone(session, "application", city, county)
    facts = await facts_of_county(session, city, county, today, settings, pooled_on)
    _refuse(against_application(facts), facts)


async def open_holds_of(
    session: AsyncSession, city: str, county: str, settings: CitySettings
) -> list[OpenHold]:
    """Return the county's holds that are not signed, the one whose evidence is due first at the top."""
    latest = (
        select(func.max(col(HoldProgress.happened_on)))
        .where(col(HoldProgress.city) == col(Hold.city), col(HoldProgress.hold) == col(Hold.id))
        .scalar_subquery()
    )
    # The day of business on which it was held: the hold's own moment is the database's.
    began = (
        select(func.max(col(ProjectMove.on_date)))
        .where(
            col(ProjectMove.city) == col(Hold.city),
            col(ProjectMove.project) == col(Hold.project),
            col(ProjectMove.action) == Action.hold,
        )
        .scalar_subquery()
    )
    rows = await session.execute(
        select(col(Project.public_id), col(Project.code_name), began, latest)
        .select_from(Hold)
        .join(Project, (col(Project.city) == col(Hold.city)) & (col(Project.id) == col(Hold.project)))
        .where(
            col(Hold.city) == city,
            col(Hold.county) == county,
            col(Hold.released_at).is_(None),
            col(Project.state) == State.held,
        )
    )
    found = [
        OpenHold(
            project=public_id,
            code_name=code_name,
            held_on=held_on,
            last_evidence=last,
            evidence_due=evidence_due(held_on, last, settings.hold_evidence_days),
        )
        for public_id, code_name, held_on, last in rows
    ]
    return sorted(found, key=lambda row: (row.evidence_due, row.project))


async def alone(session: AsyncSession, what: str, city: str, county: str) -> None:
    """Wait until no other transaction counts this county's holds, or its applications."""
    key = f"pool {what} {city} {county}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def _refuse(limits: tuple[Limit, ...], facts: LimitFacts) -> None:
    if limits:
        raise _ERRORS[limits[0]](
            limits,
            open_holds=facts.open_holds,
            hold_cap=facts.hold_cap,
            applied_today=facts.applied_today,
            application_cap=facts.application_cap,
            cooling_until=_iso(cooling_until(facts)),
            open_from=_iso(open_from(facts)),
        )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
