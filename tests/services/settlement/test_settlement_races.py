"""Many at once: one settlement a year, posted once; and the database's own guards."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.kit.errors import DomainError
from services.settlement import errors, service
from services.settlement.tables import Settlement
from services.settlement.words import SettlementState
from tests.services.ledger.factories import CITY, TODAY, People
from tests.services.settlement import story
from tests.services.settlement.story import PEOPLE


async def together(database, works):
    """Run each work in a transaction of its own, all let go at once; tells what came of each."""
    barrier = asyncio.Barrier(len(works))

    async def one(work):
        try:
            async with database.session() as session:
                await session.execute(text("SELECT 1"))
                await barrier.wait()
                return await work(session)
        except DomainError as error:
            return error

    return await asyncio.gather(*(one(work) for work in works))


async def test_all_counties_confirm_at_once_and_it_is_posted_once(closed):
    async with closed.session() as session:
        made = await story.sent(session, 2025)
        parts = await story.parts(session, made)

    def confirming(part):
        async def work(session):
            return await service.confirm(session, People.county(part.county), made.id, part.sha256, TODAY)

        return work

    async with closed.session() as session:
        for part in parts[4:]:
            await service.confirm(session, People.county(part.county), made.id, part.sha256, TODAY)
    # Every county left twice, as two of its browsers would.
    answers = await together(closed, [confirming(part) for part in parts[:4] for _ in range(2)])
    assert sum(isinstance(one, errors.PartConfirmed) for one in answers) == len(parts[:4])
    async with closed.session() as session:
        found = await session.get(Settlement, {"city": CITY, "id": made.id})
        assert found.state is SettlementState.posted
        count = await session.execute(text("SELECT count(*) FROM journal WHERE kind = 'settlement'"))
        assert count.scalar_one() == 1
        numbers = [one.number for one in await story.orders(session)]
        assert numbers == [f"6110-BK-2027-{n:03}" for n in range(1, len(numbers) + 1)]


async def test_of_two_proposals_at_once_one_stands(closed):
    async def work(session):
        return await service.propose(session, PEOPLE.maker, 2025, TODAY)

    answers = await together(closed, [work] * 3)
    assert sum(isinstance(one, errors.AlreadyOpen) for one in answers) == 2


async def test_payments_at_once_never_pass_the_order(posted):
    async with posted.session() as session:
        order = (await story.orders(session))[0]

    def paying(number):
        async def work(session):
            return await service.record_payment(
                session,
                PEOPLE.maker,
                order.id,
                paid_on=TODAY,
                voucher_no=f"PZ-{number}",
                fen=order.fen * 2 // 3,
                today=TODAY,
            )

        return work

    answers = await together(posted, [paying(number) for number in range(4)])
    assert sum(isinstance(one, errors.Overpaid) for one in answers) == 3


PAYMENT = (
    "INSERT INTO payment (city, id, payment_order, state, revision, paid_on, voucher_no, fen, made_by,"
    " made_name, checked_by)"
    " SELECT city, gen_random_uuid(), id, {}, 1, current_date, 'x', {}, id, '', {} FROM payment_order"
)
FORBIDDEN = {
    "UPDATE settlement SET body = '{}'": "settlement_content",
    "UPDATE settlement SET state = 'voided', posted_on = NULL": "settlement_once",
    "DELETE FROM settlement": None,
    "TRUNCATE settlement CASCADE": None,
    "UPDATE settlement_part SET confirmed_on = confirmed_on + 1": "settlement_part_content",
    "UPDATE settlement_line SET fen = fen + 1": None,
    "UPDATE payment_order SET fen = fen + 1": None,
    "DELETE FROM settlement_event": None,
    "DELETE FROM payment": None,
    PAYMENT.format("'recorded'", "fen + 1", "NULL"): "payment_within_order",
    PAYMENT.format("'posted'", "1", "settlement"): "payment_within_order",
    "UPDATE payment SET fen = 2": "payment_step",
    "UPDATE payment SET state = 'recorded'": "payment_step",
}


async def test_the_database_refuses_what_no_program_may_do(on_posted):
    await story.pay(on_posted, (await story.orders(on_posted))[0], 1)
    for statement, guard in FORBIDDEN.items():
        with pytest.raises(DBAPIError) as refused:
            async with on_posted.begin_nested():
                await on_posted.execute(text(statement))
        assert guard is None or refused.value.orig.__cause__.constraint_name == guard, statement


async def test_nothing_is_posted_without_every_confirmation_and_its_journal(on_closed):
    made = await story.sent(on_closed, 2025)
    with pytest.raises(DBAPIError) as refused:
        async with on_closed.begin_nested():
            await on_closed.execute(text("UPDATE settlement SET state = 'posted', posted_on = current_date"))
    assert refused.value.orig.__cause__.constraint_name == "settlement_posted"
    with pytest.raises(DBAPIError) as refused:
        async with on_closed.begin_nested():
            await on_closed.execute(text("UPDATE settlement SET checked_by = gen_random_uuid()"))
    assert refused.value.orig.__cause__.constraint_name == "settlement_checker"
    await service.void(on_closed, PEOPLE.maker, made.id, "重来", TODAY, made.revision)
    with pytest.raises(DBAPIError) as refused:
        async with on_closed.begin_nested():
            await on_closed.execute(
                text(
                    "UPDATE settlement_part"
                    " SET confirmed_by = settlement, confirmed_name = '', confirmed_on = now()"
                )
            )
    assert refused.value.orig.__cause__.constraint_name == "settlement_part_pending"
