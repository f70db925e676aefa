"""Batches of receipts: what a file changed, who sees it; withdrawals; what flows in later."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.ledger import batches, service
from services.ledger.errors import NoSuchBatch, NoSuchReceipt, NotForYou, ReasonMissing
from services.ledger.imports import existing_receipts, write_receipts
from tests.services.ledger.factories import SYSTEM, person, receipt_inputs
from tests.services.reconciliation import world

TODAY = world.TODAY


async def corrected(session):
    """A batch that brings one new ticket, corrects one of the host, and moves one to the outsider."""
    rows = receipt_inputs()
    own = next(row for row in rows if row.treasury == world.HOST and row.county_fen > 500)
    moved = next(row for row in rows if row.treasury == world.ORIGIN)
    changed = replace(own, amount_fen=own.amount_fen + 5, county_fen=own.county_fen + 5)
    fresh = replace(own, ticket="NEW-1")
    batch = await write_receipts(
        session, SYSTEM, [changed, fresh, replace(moved, treasury=world.OUTSIDER), rows[-1]]
    )
    return batch, own, moved


async def test_a_batch_shows_old_and_new_and_its_counts(on_loaded):
    batch, own, moved = await corrected(on_loaded)
    one = await batches.find_batch(on_loaded, world.FINANCE, batch)
    assert (one.rows, one.new, one.changed) == (3, 1, 2)
    assert one.whole["counts"] == {"new": 1, "changed": 2, "same": 1, "bad": 0}
    rows = {row.ticket: row for row in await batches.batch_rows(on_loaded, world.FINANCE, batch)}
    assert rows["NEW-1"].before_fen is None
    assert rows[own.ticket].before_fen == own.amount_fen
    assert {name: (old, new) for name, old, new in rows[own.ticket].changes} == {
        "amount_fen": (str(own.amount_fen), str(own.amount_fen + 5)),
        "county_fen": (str(own.county_fen), str(own.county_fen + 5)),
    }
    assert [change[0] for change in rows[moved.ticket].changes] == ["treasury"]
    revised = await batches.batch_rows(on_loaded, world.FINANCE, batch, revised=True)
    assert {row.ticket for row in revised} == {own.ticket, moved.ticket}
    page = await batches.batch_rows(on_loaded, world.FINANCE, batch, limit=1)
    rest = await batches.batch_rows(on_loaded, world.FINANCE, batch, after=page[0].ticket)
    assert len(page) + len(rest) == 3


async def test_a_county_sees_its_own_treasury_s_part_alone(on_loaded):
    batch, own, moved = await corrected(on_loaded)
    host = world.county(world.HOST)
    one = await batches.find_batch(on_loaded, host, batch)
    assert (one.rows, one.new, one.changed, one.whole, one.file_sha256) == (2, 1, 1, None, None)
    assert {row.ticket for row in await batches.batch_rows(on_loaded, host, batch)} == {own.ticket, "NEW-1"}
    outsider = world.county(world.OUTSIDER)
    (row,) = await batches.batch_rows(on_loaded, outsider, batch)
    assert row.ticket == moved.ticket
    assert (row.before_fen, row.changes) == (None, ()), "what others had stays theirs"
    with pytest.raises(NoSuchBatch):
        await batches.find_batch(on_loaded, world.county(world.ORIGIN), batch)
    for role in (Role.city_office, Role.county_leader):
        with pytest.raises(NotForYou):
            await batches.batches(on_loaded, person(role))


async def test_a_ticket_is_withdrawn_by_hand_and_its_share_taken_back(on_loaded):
    await service.compute_month(on_loaded, world.FINANCE, "2026-03", TODAY)
    ticket = next(
        row
        for row in receipt_inputs()
        if row.treasury == world.HOST and row.credit_code == "91611021MA77E6G5DA" and row.county_fen > 10_000
    ).ticket
    for who, why, fault in (
        (world.county(world.HOST), "重复", NotForYou),
        (world.FINANCE, " ", ReasonMissing),
    ):
        with pytest.raises(fault):
            await batches.withdraw(on_loaded, who, ticket, why)
    with pytest.raises(NoSuchReceipt):
        await batches.withdraw(on_loaded, world.FINANCE, "no-such", "重复")
    made = await batches.withdraw(on_loaded, world.FINANCE, ticket, "重复入库")
    assert made.note == "重复入库"
    stored = (await existing_receipts(on_loaded, world.CITY))[ticket]
    assert (stored.withdrawn, stored.amount_fen, stored.county_fen) == (True, 0, 0)
    with pytest.raises(NoSuchReceipt):
        await batches.withdraw(on_loaded, world.FINANCE, ticket, "再次")
    result, _ = await service.compute_month(on_loaded, world.FINANCE, "2026-04", TODAY)
    earlier = await on_loaded.execute(
        text("SELECT sum(base_fen)::bigint FROM entitlement_line WHERE run = :run AND month < '2026-04'"),
        {"run": result.run.id},
    )
    assert earlier.scalar_one() < 0, "the next run takes back what the ticket had brought"


async def test_an_unknown_enterprise_is_listed_apart_by_firm_and_flows_in_once_registered(on_loaded):
    apart = batches.by_firm(await service.apart(on_loaded, world.CITY))
    assert sum(one.receipts for one in apart) == len(await service.apart(on_loaded, world.CITY))
    assert [abs(one.fen) for one in apart] == sorted((abs(one.fen) for one in apart), reverse=True)
    strangers = [one for one in apart if one.reason == "no_company"]
    assert sum(one.receipts for one in strangers) == 6
    await on_loaded.execute(
        text("UPDATE company SET credit_code = :code WHERE credit_code = '91611021MA77E6G5DA'"),
        {"code": strangers[0].credit_code},
    )
    left = batches.by_firm(await service.apart(on_loaded, world.CITY))
    reasons = {(one.credit_code, one.reason) for one in left}
    assert (strangers[0].credit_code, "no_company") not in reasons
    assert ("91611021MA77E6G5DA", "no_company") in reasons


async def test_pages_and_addresses_of_batches(quarter_site):
    finance = await quarter_site.browser(Role.city_finance)
    headers = await quarter_site.person(Role.city_finance)
    listed = (await quarter_site.client.get("/v1/receipts/batches", headers=headers)).json()["items"]
    place = f"/receipts/batches/{listed[0]['id']}"
    assert place in await finance.page("/receipts?tab=batches")
    await finance.page("/receipts?tab=apart")
    await finance.page(place)
    english = await quarter_site.browser(Role.county_finance, world.HOST, "en")
    await english.page(place)
    rows = await quarter_site.client.get(f"/v1{place}/rows?limit=2", headers=headers)
    ticket = rows.json()["items"][0]["ticket"]
    assert rows.json()["next"] == rows.json()["items"][1]["ticket"]
    assert (await quarter_site.client.get(f"/v1{place}", headers=headers)).json()["rows"] == 1846
    firms = (await quarter_site.client.get("/v1/receipts/unmatched/firms", headers=headers)).json()["items"]
    assert any(firm["reason"] == "no_company" for firm in firms)
    wrong = await finance.send("/receipts?tab=batches", "/receipts/withdraw", ticket=ticket, reason=" ")
    assert wrong.status_code == 422
    done = await finance.send("/receipts?tab=batches", "/receipts/withdraw", ticket=ticket, reason="重复")
    assert done.status_code == 303
    await finance.page(done.headers["location"])
    again = await quarter_site.client.post(
        f"/v1/receipts/{ticket}/withdrawal",
        headers=headers | {"idempotency-key": "withdraw-1"},
        json={"reason": "再次"},
    )
    assert (again.status_code, again.json()["type"]) == (404, "/problems/no-such-receipt")
    other = rows.json()["items"][1]["ticket"]
    made = await quarter_site.client.post(
        f"/v1/receipts/{other}/withdrawal",
        headers=headers | {"idempotency-key": "withdraw-2"},
        json={"reason": "重复"},
    )
    assert made.status_code == 201, made.text
