"""Reads of the records of compliance; every query names the city."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from auth.principal import Principal, Role
from services.compliance.tables import (
    ClauseClearance,
    ClauseClearanceAnswer,
    CollectiveMinutes,
    CommitmentItem,
    CommitmentOpinion,
    CommitmentSheet,
    FairReview,
)
from services.compliance.words import OpinionKind
from services.projects.tables import Application, Commitment, InvestorConsent, Project, Transfer
from services.projects.words import ApplicationState, TransferState


async def project(session: AsyncSession, city: str, ref: str | UUID, *, lock: bool = False) -> Project | None:
    """Return a project by its public or internal id; who may read of it is the caller's question."""
    try:
        key: UUID | None = ref if isinstance(ref, UUID) else UUID(ref)
    except ValueError:
        key = None
    query = select(Project).where(
        col(Project.city) == city,
        col(Project.id) == key if key is not None else col(Project.public_id) == str(ref),
    )
    if lock:
        query = query.with_for_update()
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()


async def letters(session: AsyncSession, project: Project) -> Sequence[Commitment]:
    """Return the standing commitment letters on a project, by county."""
    query = (
        select(Commitment)
        .where(
            col(Commitment.city) == project.city,
            col(Commitment.project) == project.id,
            col(Commitment.ended_on).is_(None),
        )
        .order_by(col(Commitment.county))
    )
    return (await session.scalars(query)).all()


async def chosen_park(session: AsyncSession, project: Project) -> str | None:
    """Return the park that the investor chose last."""
    query = (
        select(col(InvestorConsent.park))
        .where(
            col(InvestorConsent.city) == project.city,
            col(InvestorConsent.project) == project.id,
            col(InvestorConsent.park).is_not(None),
        )
        .order_by(col(InvestorConsent.id).desc())
        .limit(1)
    )
    found: str | None = (await session.execute(query)).scalar_one_or_none()
    return found


async def sheets(session: AsyncSession, city: str, commitment: UUID) -> Sequence[CommitmentSheet]:
    """Return the lists of a letter, latest first."""
    query = (
        select(CommitmentSheet)
        .where(col(CommitmentSheet.city) == city, col(CommitmentSheet.commitment) == commitment)
        .order_by(col(CommitmentSheet.seq).desc())
    )
    return (await session.scalars(query)).all()


async def sheet(session: AsyncSession, city: str, sheet_id: UUID) -> CommitmentSheet | None:
    """Return one list."""
    return await session.get(CommitmentSheet, (city, sheet_id))


async def items(session: AsyncSession, city: str, sheet: UUID) -> Sequence[CommitmentItem]:
    """Return the promises of a list."""
    query = (
        select(CommitmentItem)
        .where(col(CommitmentItem.city) == city, col(CommitmentItem.sheet) == sheet)
        .order_by(col(CommitmentItem.seq))
    )
    return (await session.scalars(query)).all()


async def opinions(session: AsyncSession, city: str, sheet: UUID) -> Sequence[CommitmentOpinion]:
    """Return what finance and legal review found of a list."""
    query = select(CommitmentOpinion).where(
        col(CommitmentOpinion.city) == city, col(CommitmentOpinion.sheet) == sheet
    )
    return (await session.scalars(query)).all()


async def review(session: AsyncSession, city: str, sheet: UUID) -> FairReview | None:
    """Return the latest fair-competition review of a list."""
    query = (
        select(FairReview)
        .where(col(FairReview.city) == city, col(FairReview.sheet) == sheet)
        .order_by(col(FairReview.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def minutes(session: AsyncSession, city: str, sheet: UUID) -> CollectiveMinutes | None:
    """Return the latest minutes on a list."""
    query = (
        select(CollectiveMinutes)
        .where(col(CollectiveMinutes.city) == city, col(CollectiveMinutes.sheet) == sheet)
        .order_by(col(CollectiveMinutes.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def clearances(
    session: AsyncSession, city: str, project: UUID
) -> list[tuple[ClauseClearance, ClauseClearanceAnswer | None]]:
    """Return the reasons given on a project's clauses with the second person's word, oldest first."""
    query = (
        select(ClauseClearance, ClauseClearanceAnswer)
        .outerjoin(
            ClauseClearanceAnswer,
            (col(ClauseClearanceAnswer.city) == col(ClauseClearance.city))
            & (col(ClauseClearanceAnswer.clearance) == col(ClauseClearance.id)),
        )
        .where(col(ClauseClearance.city) == city, col(ClauseClearance.project) == project)
        .order_by(col(ClauseClearance.id))
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def clearance(session: AsyncSession, city: str, clearance_id: UUID) -> ClauseClearance | None:
    """Return one reason, locked until the transaction ends."""
    query = (
        select(ClauseClearance)
        .where(col(ClauseClearance.city) == city, col(ClauseClearance.id) == clearance_id)
        .with_for_update()
    )
    return (await session.scalars(query)).one_or_none()


async def answered(session: AsyncSession, city: str, clearance: UUID) -> bool:
    """Tell whether the second person has answered."""
    return await session.get(ClauseClearanceAnswer, (city, clearance)) is not None


async def transfer(session: AsyncSession, project: Project) -> Transfer | None:
    """Return the approved transfer, whose floor terms stand."""
    query = select(Transfer).where(
        col(Transfer.city) == project.city,
        col(Transfer.project) == project.id,
        col(Transfer.state) == TransferState.approved,
    )
    return (await session.scalars(query)).one_or_none()


async def applications(session: AsyncSession, project: Project, county: str) -> Sequence[Application]:
    """Return a county's open applications for a project."""
    query = select(Application).where(
        col(Application.city) == project.city,
        col(Application.project) == project.id,
        col(Application.county) == county,
        col(Application.state) == ApplicationState.open,
    )
    return (await session.scalars(query)).all()


async def consents(session: AsyncSession, project: Project) -> Sequence[InvestorConsent]:
    """Return the investor's consents on a project."""
    query = (
        select(InvestorConsent)
        .where(col(InvestorConsent.city) == project.city, col(InvestorConsent.project) == project.id)
        .order_by(col(InvestorConsent.id))
    )
    return (await session.scalars(query)).all()


async def waiting_sheets(
    session: AsyncSession, principal: Principal
) -> Sequence[tuple[CommitmentSheet, str, str]]:
    """Return the standing lists of one's own units that finance has not checked, with the project's ids."""
    county = principal.city if principal.role is Role.city_finance else principal.county
    newer = aliased(CommitmentSheet)
    checked = (
        select(col(CommitmentOpinion.sheet))
        .where(
            col(CommitmentOpinion.city) == col(CommitmentSheet.city),
            col(CommitmentOpinion.sheet) == col(CommitmentSheet.id),
            col(CommitmentOpinion.kind) == OpinionKind.finance,
        )
        .exists()
    )
    replaced = (
        select(col(newer.id))
        .where(
            col(newer.city) == col(CommitmentSheet.city),
            col(newer.commitment) == col(CommitmentSheet.commitment),
            col(newer.seq) > col(CommitmentSheet.seq),
        )
        .exists()
    )
    query = (
        select(CommitmentSheet, col(Project.public_id), col(Project.code_name))
        .join(
            Commitment,
            (col(Commitment.city) == col(CommitmentSheet.city))
            & (col(Commitment.id) == col(CommitmentSheet.commitment)),
        )
        .join(
            Project,
            (col(Project.city) == col(CommitmentSheet.city))
            & (col(Project.id) == col(CommitmentSheet.project)),
        )
        .where(
            col(CommitmentSheet.city) == principal.city,
            col(CommitmentSheet.county) == county,
            col(Commitment.ended_on).is_(None),
            ~checked,
            ~replaced,
        )
        .order_by(col(CommitmentSheet.id))
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]
