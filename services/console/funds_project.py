"""The project that a form of funds is for: found by what was typed, and those that one may fill it in for."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.funds import can_enter_funds
from auth.principal import Principal, Role
from services.funds import entries
from services.funds.errors import NotYourFunds
from services.kit.i18n import Locale, gettext, lazy
from services.projects.errors import NoSuchProject
from services.projects.finding import find_ref
from services.projects.repo import visible_to
from services.projects.tables import Project

MOST: Final = 200
"""Projects offered while one types; others are still found by their number."""
UNKNOWN: Final = lazy("没有查到这个项目，请核对编号")
"""Said of a project that does not exist and of one that this person may not know of alike."""


async def project_for(session: AsyncSession, principal: Principal, typed: str) -> Project:
    """Return the project meant by its code, its public id or the address of its page.

    Raises:
        NoSuchProject: there is none, or none of whose funds this person may know.
        NotYourFunds: another hosts it.
    """
    project = await entries.project_of(session, principal, await find_ref(session, principal, typed))
    if not can_enter_funds(principal, project.host_county or project.origin, project.host_park):
        raise NotYourFunds
    return project


async def read_project(
    session: AsyncSession, principal: Principal, values: dict[str, str], locale: Locale
) -> tuple[Project | None, dict[str, str]]:
    """Find the project that was typed and put its public id in its place, or tell what is wrong with it."""
    if not values["project"]:
        return None, {}
    try:
        found = await project_for(session, principal, values["project"])
    except NoSuchProject:
        return None, {"project": gettext(UNKNOWN, locale)}
    except NotYourFunds as error:
        return None, {"project": gettext(error.title, locale)}
    values["project"] = found.public_id
    return found, {}


async def hosted(session: AsyncSession, principal: Principal) -> list[tuple[str, str]]:
    """Return the signed projects whose funds this person may enter, the latest first: public id and name."""
    query = visible_to(principal).where(
        col(Project.signed_on).is_not(None), col(Project.host_county).is_not(None)
    )
    if principal.role is Role.park_officer:
        query = query.where(col(Project.host_park) == principal.office)
    elif principal.role is not Role.city_office:
        query = query.where(col(Project.host_county) == principal.county)
    latest = query.order_by(col(Project.signed_on).desc(), col(Project.public_id)).limit(MOST)
    return [
        (row.public_id, row.name)
        for row in await session.scalars(latest)
        if can_enter_funds(principal, row.host_county or row.origin, row.host_park)
    ]
