"""内耗: firms that several counties list or call on, for the city's office alone."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.intake import sees_every_contact
from auth.principal import Principal
from services.intake.errors import NotYourRegion
from services.intake.schemas import ChasedAnswer, ChasedFirm
from services.intake.tables import ContactFiling, TargetFirm
from services.intake.words import ContactResult, ContactState

SPAN: Final = timedelta(days=365)
"""How far back calls are counted."""

SEVERAL: Final = 2

Entry = TargetFirm | ContactFiling


async def chased(session: AsyncSession, principal: Principal, today: date) -> ChasedAnswer:
    """Return the firms that two or more counties list or have called on within a year, most chased first.

    Raises:
        NotYourRegion: the asker is not the city's office.
    """
    if not sees_every_contact(principal):
        raise NotYourRegion
    listed = await session.scalars(
        select(TargetFirm).where(col(TargetFirm.city) == principal.city, col(TargetFirm.closed_on).is_(None))
    )
    called = await session.scalars(
        select(ContactFiling).where(
            col(ContactFiling.city) == principal.city,
            col(ContactFiling.state) != ContactState.withdrawn,
            col(ContactFiling.result).is_distinct_from(ContactResult.cancelled),
            col(ContactFiling.contact_on) > today - SPAN,
        )
    )
    found = [_firm(group, principal.city) for group in groups([*listed, *called])]
    several = [firm for firm in found if firm.counties >= SEVERAL]
    return ChasedAnswer(items=sorted(several, key=lambda firm: (-firm.counties, -firm.calls, firm.firm_name)))


def groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Put entries of one firm together: those that share a name or a credit code, also by way of a third."""
    found: list[tuple[set[str], list[Entry]]] = []
    for entry in entries:
        keys = {f"name {entry.name_key}"} | ({f"code {entry.credit_code}"} if entry.credit_code else set())
        members = [entry]
        apart = []
        for known, group in found:
            if known & keys:
                keys |= known
                members = group + members
            else:
                apart.append((known, group))
        found = [*apart, (keys, members)]
    return [group for _keys, group in found]


def _firm(group: list[Entry], city: str) -> ChasedFirm:
    listed = {entry.owner for entry in group if isinstance(entry, TargetFirm)}
    calls = [entry for entry in group if isinstance(entry, ContactFiling)]
    called = {entry.county for entry in calls}
    return ChasedFirm(
        firm_name=group[0].firm_name,
        listed_by=sorted(listed),
        called_by=sorted(called),
        calls=len(calls),
        counties=len((listed | called) - {city}),
    )
