"""Limits that keep the pool honest: what stands against a county that applies for a lead or takes a hold.

A county's open holds without evidence of progress are capped; after a failed hold it pauses; it applies for
so many leads a day; a new lead may rest before anybody applies. Evidence is a record of a visit, a letter of
land or a filing, never the day of the last contact. Every reason is named at once.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Limit(StrEnum):
    """What a county runs into."""

    hold_cap_reached = "hold_cap_reached"
    cooling_down = "cooling_down"
    application_cap_reached = "application_cap_reached"
    quarantined = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFacts:
    """What is on record of one county on one day, and the settings in force."""

    today: date
    open_holds: int
    """Holds of the county that are neither released nor signed, and without evidence of progress."""
    hold_cap: int
    failed_on: date | None = None
    """The last day on which a hold of the county failed for what it answers for."""
    cool_down_days: int = 0
    applied_today: int = 0
    application_cap: int = 1
    pooled_on: date | None = None
    """When the lead came into the pool; none where no lead is meant, or nobody knows."""
    quarantine_days: int = 0


def cooling_until(facts: LimitFacts) -> date | None:
    """Return the day on which the pause after a failed hold is over, or none if there is no pause now."""
    if facts.failed_on is None:
        return None
    free = facts.failed_on + timedelta(days=facts.cool_down_days)
    return free if facts.today < free else None


def open_from(facts: LimitFacts) -> date | None:
    """Return the day from which the lead may be applied for, or none if it may be now."""
    if facts.pooled_on is None:
        return None
    first = facts.pooled_on + timedelta(days=facts.quarantine_days)
    return first if facts.today < first else None


def against_hold(facts: LimitFacts) -> tuple[Limit, ...]:
    """Return every limit that stands against a hold."""
    found = [Limit.hold_cap_reached] if facts.open_holds >= facts.hold_cap else []
    if cooling_until(facts) is not None:
        found.append(Limit.cooling_down)
    return tuple(found)


def against_application(facts: LimitFacts) -> tuple[Limit, ...]:
    """Return every limit that stands against an application: whoever may not hold may not apply either."""
    found = [*against_hold(facts)]
    if facts.applied_today >= facts.application_cap:
        found.append(Limit.application_cap_reached)
    if open_from(facts) is not None:
        found.append(Limit.quarantined)
    return tuple(found)


def evidence_due(held_on: date, last_evidence: date | None, days: int) -> date:
    """Return the day by which the next evidence of progress is due; passing it is flagged, never a lock.

    Args:
        held_on: the day of the hold.
        last_evidence: the latest day of what is proven since, if anything is.
        days: how long evidence lasts.
    """
    return max(held_on, last_evidence or held_on) + timedelta(days=days)
