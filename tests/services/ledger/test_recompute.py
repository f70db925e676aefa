"""Recomputation: what stands comes out again byte for byte, and what was tampered with is named."""

import pytest
from sqlalchemy import text

from services.ledger import adjustments, errors, reopening, service
from services.ledger.recompute import recompute
from services.ledger.reopening_words import Cause, ReopeningReason
from tests.services.ledger import settled, story
from tests.services.ledger.factories import CITY, TODAY
from tests.services.ledger.settled import AGREEMENT
from tests.services.ledger.story import PEOPLE


async def changed(session):
    """A year with everything that may change it: late receipts, late terms, a sheet, a second version."""
    await settled.amend(session)
    await settled.revise(session)
    await service.compute_month(session, PEOPLE.maker, "2026-03", TODAY)
    asked = adjustments.AdjustmentRequest(
        agreements=[AGREEMENT], causes=[Cause.terms], document_no="文号", reason="追溯"
    )
    sheet = await adjustments.make_adjustment(session, PEOPLE.maker, asked, TODAY)
    await adjustments.approve_adjustment(
        session, PEOPLE.checker, sheet.id, sheet.body_sha256, TODAY, sheet.revision
    )
    await service.compute_month(session, PEOPLE.maker, "2026-04", TODAY)
    found = await reopening.request_reopening(
        session, PEOPLE.maker, 2025, ReopeningReason.agreement, "补充协议", "文号", TODAY
    )
    await reopening.approve_reopening(session, PEOPLE.checker, 2025, found.id, TODAY, 1)
    await story.issue(session, "2025")
    await story.confirm_all(session, "2025")
    await story.close(session, 2025)


async def test_all_that_stands_comes_out_again(on_closed):
    await changed(on_closed)
    await on_closed.execute(text("UPDATE level_share SET city_bp = city_bp + county_bp, county_bp = 0"))
    await on_closed.execute(text("UPDATE region SET name = name || '（新名）'"))
    for period, runs, papers in (("2024", 1, 8), ("2025", 1, 12), ("2026", 2, 4), ("2026Q1", 1, 2)):
        found = await recompute(on_closed, CITY, period)
        assert (found.differences, found.passed, found.runs) == ([], True, runs), period
        assert found.statements >= 2, (period, papers)
    assert found.lines == 3
    with pytest.raises(errors.NoPeriod):
        await recompute(on_closed, CITY, "2026-13")


TAMPERED = {
    "UPDATE entitlement_line SET facts = facts || '{\"ratio_bp\": 1}' WHERE month = '2025-03'": {"line"},
    "UPDATE entitlement_line SET origin_fen = origin_fen + 1, host_fen = host_fen - 1": {"line", "statement"},
    "UPDATE calc_run SET input_sha256 = 'x'": {"run"},
    "UPDATE journal SET note = 'x'": {"journal"},
    "UPDATE statement SET body = body || '{\"up_fen\": 1}' WHERE kind = 'year' AND county = '611021'": {
        "statement"
    },
    "UPDATE receipt_version SET county_fen = 1 WHERE ticket = 'T3'": {"run", "line", "journal", "statement"},
    "DELETE FROM entitlement_line WHERE month = '2025-03'": {"run", "line", "statement"},
}


@pytest.mark.parametrize("statement", TAMPERED)
async def test_what_was_tampered_with_is_named(on_closed, statement):
    """As a superuser who turns the guards off would."""
    await on_closed.execute(text("SET LOCAL session_replication_role = replica"))
    for table in ("entitlement_line", "calc_run", "journal", "statement", "receipt_version"):
        await on_closed.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    await on_closed.execute(text(statement))
    found = await recompute(on_closed, CITY, "2025")
    assert not found.passed
    assert TAMPERED[statement] <= {one.kind for one in found.differences}
    assert all(one.name and one.detail for one in found.differences)


async def test_a_journal_that_no_run_wrote_is_held_against_its_hash(on_closed):
    await on_closed.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
    await on_closed.execute(text("UPDATE journal SET run = NULL WHERE period = '2025-12'"))
    found = await recompute(on_closed, CITY, "2025")
    assert {one.kind for one in found.differences} == {"journal"}
    await on_closed.execute(text("UPDATE journal SET key = 'other', sha256 = 'x' WHERE period = '2025-12'"))
    again = await recompute(on_closed, CITY, "2025")
    assert {(one.name, one.detail[:6]) for one in again.differences} >= {("other", "sha256")}
