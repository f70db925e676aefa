"""The clocks that somebody sees, and the entry that experts were asked."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Reason, State
from allocation.running_clocks import EXPERT, Clock, running
from auth.clocks import can_ask_experts, can_see_clock
from auth.policy import Part, ProjectFacts, may_see, view_of
from auth.principal import Principal
from services.clocks import repo
from services.clocks.rules import rules_of
from services.clocks.schemas import ClockFilter, ClockView, ExpertForm
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.kit.workdays import working_calendar
from services.projects.dossier import open_dossier
from services.projects.errors import MoveRefused
from services.projects.steps.common import note_move
from services.projects.tables import Project
from services.regions.repo import unit_names
from services.regions.settings import settings_book


async def running_clocks(
    session: AsyncSession, principal: Principal, today: date, *, only: Collection[UUID] | None = None
) -> list[tuple[Project, Clock]]:
    """Return the clocks that this person sees, of some leads or all, by their last day."""
    settings = await settings_book(session, principal.city)
    calendar = working_calendar()
    # Thousands of clocks begin on few days.
    rules = cache(lambda day: rules_of(settings(day)))
    found: list[tuple[Project, Clock]] = []
    for project, lead in await repo.leads(session, principal, settings, only=only):
        found += [
            (project, clock)
            for clock in running(lead, rules, calendar, today)
            if principal.is_system
            or can_see_clock(principal, origin=project.origin, owes=clock.county, park=clock.park)
        ]
    return sorted(found, key=lambda row: (row[1].due.on, row[0].public_id, row[1].kind, row[1].county or ""))


async def clocks(
    session: AsyncSession, principal: Principal, today: date, asked: ClockFilter | None = None
) -> list[ClockView]:
    """Return the clocks that this person sees and asks for, the most pressing first."""
    names = await unit_names(session, principal.city)
    rows = await running_clocks(session, principal, today)
    shown = [view(principal, project, clock, names) for project, clock in rows]
    return [row for row in shown if asked is None or asked.takes(row)]


async def clocks_page(
    session: AsyncSession,
    principal: Principal,
    today: date,
    asked: ClockFilter,
    *,
    secret: str,
    limit: int,
    cursor: str | None = None,
) -> Page[ClockView]:
    """Return a page of the clocks that this person sees.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    rows = await clocks(session, principal, today, asked)
    return cut_page(rows, principal, asked, secret=secret, limit=limit, cursor=cursor)


def cut_page(
    rows: Sequence[ClockView],
    principal: Principal,
    asked: ClockFilter,
    *,
    secret: str,
    limit: int,
    cursor: str | None = None,
) -> Page[ClockView]:
    """Cut one page out of the clocks that `clocks` returned for the same person and filter.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"clocks:{principal.city}:{principal.account}:{asked.model_dump_json()}"
    after = decode_cursor(secret, bound, cursor) if cursor else None
    rest = [row for row in rows if after is None or _place(row) > after]
    return page_of(
        rest[: limit + 1],
        limit,
        item=lambda row: row,
        cursor=lambda row: encode_cursor(secret, bound, _place(row)),
    )


def _place(row: ClockView) -> list[str]:
    return [row.due_on.isoformat(), row.project, row.kind.value, row.county]


async def clocks_of(
    session: AsyncSession, principal: Principal, project: UUID, today: date
) -> list[ClockView]:
    """Return the clocks of one lead that this person sees."""
    rows = await running_clocks(session, principal, today, only=[project])
    if not rows:
        return []
    names = await unit_names(session, principal.city)
    return [view(principal, row, clock, names) for row, clock in rows]


def view(principal: Principal, project: Project, clock: Clock, names: dict[str, str]) -> ClockView:
    """Show a clock; the lead by its name only to those who may know it."""
    seen = view_of(
        principal,
        ProjectFacts(
            city=project.city,
            origin=project.origin,
            host=project.host_county,
            proposed=frozenset({clock.county} if clock.county else ()),
        ),
    )
    owes = clock.county or project.city
    return ClockView(
        project=project.public_id,
        name=project.name if may_see(seen, Part.name) else project.code_name,
        state=project.state,
        kind=clock.kind,
        debtor=clock.debtor,
        county=owes,
        county_name=names.get(owes, owes),
        park=clock.park,
        started_on=clock.started_on,
        due_on=clock.due.on,
        days_left=clock.due.days_left,
        days_late=clock.due.days_late,
        overdue=clock.due.overdue,
        colour=clock.colour,
        provisional=clock.due.provisional,
        escalated_to=list(clock.superiors),
    )


async def ask_experts(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ExpertForm,
    *,
    version: int | None = None,
) -> Project:
    """Enter that experts are asked about a registration: it is answered, and judging may take longer.

    Raises:
        NoSuchProject: there is none, or none that the asker may know of.
        Stale: somebody moved the project since.
        MoveRefused: it is not waiting for its county's review, or another's to judge.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    reasons = []
    if dossier.project.state is not State.registered:
        reasons.append(Reason.wrong_state)
    if not can_ask_experts(principal, dossier.project.origin):
        reasons.append(Reason.not_yours)
    if reasons:
        raise MoveRefused(tuple(reasons))
    return await note_move(session, dossier, EXPERT, {"reason": form.reason})
