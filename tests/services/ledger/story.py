"""The office's year in a few calls: compute, prepare, four hands, confirm, close."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.ledger import service
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.tables import Statement
from tests.services.ledger.factories import TODAY, People, people

PEOPLE = people()
STEPS = (StatementAction.check, StatementAction.review, StatementAction.approve)


async def compute_year(session: AsyncSession, year: int) -> None:
    """Two runs: each takes up every month before it, so that a year is whole."""
    for month in (6, 12):
        await service.compute_month(session, PEOPLE.maker, f"{year}-{month:02}", TODAY)


async def live(session: AsyncSession, period: str) -> list[Statement]:
    rows = await session.execute(
        select(Statement)
        .where(col(Statement.period) == period, col(Statement.state) != StatementState.superseded)
        .order_by(col(Statement.county))
    )
    return list(rows.scalars())


async def hands(session: AsyncSession, statement: Statement) -> None:
    """The three hands after the maker's."""
    for action, person in zip(STEPS, (PEOPLE.checker, PEOPLE.reviewer, PEOPLE.approver), strict=True):
        await service.advance(session, person, statement.id, action, TODAY, statement.revision)


async def prepare_quarters(session: AsyncSession, year: str) -> None:
    for quarter in range(1, 5):
        await service.prepare(session, PEOPLE.maker, f"{year}Q{quarter}", TODAY)


async def issue(session: AsyncSession, period: str) -> list[Statement]:
    made = await service.prepare(session, PEOPLE.maker, period, TODAY)
    for statement in made:
        if statement.state is StatementState.draft:
            await hands(session, statement)
    return made


async def confirm(session: AsyncSession, statement: Statement) -> None:
    finance = People.county(statement.county)
    await service.confirm(session, finance, statement.id, statement.body_sha256, TODAY, statement.revision)


async def confirm_all(session: AsyncSession, period: str) -> None:
    for statement in await live(session, period):
        if statement.kind is StatementKind.year and statement.state is StatementState.issued:
            await confirm(session, statement)


async def close(session: AsyncSession, year: int) -> None:
    await service.request_close(session, PEOPLE.maker, year, TODAY, list_unmatched=True)
    await service.close_year(session, PEOPLE.checker, year, TODAY)


async def declare_january(session: AsyncSession) -> None:
    await service.declare_nil(session, PEOPLE.maker, "2025-01", "首笔税款二月入库")
