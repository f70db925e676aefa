"""Reads of the papers. Every read for a person starts at `visible_to`."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal, Role
from services.agreements.tables import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    SignedScan,
    TransferConfirmation,
)
from services.agreements.term_tables import AgreementProposal
from services.projects.tables import Company, Project, Transfer
from services.projects.words import TransferState

Paper = type[Agreement] | type[TransferConfirmation]
_CITY_EYES = frozenset({Role.city_office, Role.city_finance, Role.auditor})
_PARTY_EYES = frozenset({Role.county_officer, Role.county_leader, Role.county_finance})


def visible_to(principal: Principal, paper: Paper) -> ColumnElement[bool]:
    """Return the condition for papers that a principal may know of: the parties, the city, the auditor.

    It says the same as `auth.policy.can_see_agreement`, for a whole table; a test holds the two together.
    """
    own_city = col(paper.city) == principal.city
    if principal.role in _CITY_EYES:
        return own_city & true()
    if principal.role in _PARTY_EYES and principal.county is not None:
        return own_city & or_(col(paper.origin) == principal.county, col(paper.host) == principal.county)
    return own_city & false()


async def load_agreement(
    session: AsyncSession, principal: Principal, agreement: UUID, *, lock: bool = False
) -> Agreement | None:
    """Return an agreement that the principal may know of, locked until the transaction ends if asked."""
    query = select(Agreement).where(visible_to(principal, Agreement), col(Agreement.id) == agreement)
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def load_confirmation(
    session: AsyncSession, principal: Principal, confirmation: UUID, *, lock: bool = False
) -> TransferConfirmation | None:
    """Return a confirmation that the principal may know of."""
    query = select(TransferConfirmation).where(
        visible_to(principal, TransferConfirmation), col(TransferConfirmation.id) == confirmation
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def load_versions(session: AsyncSession, city: str, agreement: UUID) -> Sequence[AgreementVersion]:
    """Return the versions of an agreement, first to last."""
    return (
        await session.scalars(
            select(AgreementVersion)
            .where(col(AgreementVersion.city) == city, col(AgreementVersion.agreement) == agreement)
            .order_by(col(AgreementVersion.version))
        )
    ).all()


async def load_proposals(session: AsyncSession, city: str, agreement: UUID) -> Sequence[AgreementProposal]:
    """Return the steps of an agreement's negotiations, first to last."""
    return (
        await session.scalars(
            select(AgreementProposal)
            .where(col(AgreementProposal.city) == city, col(AgreementProposal.agreement) == agreement)
            .order_by(col(AgreementProposal.seq))
        )
    ).all()


async def load_signatures(
    session: AsyncSession,
    city: str,
    *,
    agreement: UUID | None = None,
    confirmation: UUID | None = None,
) -> Sequence[AgreementSignature]:
    """Return the signatures on an agreement (all versions) or on a confirmation, in order of upload."""
    query = select(AgreementSignature).where(col(AgreementSignature.city) == city)
    if agreement is not None:
        query = query.where(col(AgreementSignature.agreement) == agreement)
    else:
        query = query.where(col(AgreementSignature.confirmation) == confirmation)
    return (await session.scalars(query.order_by(col(AgreementSignature.made_at)))).all()


async def load_scan(session: AsyncSession, city: str, scan: UUID) -> SignedScan:
    """Return a signature's scan with its bytes."""
    query = select(SignedScan).where(col(SignedScan.city) == city, col(SignedScan.id) == scan)
    return (await session.scalars(query)).one()


async def load_project(session: AsyncSession, city: str, project: UUID) -> Project:
    """Return the project of a paper; who sees the paper sees its project's name."""
    query = select(Project).where(col(Project.city) == city, col(Project.id) == project)
    return (await session.scalars(query)).one()


async def load_company(session: AsyncSession, city: str, project: UUID) -> Company | None:
    """Return the company that a project founded, none before it is incorporated."""
    query = select(Company).where(col(Company.city) == city, col(Company.project) == project)
    return (await session.scalars(query)).one_or_none()


async def load_floor(session: AsyncSession, city: str, project: UUID) -> Transfer | None:
    """Return the approved request with which a project was passed on, whose floor terms bind."""
    query = (
        select(Transfer)
        .where(
            col(Transfer.city) == city,
            col(Transfer.project) == project,
            col(Transfer.state) == TransferState.approved,
        )
        .order_by(col(Transfer.applied_on).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()
