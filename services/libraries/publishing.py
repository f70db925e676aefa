"""A layout is tried out, published by the city's office, and confirmed by another person."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.libraries import can_confirm_layout, can_publish_layout
from auth.principal import Principal
from services.kit.errors import FieldError, SamePerson, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.libraries import repo
from services.libraries.errors import BadLayout, LayoutConfirmed, LayoutNotYours, NoSuchLayout
from services.libraries.in_force import layout_on
from services.libraries.schemas import LayoutAnswer, LayoutForm, LayoutIn, LayoutsAnswer
from services.libraries.tables import LibraryLayout, LibraryLayoutConfirmation
from services.libraries.trying import preview
from services.libraries.words import FAULTS


async def layouts(session: AsyncSession, principal: Principal, today: date) -> LayoutsAnswer:
    """Return all versions of the city's layout, newest first, and the one in force."""
    found = await repo.versions(session, principal.city)
    current = await layout_on(session, principal.city, today)
    newest = found[-1][0].version if found else 0
    return LayoutsAnswer(
        items=[_answer(principal, one, newest, current.version) for one in reversed(found)],
        in_force=current.layout,
        in_force_version=current.version,
        revision=newest,
    )


async def layout(session: AsyncSession, principal: Principal, version: int, today: date) -> LayoutAnswer:
    """Return one version.

    Raises:
        NoSuchLayout: there is no such version.
    """
    for one in (await layouts(session, principal, today)).items:
        if one.version == version:
            return one
    raise NoSuchLayout


def _answer(principal: Principal, one: repo.Version, newest: int, current: int | None) -> LayoutAnswer:
    row, confirmed = one
    return LayoutAnswer(
        version=row.version,
        effective_from=row.effective_from,
        layout=LayoutIn.model_validate(row.layout),
        note=row.note,
        made_by=row.made_name,
        made_on=row.made_on,
        confirmed_by=confirmed.confirmed_name if confirmed else None,
        confirmed_on=confirmed.confirmed_on if confirmed else None,
        in_force=row.version == current,
        may_confirm=confirmed is None
        and row.version == newest
        and can_confirm_layout(principal, row.made_by),
        revision=newest,
    )


async def publish(
    session: AsyncSession, principal: Principal, form: LayoutForm, today: date, after: int
) -> LayoutAnswer:
    """Publish a version of the layout; it is in force once another person has confirmed it.

    Args:
        session: the maker's transaction.
        principal: who publishes.
        form: the document, its first day and why.
        today: the business date.
        after: the version that the maker saw as the newest; 0 for none.

    Raises:
        LayoutNotYours: the maker is not the city's office.
        Stale: another version came first.
        BadLayout: it begins in the past, cannot be, or breaks on today's data what it says of its groups.
    """
    tried = await preview(session, principal, form.layout, today)
    broken = [
        FieldError(f"/layout/{name}/{at}", code, FAULTS[code])
        for name, code, groups in (
            ("exclusive", "overlap", tried.overlaps),
            ("covering", "uncovered", tried.uncovered),
        )
        for at, group in enumerate(groups)
        if group.count
    ]
    if form.effective_from < today:
        broken.append(FieldError("/effective_from", "past", lazy("生效日期不能早于今天")))
    if broken:
        raise BadLayout(errors=broken)
    found = await repo.versions(session, principal.city)
    if (found[-1][0].version if found else 0) != after:
        raise Stale
    row = LibraryLayout(
        city=principal.city,
        version=after + 1,
        effective_from=form.effective_from,
        layout=form.layout.model_dump(mode="json", exclude_defaults=True),
        note=form.note,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="libraries.layout_published",
        entity="library_layout",
        entity_id=row.version,
        after={"effective_from": form.effective_from.isoformat(), "name": form.layout.name},
    )
    current = await layout_on(session, principal.city, today)
    return _answer(principal, (row, None), row.version, current.version)


async def confirm(
    session: AsyncSession, principal: Principal, version: int, today: date, newest: int
) -> LayoutAnswer:
    """Confirm the newest version.

    Raises:
        LayoutNotYours: the asker is not the city's office.
        NoSuchLayout: there is no such version.
        LayoutConfirmed: it was confirmed before.
        Stale: a newer version has come.
        SamePerson: the asker published it.
    """
    if not can_publish_layout(principal):
        raise LayoutNotYours
    found = await repo.versions(session, principal.city)
    one = next((pair for pair in found if pair[0].version == version), None)
    if one is None:
        raise NoSuchLayout
    row, confirmed = one
    if confirmed is not None:
        raise LayoutConfirmed
    if found[-1][0].version != newest or newest != version:
        raise Stale
    if not can_confirm_layout(principal, row.made_by):
        raise SamePerson
    made = LibraryLayoutConfirmation(
        city=principal.city,
        version=version,
        made_by=row.made_by,
        confirmed_by=principal.account,
        confirmed_name=principal.name,
        confirmed_on=today,
    )
    session.add(made)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="libraries.layout_confirmed",
        entity="library_layout",
        entity_id=version,
        after={"confirmed_on": today.isoformat()},
    )
    current = await layout_on(session, principal.city, today)
    return _answer(principal, (row, made), version, current.version)
