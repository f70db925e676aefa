"""Assessment credit as people read it: a county its own, the city all, an auditor without firms' names."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.money import can_confirm_credit, can_opine_on_credit, credit_county
from auth.principal import Principal, Role
from services.credit import repo
from services.credit.counting import is_current
from services.credit.errors import NoSuchCreditSheet
from services.credit.schemas import EventView, SheetView, YearView
from services.credit.sheets import body_of
from services.credit.tables import CreditEvent, CreditSheet
from services.credit.words import SheetAction, SheetState
from services.kit.known import last_known

OPEN_STATES = frozenset({SheetState.filed, SheetState.examined})


def shown(principal: Principal, body: dict[str, Any]) -> dict[str, Any]:
    """Cut a sheet's content to what this person may read."""
    county = credit_county(principal)
    lines = body["lines"]
    if county is not None:
        lines = [line for line in lines if county in {line["origin"], line["host"]}]
    if principal.role is Role.auditor:
        lines = [line | {"project_name": ""} for line in lines]
    if county is None:
        return body | {"lines": lines}
    own = [row for row in body["counties"] if row["county"] == county]
    return body | {"lines": lines, "counties": own, "totals": [], "foreign_rows": 0}


def actions_of(principal: Principal, sheet: CreditSheet) -> list[SheetAction]:
    """The steps that this person may take now: what pages and the API both offer."""
    found = []
    if sheet.state in OPEN_STATES and any(
        can_opine_on_credit(principal, finance=one) for one in (True, False)
    ):
        found.append(SheetAction.opine)
    if sheet.state is SheetState.examined and can_confirm_credit(principal, sheet.made_by):
        found.append(SheetAction.confirm)
    return found


async def find(session: AsyncSession, principal: Principal, sheet: UUID) -> CreditSheet:
    """One sheet.

    Raises:
        NoSuchCreditSheet: there is none, or none yet confirmed that a county may know of.
    """
    found = await repo.sheet_by_id(session, principal.city, sheet)
    if found is None or not _may_see(principal, found):
        raise NoSuchCreditSheet
    return found


def _may_see(principal: Principal, sheet: CreditSheet) -> bool:
    """A county reads what is confirmed; what the bureaus still examine is the city's."""
    return credit_county(principal) is None or sheet.state is SheetState.confirmed


async def view(session: AsyncSession, principal: Principal, sheet: CreditSheet) -> SheetView:
    """One sheet with its steps and what the person may do."""
    events = await repo.events_of(session, principal.city, sheet.id)
    return SheetView(
        id=sheet.id,
        year=sheet.year,
        version=sheet.version,
        number=sheet.number,
        state=sheet.state,
        revision=sheet.revision,
        made_on=sheet.made_on,
        sha256=sheet.body_sha256,
        body=shown(principal, sheet.body),
        events=_events(events),
        actions=actions_of(principal, sheet),
    )


def _events(events: Sequence[CreditEvent]) -> list[EventView]:
    return [
        EventView(
            action=event.action,
            by_name=event.by_name,
            office=event.office,
            on=event.on_date,
            at=event.at,
            facts=event.facts,
        )
        for event in events
    ]


async def sheet_list(session: AsyncSession, principal: Principal) -> list[SheetView]:
    """The sheets that this person may know of, newest first."""
    return [
        await view(session, principal, sheet)
        for sheet in await repo.sheets(session, principal.city)
        if _may_see(principal, sheet)
    ]


async def year_view(session: AsyncSession, principal: Principal, year: int, today: date) -> YearView:
    """A year as it stands now, provisional until its sheet is confirmed."""
    city = principal.city
    live = await repo.live_sheet(session, city, year)
    final = live is not None and live.state is SheetState.confirmed
    if live is not None and final:
        body = live.body
    else:
        known = await last_known(session, city)
        body = await body_of(session, city, year, known, number="", version=0, made_on=today)
    seen = shown(principal, body)
    return YearView(
        year=year,
        final=final,
        current=final or await is_current(session, city, year),
        counties=seen["counties"],
        totals=seen["totals"],
        lines=seen["lines"],
        foreign_rows=seen["foreign_rows"],
        sheet=live.id if live is not None and _may_see(principal, live) else None,
    )
