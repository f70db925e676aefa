"""The lead that somebody means who types its number or copies the address of its page."""

import re

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.projects import repo
from services.projects.dossier import MASKED_VIEWS, open_dossier
from services.projects.errors import NoSuchProject
from services.projects.tables import Project

ADDRESS = re.compile(r"/projects/([0-9a-z-]{1,40})(?:[/?#]|$)")


async def find_ref(session: AsyncSession, principal: Principal, typed: str) -> str:
    """Return the public id of the lead that is meant by its code, the address of its page, or its id.

    A code finds only leads whose code this person sees; what finds none is returned as it was typed, so that
    the step it is for answers as to any other unknown lead.
    """
    meant = typed.strip()
    address = ADDRESS.search(meant)
    if address is not None:
        return address[1]
    query = (
        repo.visible_to(principal).with_only_columns(col(Project.public_id)).where(col(Project.code) == meant)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        return meant
    try:
        dossier = await open_dossier(session, principal, found)
    except NoSuchProject:
        return meant
    return meant if dossier.view in MASKED_VIEWS else found
