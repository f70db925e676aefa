"""Receipts and incentives as files bring them: revisions, order, and what is only listed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from services.kit.known import last_known
from services.ledger import service
from services.ledger.imports import existing_incentives, existing_receipts, write_incentives, write_receipts
from services.ledger.receipts import Apart
from tests.services.ledger.factories import (
    CITY,
    SYSTEM,
    TODAY,
    incentive_inputs,
    load_agreements,
    load_ground,
    load_money,
    project_input,
    read,
    receipt_inputs,
)
from tests.services.ledger.story import PEOPLE


async def count(session, table):
    return (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


async def test_what_is_stored_is_what_was_written(on_loaded):
    rows, given = receipt_inputs(), incentive_inputs()
    assert await existing_receipts(on_loaded, CITY) == {row.ticket: row for row in rows}
    assert await existing_incentives(on_loaded, CITY) == {
        (row.credit_code, row.document_no): row for row in given
    }
    assert await service.receipt_count(on_loaded, CITY) == 1846
    assert len(await service.unmatched(on_loaded, CITY)) == 6
    assert len(await service.level_differences(on_loaded, CITY)) == 4


async def test_importing_twice_writes_nothing(on_loaded):
    before = [await count(on_loaded, name) for name in ("receipt_version", "incentive", "receipt_batch")]
    await load_money(on_loaded)
    assert [
        await count(on_loaded, name) for name in ("receipt_version", "incentive", "receipt_batch")
    ] == before


async def test_a_second_file_is_a_revision_and_the_first_stays(on_loaded):
    row, given = receipt_inputs()[0], incentive_inputs()[0]
    changed = replace(row, amount_fen=row.amount_fen + 5, county_fen=row.county_fen + 5)
    await write_receipts(on_loaded, SYSTEM, [changed])
    await write_incentives(on_loaded, SYSTEM, [replace(given, amount_fen=1)])
    stored = await on_loaded.execute(
        text("SELECT revision, amount_fen FROM receipt_version WHERE ticket = :ticket ORDER BY revision"),
        {"ticket": row.ticket},
    )
    assert [tuple(one) for one in stored] == [(1, row.amount_fen), (2, row.amount_fen + 5)]
    assert (await existing_receipts(on_loaded, CITY))[row.ticket] == changed
    assert (await existing_incentives(on_loaded, CITY))[given.credit_code, given.document_no].amount_fen == 1
    await write_receipts(on_loaded, SYSTEM, [row])
    assert (await existing_receipts(on_loaded, CITY))[row.ticket] == row
    events = await on_loaded.execute(
        text("SELECT after->>'rows' FROM audit_event WHERE action = 'ledger.receipts_loaded' ORDER BY id")
    )
    assert [one for (one,) in events] == ["1846", "1", "1"]


async def test_known_numbers_have_no_gap(on_loaded):
    await write_receipts(on_loaded, SYSTEM, [replace(receipt_inputs()[0], amount_fen=1, county_fen=1)])
    await service.compute_month(on_loaded, PEOPLE.maker, "2025-02", TODAY)
    numbers = await on_loaded.execute(
        text(
            "SELECT known FROM receipt_batch UNION SELECT known FROM calc_run"
            " UNION SELECT known FROM agreement_version ORDER BY known"
        )
    )
    assert list(numbers.scalars()) == list(range(1, await last_known(on_loaded, CITY) + 1))


async def test_what_belongs_to_no_agreement_is_listed_with_its_reason(session):
    from services.projects.imports import write_companies, write_projects
    from services.projects.inputs import CompanyInput

    await load_ground(session)
    await load_agreements(session, read("协议")[:1])
    await write_projects(session, SYSTEM, [project_input("6110-2024-9999", "611002", "某项目")])
    lone = CompanyInput(
        project="6110-2024-9999",
        credit_code="91611024MAFNHXC585",
        name="某公司",
        registered_in="611024",
        registered_on=date(2024, 1, 1),
    )
    await write_companies(session, SYSTEM, [lone])
    rows = receipt_inputs()
    firm = next(row for row in rows if row.credit_code == "91611021MA77E6G5DA")
    lonely = next(row for row in rows if row.credit_code == lone.credit_code)
    stranger = next(row for row in rows if row.credit_code == "91611002MAFE2HB7YA")
    elsewhere = replace(firm, ticket="1", treasury="611022")
    await write_receipts(session, SYSTEM, [firm, lonely, stranger, elsewhere])
    found = {row.ticket: row.reason for row in await service.apart(session, CITY)}
    assert found == {
        lonely.ticket: Apart.no_agreement,
        stranger.ticket: Apart.no_company,
        "1": Apart.other_treasury,
    }
    assert [row.ticket for row in await service.apart(session, CITY, "611022")] == ["1"]
    await service.compute_month(session, PEOPLE.maker, firm.paid_on.strftime("%Y-%m"), TODAY)
    retained = (
        await session.execute(text("SELECT sum(base_fen)::bigint FROM entitlement_line"))
    ).scalar_one()
    assert retained == firm.county_fen, "what was paid elsewhere is not shared"


async def test_an_origin_without_a_treasury_gets_no_money(session):
    await load_ground(session)
    deal = read("协议")[0]
    await load_agreements(session, [deal])
    await session.execute(
        text("UPDATE region SET has_treasury = false WHERE code = :c"), {"c": deal["首谈地"]}
    )
    await load_money(session)
    result, made = await service.compute_month(session, PEOPLE.maker, "2026-12", TODAY)
    assert (result.journals, result.origin_fen, made) == (0, 0, [])
    assert await service.books_balanced(session, CITY)


@pytest.mark.parametrize(
    ("account", "found"), [("due_from", {"book", "pair"}), ("share_income", {"book", "agreement"})]
)
async def test_a_planted_fen_is_found(on_issued, account, found):
    assert await service.book_faults(on_issued, CITY) == []
    await on_issued.execute(text("ALTER TABLE leg DISABLE TRIGGER USER"))
    await on_issued.execute(
        text(
            "UPDATE leg SET amount_fen = amount_fen + 1 FROM ledger_account a"
            " WHERE a.id = leg.account AND a.kind = :account AND leg.journal ="
            " (SELECT id FROM journal ORDER BY key LIMIT 1)"
        ),
        {"account": account},
    )
    kinds = {fault.split("/")[0] for fault in await service.book_faults(on_issued, CITY)}
    assert kinds == found
    assert not await service.books_balanced(on_issued, CITY)
