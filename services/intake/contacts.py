"""接触备案: who talks to which firm, so that five counties do not call on one firm in a week.

A county sees its own contacts. Of the others it learns, when it files beyond the limit, how many there are
and when the window ends; the city's office sees them all.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.contacts import Crowd, crowd
from auth.intake import sees_every_contact, speaks_for
from auth.principal import Principal
from services.intake.errors import ContactClosed, FirmCrowded, NoSuchContact, NotYourRegion
from services.intake.schemas import ContactAnswer, ContactIn, ContactsAnswer
from services.intake.tables import ContactFiling
from services.intake.targets import check_code
from services.intake.words import ContactResult, ContactState
from services.kit.errors import Stale
from services.kit.events import record_event
from services.projects.identity import name_key
from services.regions.settings import CitySettings, settings_on

MOST = 200
"""Contacts that a list shows."""


async def contacts(session: AsyncSession, principal: Principal, today: date) -> ContactsAnswer:
    """Return one's county's contacts; all for the city's office."""
    query = select(ContactFiling).where(col(ContactFiling.city) == principal.city)
    if not sees_every_contact(principal):
        query = query.where(col(ContactFiling.county) == principal.county)
    rows = await session.scalars(
        query.order_by(col(ContactFiling.contact_on).desc(), col(ContactFiling.id)).limit(MOST)
    )
    settings = await settings_on(session, principal.city, today)
    return ContactsAnswer(items=[await _answer(session, principal, row, today, settings) for row in rows])


async def file_contact(
    session: AsyncSession, principal: Principal, form: ContactIn, today: date
) -> ContactAnswer:
    """File a contact with a firm; beyond the limit it is refused, or queued where that is asked for.

    Raises:
        NotYourRegion: for another county.
        BadIntake: the credit code is none.
        FirmCrowded: as many counties as allowed call on the firm already.
    """
    if not speaks_for(principal, form.county):
        raise NotYourRegion
    check_code(form.credit_code)
    settings = await settings_on(session, principal.city, today)
    row = ContactFiling(
        city=principal.city,
        **form.model_dump(exclude={"queue"}),
        name_key=name_key(form.firm_name),
        state=ContactState.filed,
        limit_counties=settings.contact_counties,
        window_days=settings.contact_window_days,
        filed_on=today,
        filed_by=principal.account,
        revision=1,
    )
    await _lock_firm(session, row)
    found = await _crowd(session, row, settings)
    if found is not None:
        if not form.queue:
            raise FirmCrowded(found.counties, found.until, found.free_from)
        row.state = ContactState.queued
    session.add(row)
    await session.flush()
    await _record(session, principal, row, f"intake.contact_{row.state.value}")
    return await _answer(session, principal, row, today, settings)


async def confirm_contact(
    session: AsyncSession, principal: Principal, contact: UUID, on: date, today: date, revision: int
) -> ContactAnswer:
    """File a contact that waited; those that waited longer go first.

    Raises:
        NoSuchContact: none of one's own.
        Stale: somebody changed it since.
        ContactClosed: it does not wait.
        FirmCrowded: the day is still closed.
    """
    row = await _own(session, principal, contact, revision)
    if row.state is not ContactState.queued:
        raise ContactClosed
    settings = await settings_on(session, principal.city, today)
    await _lock_firm(session, row)
    row.contact_on = on
    row.limit_counties, row.window_days = settings.contact_counties, settings.contact_window_days
    found = await _crowd(session, row, settings)
    if found is not None:
        raise FirmCrowded(found.counties, found.until, found.free_from)
    return await _change(session, principal, row, today, state=ContactState.filed)


async def withdraw_contact(
    session: AsyncSession, principal: Principal, contact: UUID, today: date, revision: int
) -> ContactAnswer:
    """Take a contact back, as long as no result is noted.

    Raises:
        NoSuchContact: none of one's own.
        Stale: somebody changed it since.
        ContactClosed: it is withdrawn, or has a result.
    """
    row = await _own(session, principal, contact, revision)
    if row.state is ContactState.withdrawn or row.result is not None:
        raise ContactClosed
    return await _change(session, principal, row, today, state=ContactState.withdrawn)


async def note_result(
    session: AsyncSession,
    principal: Principal,
    contact: UUID,
    result: ContactResult,
    today: date,
    revision: int,
) -> ContactAnswer:
    """Note what came of a contact.

    Raises:
        NoSuchContact: none of one's own.
        Stale: somebody changed it since.
        ContactClosed: it is not filed, or has a result.
    """
    row = await _own(session, principal, contact, revision)
    if row.state is not ContactState.filed or row.result is not None:
        raise ContactClosed
    row.result, row.result_on = result, today
    return await _change(session, principal, row, today, state=ContactState.filed)


async def _own(session: AsyncSession, principal: Principal, contact: UUID, revision: int) -> ContactFiling:
    row = await session.scalar(
        select(ContactFiling)
        .where(col(ContactFiling.city) == principal.city, col(ContactFiling.id) == contact)
        .with_for_update()
    )
    if row is None or not speaks_for(principal, row.county):
        raise NoSuchContact
    if row.revision != revision:
        raise Stale
    return row


async def _change(
    session: AsyncSession, principal: Principal, row: ContactFiling, today: date, *, state: ContactState
) -> ContactAnswer:
    row.state = state
    row.revision += 1
    await session.flush()
    await _record(session, principal, row, "intake.contact_changed")
    settings = await settings_on(session, principal.city, today)
    return await _answer(session, principal, row, today, settings)


async def _lock_firm(session: AsyncSession, row: ContactFiling) -> None:
    """Let filings of one firm wait for each other, by its name and then by its code as the trigger does."""
    for kind, key in (("name", row.name_key), ("code", row.credit_code)):
        if key is not None:
            lock = func.hashtextextended(f"contact {kind} {row.city}{key}", 0)
            await session.execute(select(func.pg_advisory_xact_lock(lock)))


async def _crowd(session: AsyncSession, row: ContactFiling, settings: CitySettings) -> Crowd | None:
    """Tell whether the row's day is closed to its county: by what is filed, and by what waited before it."""
    same = [col(ContactFiling.name_key) == row.name_key]
    if row.credit_code is not None:
        same.append(col(ContactFiling.credit_code) == row.credit_code)
    counted = or_(
        col(ContactFiling.state) == ContactState.filed,
        (col(ContactFiling.state) == ContactState.queued) & (col(ContactFiling.id) < row.id),
    )
    span = timedelta(days=settings.contact_window_days)
    with session.no_autoflush:
        found = await session.execute(
            select(col(ContactFiling.county), col(ContactFiling.contact_on)).where(
                col(ContactFiling.city) == row.city,
                col(ContactFiling.county) != row.county,
                col(ContactFiling.result).is_distinct_from(ContactResult.cancelled),
                col(ContactFiling.contact_on) > row.contact_on - span,
                counted,
                or_(*same),
            )
        )
    others = [(county, on) for county, on in found.all()]
    return crowd(row.contact_on, others, limit=settings.contact_counties, window=settings.contact_window_days)


async def _record(session: AsyncSession, principal: Principal, row: ContactFiling, action: str) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="contact_filing",
        entity_id=row.id,
        after={
            "county": row.county,
            "state": row.state.value,
            "contact_on": row.contact_on.isoformat(),
            "result": row.result.value if row.result else None,
        },
    )


async def _answer(
    session: AsyncSession, principal: Principal, row: ContactFiling, today: date, settings: CitySettings
) -> ContactAnswer:
    waits = await _crowd(session, row, settings) if row.state is ContactState.queued else None
    reported = row.contact_on + timedelta(days=settings.contact_report_days)
    given: Sequence[str] = tuple(
        set(ContactAnswer.model_fields) - {"late", "report_due", "free_from", "others", "may_act"}
    )
    return ContactAnswer(
        **{name: getattr(row, name) for name in given},
        late=row.filed_on > row.contact_on,
        report_due=row.state is ContactState.filed and row.result is None and reported < today,
        free_from=waits.free_from if waits else None,
        others=waits.counties if waits else None,
        may_act=speaks_for(principal, row.county),
    )
