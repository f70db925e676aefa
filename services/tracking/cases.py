"""Opening a project for tracking: the one wall that every read and write of this slice passes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from allocation.lifecycle import STAGES, State
from auth.policy import COUNTY_EYES, Part, View, may_see, view_of
from auth.principal import Principal, Role
from auth.tracking import TRACKED_VIEWS, can_keep_tracking
from services.kit.clock import Clock
from services.projects import repo
from services.projects.dossier import project_facts
from services.projects.errors import NoSuchProject
from services.projects.steps.building import STAGE_DATES
from services.projects.tables import Project
from services.tracking.errors import NotYourTracking

DATE_COLUMNS = dict(zip(STAGES, STAGE_DATES.values(), strict=True))
"""The column of the day on which each stage was reached."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A project as one asker tracks it."""

    project: Project
    view: View
    today: date

    @property
    def name(self) -> str:
        """Its name for those who may know it, else its code name."""
        return self.project.name if may_see(self.view, Part.name) else self.project.code_name

    @property
    def keeper(self) -> str:
        """The county that answers for it: the host, the origin while there is none."""
        return self.project.host_county or self.project.origin

    @property
    def units(self) -> frozenset[str]:
        """The units whose people track it, so that they learn what they are to do: origin, host, the city."""
        found = {self.project.origin, self.project.host_county, self.project.city}
        return frozenset(code for code in found if code is not None)


async def open_tracked(
    session: AsyncSession, principal: Principal, ref: str | UUID, *, lock: bool = False
) -> Tracked:
    """Open a project.

    Raises:
        NoSuchProject: none, or one that is neither the asker's county's nor the city's to track.
    """
    project = await repo.find(session, principal, ref, lock=lock)
    if project is None:
        raise NoSuchProject
    nobody = frozenset[str]()
    view = view_of(principal, project_facts(project, proposed=nobody, revealed=nobody))
    if view not in TRACKED_VIEWS:
        raise NoSuchProject
    return Tracked(project, view, await Clock().today(session, project.city))


async def open_kept(session: AsyncSession, principal: Principal, ref: str | UUID) -> Tracked:
    """Open a project to enter something of it; its row stays locked until the transaction ends.

    Raises:
        NoSuchProject: none that the asker tracks.
        NotYourTracking: the asker only reads it.
    """
    case = await open_tracked(session, principal, ref, lock=True)
    if not may_keep(principal, case.project):
        raise NotYourTracking
    return case


def may_keep(principal: Principal, project: Project) -> bool:
    """Tell whether somebody enters what belongs to a project's tracking."""
    return can_keep_tracking(principal, project.origin, project.host_county, project.host_park)


def seen_by(principal: Principal) -> ColumnElement[bool]:
    """Return the condition under which somebody tracks a project."""
    here = col(Project.city) == principal.city
    if principal.role in {Role.city_office, Role.auditor}:
        return here
    if principal.role not in COUNTY_EYES or principal.county is None:
        return here & col(Project.id).is_(None)
    own = or_(col(Project.origin) == principal.county, col(Project.host_county) == principal.county)
    return here & own


def reached(project: Project) -> dict[State, date | None]:
    """Return the days on which the stages were reached."""
    return {stage: getattr(project, column) for stage, column in DATE_COLUMNS.items()}
