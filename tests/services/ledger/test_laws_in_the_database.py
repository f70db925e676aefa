"""The laws of sharing where they count, in the database: however the data came in, the books end the same."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.agreements.imports import write_agreements
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.ledger import service
from services.ledger.imports import write_receipts
from services.ledger.inputs import ReceiptInput
from tests.services.ledger.factories import CITY, SYSTEM, TODAY
from tests.services.ledger.state_ground import agreement_input, deals, lay_ground, receipt_input
from tests.services.ledger.state_model import TAXES, Paid, Version
from tests.services.ledger.story import PEOPLE

GROUND = "template_laws"
MONTHS = ("2025-02", "2025-06", "2025-12", "2026-03")
Way = Callable[[AsyncSession, list[ReceiptInput], random.Random], Awaitable[None]]


@pytest.fixture(scope="module")
async def ground(server: EmbeddedPostgres, template: str) -> list[str]:
    server.create_database(GROUND, template=template)
    database = Database(server.url(GROUND), pool_size=1)
    async with database.session() as session:
        firms = await lay_ground(session)
    await database.close()
    return firms


def receipts(firms: list[str], draw: random.Random) -> list[ReceiptInput]:
    """Two years of odd amounts for both firms, refunds among them."""
    found = []
    for number in range(24):
        which = number % 2
        day = date.fromisoformat(f"{draw.choice(MONTHS)}-{draw.randint(1, 28):02}")
        fen = draw.choice([1, -1, 3, 7_001, 999, -2_003, 12_345])
        paid = Paid(firms[which], day, deals()[which].host, draw.choice(TAXES), "normal", fen)
        found.append(receipt_input(f"{number:020}", paid))
    return found


async def compute(session: AsyncSession) -> None:
    for month in MONTHS:
        await service.compute_month(session, PEOPLE.maker, month, TODAY)


async def at_once(session: AsyncSession, rows: list[ReceiptInput], _draw: random.Random) -> None:
    """One file, computed once."""
    await write_receipts(session, SYSTEM, rows)
    await compute(session)


async def in_any_order(session: AsyncSession, rows: list[ReceiptInput], draw: random.Random) -> None:
    """Many files in any order, months computed in between."""
    mixed = draw.sample(rows, len(rows))
    for start in range(0, len(mixed), 5):
        await write_receipts(session, SYSTEM, mixed[start : start + 5])
        await service.compute_month(session, PEOPLE.maker, draw.choice(MONTHS), TODAY)
    await compute(session)


async def split(session: AsyncSession, rows: list[ReceiptInput], draw: random.Random) -> None:
    """Each receipt as two of its sign: a positive part of a refund would start a clock."""
    halves = []
    for row in rows:
        part = row.amount_fen * draw.randint(0, 100) // 100
        for ticket, fen in ((row.ticket, part), (f"1{row.ticket[1:]}", row.amount_fen - part)):
            halves.append(replace(row, ticket=ticket, amount_fen=fen, county_fen=fen))
    await at_once(session, halves, draw)


async def twice(session: AsyncSession, rows: list[ReceiptInput], draw: random.Random) -> None:
    """The same file again, and computed again."""
    await at_once(session, rows, draw)
    await at_once(session, rows, draw)


async def wrong_then_right(session: AsyncSession, rows: list[ReceiptInput], draw: random.Random) -> None:
    """Other amounts first, computed and booked; then the right file."""
    for _ in range(2):
        wrong = [row.amount_fen + draw.randint(-900, 900) for row in rows]
        await at_once(
            session,
            [replace(row, amount_fen=fen, county_fen=fen) for row, fen in zip(rows, wrong, strict=True)],
            draw,
        )
    await at_once(session, rows, draw)


async def end(session: AsyncSession, agreement: str = "%") -> list[tuple[object, ...]]:
    """What was posted in all, by agreement, year, tax and month; and every balance."""
    lines = await session.execute(
        text(
            "SELECT a.code, e.agreement_year, e.tax, e.month, sum(e.base_fen)::bigint,"
            " sum(e.shared_fen)::bigint, sum(e.origin_fen)::bigint, sum(e.host_fen)::bigint"
            " FROM entitlement_line e JOIN agreement a ON a.city = e.city AND a.id = e.agreement"
            " WHERE a.code LIKE :agreement GROUP BY 1, 2, 3, 4"
            " HAVING sum(e.base_fen) <> 0 OR sum(e.shared_fen) <> 0 OR sum(e.origin_fen) <> 0"
            " ORDER BY 1, 2, 3, 4"
        ),
        {"agreement": agreement},
    )
    books = await session.execute(
        text(
            "SELECT j.agreement::text, l.county, c.kind, c.counterparty, sum(l.amount_fen)::bigint FROM leg l"
            " JOIN ledger_account c ON c.city = l.city AND c.id = l.account"
            " JOIN journal j ON j.city = l.city AND j.id = l.journal"
            " JOIN agreement a ON a.city = j.city AND a.id = j.agreement WHERE a.code LIKE :agreement"
            " GROUP BY 1, 2, 3, 4 HAVING sum(l.amount_fen) <> 0 ORDER BY 1, 2, 3, 4"
        ),
        {"agreement": agreement},
    )
    return [tuple(row) for row in (*lines, *books)]


async def outcome(
    server: EmbeddedPostgres, way: Way, rows: list[ReceiptInput], seed: int, agreement: str = "%"
):
    """Take a way on a database of its own; where it ends."""
    name = f"law_{way.__name__}"
    server.create_database(name, template=GROUND)
    database = Database(server.url(name), pool_size=1)
    try:
        async with database.session() as session:
            await way(session, rows, random.Random(seed))
            assert await service.book_faults(session, CITY) == []
            return await end(session, agreement)
    finally:
        await database.close()
        server.drop_database(name)


@pytest.mark.parametrize("way", [in_any_order, split, twice, wrong_then_right])
async def test_however_receipts_come_in_the_books_end_the_same(server, ground, way):
    rows = receipts(ground, random.Random(1))
    expected = await outcome(server, at_once, rows, 1)
    assert len(expected) > 12
    assert await outcome(server, way, rows, 2) == expected


async def test_an_unrelated_agreement_changes_nothing(server, ground):
    rows = receipts(ground, random.Random(3))
    own = [row for row in rows if row.credit_code == ground[0]]

    async def alone(session: AsyncSession, _rows: list[ReceiptInput], draw: random.Random) -> None:
        await at_once(session, own, draw)

    async def beside(session: AsyncSession, _rows: list[ReceiptInput], draw: random.Random) -> None:
        await at_once(session, rows, draw)
        other = deals()[1]
        other.versions.append(Version((9_999, 1), date(2025, 3, 1), 17))
        await write_agreements(session, SYSTEM, [agreement_input(other)])
        await compute(session)

    expected = await outcome(server, alone, own, 1, "6110-XY-001")
    assert len(expected) > 4
    assert await outcome(server, beside, rows, 1, "6110-XY-001") == expected


async def test_parties_sum_to_the_base(server, ground):
    rows = receipts(ground, random.Random(4))
    found = await outcome(server, wrong_then_right, rows, 4)
    years: dict[object, list[int]] = {}
    for line in found:
        if len(line) == 8:
            code, year, tax, _month, base, shared, origin, host = line
            assert origin + host == shared
            sums = years.setdefault((code, year, tax), [0, 0])
            sums[0] += base
            sums[1] += shared
    assert years
    assert all(shared == max(0, base) for base, shared in years.values()), "no incentives, floored at 0"
