"""What waits before a lead: offers to judge or to take up, contacts whose result is due."""

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from auth.intake import can_judge_offers
from auth.policy import COUNTY_EYES
from auth.principal import Principal, Role
from services.intake.contacts import contacts
from services.intake.inbox import inbox
from services.intake.schemas import OfferAnswer
from services.intake.words import OfferState
from services.kit.i18n import lazy
from services.kit.todo import Todo

_TEXTS: Final = {
    OfferState.received: lazy("公开受理待响应：{number}"),
    OfferState.responded: lazy("公开受理待研判：{number}"),
    OfferState.assigned: lazy("公开受理待对接并登记线索：{number}"),
}


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return what waits for somebody: offers for the city's office, or for the county they were given to."""
    if principal.role not in COUNTY_EYES | {Role.city_office}:
        return []
    office = can_judge_offers(principal)
    found = [
        _offer(item)
        for item in (await inbox(session, principal, today)).items
        if item.state in _TEXTS and (office is (item.state is not OfferState.assigned))
    ]
    if not office:
        found += [
            Todo(
                kind="intake.contact_result",
                text=lazy("接触备案待填结果：{firm}"),
                href="/contacts",
                due_on=None,
                overdue=True,
                facts={"firm": item.firm_name},
            )
            for item in (await contacts(session, principal, today)).items
            if item.report_due
        ]
    return found


def _offer(item: OfferAnswer) -> Todo:
    due = {
        OfferState.received: item.respond_by,
        OfferState.responded: item.judge_by,
        OfferState.assigned: item.feed_back_by,
    }[item.state]
    return Todo(
        kind=f"intake.{item.state.value}",
        text=_TEXTS[item.state],
        href=f"/intake/{item.id}",
        due_on=due,
        overdue=item.overdue,
        facts={"number": item.number},
    )
