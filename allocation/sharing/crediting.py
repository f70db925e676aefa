"""What an agreement's project counts for in the assessment, month by month (考核口径).

Counting is provisional until the year is confirmed. What is booked is the difference to what was booked
before, as for money; a transfer that comes to nothing takes all of it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from allocation.sharing.credit import Credit, credit
from allocation.sharing.entitlement import TermsVersion
from allocation.sharing.postings import AccountKind, LegFacts, Unit
from allocation.sharing.terms import Terms
from allocation.sharing.years import last_day_of

NOTHING = Credit(0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a project went, as far as its credit depends on it.

    Attributes:
        started_on: the day construction started, None before it.
        ended_on: the last day that the agreement covers, None while it stands.
        undone: the transfer came to nothing: the agreement ended and the project left the host.
    """

    started_on: date | None = None
    ended_on: date | None = None
    undone: bool = False


def governing(versions: Iterable[TermsVersion], on: date) -> TermsVersion:
    """The version in effect on a day: the newest that took effect by then, else the first."""
    first, *later = versions
    found = first
    for version in later:
        if version.terms.effective_on <= on:
            found = version
    return found


def credits_due(
    versions: tuple[TermsVersion, ...], course: Course, values: Mapping[str, int], closed: frozenset[int]
) -> dict[str, Credit]:
    """What origin, host and city count of each month's value.

    Args:
        versions: the agreement's versions as known, oldest first.
        course: how the project went.
        values: the indicator's value by month, any whole unit.
        closed: the years already confirmed, of which nothing changes any more; they are left out.
    """
    return {
        month: _due(governing(versions, last_day_of(month)).terms, course, month, value)
        for month, value in values.items()
        if int(month[:4]) not in closed
    }


def _due(terms: Terms, course: Course, month: str, value: int) -> Credit:
    on = last_day_of(month)
    if course.undone or (course.ended_on is not None and month > f"{course.ended_on:%Y-%m}"):
        return NOTHING
    # The clock counts whole calendar years; what came before construction started is the host's.
    begun = course.started_on is not None and course.started_on <= on
    return credit(terms, course.started_on if begun else None, on, value)


def credit_changes(
    due: Mapping[str, Credit], booked: Mapping[str, Credit], closed: frozenset[int]
) -> dict[str, Credit]:
    """What is to be booked now, by month, in order: what is due less what was booked; only what changes."""
    found = {}
    for month in sorted(due.keys() | booked.keys()):
        if int(month[:4]) in closed:
            continue
        now, before = due.get(month, NOTHING), booked.get(month, NOTHING)
        change = Credit(now.origin - before.origin, now.host - before.host, now.city - before.city)
        if change != NOTHING:
            found[month] = change
    return found


def legs_of_credit(origin: str, host: str, change: Credit) -> tuple[LegFacts, ...]:
    """The legs of a change of what two counties count: each book alone, a count and its contra."""
    return tuple(
        LegFacts(county, kind, towards, sign * value, Unit.credit)
        for county, towards, value in ((origin, host, change.origin), (host, origin, change.host))
        if value
        for kind, sign in ((AccountKind.credit_taken, 1), (AccountKind.credit_given, -1))
    )
