"""A closed year is netted through the city: once, by all, and the books say so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from allocation.sharing.postings import AccountKind
from services.kit.errors import SamePerson, Stale
from services.ledger import service as ledger
from services.ledger.errors import PeriodClosed
from services.ledger.imports import write_receipts
from services.settlement import errors, service
from services.settlement.dues import read_year
from services.settlement.words import SettlementState
from tests.services.ledger import story as year
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, People, person, receipt_inputs
from tests.services.settlement import story
from tests.services.settlement.story import PEOPLE


async def test_nets_sum_to_nothing_and_gross_is_what_the_statements_say(on_closed):
    made = await service.propose(on_closed, PEOPLE.maker, 2025, TODAY)
    parts = await story.parts(on_closed, made)
    statements = {one.county: one.body for one in await year.live(on_closed, "2025")}
    assert {part.county for part in parts} == set(statements)
    assert sum(part.net_fen for part in parts) == 0
    for part in parts:
        assert part.up_fen == statements[part.county]["up_fen"]
        assert part.down_fen == statements[part.county]["down_fen"]
        assert sum(one["fen"] for one in part.body["subjects"] if one["direction"] == "up") == part.up_fen
        assert all(part.county in (line["debtor"], line["creditor"]) for line in part.body["lines"])
    assert made.number == "QS-611000-2025-01"
    assert made.due_on == TODAY + timedelta(days=30)
    assert len(made.body["direct"]) <= len(made.body["transfers"])


async def test_the_last_confirmation_posts_and_every_due_moves_to_clearing(on_closed):
    made = await story.sent(on_closed, 2025)
    nets = {part.county: part.net_fen for part in await story.parts(on_closed, made)}
    waiting = await story.parts(on_closed, made)
    for part in waiting[:-1]:
        await service.confirm(on_closed, People.county(part.county), made.id, part.sha256, TODAY)
    assert made.state is SettlementState.pending
    assert await story.orders(on_closed) == []
    last = waiting[-1]
    await service.confirm(on_closed, People.county(last.county), made.id, last.sha256, TODAY)
    assert made.state is SettlementState.posted
    assert await ledger.books_balanced(on_closed, CITY)
    held = await ledger.balances(on_closed, CITY)
    assert not any(one.fen for one in held if one.kind in (AccountKind.due_to, AccountKind.due_from))
    clearing = {
        one.county: one.fen for one in held if one.kind is AccountKind.clearing and one.county != CITY
    }
    assert clearing == {county: net for county, net in nets.items() if net and county != CITY}
    orders = await story.orders(on_closed)
    assert [one.number for one in orders] == [f"6110-BK-2027-{n:03}" for n in range(1, len(orders) + 1)]
    assert {one.payer if one.payee == CITY else one.payee: one.fen for one in orders} == {
        county: abs(net) for county, net in nets.items() if net
    }
    left = await service.unsettled(on_closed, CITY, 2025)
    assert left.share_fen == 0
    assert left.order_fen == sum(one.fen for one in orders)
    assert not left.nothing


async def test_what_is_unsettled_is_what_the_dues_accounts_hold(on_closed):
    before = await service.unsettled(on_closed, CITY, 2025)
    owed = sum(-one.fen for one in await ledger.balances(on_closed, CITY) if one.kind is AccountKind.due_to)
    assert before.share_fen == owed > 0
    items = await service.register(on_closed, PEOPLE.maker, TODAY)
    assert sum(one.open_fen for one in items if one.direction.value == "up") == owed
    assert sum(one.open_fen for one in items if one.direction.value == "down") == owed


async def test_a_year_is_settled_once_and_then_only_what_changed(on_closed):
    await story.settle(on_closed, 2025)
    with pytest.raises(errors.NothingToSettle):
        await service.propose(on_closed, PEOPLE.maker, 2025, TODAY)
    assert (await read_year(on_closed, CITY, 2025)).lines == ()


async def test_what_is_booked_for_the_year_later_is_settled_with_the_year_that_booked_it(on_closed):
    """A receipt of 2025 known after the close is booked in 2026: it is open there, and 2025 stays settled."""
    made = await story.settle(on_closed, 2025)
    firm = await firm_of(on_closed, made)
    first = next(row for row in receipt_inputs() if row.credit_code == firm)
    late = replace(first, ticket="61100025129999999", paid_on=date(2025, 11, 28), treasury=first.treasury)
    await write_receipts(on_closed, SYSTEM, [late])
    before = (await service.unsettled(on_closed, CITY, 2026)).share_fen
    await ledger.compute_month(on_closed, PEOPLE.maker, "2026-01", TODAY)
    with pytest.raises(errors.NothingToSettle):
        await service.propose(on_closed, PEOPLE.maker, 2025, TODAY)
    assert (await service.unsettled(on_closed, CITY, 2025)).share_fen == 0
    assert (await service.unsettled(on_closed, CITY, 2026)).share_fen > before


async def firm_of(session, settlement):
    """The firm behind a settlement's first line."""
    agreement = (await story.parts(session, settlement))[0].body["lines"][0]["agreement_id"]
    found = await session.execute(
        text(
            "SELECT c.credit_code FROM company c"
            " JOIN agreement a ON a.city = c.city AND a.project = c.project"
            " WHERE a.id = CAST(:agreement AS uuid)"
        ),
        {"agreement": agreement},
    )
    return found.scalar_one()


async def test_only_a_closed_year_is_settled(on_issued_year):
    with pytest.raises(errors.YearNotClosed):
        await service.propose(on_issued_year, PEOPLE.maker, 2025, TODAY)
    with pytest.raises(errors.YearNotClosed):
        await service.propose(on_issued_year, PEOPLE.maker, 2031, TODAY)


async def test_another_checks_and_only_the_city_proposes(on_closed):
    county = People.county("611002")
    with pytest.raises(errors.NotYours):
        await service.propose(on_closed, county, 2025, TODAY)
    made = await service.propose(on_closed, PEOPLE.maker, 2025, TODAY)
    with pytest.raises(errors.AlreadyOpen):
        await service.propose(on_closed, PEOPLE.checker, 2025, TODAY)
    with pytest.raises(SamePerson):
        await service.check(on_closed, PEOPLE.maker, made.id, TODAY, made.revision)
    with pytest.raises(Stale):
        await service.check(on_closed, PEOPLE.checker, made.id, TODAY, made.revision + 1)
    with pytest.raises(errors.NotYours):
        await service.check(on_closed, PEOPLE.auditor, made.id, TODAY, made.revision)
    part = next(one for one in await story.parts(on_closed, made))
    with pytest.raises(errors.SettlementMoved):
        await service.confirm(on_closed, People.county(part.county), made.id, part.sha256, TODAY)
    await service.check(on_closed, PEOPLE.checker, made.id, TODAY, made.revision)
    with pytest.raises(errors.SettlementMoved):
        await service.check(on_closed, PEOPLE.checker, made.id, TODAY, made.revision)


async def test_a_county_confirms_its_own_part_by_its_hash_once(on_closed):
    made = await story.sent(on_closed, 2025)
    first, second = (await story.parts(on_closed, made))[:2]
    finance = People.county(first.county)
    with pytest.raises(errors.PartDiffers):
        await service.confirm(on_closed, finance, made.id, second.sha256, TODAY)
    with pytest.raises(errors.NotYours):
        await service.confirm(on_closed, PEOPLE.maker, made.id, first.sha256, TODAY)
    with pytest.raises(errors.NoSuchSettlement):
        await service.confirm(on_closed, person(*OUTSIDE), made.id, first.sha256, TODAY)
    await service.confirm(on_closed, finance, made.id, first.sha256, TODAY, scan_sha256="a" * 64)
    with pytest.raises(errors.PartConfirmed):
        await service.confirm(on_closed, finance, made.id, first.sha256, TODAY)
    shown = await service.view(on_closed, PEOPLE.maker, made, TODAY)
    assert shown.events[-1].facts == {"scan_sha256": "a" * 64}
    assert shown.waiting == len(shown.parts) - 1


OUTSIDE = (People.county("611099").role, "611099")


async def test_voiding_and_expiring_before_posting_only(on_closed):
    made = await story.sent(on_closed, 2025)
    with pytest.raises(errors.ReasonNeeded):
        await service.void(on_closed, PEOPLE.maker, made.id, " ", TODAY, made.revision)
    with pytest.raises(errors.NotExpired):
        await service.expire(on_closed, PEOPLE.maker, made.id, TODAY, made.revision)
    with pytest.raises(errors.NotYours):
        await service.void(on_closed, PEOPLE.auditor, made.id, "不该由我", TODAY, made.revision)
    late = made.expires_on + timedelta(days=1)
    assert (await service.view(on_closed, PEOPLE.maker, made, late)).overdue
    await service.expire(on_closed, PEOPLE.maker, made.id, late, made.revision)
    assert made.state is SettlementState.expired
    again = await service.propose(on_closed, PEOPLE.maker, 2025, TODAY)
    assert again.seq == 2
    await service.void(on_closed, PEOPLE.checker, again.id, "口径有误", TODAY, again.revision)
    third = await story.settle(on_closed, 2025)
    assert third.seq == 3
    for step in (
        service.void(on_closed, PEOPLE.maker, third.id, "晚了", TODAY, third.revision),
        service.expire(on_closed, PEOPLE.maker, third.id, late, third.revision),
    ):
        with pytest.raises(errors.SettlementMoved):
            await step
    assert (await service.unsettled(on_closed, CITY, 2025)).settlements == ()


async def test_a_closed_month_takes_no_settlement(on_closed):
    """January 2027 closed under it: the last confirmation is refused and nothing of it stays."""
    made = await story.sent(on_closed, 2025)
    waiting = await story.parts(on_closed, made)
    for part in waiting[:-1]:
        await service.confirm(on_closed, People.county(part.county), made.id, part.sha256, TODAY)
    await on_closed.execute(
        text("UPDATE period SET state = 'closed', watermark = 1 WHERE code < '2027' AND state = 'open'")
    )
    await on_closed.execute(
        text("INSERT INTO period (city, code, state) VALUES (:city, '2027-01', 'open')"), {"city": CITY}
    )
    await on_closed.execute(text("UPDATE period SET state = 'closed', watermark = 1 WHERE code = '2027-01'"))
    last = waiting[-1]
    with pytest.raises(PeriodClosed):
        async with on_closed.begin_nested():
            await service.confirm(on_closed, People.county(last.county), made.id, last.sha256, TODAY)
    await on_closed.refresh(made)
    await on_closed.refresh(last)
    assert made.state is SettlementState.pending
    assert last.confirmed_by is None
