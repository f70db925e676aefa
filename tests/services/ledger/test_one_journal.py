"""One journal posted by its plain values is the journal that a batch posts."""

import pytest
from sqlalchemy import text

from services.ledger import errors
from services.ledger.posting import Outcome, post_batch
from tests.services.ledger.story import PEOPLE
from tests.services.ledger.test_ledger_guards import agreement, entry

STORED = """
SELECT j.sha256, j.kind, j.period, j.agreement, j.run, j.reverses, j.note, j.by,
       array_agg((l.seq, a.county, a.kind, a.counterparty, l.unit, l.amount_fen)::text ORDER BY l.seq)
FROM journal AS j JOIN leg AS l ON l.city = j.city AND l.journal = j.id
JOIN ledger_account AS a ON a.city = l.city AND a.id = l.account
WHERE j.key = :key GROUP BY j.city, j.id
"""


async def test_it_is_stored_as_a_batch_stores_it(issued):
    async with issued.session() as session:
        number = await agreement(session)
        assert await post_batch(session, PEOPLE.maker, [entry(number, "alone")]) == [Outcome.created]
        both = [entry(number, "first"), entry(number, "second")]
        assert await post_batch(session, PEOPLE.maker, both) == [Outcome.created] * 2
        alone, first, second = [
            (await session.execute(text(STORED), {"key": key})).one() for key in ("alone", "first", "second")
        ]
    assert len(alone[-1]) == 4
    assert alone[1:] == first[1:] == second[1:]


async def test_of_several_months_each_must_be_open(issued):
    async with issued.session() as session:
        number = await agreement(session)
        await session.execute(
            text("INSERT INTO period (city, code, state) SELECT city, '2026-01', 'open' FROM city")
        )
        both = [entry(number, "december"), entry(number, "january", period="2026-01")]
        assert await post_batch(session, PEOPLE.maker, both) == [Outcome.created] * 2
    async with issued.session() as session:
        shut = [entry(number, "open"), entry(number, "shut", period="2027-01")]
        with pytest.raises(errors.PeriodClosed) as refused:
            await post_batch(session, PEOPLE.maker, shut)
        assert refused.value.facts["period"] == "2027-01"
