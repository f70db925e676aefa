"""What a warm run changed against the run it started from: what happened to the inputs, and who moved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.matching import repo
from services.matching.schemas import ChangesAnswer, MovedProject
from services.matching.sight import CITY_EYES
from services.matching.tables import MatchRun
from services.projects import repo as projects
from services.projects.tables import Project


async def changes_of(session: AsyncSession, principal: Principal, run: MatchRun) -> ChangesAnswer | None:
    """Compare a warm run with its former one; None for a cold run, and for whoever may not read all of it."""
    if run.warm_from is None or principal.role not in CITY_EYES:
        return None
    city = principal.city
    former = await repo.run(session, city, run.warm_from)
    before = {row.project: row.park for row in await repo.placements(session, city, run.warm_from)}
    after = {row.project: row.park for row in await repo.placements(session, city, run.id)}
    moved = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    known = projects.visible_to(principal).where(col(Project.id).in_(moved)).order_by(col(Project.public_id))
    old, new = (former.snapshot or {} if former else {}), run.snapshot or {}
    return ChangesAnswer(
        former=run.warm_from,
        added=len(_ids(new) - _ids(old)),
        withdrawn=len(_ids(old) - _ids(new)),
        declined=len(_refusals(new) - _refusals(old)),
        places=tuple(_places(old, new)),
        moved=tuple(
            MovedProject(
                project=row.public_id,
                code_name=row.code_name,
                before=before.get(row.id),
                after=after.get(row.id),
            )
            for row in await session.scalars(known)
        ),
    )


def _ids(snapshot: Mapping[str, Any]) -> set[UUID]:
    return {UUID(lead["id"]) for lead in snapshot.get("leads", [])}


def _refusals(snapshot: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(lead["id"], county) for lead in snapshot.get("leads", []) for county in lead.get("declined", [])}


def _places(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """List the parks and counties whose stock, quotas or rules are others than they were."""
    found: list[str] = []
    for kind in ("parks", "counties"):
        was = {item["code"]: item for item in old.get(kind, [])}
        found += [item["code"] for item in new.get(kind, []) if item != was.get(item["code"])]
    return found
