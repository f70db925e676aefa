"""Lists of the papers, as far as a person may know of them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import State
from allocation.sharing.terms import Terms
from auth.money import can_draft_agreement
from auth.principal import Principal, Role
from auth.scopes import Scope, has_scope
from services.agreements import repo
from services.agreements.parties import party_names
from services.agreements.schemas import AgreementRow, ConfirmationRow, Place, ProjectRef
from services.agreements.tables import Agreement, AgreementVersion, TransferConfirmation
from services.agreements.words import PaperState
from services.projects import repo as projects
from services.projects.tables import Project
from services.regions.repo import unit_names

MOST_HELD: Final = 100
"""Held projects without a paper that are listed at once; more wait for no reason."""

MASKED: Final = "某企业"
"""What stands for the investor's name on a masked paper."""


async def list_agreements(
    session: AsyncSession,
    principal: Principal,
    *,
    state: PaperState | None = None,
    county: str | None = None,
    text: str = "",
    after: str | None = None,
    limit: int = 20,
) -> list[AgreementRow]:
    """Return up to `limit + 1` agreements by number, newest first, with the terms in force or last proposed.

    Args:
        session: the request's session.
        principal: who asks; others' agreements are not listed.
        state: only of this state.
        county: only with this party.
        text: part of the number or of the project's name or number.
        after: the number of the last one shown.
        limit: a page's length.
    """
    last = (
        select(func.max(col(AgreementVersion.version)))
        .where(
            col(AgreementVersion.city) == col(Agreement.city),
            col(AgreementVersion.agreement) == col(Agreement.id),
        )
        .correlate(Agreement)
        .scalar_subquery()
    )
    query = (
        select(Agreement, AgreementVersion, Project)
        .join(
            AgreementVersion,
            (col(AgreementVersion.city) == col(Agreement.city))
            & (col(AgreementVersion.agreement) == col(Agreement.id))
            & (col(AgreementVersion.version) == func.coalesce(col(Agreement.live), last)),
        )
        .join(
            Project, (col(Project.city) == col(Agreement.city)) & (col(Project.id) == col(Agreement.project))
        )
        .where(repo.visible_to(principal, Agreement))
        .order_by(col(Agreement.code).desc())
        .limit(limit + 1)
    )
    if state is not None:
        query = query.where(col(Agreement.state) == state)
    if county:
        query = query.where((col(Agreement.origin) == county) | (col(Agreement.host) == county))
    if text:
        # A search by what is not shown would tell it.
        shown = col(Project.code_name) if is_masked(principal) else col(Project.name)
        query = query.where(
            col(Agreement.code).contains(text, autoescape=True)
            | col(Project.code).contains(text, autoescape=True)
            | shown.contains(text, autoescape=True)
        )
    if after is not None:
        query = query.where(col(Agreement.code) < after)
    names = await party_names(session, principal.city)
    masked = is_masked(principal)
    return [_row(names, *found, masked=masked) for found in await session.execute(query)]


async def list_confirmations(
    session: AsyncSession, principal: Principal, *, after: str | None = None, limit: int = 20
) -> list[ConfirmationRow]:
    """Return up to `limit + 1` confirmations by number, newest first."""
    query = (
        select(TransferConfirmation, Project)
        .join(
            Project,
            (col(Project.city) == col(TransferConfirmation.city))
            & (col(Project.id) == col(TransferConfirmation.project)),
        )
        .where(repo.visible_to(principal, TransferConfirmation))
        .order_by(col(TransferConfirmation.code).desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(col(TransferConfirmation.code) < after)
    names = await unit_names(session, principal.city)
    masked = is_masked(principal)
    return [
        ConfirmationRow(
            id=paper.id,
            code=paper.code,
            project=project_of(project, masked=masked),
            origin=place_of(names, paper.origin),
            host=place_of(names, paper.host),
            investor_name=MASKED if masked else paper.investor_name,
            state=paper.state,
            signed_on=paper.signed_on,
        )
        for paper, project in await session.execute(query)
    ]


async def held_without(
    session: AsyncSession, principal: Principal, paper: type[Agreement] | type[TransferConfirmation]
) -> list[Project]:
    """Return held projects that lack a live paper of this kind and whose papers the person may draft."""
    if not has_scope(principal.role, Scope.agreements_write):
        return []
    rows = await session.scalars(
        projects.visible_to(principal)
        .where(
            col(Project.state) == State.held,
            ~exists().where(
                col(paper.city) == col(Project.city),
                col(paper.project) == col(Project.id),
                col(paper.state) != PaperState.ended,
            ),
        )
        .order_by(col(Project.code))
        .limit(MOST_HELD)
    )
    return [
        project
        for project in rows.all()
        if can_draft_agreement(principal, [project.origin, project.host_county or ""])
    ]


def is_masked(principal: Principal) -> bool:
    """Tell whether a person sees papers without the firm's names: the auditor does."""
    return principal.role is Role.auditor


def place_of(names: Mapping[str, str], code: str) -> Place:
    """Name a region."""
    return Place(code=code, name=names[code])


def project_of(project: Project, *, masked: bool) -> ProjectRef:
    """Name the project of a paper; masked, by its code name."""
    return ProjectRef(id=project.id, code=project.code, name=project.code_name if masked else project.name)


def _row(
    names: Mapping[str, str],
    agreement: Agreement,
    version: AgreementVersion,
    project: Project,
    *,
    masked: bool,
) -> AgreementRow:
    terms = Terms.from_json(version.terms)
    return AgreementRow(
        id=agreement.id,
        code=agreement.code,
        project=project_of(project, masked=masked),
        origin=place_of(names, agreement.origin),
        host=place_of(names, agreement.host),
        state=agreement.state,
        version=version.version,
        method=terms.method,
        ratios_bp=terms.ratios_bp,
        years=terms.years,
        cap_fen=terms.cap_fen,
        effective_on=terms.effective_on,
    )
