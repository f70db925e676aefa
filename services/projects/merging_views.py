"""What a lead has to do with merges, as somebody may read it: where it went, what came in, all consents."""

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES, POOL_STATES, SIGNED_STATES
from auth.files import can_merge
from auth.policy import View
from auth.principal import Principal
from services.projects import merges, repo
from services.projects.dossier import Dossier
from services.projects.lists import views_of
from services.projects.merging_schemas import ConsentView, LeadRef, MergesView, MergeView
from services.projects.past import WHOLE
from services.projects.tables import MergeState, Project, ProjectMerge

OPEN = frozenset({View.owner, View.office, View.matched, View.revealed})
"""Views that know the name: only they learn that two leads are of one firm."""

_FIXED = POOL_STATES | SIGNED_STATES | FINAL_STATES


async def pointer(session: AsyncSession, principal: Principal, project: Project) -> LeadRef | None:
    """Return the lead into which a project was merged, for those who see that one in the open."""
    kept = await merges.kept_lead(session, project)
    if kept is None:
        return None
    [(_, view)] = await views_of(session, principal, [kept])
    return lead_ref(kept) if view in OPEN else None


async def merges_view(session: AsyncSession, dossier: Dossier) -> MergesView:
    """Return what the asker may read of a lead's merges; nothing for those who do not know its name."""
    project, principal = dossier.project, dossier.principal
    if dossier.view not in OPEN:
        return MergesView(merged=False, into=None, leads=[], merges=[], consents=[], may_merge=False)
    live = await merges.live_merge(session, project.city, project.id)
    merged = live is not None and live.state is MergeState.merged
    leads = [
        lead
        for lead, view in await views_of(session, principal, await merges.merged_into(session, project))
        if view in WHOLE
    ]
    office = dossier.view is View.office
    return MergesView(
        merged=merged,
        into=await pointer(session, principal, project) if merged else None,
        leads=[lead_ref(lead) for lead in leads],
        merges=await _papers(session, principal, project) if office else [],
        consents=await _consents(session, [project, *leads]) if dossier.view in WHOLE else [],
        may_merge=live is None and project.state not in _FIXED and can_merge(principal),
    )


async def _papers(session: AsyncSession, principal: Principal, project: Project) -> list[MergeView]:
    rows = (
        await session.scalars(
            select(ProjectMerge)
            .where(
                col(ProjectMerge.city) == project.city,
                or_(col(ProjectMerge.kept) == project.id, col(ProjectMerge.merged) == project.id),
            )
            .order_by(col(ProjectMerge.id))
        )
    ).all()
    keys = {row.kept for row in rows} | {row.merged for row in rows}
    found = await session.scalars(
        select(Project).where(col(Project.city) == project.city, col(Project.id).in_(keys))
    )
    leads = {lead.id: lead_ref(lead) for lead in found}
    return [
        MergeView(
            id=row.id,
            state=row.state.value,
            kept=leads[row.kept],
            merged=leads[row.merged],
            reason=row.reason,
            told=row.told,
            two_people=row.two_people,
            made_name=row.made_name,
            made_on=row.made_on,
            decided_name=row.decided_name,
            decided_on=row.decided_on,
            decided_reason=row.decided_reason,
            may_decide=row.state is MergeState.requested and can_merge(principal, row.made_by),
        )
        for row in rows
    ]


async def _consents(session: AsyncSession, leads: Iterable[Project]) -> list[ConsentView]:
    return [
        ConsentView(
            lead=lead.public_id,
            lead_code=lead.code,
            kind=row.kind,
            counties=row.counties,
            park=row.park,
            consented_on=row.consented_on,
            evidence=row.evidence,
        )
        for lead in leads
        for row in await repo.consents(session, lead)
    ]


def lead_ref(lead: Project) -> LeadRef:
    """Name a lead."""
    return LeadRef(id=lead.public_id, code=lead.code, name=lead.name, origin=lead.origin)
