"""What the database itself refuses, whatever a program does."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.sharing.postings import AccountKind, LegFacts, legs_of_share
from services.kit.database import Database
from services.kit.tables import uuid7
from services.ledger import errors
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.states import JournalKind
from tests.services.ledger.factories import CITY
from tests.services.ledger.story import PEOPLE

APPEND_ONLY = (
    "receipt_batch",
    "receipt_version",
    "calc_run",
    "entitlement_line",
    "journal",
    "leg",
    "statement_event",
    "incentive",
)
HOST, ORIGIN, OTHER = "611002", "611024", "611026"


async def agreement(session):
    return (await session.execute(text("SELECT id FROM agreement WHERE code = '6110-XY-006'"))).scalar_one()


def entry(number, key, *, period="2025-12", legs=None):
    return JournalEntry(
        key=key,
        period=period,
        agreement=number,
        legs=legs_of_share(ORIGIN, HOST, 100) if legs is None else legs,
        note="试记",
    )


async def book(session, number, *legs, period="2025-12", kind="share", reverses=None, xact=None, of=None):
    """A bare journal and its legs in one statement, past `post_batch`: county, kind of account, fen."""
    made = uuid7()
    given = {
        "city": CITY,
        "id": made,
        "key": str(made),
        "kind": kind,
        "period": period,
        "agreement": number,
        "reverses": reverses,
    }
    named = "INSERT INTO journal (city, id, key, sha256, kind, period, agreement, reverses, note, by"
    values = "VALUES (:city, :id, :key, 'x', :kind, :period, :agreement, :reverses, '', :id"
    written = f"{named}, xact) {values}, {xact})" if xact else f"{named}) {values})"
    rows = " UNION ALL ".join(
        f"SELECT * FROM (SELECT city, CAST(:id AS uuid), {seq}, id, '{of or county}', unit, {fen}"
        f" FROM ledger_account WHERE county = '{county}' AND kind = '{account}'"
        " ORDER BY counterparty LIMIT 1) AS one"
        for seq, (county, account, fen) in enumerate(legs, start=1)
    )
    put = f"INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen) {rows}" if legs else ""
    await session.execute(
        text(f"WITH made AS ({written} RETURNING id) {put or 'SELECT id FROM made'}"), given
    )
    return made


async def leg(session, entry_id, seq, county, kind, fen):
    await session.execute(
        text(
            "INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen)"
            " SELECT city, :journal, :seq, id, county, unit, :fen FROM ledger_account"
            " WHERE county = :county AND kind = :kind ORDER BY counterparty LIMIT 1"
        ),
        {"journal": entry_id, "seq": seq, "county": county, "kind": kind, "fen": fen},
    )


async def refused(database: Database, act, words):
    with pytest.raises(DBAPIError, match=words):
        async with database.session() as session:
            await act(session)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("mode", ["origin", "replica"])
async def test_what_is_written_stays(issued, table, mode):
    for statement in (f"UPDATE {table} SET city = city", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):

        async def act(session, statement=statement):
            await session.execute(text(f"SET LOCAL session_replication_role = {mode}"))
            await session.execute(text(statement))

        await refused(issued, act, "append-only")


@pytest.mark.parametrize("table", ["statement", "period"])
async def test_statements_and_periods_are_not_deleted(issued, table):
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):

        async def act(session, statement=statement):
            await session.execute(text(statement))

        await refused(issued, act, "append-only")


HALVES = ((HOST, "share_expense", 100), (HOST, "due_to", -100))


async def test_a_journal_without_legs_is_refused(issued):
    async def act(session):
        await book(session, await agreement(session))

    await refused(issued, act, "has no legs")


async def test_legs_that_balance_overall_may_not_unbalance_a_county(issued):
    async def act(session):
        across = ((HOST, "share_expense", 100), (ORIGIN, "share_income", -100))
        await book(session, await agreement(session), *across)

    await refused(issued, act, "does not balance")
    async with issued.session() as session:
        await book(session, await agreement(session), *HALVES)


async def test_a_journal_cannot_say_that_another_transaction_wrote_it(issued):
    async def act(session):
        await book(session, await agreement(session), *HALVES, xact=7)

    await refused(issued, act, "written with their journal")


async def test_a_leg_without_a_journal_is_refused(issued):
    async def act(session):
        await leg(session, uuid7(), 1, HOST, "share_expense", 100)

    await refused(issued, act, "written with their journal")


@pytest.mark.parametrize("change", ["SET county = '611026'", "SET id = gen_random_uuid()"])
async def test_accounts_stay_what_they_were(issued, change):
    async def act(session):
        await session.execute(text(f"UPDATE ledger_account {change}"))

    await refused(issued, act, "append-only")

    async def drop(session):
        await session.execute(text("DELETE FROM ledger_account"))

    await refused(issued, drop, "append-only")


async def test_legs_come_with_their_journal(issued):
    async with issued.session() as session:
        number = await agreement(session)
        assert await post_batch(session, PEOPLE.maker, [entry(number, "first")]) == [Outcome.created]

    async def act(session):
        stored = (await session.execute(text("SELECT id FROM journal WHERE key = 'first'"))).scalar_one()
        await leg(session, stored, 5, HOST, "share_expense", 100)
        await leg(session, stored, 6, HOST, "due_to", -100)

    await refused(issued, act, "written with their journal")


async def test_a_leg_names_its_accounts_own_county(issued):
    async def act(session):
        await book(session, await agreement(session), *HALVES, of=OTHER)

    await refused(issued, act, "account of its own county")


CLOSE = "UPDATE period SET state = 'closed', watermark = 1 WHERE code = :code"


async def close_months(session, until):
    for month in range(1, until + 1):
        await session.execute(
            text("UPDATE period SET state = 'closed', watermark = 1 WHERE code = :code"),
            {"code": f"2025-{month:02}"},
        )


async def test_nothing_is_booked_in_a_closed_or_unknown_period(issued):
    async with issued.session() as session:
        await close_months(session, 12)

    for period in ("2025-12", "2024-01"):

        async def act(session, period=period):
            await book(session, await agreement(session), *HALVES, period=period)

        await refused(issued, act, "is not open")
        async with issued.session() as session:
            with pytest.raises(errors.PeriodClosed):
                await post_batch(
                    session, PEOPLE.maker, [entry(await agreement(session), "late", period=period)]
                )


async def test_periods_close_in_order_and_for_good(issued):
    async def later_first(session):
        await session.execute(text(CLOSE), {"code": "2025-12"})

    await refused(issued, later_first, "earlier period")
    async with issued.session() as session:
        await close_months(session, 6)

    async def reopen(session):
        await session.execute(
            text("UPDATE period SET state = 'open', watermark = NULL WHERE code = '2025-06'")
        )

    await refused(issued, reopen, "closed for good")

    async def behind(session):
        await session.execute(
            text(f"INSERT INTO period (city, code, state) VALUES ('{CITY}', '2024-12', 'open')")
        )

    await refused(issued, behind, "behind a closed one")


async def test_a_statements_content_never_changes(issued):
    for change in ("body_sha256 = 'x'", "body = '{}'", "version = 9", "known = known + 1"):

        async def act(session, change=change):
            await session.execute(text(f"UPDATE statement SET {change} WHERE county = '{HOST}'"))

        await refused(issued, act, "content of a statement")

    async def revive(session):
        await session.execute(text("UPDATE statement SET state = 'superseded' WHERE kind = 'year'"))
        await session.execute(text("UPDATE statement SET state = 'issued' WHERE kind = 'year'"))

    await refused(issued, revive, "stays so")


async def test_a_reversal_happens_once_and_never_to_a_reversal(issued):
    async with issued.session() as session:
        number = await agreement(session)
        await post_batch(session, PEOPLE.maker, [entry(number, "first")])
        first = (await session.execute(text("SELECT id FROM journal WHERE key = 'first'"))).scalar_one()
        back = JournalEntry(
            key="back",
            period="2025-12",
            agreement=number,
            legs=legs_of_share(ORIGIN, HOST, -100),
            note="冲正",
            kind=JournalKind.reversal,
            reverses=first,
        )
        assert await post_batch(session, PEOPLE.maker, [back]) == [Outcome.created]

    async with issued.session() as session:
        await post_batch(session, PEOPLE.maker, [entry(number, "second")])
        second = (await session.execute(text("SELECT id FROM journal WHERE key = 'second'"))).scalar_one()

    async def in_part(session):
        await book(session, number, *HALVES, kind="reversal", reverses=second)

    await refused(issued, in_part, "exactly what was booked")

    async def again(session):
        await book(session, number, *HALVES, kind="reversal", reverses=first)

    await refused(issued, again, "uq_journal_city_reverses")

    async def of_a_reversal(session):
        stored = (await session.execute(text("SELECT id FROM journal WHERE key = 'back'"))).scalar_one()
        await book(session, number, *HALVES, kind="reversal", reverses=stored)

    await refused(issued, of_a_reversal, "never reversed")


async def test_a_key_is_one_journal_and_tells_other_content(issued):
    async with issued.session() as session:
        number = await agreement(session)
        one, other = entry(number, "k"), entry(number, "k", legs=legs_of_share(ORIGIN, HOST, 7))
        assert await post_batch(session, PEOPLE.maker, [one]) == [Outcome.created]
        assert await post_batch(session, PEOPLE.maker, [one, other, entry(number, "l")]) == [
            Outcome.exists,
            Outcome.conflict,
            Outcome.created,
        ]
        assert await post_batch(session, PEOPLE.maker, []) == []
        twice = [entry(number, "m"), entry(number, "m"), entry(number, "n")]
        assert await post_batch(session, PEOPLE.maker, twice) == [
            Outcome.created,
            Outcome.exists,
            Outcome.created,
        ]
    async with issued.session() as session:
        await close_months(session, 12)
        assert await post_batch(session, PEOPLE.maker, [one]) == [Outcome.exists], "idempotency comes first"


async def test_an_unbalanced_or_empty_entry_is_refused_before_the_database(issued):
    lame = (
        LegFacts(HOST, AccountKind.share_expense, ORIGIN, 1),
        LegFacts(ORIGIN, AccountKind.share_income, HOST, -1),
    )
    async with issued.session() as session:
        number = await agreement(session)
        for legs in ((), lame):
            with pytest.raises(errors.Unbalanced):
                await post_batch(session, PEOPLE.maker, [entry(number, "lame", legs=legs)])


async def test_replays_at_once_make_one_journal(issued):
    async with issued.session() as session:
        number = await agreement(session)

    async def post():
        async with issued.session() as session:
            return (await post_batch(session, PEOPLE.maker, [entry(number, "same")]))[0]

    outcomes = await asyncio.gather(*(post() for _ in range(6)))
    assert sorted(outcomes) == [Outcome.created, *[Outcome.exists] * 5]


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
async def test_a_posting_with_an_older_view_does_not_slip_into_a_closed_period(issued, level):
    async with issued.engine.connect() as connection:
        await connection.execution_options(isolation_level=level)
        await connection.execute(text("SELECT count(*) FROM journal"))
        async with issued.session() as session:
            await close_months(session, 12)
        with pytest.raises(DBAPIError, match=r"is not open|could not serialize"):
            await connection.execute(
                text(
                    "INSERT INTO journal (city, id, key, sha256, kind, period, agreement, note, by)"
                    " SELECT city, gen_random_uuid(), 'slip', 'x', 'share', '2025-12', id, '',"
                    " gen_random_uuid() FROM agreement LIMIT 1"
                )
            )
        await connection.rollback()


async def test_a_close_waits_for_a_posting_under_way(issued):
    posted, done = asyncio.Event(), asyncio.Event()

    async def post():
        async with issued.session() as session:
            await post_batch(session, PEOPLE.maker, [entry(await agreement(session), "under way")])
            posted.set()
            await asyncio.sleep(0.3)
            assert not done.is_set()

    async def close():
        await posted.wait()
        async with issued.session() as session:
            await close_months(session, 12)
            done.set()

    await asyncio.gather(post(), close())
    async with issued.session() as session:
        assert (
            await session.execute(text("SELECT count(*) FROM journal WHERE key = 'under way'"))
        ).scalar_one() == 1
