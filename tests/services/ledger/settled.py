"""A small city with two closed years, small enough to be worked by hand to the fen.

One agreement from 2024-03-01 on: 611002 found the firm, 611021 hosts it; half of the county's part goes to
the origin. Value added tax alone: 400.00 in May 2024 (the first agreement year), then 100.01, 200.00 and
300.00 in February, March and April 2025 (the second).
"""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.statement import months_of
from services.ledger import service
from services.ledger.imports import write_receipts
from services.ledger.inputs import ReceiptInput
from services.ledger.tables import EntitlementLine, Statement
from tests.services.ledger import story
from tests.services.ledger.factories import SYSTEM, TODAY, load_agreements, load_ground, read
from tests.services.ledger.story import PEOPLE

AGREEMENT, ORIGIN, HOST = "6110-XY-001", "611002", "611021"
DEAL = read("协议")[0] | {"生效日期": "2024-03-01"}
FIRM = next(row for row in read("项目公司") if row["登记编号"] == DEAL["登记编号"])["统一社会信用代码"]


def receipt(ticket: str, paid_on: str, fen: int, **more: object) -> ReceiptInput:
    """A payment of value added tax, all of it the county's."""
    made = ReceiptInput(
        ticket=ticket,
        tax_period=paid_on[:7],
        paid_on=date.fromisoformat(paid_on),
        treasury=HOST,
        credit_code=FIRM,
        taxpayer="企业",
        tax="vat",
        subject="10101",
        kind="normal",
        amount_fen=fen,
        central_fen=0,
        province_fen=0,
        city_fen=0,
        county_fen=fen,
    )
    return replace(made, **more)


BEGUN = receipt("T0", "2024-05-20", 40_000)
FEBRUARY = receipt("T2", "2025-02-20", 10_001)
MARCH = receipt("T3", "2025-03-15", 20_000)
APRIL = receipt("T4", "2025-04-10", 30_000)
# The refund of April is larger than all that the year brought.
REVISED = [
    replace(FEBRUARY, amount_fen=8_000, county_fen=8_000),
    replace(MARCH, amount_fen=21_001, county_fen=21_001),
    replace(APRIL, amount_fen=-90_000, county_fen=-90_000),
]


async def revise(session: AsyncSession) -> None:
    """The backdated revision of three closed months."""
    await write_receipts(session, SYSTEM, REVISED)


async def amend(session: AsyncSession, ratio: str = "40") -> None:
    """A version of the terms that takes effect with 2025, signed after 2025 was closed."""
    await load_agreements(session, [DEAL | {"首谈地分享比例(%)": ratio, "生效日期": "2025-01-01"}])


async def settle(session: AsyncSession, year: int) -> None:
    """Compute, issue, confirm and close a year."""
    await service.compute_month(session, PEOPLE.maker, f"{year}-12", TODAY)
    await story.issue(session, str(year))
    await story.prepare_quarters(session, str(year))
    await story.confirm_all(session, str(year))
    await story.close(session, year)


async def load(session: AsyncSession) -> None:
    """The city with both years closed."""
    await load_ground(session)
    await load_agreements(session, [DEAL])
    receipts = [BEGUN, FEBRUARY, MARCH, APRIL]
    await write_receipts(session, SYSTEM, receipts)
    paid = {one.paid_on.isoformat()[:7] for one in receipts}
    for year in (2024, 2025):
        for month in months_of(str(year)):
            if month not in paid:
                await service.declare_nil(session, PEOPLE.maker, month, "当月无入库")
        await settle(session, year)


async def lines(session: AsyncSession, run: object) -> dict[tuple[str, str | None], int]:
    """What a run booked for the origin, by month and cause."""
    rows = await session.execute(EntitlementLine.__table__.select().where(EntitlementLine.run == run))
    return {(row.month, row.facts.get("cause")): row.origin_fen for row in rows}


async def versions(session: AsyncSession, period: str, county: str = HOST) -> list[Statement]:
    """All versions of a county's paper, oldest first."""
    rows = await session.execute(
        Statement.__table__.select()
        .where(Statement.period == period, Statement.county == county)
        .order_by(Statement.version)
    )
    return list(rows)
