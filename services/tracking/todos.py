"""What waits in tracking: items of lists, what blocks, reviews of large projects, promises to be reviewed."""

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.tracking.words import ItemState, ItemStep
from auth.policy import COUNTY_EYES
from auth.principal import Principal, Role
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.tracking.promises import register
from services.tracking.registers import blocks, due_list
from services.tracking.schedule import items

_TEXTS: Final = {
    ItemState.opened: (ItemStep.finish, lazy("清单事项待办结：{what}")),
    ItemState.done: (ItemStep.verify, lazy("清单事项待核实：{what}")),
    ItemState.verified: (ItemStep.close, lazy("清单事项待销号：{what}")),
}
_WORKERS: Final = COUNTY_EYES | {Role.city_office}


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return what waits for somebody.

    A county does what is on its lists and resolves what blocks, another person verifies, a leader strikes
    off. The city's office, which may take every step, is told of what waits to be verified, of the reviews
    of large projects that are overdue, and with the city's finance of promises that nobody has reviewed.
    """
    found = []
    if principal.role in _WORKERS:
        found = await _items(session, principal, today)
    if principal.role in COUNTY_EYES:
        found += await _blocks(session, principal, today)
    if principal.role is Role.city_office:
        late = [row for row in (await due_list(session, principal, today)).items if row.days_late]
        if late:
            text = lazy("重大项目回看已到期：{n} 个")
            found.append(_many("tracking.look_back", text, "/tracking/look-backs", len(late)))
    if principal.role in {Role.city_office, Role.city_finance}:
        purses = (await register(session, principal)).purses
        waiting = [row for row in purses if row.may_review and (row.review is None or row.review_stale)]
        if waiting:
            text = lazy("承诺与财力待审核：{n} 个县区年度")
            found.append(_many("tracking.promises", text, "/promises", len(waiting)))
    return found


def _many(kind: str, text: str, href: str, count: int) -> Todo:
    return Todo(kind=kind, text=text, href=href, facts={"n": count})


async def _blocks(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    return [
        Todo(
            kind="tracking.block",
            text=lazy("受阻待解决：{what}（已 {days} 天）"),
            href=f"/tracking/projects/{row.project}#blocks",
            facts={"what": row.what, "days": row.days},
        )
        for row in (await blocks(session, principal, today)).items
        if row.may_clear
    ]


async def _items(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    found = []
    for item in (await items(session, principal, today, standing=True)).items:
        step, text = _TEXTS[item.state]
        if step not in item.may or (principal.role is Role.city_office and step is not ItemStep.verify):
            continue
        opened = item.state is ItemState.opened
        found.append(
            Todo(
                kind=f"tracking.{step.value}",
                text=text,
                href=f"/tracking/projects/{item.project}#{item.id}",
                due_on=item.due_on if opened else None,
                overdue=opened and item.days_late > 0,
                facts={"what": item.what},
            )
        )
    return found
