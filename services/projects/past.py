"""The history of a project, as far as somebody may read it, with that of leads merged into it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from auth.policy import View
from services.projects import merges, repo
from services.projects.answers import MoveAnswer
from services.projects.dossier import Dossier
from services.projects.lists import views_of
from services.projects.tables import Project, ProjectMove

WHOLE = frozenset({View.owner, View.office})
SHARED = frozenset({View.matched, View.revealed})


def readable(rows: Sequence[ProjectMove], view: View, county: str | None) -> list[ProjectMove]:
    """Return the moves that a view shows.

    The origin and the city's office read all. A host that knows the name reads on from the pool, without what
    other hosts did. Others read none: an office's name would tell the origin.
    """
    if view in WHOLE:
        return list(rows)
    if view not in SHARED:
        return []
    pooled = max((row.seq for row in rows if row.action in {"pool", "import"}), default=0)
    return [
        row
        for row in rows
        if row.seq >= pooled
        and row.facts.get("county", county) == county
        and not {"counties", "parks"} & set(row.facts)
    ]


async def history(session: AsyncSession, dossier: Dossier) -> list[MoveAnswer]:
    """Return the moves that the asker may read, oldest first.

    Moves of a merged lead stand among them with its id and code, for those who read that lead's history in
    whole: the city's office, and its own origin.
    """
    if dossier.view not in WHOLE | SHARED:
        return []
    own = await repo.moves(session, dossier.project)
    county = dossier.principal.county
    found = [_answer(row) for row in readable(own, dossier.view, county)]
    if dossier.view not in WHOLE:
        return found
    leads = await merges.merged_into(session, dossier.project)
    for lead, view in await views_of(session, dossier.principal, leads):
        if view in WHOLE:
            found += [_answer(row, lead) for row in await repo.moves(session, lead)]
    return sorted(found, key=lambda row: row.at) if leads else found


def _answer(row: ProjectMove, lead: Project | None = None) -> MoveAnswer:
    return MoveAnswer(
        seq=row.seq,
        action=row.action,
        from_state=row.from_state,
        to_state=row.to_state,
        office=row.actor_office,
        name=row.actor_name,
        on_date=row.on_date,
        at=row.at,
        facts=row.facts,
        lead=lead.public_id if lead else None,
        lead_code=lead.code if lead else None,
    )
