"""The money of the story: earlier years settled and closed, the year computed and its statements issued."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.statement import months_of
from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.ledger.closing import close_year, declare_nil, request_close
from services.ledger.drafting import compute_month, prepare
from services.ledger.receipts import months_with_receipts
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.steps import advance, confirm
from services.ledger.tables import Statement

STEPS = (StatementAction.check, StatementAction.review, StatementAction.approve)


async def years_with_receipts(session: AsyncSession, city: str, until: int) -> list[int]:
    """Return every year from the first receipt to `until`."""
    row = await session.execute(
        text("SELECT min(extract(year FROM paid_on))::int FROM receipt_version WHERE city = :city"),
        {"city": city},
    )
    first = row.scalar_one()
    return [] if first is None else list(range(first, until + 1))


async def compute_one(session: AsyncSession, crew: Crew, month: str, today: date) -> int:
    """Compute one month; returns how many 测算单 were made."""
    _, made = await compute_month(session, crew.finance()[0], month, today)
    return len(made)


async def declare_empty_months(session: AsyncSession, crew: Crew, year: int) -> None:
    """Declare the months without receipts, as the finance of a city whose tax comes late would."""
    loaded = await months_with_receipts(session, crew.city)
    for month in months_of(str(year)):
        if month not in loaded:
            await declare_nil(session, crew.finance()[0], month, "当月无入库")


async def issue_year(session: AsyncSession, crew: Crew, year: int, today: date) -> list[Statement]:
    """Prepare, check, review and approve a year's statements: four people, one statement a county."""
    preparer, *others = crew.finance()
    prepared = await prepare(session, preparer, str(year), today)
    made = [statement for statement in prepared if statement.state is StatementState.draft]
    for person, action in zip(others, STEPS, strict=True):
        for statement in made:
            await advance(session, person, statement.id, action, today, statement.revision)
    return made


async def confirm_year(session: AsyncSession, crew: Crew, year: int, today: date) -> None:
    """Let every county's finance confirm its statement by the hash of its content."""
    for statement in await _statements(session, crew.city, year):
        if statement.state is StatementState.issued:
            person = finance_of(crew, statement.county)
            await confirm(session, person, statement.id, statement.body_sha256, today, statement.revision)


async def prepare_quarters(session: AsyncSession, crew: Crew, year: int, today: date) -> None:
    """Make the quarters' papers, without which a year does not close."""
    for quarter in range(1, 5):
        await prepare(session, crew.finance()[0], f"{year}Q{quarter}", today)


async def close(session: AsyncSession, crew: Crew, year: int, today: date) -> None:
    """Close a year: one asks, another closes; receipts of unknown firms are listed with it."""
    one, other, *_ = crew.finance()
    await request_close(session, one, year, today, list_unmatched=True)
    await close_year(session, other, year, today)


def finance_of(crew: Crew, county: str) -> Principal:
    """Return who confirms a county's statement: its finance; for the city's own units the city's office."""
    return crew.office if county == crew.city else crew.one(Role.county_finance, county)


async def _statements(session: AsyncSession, city: str, year: int) -> Sequence[Statement]:
    rows = await session.scalars(
        select(Statement)
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.period) == str(year),
        )
        .order_by(col(Statement.county), col(Statement.version))
    )
    return rows.all()
