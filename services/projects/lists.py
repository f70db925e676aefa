"""Lists of projects as the asker sees each row: pages for API and console, all rows for exports."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth import policy
from auth.policy import View
from auth.principal import Principal
from services.kit.pagination import decode_cursor, encode_cursor
from services.projects import queries, repo
from services.projects.answers import ProjectPage
from services.projects.dossier import project_facts
from services.projects.schemas import Filters
from services.projects.tables import Project
from services.projects.views import AnyView, build


async def views_of(
    session: AsyncSession, principal: Principal, rows: Sequence[Project]
) -> list[tuple[Project, View]]:
    """Return how much the asker sees of each row."""
    proposed: set[UUID] = set()
    revealed: set[UUID] = set()
    county = principal.county
    if county is not None and rows:
        proposed, revealed = await repo.dealings(session, principal.city, county, [row.id for row in rows])
    own = frozenset({county}) if county is not None else frozenset[str]()
    nobody = frozenset[str]()
    return [
        (
            row,
            policy.view_of(
                principal,
                project_facts(
                    row,
                    proposed=own if row.id in proposed else nobody,
                    revealed=own if row.id in revealed else nobody,
                ),
            ),
        )
        for row in rows
    ]


async def list_page(
    session: AsyncSession,
    principal: Principal,
    filters: Filters,
    *,
    secret: str,
    cursor: str | None = None,
    limit: int = 20,
) -> ProjectPage:
    """Return one page of a list.

    Raises:
        BadFilter: a filter that is not for this person.
        BadCursor: a cursor of another list or person.
    """
    bound = f"projects|{principal.account}|{filters.model_dump_json()}"
    after = decode_cursor(secret, bound, cursor) if cursor else None
    rows = await queries.page(session, principal, filters, after=after, limit=limit + 1)
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        following = encode_cursor(secret, bound, queries.order_of(principal, filters).position(shown[-1]))
    return ProjectPage(
        items=[build(row, view) for row, view in await views_of(session, principal, shown)],
        next=following,
        total=await queries.total(session, principal, filters),
    )


async def list_rows(session: AsyncSession, principal: Principal, filters: Filters) -> list[AnyView]:
    """Return all rows of a list as the asker sees them, for an export of the current filter.

    Raises:
        BadFilter: a filter that is not for this person.
    """
    rows = await queries.page(session, principal, filters)
    return [build(row, view) for row, view in await views_of(session, principal, rows)]
