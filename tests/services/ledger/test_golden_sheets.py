"""Sheets worked by hand, at the ledger: half each, grace, steps, a cap, a refund, revisions of closed months.

Floors, guarantees, clawback and merged hosts are clauses of contracts: their sheets are in
`tests/golden/share` and `tests/allocation/sharing/contract`. The comment beside each figure is the working.
"""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.ledger import service
from services.ledger.imports import write_receipts
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, SYSTEM, TODAY
from tests.services.ledger.state_ground import deals, lay_ground, receipt_input
from tests.services.ledger.state_model import Deal, Paid, Version
from tests.services.ledger.story import PEOPLE

GROUND = "template_golden_sheets"
FLAT, CAPPED, GRACE, STEPS = range(4)
BEGUN = date(2025, 1, 10)
DEALS = [
    *deals(),
    Deal("6110-XY-003", "6110-2025-0195", "", "611025", "611024", [Version((0, 5_000), BEGUN, None)]),
    Deal("6110-XY-004", "6110-2024-0196", "", "611024", "611025", [Version((5_000, 3_333), BEGUN, None)]),
]


@pytest.fixture(scope="module")
async def ground(server: EmbeddedPostgres, template: str) -> tuple[str, list[str]]:
    server.create_database(GROUND, template=template)
    database = Database(server.url(GROUND), pool_size=1)
    async with database.session() as session:
        firms = await lay_ground(session, DEALS)
    await database.close()
    return GROUND, firms


@pytest.fixture
async def sheet(server: EmbeddedPostgres, ground) -> AsyncIterator["Sheet"]:
    name, firms = ground
    server.create_database("golden_sheet", template=name)
    database = Database(server.url("golden_sheet"), pool_size=1)
    async with database.session() as session:
        yield Sheet(session, firms)
    await database.close()
    server.drop_database("golden_sheet")


class Sheet:
    """One agreement's receipts and what the ledger makes of them."""

    def __init__(self, session: AsyncSession, firms: list[str]) -> None:
        self.session, self.firms = session, firms

    async def paid(self, which: int, ticket: int, day: str, fen: int, tax: str = "vat") -> None:
        deal = DEALS[which]
        one = Paid(self.firms[which], date.fromisoformat(day), deal.host, tax, "normal", fen)
        await write_receipts(self.session, SYSTEM, [receipt_input(f"{ticket:020}", one)])

    async def computed(self, *months: str) -> list[int]:
        """What each run books for the origin."""
        found = []
        for month in months:
            result, _ = await service.compute_month(self.session, PEOPLE.maker, month, TODAY)
            found.append(result.origin_fen)
        return found

    async def lines(self, *, run_of: str = "") -> dict[tuple[str, str], tuple[int, int]]:
        """Origin and host by month and tax, of all runs or of those that booked in a month."""
        rows = await self.session.execute(
            text(
                "SELECT e.month, e.tax, sum(e.origin_fen)::bigint, sum(e.host_fen)::bigint"
                " FROM entitlement_line e JOIN calc_run r ON r.city = e.city AND r.id = e.run"
                " WHERE CAST(:run AS text) = '' OR r.period = :run GROUP BY 1, 2"
            ),
            {"run": run_of},
        )
        return {(month, tax): (origin, host) for month, tax, origin, host in rows}

    async def income(self, county: str) -> int:
        """What a county's book says that it was given."""
        held = await service.balances(self.session, CITY, county)
        return -sum(one.fen for one in held if one.kind.value == "share_income")


async def test_half_each(sheet: Sheet) -> None:
    await sheet.paid(FLAT, 1, "2025-02-03", 100_01)
    assert await sheet.computed("2025-02") == [50_01]  # 5,000.5: the half fen is the origin's
    await sheet.paid(FLAT, 2, "2025-06-03", -1_00)
    assert await sheet.computed("2025-06") == [-50]  # 9,901 / 2 = 4,950.5 -> 4,951; 4,951 - 5,001
    assert await sheet.lines() == {("2025-02", "vat"): (50_01, 50_00), ("2025-06", "vat"): (-50, -50)}
    assert await sheet.income("611002") == 49_51


async def test_grace_years(sheet: Sheet) -> None:
    await sheet.paid(GRACE, 1, "2025-02-03", 10_000)
    await sheet.paid(GRACE, 2, "2026-03-03", 10_000)
    assert await sheet.computed("2025-12", "2026-03") == [0, 5_000]
    assert await sheet.lines() == {("2025-02", "vat"): (0, 10_000), ("2026-03", "vat"): (5_000, 5_000)}


async def test_stepped_ratios(sheet: Sheet) -> None:
    await sheet.paid(STEPS, 1, "2025-02-03", 20_001)
    await sheet.paid(STEPS, 2, "2026-03-03", 20_001)
    # 10,000.5 -> 10,001; 20,001 x 33.33 % = 6,666.33 -> 6,666
    assert await sheet.computed("2025-02", "2026-03") == [10_001, 6_666]
    assert await sheet.income("611024") == 16_667


async def test_a_cap_hit_in_the_middle_of_a_month_and_opened_by_a_refund(sheet: Sheet) -> None:
    await sheet.paid(CAPPED, 1, "2025-02-03", 10_000)
    await sheet.paid(CAPPED, 2, "2025-06-03", 8_000)
    await sheet.paid(CAPPED, 3, "2025-06-20", 4_000, "cit")
    # Of 9,000 February took 5,000; June's VAT, listed first, takes the 4,000 that are left.
    assert await sheet.computed("2025-02", "2025-06") == [5_000, 4_000]
    await sheet.paid(CAPPED, 4, "2025-12-03", -2_000)
    # VAT 16,000 -> 8,000; of the 2,000 of 企业所得税 1,000 have room now.
    assert await sheet.computed("2025-12") == [0]
    assert await sheet.lines() == {
        ("2025-02", "vat"): (5_000, 5_000),
        ("2025-06", "vat"): (4_000, 4_000),
        ("2025-06", "cit"): (0, 4_000),
        ("2025-12", "vat"): (-1_000, -1_000),
        ("2025-12", "cit"): (1_000, -1_000),
    }


async def test_a_refund_larger_than_the_years_base(sheet: Sheet) -> None:
    await sheet.paid(FLAT, 1, "2025-02-03", 10_000)
    await sheet.paid(FLAT, 2, "2025-06-03", -15_000)
    await sheet.paid(FLAT, 3, "2026-03-03", 10_000)
    # The year ends at 0, not below; what is over is not carried into 2026.
    assert await sheet.computed("2025-02", "2025-06", "2026-03") == [5_000, -5_000, 5_000]
    assert await sheet.income("611002") == 5_000


async def test_a_revision_of_three_closed_months_is_booked_in_an_open_one(sheet: Sheet) -> None:
    was = {"2025-02-03": 10_000, "2025-06-03": 6_000, "2025-12-03": 4_000}
    for ticket, (day, fen) in enumerate(was.items()):
        await sheet.paid(FLAT, ticket, day, fen)
    assert await sheet.computed("2025-02", "2025-06", "2025-12") == [5_000, 3_000, 2_000]
    await story.issue(sheet.session, "2025")
    await story.prepare_quarters(sheet.session, "2025")
    await story.confirm_all(sheet.session, "2025")
    await story.close(sheet.session, 2025)
    closed = [(one.id, one.body_sha256) for one in await story.live(sheet.session, "2025")]
    assert len(closed) == 2
    for ticket, (day, more) in enumerate({"2025-02-03": 200, "2025-06-03": -100, "2025-12-03": 50}.items()):
        await sheet.paid(FLAT, ticket, day, was[day] + more)
    assert await sheet.computed("2026-03") == [75]  # 100 - 50 + 25
    assert await sheet.lines(run_of="2026-03") == {
        ("2025-02", "vat"): (100, 100),
        ("2025-06", "vat"): (-50, -50),
        ("2025-12", "vat"): (25, 25),
    }
    rows = await sheet.session.execute(
        text(
            "SELECT DISTINCT e.facts->>'cause' FROM entitlement_line e"
            " JOIN calc_run r ON r.city = e.city AND r.id = e.run WHERE r.period = '2026-03'"
        )
    )
    assert rows.scalars().all() == ["receipt"]
    [up] = [one for one in await story.live(sheet.session, "2026-03") if one.county == "611021"]
    assert [(line["earlier"], line["year"], line["fen"]) for line in up.body["lines"]] == [(True, 2025, 75)]
    assert closed == [(one.id, one.body_sha256) for one in await story.live(sheet.session, "2025")]
