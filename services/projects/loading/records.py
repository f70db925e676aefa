"""Loading of companies, funds paid in and planned projects."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.projects.inputs import CompanyInput, PaidInInput, PlannedProjectInput
from services.projects.loading.bulk import codes_by_id, ids_by_code, record_load, upsert
from services.projects.steps.warning import keep_loaded
from services.projects.tables import Company, PaidIn, PlannedProject
from services.projects.words import FundKind


async def existing_companies(session: AsyncSession, city: str) -> dict[str, CompanyInput]:
    """Return the companies by 登记编号."""
    codes = await codes_by_id(session, city)
    rows = await session.scalars(select(Company).where(col(Company.city) == city))
    found = [
        CompanyInput(
            project=codes[row.project],
            credit_code=row.credit_code,
            name=row.name,
            registered_in=row.registered_in,
            registered_on=row.registered_on,
        )
        for row in rows
    ]
    return {row.project: row for row in sorted(found, key=lambda row: row.project)}


async def write_companies(session: AsyncSession, principal: Principal, rows: Sequence[CompanyInput]) -> None:
    """Insert or update companies.

    Raises:
        UnknownCode: a row names a project that is not there.
    """
    ids = await ids_by_code(session, principal.city, [row.project for row in rows])
    values = [asdict(row) | {"project": ids[row.project]} for row in rows]
    await upsert(session, principal, Company, ["project"], values)
    await keep_loaded(session, principal.city, [row.project for row in rows])
    await record_load(session, principal, "company", [row.project for row in rows])


async def existing_paid_in(session: AsyncSession, city: str) -> dict[tuple[str, str, str, int], PaidInInput]:
    """Return the funds paid in by (登记编号, month, fund kind, sequence)."""
    codes = await codes_by_id(session, city)
    rows = await session.scalars(select(PaidIn).where(col(PaidIn.city) == city))
    found = [
        PaidInInput(
            project=codes[row.project],
            month=row.month,
            fund_kind=row.fund_kind.value,
            seq=row.seq,
            amount=row.amount,
            unit=row.unit,
            evidence=row.evidence,
        )
        for row in rows
    ]
    by_key = {(row.project, row.month, row.fund_kind, row.seq): row for row in found}
    return dict(sorted(by_key.items()))


async def write_paid_in(session: AsyncSession, principal: Principal, rows: Sequence[PaidInInput]) -> None:
    """Insert or update funds paid in.

    Raises:
        UnknownCode: a row names a project that is not there.
    """
    ids = await ids_by_code(session, principal.city, [row.project for row in rows])
    values = [
        asdict(row) | {"project": ids[row.project], "fund_kind": FundKind(row.fund_kind)} for row in rows
    ]
    await upsert(session, principal, PaidIn, ["project", "month", "fund_kind", "seq"], values)
    keys = [f"{row.project}/{row.month}/{row.fund_kind}/{row.seq}" for row in rows]
    await record_load(session, principal, "paid_in", keys)


async def existing_planned_projects(session: AsyncSession, city: str) -> dict[str, PlannedProjectInput]:
    """Return the planned projects by 谋划编号."""
    rows = await session.scalars(
        select(PlannedProject).where(col(PlannedProject.city) == city).order_by(col(PlannedProject.code))
    )
    return {
        row.code: PlannedProjectInput(
            code=row.code,
            name=row.name,
            county=row.county,
            chain=row.chain,
            edition=row.edition,
            industry=row.industry,
            investment_fen=row.investment_fen,
            library=row.library,
        )
        for row in rows
    }


async def write_planned_projects(
    session: AsyncSession, principal: Principal, rows: Sequence[PlannedProjectInput]
) -> None:
    """Insert or update planned projects."""
    await upsert(session, principal, PlannedProject, ["code"], [asdict(row) for row in rows])
    await record_load(session, principal, "planned_project", [row.code for row in rows])
