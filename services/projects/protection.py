"""Deadlines of a lead, by the settings in force on the day that each begins."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clocks import Deadline, Rule, Unit, deadline
from services.kit.workdays import working_calendar
from services.regions.settings import settings_on


async def protected_until(session: AsyncSession, city: str, accepted_on: date) -> date:
    """Return the last day of the first-negotiation protection that begins with acceptance."""
    settings = await settings_on(session, city, accepted_on)
    return deadline(accepted_on, Rule(settings.protection_months, Unit.months), working_calendar()).on


async def window_until(session: AsyncSession, city: str, pooled_on: date) -> date:
    """Return the last day of the application window that opens with pooling."""
    settings = await settings_on(session, city, pooled_on)
    rule = Rule(settings.application_window_days, Unit.working_days)
    return deadline(pooled_on, rule, working_calendar()).on


def as_deadline(on: date) -> Deadline:
    """Tell of a stored deadline whether the calendar up to it may still change."""
    return Deadline(on, working_calendar().is_provisional(on))
