"""Who may read a file follows from what it is bound to: each slice brings the wall of its own subjects.

This slice knows no projects and no cases. A slice that binds files calls `keep_wall` when it is loaded;
nothing is bound to a subject without a wall, which would show its files to nobody but their uploader.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.files.words import Subject


@dataclass(frozen=True, slots=True)
class Wall:
    """What a slice says of one kind of subject.

    Attributes:
        may_read: whether somebody may read the files of a subject now.
        ended_on: the day on which a subject (city, id) was over, None while it is not.
    """

    may_read: Callable[[AsyncSession, Principal, UUID], Awaitable[bool]]
    ended_on: Callable[[AsyncSession, str, UUID], Awaitable[date | None]]


_WALLS: dict[Subject, Wall] = {}


def keep_wall(subject: Subject, wall: Wall) -> None:
    """Register the wall of a subject; the last one counts."""
    _WALLS[subject] = wall


def is_kept(subject: Subject) -> bool:
    """Tell whether a slice answers for who reads the files of a subject."""
    return subject in _WALLS


async def admits(session: AsyncSession, principal: Principal, subject: Subject, subject_id: UUID) -> bool:
    """Tell whether somebody may read the files of a subject."""
    wall = _WALLS.get(subject)
    return wall is not None and await wall.may_read(session, principal, subject_id)


async def ended_on(session: AsyncSession, city: str, subject: Subject, subject_id: UUID) -> date | None:
    """Return when a subject was over; None while it is not, and where nobody answers for it."""
    wall = _WALLS.get(subject)
    return None if wall is None else await wall.ended_on(session, city, subject_id)
