"""The whole example, to the fen, against an independent calculation from the files."""

from sqlalchemy import text

from services.ledger.books import books_balanced, shared_fen
from services.ledger.drafting import compute_month
from tests.services.ledger.factories import CITY, TODAY, load_example, people
from tests.services.ledger.oracle import shares


async def test_two_years_of_the_example_agree_to_the_fen(session):
    await load_example(session)
    maker = people().maker
    for year in (2025, 2026):
        for month in (3, 6, 9, 12):
            await compute_month(session, maker, f"{year}-{month:02}", TODAY)
    rows = await session.execute(
        text(
            "SELECT a.code, left(e.month, 4)::int, sum(e.origin_fen)::bigint FROM entitlement_line e"
            " JOIN agreement a ON a.city = e.city AND a.id = e.agreement GROUP BY 1, 2"
        )
    )
    found = {(code, year): fen for code, year, fen in rows}
    expected = dict(shares("2026-12").items())
    assert {key: fen for key, fen in found.items() if fen} == {
        key: fen for key, fen in expected.items() if fen
    }
    assert await shared_fen(session, CITY) == sum(expected.values())
    assert await books_balanced(session, CITY)
