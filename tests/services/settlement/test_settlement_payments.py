"""Payments: in parts, never more than ordered, by two people, taken back once; and the books after them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from allocation.sharing.ageing import Age
from allocation.sharing.postings import AccountKind
from services.kit.errors import SamePerson, Stale
from services.ledger import service as ledger
from services.ledger.books_export import BookForm, book_file
from services.ledger.errors import PeriodClosed
from services.regions.settings import set_setting
from services.settlement import errors, service
from services.settlement.words import OpenKind, PaymentState
from tests.services.ledger import judges
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, People
from tests.services.settlement import story
from tests.services.settlement.story import PEOPLE


async def record(session, order, fen, voucher="PZ-1", paid_on=TODAY):
    return await service.record_payment(
        session, PEOPLE.maker, order.id, paid_on=paid_on, voucher_no=voucher, fen=fen, today=TODAY
    )


async def clearing(session):
    return [
        one.fen
        for one in await ledger.balances(session, CITY)
        if one.kind is AccountKind.clearing and one.fen
    ]


async def test_parts_add_up_and_the_last_one_clears_all(on_posted):
    orders = await story.orders(on_posted)
    for number, order in enumerate(orders):
        await story.pay(on_posted, order, 1, f"PZ-{number}-1")
        assert (await service.order_view(on_posted, PEOPLE.maker, order)).open_fen == order.fen - 1
        await story.pay(on_posted, order, order.fen - 1, f"PZ-{number}-2")
    assert await clearing(on_posted) == []
    assert await ledger.books_balanced(on_posted, CITY)
    assert (await service.unsettled(on_posted, CITY, 2025)).nothing
    assert await service.register(on_posted, PEOPLE.maker, TODAY) == []


async def test_more_than_is_open_is_refused_recorded_payments_counted(on_posted):
    order = (await story.orders(on_posted))[0]
    with pytest.raises(errors.Overpaid) as refused:
        await record(on_posted, order, order.fen + 1)
    assert refused.value.facts["open_fen"] == order.fen
    await record(on_posted, order, order.fen)
    with pytest.raises(errors.Overpaid):
        await record(on_posted, order, 1, "PZ-2")


async def test_a_voucher_counts_once_while_it_lives(on_posted):
    order, other = (await story.orders(on_posted))[:2]
    made = await record(on_posted, order, 100)
    with pytest.raises(errors.VoucherUsed):
        await record(on_posted, other, 100)
    await service.reject_payment(on_posted, PEOPLE.checker, made.id, made.revision)
    again = await record(on_posted, other, 100)
    assert again.state is PaymentState.recorded


async def test_what_no_voucher_says_is_refused_by_field(on_posted):
    order = (await story.orders(on_posted))[0]
    with pytest.raises(errors.BadPayment) as refused:
        await record(on_posted, order, 0, " ", TODAY + timedelta(days=1))
    assert [one.pointer for one in refused.value.errors] == ["/fen", "/voucher_no", "/paid_on"]
    with pytest.raises(errors.BadPayment):
        await record(on_posted, order, 1, "PZ-1", TODAY - timedelta(days=1))
    county = order.payer if order.payee == CITY else order.payee
    with pytest.raises(errors.NotYours):
        await service.record_payment(
            on_posted,
            People.county(county),
            order.id,
            paid_on=TODAY,
            voucher_no="PZ",
            fen=1,
            today=TODAY,
        )


async def test_maker_and_checker_differ_and_steps_come_once(on_posted):
    order = (await story.orders(on_posted))[0]
    made = await record(on_posted, order, 100)
    for step in (service.check_payment, service.reject_payment):
        with pytest.raises(SamePerson):
            await step(on_posted, PEOPLE.maker, made.id, made.revision)
        with pytest.raises(Stale):
            await step(on_posted, PEOPLE.checker, made.id, made.revision + 1)
        with pytest.raises(errors.NotYours):
            await step(on_posted, PEOPLE.auditor, made.id, made.revision)
    await service.check_payment(on_posted, PEOPLE.checker, made.id, made.revision)
    with pytest.raises(errors.PaymentMoved):
        await service.check_payment(on_posted, PEOPLE.checker, made.id, made.revision)
    with pytest.raises(errors.NoSuchPayment):
        await service.check_payment(on_posted, PEOPLE.checker, order.id, 1)


async def test_a_wrong_payment_is_taken_back_whole_and_once(on_posted):
    order = (await story.orders(on_posted))[0]
    before = await clearing(on_posted)
    made = await story.pay(on_posted, order, 100)
    with pytest.raises(errors.ReasonNeeded):
        await service.ask_reversal(on_posted, PEOPLE.maker, made.id, "", made.revision)
    await service.ask_reversal(on_posted, PEOPLE.maker, made.id, "凭证有误", made.revision)
    with pytest.raises(SamePerson):
        await service.refuse_reversal(on_posted, PEOPLE.maker, made.id, made.revision)
    with pytest.raises(SamePerson):
        await service.check_reversal(on_posted, PEOPLE.maker, made.id, TODAY, made.revision)
    assert (await service.order_view(on_posted, PEOPLE.maker, order)).paid_fen == 100
    await service.check_reversal(on_posted, PEOPLE.checker, made.id, TODAY, made.revision)
    assert made.state is PaymentState.reversed
    assert await clearing(on_posted) == before
    assert (await service.order_view(on_posted, PEOPLE.maker, order)).paid_fen == 0
    with pytest.raises(errors.PaymentMoved):
        await service.ask_reversal(on_posted, PEOPLE.maker, made.id, "再来", made.revision)
    with pytest.raises(errors.PaymentMoved):
        await service.check_reversal(on_posted, PEOPLE.checker, made.id, TODAY, made.revision)
    await story.pay(on_posted, order, order.fen)


async def test_a_closed_month_takes_no_payment(on_posted):
    order = (await story.orders(on_posted))[0]
    made = await record(on_posted, order, 100)
    for month in ("code < '2027'", "code = '2027-01'"):
        await on_posted.execute(
            text(f"UPDATE period SET state = 'closed', watermark = 1 WHERE {month} AND state = 'open'")
        )
    with pytest.raises(PeriodClosed):
        async with on_posted.begin_nested():
            await service.check_payment(on_posted, PEOPLE.checker, made.id, made.revision)
    await on_posted.refresh(made)
    assert made.state is PaymentState.recorded
    with pytest.raises(PeriodClosed):
        await record(on_posted, order, 100, "PZ-2")


async def test_late_interest_shows_where_a_city_sets_a_rate_and_is_never_booked(on_posted):
    order = (await story.orders(on_posted))[0]
    late = order.due_on + timedelta(days=40)
    before = {one.reference: one for one in await service.register(on_posted, PEOPLE.maker, late)}
    assert {one.age for one in before.values()} == {Age.to_90}
    assert not any(one.interest_fen for one in before.values())
    await set_setting(on_posted, SYSTEM, "late_interest_bp", 365, TODAY)
    after = {one.reference: one for one in await service.register(on_posted, PEOPLE.maker, late)}
    assert after[order.number].kind is OpenKind.order
    assert after[order.number].interest_fen == (2 * order.fen * 40 + 10_000) // 20_000
    assert await ledger.books_balanced(on_posted, CITY)
    ages = service.ageing(list(after.values()), after[order.number].direction, late)
    assert sum(sum(classes.values()) for classes in ages.values()) > 0


@pytest.mark.parametrize("form", list(BookForm))
async def test_outside_judges_pass_the_books_of_a_settled_and_paid_year(on_posted, tmp_path, form):
    orders = await story.orders(on_posted)
    await story.pay(on_posted, orders[0], orders[0].fen)
    wrong = await story.pay(on_posted, orders[1], 100, "PZ-2")
    await service.ask_reversal(on_posted, PEOPLE.maker, wrong.id, "凭证有误", wrong.revision)
    await service.check_reversal(on_posted, PEOPLE.checker, wrong.id, TODAY, wrong.revision)
    for county in (None, CITY, orders[0].payer if orders[0].payee == CITY else orders[0].payee):
        made = await book_file(on_posted, CITY, form, county)
        place = tmp_path / made.name
        place.write_bytes(made.data)
        assert judges.judged(place) == ""
        assert b"Clearing" in made.data
