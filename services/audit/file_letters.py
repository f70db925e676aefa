"""An auditor reads a project's evidence files under a letter that covers it; every reading is an event."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal, Role
from services.audit.letters import counts, covers
from services.audit.tables import AuditLetter
from services.kit.clock import Clock
from services.projects.file_walls import open_by_letter
from services.projects.tables import Project


async def has_letter(session: AsyncSession, principal: Principal, project: Project) -> bool:
    """Tell whether a letter of this auditor covers the project today."""
    if principal.role is not Role.auditor:
        return False
    today = await Clock().today(session, principal.city)
    letters = await session.scalars(
        select(AuditLetter).where(
            col(AuditLetter.city) == principal.city, col(AuditLetter.auditor) == principal.account
        )
    )
    return any(counts(letter, today) and covers(letter, project) for letter in letters)


open_by_letter(has_letter)
