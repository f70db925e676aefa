"""What the rows of a figure are called, as far as this person may see each."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.taxes import Tax
from auth.principal import Principal, Role
from auth.reports import reports_whole_city
from services.kit.i18n import Locale, gettext
from services.projects.pool_words import LOSS_REASONS, LossReason
from services.projects.repo import visible_to
from services.projects.tables import Project
from services.regions.repo import unit_names
from services.reports.spec import Refs
from services.reports.specs import SPECS


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A row's address, name, what is to be said of it, and where it is shown."""

    ref: str
    name: str
    note: str = ""
    link: str | None = None


UUID_LENGTH: Final = 36
"""Rows name a project by its id or, where targets count it, by its public id, which is shorter."""

LOSSES_OF: Final = """
SELECT DISTINCT ON (project) project::text, facts->>'reason' FROM project_move
WHERE city = :city AND action = 'lose' AND project::text = ANY (:refs) ORDER BY project, seq DESC
"""

NAMES: Final[Mapping[Refs, str]] = {
    Refs.entitlement: """
SELECT l.run || '/' || l.seq, a.code, l.tax::text, '/agreements/' || a.id
FROM entitlement_line AS l JOIN agreement AS a ON a.city = l.city AND a.id = l.agreement
WHERE l.city = :city AND l.run || '/' || l.seq = ANY (:refs)
""",
    Refs.case: """
SELECT c.id::text, c.number, '', '/first-talk/' || c.id FROM first_talk_case AS c
WHERE c.city = :city AND c.id::text = ANY (:refs)
""",
    Refs.firm: """
SELECT f.id::text, f.firm_name, '', '/targets' FROM target_firm AS f
WHERE f.city = :city AND f.id::text = ANY (:refs)
UNION ALL SELECT c.id::text, c.firm_name, '', '/contacts' FROM contact_filing AS c
WHERE c.city = :city AND c.id::text = ANY (:refs)
""",
    Refs.promise: """
SELECT s.id::text, p.code_name, '', '/projects/' || p.public_id
FROM commitment_sheet AS s JOIN project AS p ON p.city = s.city AND p.id = s.project
WHERE s.city = :city AND s.id::text = ANY (:refs)
""",
}
"""Rows' names by their refs: name, a word that is said of it, and its page."""


async def projects(
    session: AsyncSession, principal: Principal, refs: AbstractSet[str], *, lost: bool, locale: Locale
) -> dict[str, Named]:
    """Name projects: the auditor reads code names, a county its own; of a lost one the reason."""
    ids = {ref: UUID(ref) for ref in refs if len(ref) == UUID_LENGTH}
    query = visible_to(principal).where(
        or_(col(Project.id).in_(ids.values()), col(Project.public_id).in_(refs - set(ids)))
    )
    if not reports_whole_city(principal):
        query = query.where(
            or_(col(Project.origin) == principal.county, col(Project.host_county) == principal.county)
        )
    notes: dict[str, str] = {}
    if lost:
        asked = {"city": principal.city, "refs": sorted(refs)}
        for ref, reason in await session.execute(text(LOSSES_OF), asked):
            known = reason in set(LossReason)
            notes[ref] = gettext(LOSS_REASONS[LossReason(reason)], locale) if known else ""
    masked = principal.role is Role.auditor
    found: dict[str, Named] = {}
    for row in await session.scalars(query):
        found[str(row.id)] = found[row.public_id] = Named(
            ref=row.public_id,
            name=row.code_name if masked else row.name,
            note=notes.get(str(row.id), ""),
            link=f"/projects/{row.public_id}",
        )
    return found


async def others(
    session: AsyncSession, principal: Principal, refs: Refs, wanted: AbstractSet[str], locale: Locale
) -> dict[str, Named]:
    """Name rows that are no projects."""
    if refs in NAMES:
        asked = {"city": principal.city, "refs": sorted(wanted)}
        found = await session.execute(text(NAMES[refs]), asked)
        masked = principal.role is Role.auditor
        return {ref: _named(ref, name, said, link, locale, masked=masked) for ref, name, said, link in found}
    if refs is Refs.component:
        return {ref: Named(ref=ref, name=gettext(SPECS[ref].name, locale)) for ref in wanted}
    if refs is Refs.target:
        parts = {ref: ref.rpartition("/") for ref in wanted}
        return {
            ref: Named(ref=ref, name=gettext(said, locale), note=unit)
            for ref, (unit, _slash, said) in parts.items()
        }
    if refs is Refs.county:
        names = await unit_names(session, principal.city)
        return {ref: Named(ref=ref, name=names.get(ref, ref), link="/fairness") for ref in wanted}
    return {ref: Named(ref=ref, name=ref.partition("/")[0]) for ref in wanted}


def _named(ref: str, name: str, said: str, link: Any, locale: Locale, *, masked: bool) -> Named:
    """Name a row. The auditor reads no firm's name, and opens the things in the auditor's own pages."""
    return Named(
        ref=ref,
        name=ref[:8] if masked else name,
        note=gettext(Tax(said).zh, locale) if said else "",
        link=None if masked else link,
    )
