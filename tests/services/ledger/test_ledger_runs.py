"""Computing a month: what it books, where late data go, and the cause they name."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from allocation.sharing.postings import legs_of_share
from auth.principal import Role
from services.kit.known import last_known, next_known
from services.ledger import errors, service
from services.ledger.imports import write_incentives, write_receipts
from services.ledger.posting import JournalEntry, post_batch
from tests.services.ledger import story
from tests.services.ledger.factories import (
    CITY,
    SYSTEM,
    TODAY,
    incentive_inputs,
    load_agreements,
    person,
    read,
    receipt_inputs,
)
from tests.services.ledger.story import PEOPLE


async def test_late_data_of_a_closed_year_is_booked_in_an_open_month_and_names_its_own(on_issued):
    await story.declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await story.close(on_issued, 2025)
    before = {one.county: one.body_sha256 for one in await story.live(on_issued, "2025")}
    first = receipt_inputs()[0]
    await write_receipts(
        on_issued,
        SYSTEM,
        [replace(first, county_fen=first.county_fen + 1000, amount_fen=first.amount_fen + 1000)],
    )
    result, made = await service.compute_month(on_issued, PEOPLE.maker, "2026-01", TODAY)
    rows = await on_issued.execute(
        text(
            "SELECT month, facts->>'cause', base_fen, origin_fen FROM entitlement_line"
            " WHERE run = :run AND month < '2026-01'"
        ),
        {"run": result.run.id},
    )
    assert [tuple(row) for row in rows] == [("2025-02", "receipt", 1000, 500)]
    lines = [line for one in made for line in one.body["lines"] if line["earlier"]]
    assert {(line["year"], line["fen"], tuple(line["causes"])) for line in lines} == {
        (2025, 500, ("receipt",))
    }
    assert {line["direction"] for line in lines} == {"up", "down"}
    assert before == {one.county: one.body_sha256 for one in await story.live(on_issued, "2025")}
    assert await service.books_balanced(on_issued, CITY)


async def test_computing_refuses_strangers_nonsense_and_the_future(on_loaded):
    with pytest.raises(errors.NotForYou):
        await service.compute_month(on_loaded, person(Role.city_office), "2025-03", TODAY)
    with pytest.raises(errors.MonthNotBegun):
        await service.compute_month(on_loaded, PEOPLE.maker, "2027-02", TODAY)
    for wrong in ("2025", "2025Q1", "2025-13", "x"):
        with pytest.raises(errors.NoPeriod):
            await service.compute_month(on_loaded, PEOPLE.maker, wrong, TODAY)


async def test_computing_twice_books_once(on_loaded):
    await service.compute_month(on_loaded, PEOPLE.maker, "2025-03", TODAY)
    booked = await service.shared_fen(on_loaded, CITY)
    result, made = await service.compute_month(on_loaded, PEOPLE.maker, "2025-03", TODAY)
    assert (result.journals, result.origin_fen, result.run.lines) == (0, 0, 0)
    assert {one.version for one in made} == {1}
    assert await service.shared_fen(on_loaded, CITY) == booked
    assert await service.months_computed(on_loaded, CITY) == ["2025-03"]


async def causes(session, run):
    rows = await session.execute(
        text("SELECT DISTINCT month, facts->>'cause' FROM entitlement_line WHERE run = :run"), {"run": run.id}
    )
    return dict(rows.all())


async def test_a_change_of_an_earlier_month_names_its_cause(on_loaded):
    first, _ = await service.compute_month(on_loaded, PEOPLE.maker, "2026-03", TODAY)
    assert set((await causes(on_loaded, first.run)).values()) == {"not_computed", None}
    given = incentive_inputs()[0]
    early = replace(given, document_no="补录1号", paid_on=date(2026, 2, 3), amount_fen=100)
    await write_incentives(on_loaded, SYSTEM, [early])
    second, _ = await service.compute_month(on_loaded, PEOPLE.maker, "2026-03", TODAY)
    assert await causes(on_loaded, second.run) == {"2026-02": "incentive"}
    deal = read("协议")[0]
    await load_agreements(on_loaded, [deal | {"首谈地分享比例(%)": "40"}])
    third, _ = await service.compute_month(on_loaded, PEOPLE.maker, "2026-03", TODAY)
    assert set((await causes(on_loaded, third.run)).values()) <= {"terms", None}


async def test_an_older_engine_is_a_cause_of_its_own(on_loaded):
    await on_loaded.execute(
        text("INSERT INTO period (city, code, state) VALUES ('611000', '2026-01', 'open')")
    )
    await on_loaded.execute(
        text(
            "INSERT INTO calc_run (city, id, period, known, engine, input_sha256, output_sha256, lines, by)"
            " VALUES ('611000', gen_random_uuid(), '2026-01', :known, 'sharing-0', '', '', 0,"
            " gen_random_uuid())"
        ),
        {"known": await next_known(on_loaded, CITY)},
    )
    result, _ = await service.compute_month(on_loaded, PEOPLE.maker, "2026-03", TODAY)
    found = await causes(on_loaded, result.run)
    assert {cause for month, cause in found.items() if month <= "2026-01"} == {"engine"}, "it booked nothing"
    assert {cause for month, cause in found.items() if month > "2026-01"} == {"not_computed", None}


async def test_a_taken_key_stops_a_run(on_loaded):
    await service.compute_month(on_loaded, PEOPLE.maker, "2025-02", TODAY)
    known = await last_known(on_loaded, CITY)
    found = await on_loaded.execute(text("SELECT id FROM agreement WHERE code = '6110-XY-008'"))
    number = found.scalar_one()
    taken = JournalEntry(
        key=f"share/6110-XY-008/2025-02/{known + 1}",
        period="2025-02",
        agreement=number,
        legs=legs_of_share("611024", "611002", 1),
        note="",
    )
    await post_batch(on_loaded, PEOPLE.maker, [taken])
    more = next(row for row in receipt_inputs() if row.credit_code == "91611002MA1LGH9JEX")
    await on_loaded.execute(text("UPDATE known_clock SET value = value - 1"))
    await write_receipts(on_loaded, SYSTEM, [replace(more, ticket="9", amount_fen=10_000, county_fen=10_000)])
    with pytest.raises(errors.PostingConflict):
        await service.compute_month(on_loaded, PEOPLE.maker, "2025-02", TODAY)
