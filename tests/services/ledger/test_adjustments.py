"""Causes of a difference, taken apart exactly, and the sheet that a closed year needs for most of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.sharing.amounts import Amounts
from allocation.sharing.causes import divide
from services.kit.errors import SamePerson, Stale
from services.ledger import (
    adjustment_reading,
    adjustments,
    calculation,
    errors,
    history,
    reopening_errors,
    service,
    states,
)
from services.ledger.adjustments import AdjustmentRequest
from services.ledger.imports import write_incentives
from services.ledger.inputs import IncentiveInput
from services.ledger.reopening_words import AdjustmentState, Cause
from services.ledger.todos import todos
from tests.services.ledger import settled
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, People
from tests.services.ledger.settled import AGREEMENT, FIRM, HOST, lines
from tests.services.ledger.story import PEOPLE

TERMS = AdjustmentRequest(
    agreements=[AGREEMENT], causes=[Cause.terms], document_no="商财调〔2026〕1号", reason="补充协议追溯"
)


async def compute(session, month):
    result, _ = await service.compute_month(session, PEOPLE.maker, month, TODAY)
    return result


async def make(session, asked=TERMS, who=PEOPLE.maker):
    return await adjustments.make_adjustment(session, who, asked, TODAY)


async def approve(session, sheet, who=PEOPLE.checker, seen=None):
    return await adjustments.approve_adjustment(
        session, who, sheet.id, sheet.body_sha256, TODAY, sheet.revision if seen is None else seen
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-9, 9)), max_size=8), st.integers(-9, 9))
def test_parts_add_up_to_the_difference(steps, booked):
    due = [(label, Amounts(base=fen)) for label, fen in steps]
    parts = divide(Amounts(base=booked), due)
    last = steps[-1][1] if steps else booked
    assert sum(part.base for part in parts.values()) == last - booked
    assert all(parts.values())


async def test_terms_of_a_closed_year_wait_for_a_sheet_while_receipts_flow(on_closed):
    await settled.amend(on_closed)
    await settled.revise(on_closed)
    result = await compute(on_closed, "2026-03")
    assert await lines(on_closed, result.run.id) == {
        ("2025-02", "receipt"): -1_001,
        ("2025-03", "receipt"): 501,
        ("2025-04", "receipt"): -29_501,
    }
    # At 40 %: 32.00, 84.00 and nothing after the refund, against half: 40.00, 105.01 and -145.01.
    held = await adjustments.waiting(on_closed, CITY)
    assert [(one["month"], one["cause"], one["posting"]["origin_fen"]) for one in held] == [
        ("2025-02", "terms", -800),
        ("2025-03", "terms", -2_101),
        ("2025-04", "terms", 2_901),
    ]
    assert (result.held, result.held_fen) == (3, 0)
    assert [one["before"]["origin_fen"] for one in held] == [4_000, 10_501, -14_501]
    assert [one["after"]["origin_fen"] for one in held] == [3_200, 8_400, -11_600]
    sheet = await approve(on_closed, await make(on_closed))
    assert sheet.number == "6110-TZ-2027-001"
    booked = await compute(on_closed, "2026-04")
    assert await lines(on_closed, booked.run.id) == {
        ("2025-02", "terms"): -800,
        ("2025-03", "terms"): -2_101,
        ("2025-04", "terms"): 2_901,
    }
    assert (booked.journals, booked.held) == (0, 0), "they cancel out"
    assert await adjustments.waiting(on_closed, CITY) == []
    assert (await compute(on_closed, "2026-05")).run.lines == 0


async def test_a_sheets_figures_are_booked_as_approved_and_what_came_since_flows_beside(on_closed):
    await settled.amend(on_closed)
    await compute(on_closed, "2026-03")
    sheet = await approve(on_closed, await make(on_closed))
    assert sheet.body["fen"] == -6_001
    await settled.revise(on_closed)
    result = await compute(on_closed, "2026-04")
    assert await lines(on_closed, result.run.id) == {
        ("2025-02", "terms"): -1_001,
        ("2025-03", "terms"): -2_000,
        ("2025-04", "terms"): -3_000,
        # The receipts under the new terms: 32.00, 84.00 and -116.00 against 40.00, 80.00 and 120.00.
        ("2025-02", "receipt"): -800,
        ("2025-03", "receipt"): 400,
        ("2025-04", "receipt"): -23_600,
    }
    rows = await on_closed.execute(
        text("SELECT kind, note FROM journal WHERE run = :run ORDER BY kind"), {"run": result.run.id}
    )
    assert rows.all() == [("adjustment", sheet.number), ("share", AGREEMENT)]
    assert await service.books_balanced(on_closed, CITY)


async def test_causes_that_cancel_out_are_still_told_apart(on_closed):
    """Receipts raise a month by what the new terms take from it: the sum is nothing, the parts are not."""
    await settled.amend(on_closed)
    raised = replace(settled.FEBRUARY, amount_fen=12_501, county_fen=12_501)
    await settled.write_receipts(on_closed, SYSTEM, [raised])
    result = await compute(on_closed, "2026-03")
    booked = await lines(on_closed, result.run.id)
    held = {one["month"]: one["posting"]["origin_fen"] for one in await adjustments.waiting(on_closed, CITY)}
    # Half of 125.01 is 62.51 (50.01 before); 40 % of it is 50.00.
    assert booked["2025-02", "receipt"] == 1_250
    assert held["2025-02"] == -1_251


async def test_a_sheet_names_every_cause_of_its_lines(on_closed):
    await settled.amend(on_closed)
    given_ = IncentiveInput(
        credit_code=FIRM,
        county=HOST,
        document_no="洛财奖1号",
        amount_fen=1_000,
        paid_on=settled.MARCH.paid_on,
    )
    await write_incentives(on_closed, SYSTEM, [given_])
    await compute(on_closed, "2026-03")
    with pytest.raises(reopening_errors.OtherCauses):
        await make(on_closed)
    both = replace(TERMS, causes=[Cause.terms, Cause.incentive])
    sheet = await make(on_closed, both)
    march = {
        one["cause"]: one["posting"]["origin_fen"] for one in sheet.body["lines"] if one["month"] == "2025-03"
    }
    # Half of 300.01 less 10.00 is 145.01 (150.01 before); 40 % is 116.00 of which February has 40.00.
    assert march == {"incentive": -500, "terms": -1_900}


async def test_the_level_table_is_a_cause_where_a_receipt_has_no_split(on_closed):
    plain = settled.receipt(
        "T9", "2025-05-05", 100_000, central_fen=None, province_fen=None, city_fen=None, county_fen=None
    )
    await settled.write_receipts(on_closed, SYSTEM, [plain])
    first = await compute(on_closed, "2026-03")
    assert await lines(on_closed, first.run.id) == {("2025-05", "receipt"): 10_000}
    await on_closed.execute(
        text("UPDATE level_share SET city_bp = city_bp - 500, county_bp = county_bp + 500 WHERE tax = 'vat'")
    )
    second = await compute(on_closed, "2026-04")
    assert second.run.lines == 0
    (held,) = await adjustments.waiting(on_closed, CITY)
    assert (held["cause"], held["month"], held["posting"]["origin_fen"]) == ("level_table", "2025-05", 2_500)


async def test_a_new_engine_changes_nothing_and_books_nothing_without_a_sheet(on_closed, monkeypatch):
    """Stored years come out again under another name; a version that counts otherwise is held back."""
    monkeypatch.setattr(calculation, "ENGINE", "sharing-2")
    assert await adjustments.waiting(on_closed, CITY) == []
    honest = calculation.due_of

    def generous(agreed, paid, given_, levels, city, through):
        due = honest(agreed, paid, given_, levels, city, through)
        first, *rest = due.lines
        origin, host = first.own.parts
        own = first.own._replace(shared=first.own.shared + 1, parts=(origin + 1, host))
        return replace(due, lines=(first._replace(own=own), *rest))

    monkeypatch.setattr("services.ledger.calculation.due_of", generous)
    monkeypatch.setattr("services.ledger.causes.due_of", generous)
    (held,) = await adjustments.waiting(on_closed, CITY)
    assert (held["cause"], held["month"], held["posting"]["origin_fen"]) == ("engine", "2024-05", 1)
    result = await compute(on_closed, "2026-03")
    assert (result.run.lines, result.held) == (0, 1)
    engine = replace(TERMS, causes=[Cause.engine])
    await approve(on_closed, await make(on_closed, engine))
    booked = await compute(on_closed, "2026-04")
    assert await lines(on_closed, booked.run.id) == {("2024-05", "engine"): 1}


async def test_who_makes_and_decides(on_closed):
    with pytest.raises(reopening_errors.NothingToAdjust):
        await make(on_closed)
    await settled.amend(on_closed)
    with pytest.raises(errors.NotForYou):
        await make(on_closed, who=People.county(HOST))
    with pytest.raises(errors.ReasonMissing):
        await make(on_closed, replace(TERMS, document_no=" "))
    with pytest.raises(reopening_errors.NothingToAdjust):
        await make(on_closed, replace(TERMS, agreements=[AGREEMENT, "6110-XY-999"]))
    sheet = await make(on_closed)
    assert [one.facts for one in await todos(on_closed, PEOPLE.checker, TODAY)] == [{"number": sheet.number}]
    assert await todos(on_closed, PEOPLE.maker, TODAY) == []
    with pytest.raises(reopening_errors.AdjustmentOpen):
        await make(on_closed)
    with pytest.raises(SamePerson):
        await approve(on_closed, sheet, PEOPLE.maker)
    with pytest.raises(errors.NotForYou):
        await approve(on_closed, sheet, PEOPLE.auditor)
    with pytest.raises(Stale):
        await approve(on_closed, sheet, seen=9)
    with pytest.raises(errors.OtherContent):
        await adjustments.approve_adjustment(on_closed, PEOPLE.checker, sheet.id, "0" * 64, TODAY, 1)
    with pytest.raises(reopening_errors.NoSuchAdjustment):
        await adjustments.approve_adjustment(
            on_closed, PEOPLE.checker, PEOPLE.maker.account, sheet.body_sha256, TODAY, 1
        )
    with pytest.raises(reopening_errors.NoSuchAdjustment):
        await adjustment_reading.find_adjustment(on_closed, People.county("611022"), sheet.id)
    assert await adjustment_reading.find_adjustment(on_closed, PEOPLE.auditor, sheet.id) is sheet
    await approve(on_closed, sheet)
    with pytest.raises(reopening_errors.AdjustmentDecided):
        await approve(on_closed, sheet)


async def test_a_sheet_whose_difference_changed_since_is_refused(on_closed):
    await settled.amend(on_closed)
    sheet = await make(on_closed)
    await settled.revise(on_closed)
    with pytest.raises(reopening_errors.AdjustmentOutdated):
        await approve(on_closed, sheet)
    assert sheet.state is AdjustmentState.made


async def test_a_rejected_sheet_settles_that_nothing_is_booked(on_closed):
    await settled.amend(on_closed)
    await compute(on_closed, "2026-12")

    async def failing():
        found = await service.checks(on_closed, PEOPLE.maker, 2026, TODAY)
        return {one.code: one.facts for one in found if not one.ok}

    assert (await failing())["adjustments_decided"]["sheets"] == AGREEMENT
    sheet = await make(on_closed)
    assert (await failing())["adjustments_decided"]["sheets"] == sheet.number
    with pytest.raises(errors.ReasonMissing):
        await adjustments.reject_adjustment(on_closed, PEOPLE.checker, sheet.id, " ", TODAY, 1)
    await adjustments.reject_adjustment(on_closed, PEOPLE.checker, sheet.id, "不追溯", TODAY, 1)
    assert sheet.state is AdjustmentState.rejected
    assert "adjustments_decided" not in await failing()
    assert "computed" not in await failing()
    assert (await compute(on_closed, "2026-12")).run.lines == 0


async def test_history_is_read_as_of_a_number(on_closed):
    early = await history.read_history(on_closed, CITY, 0)
    assert (early.last_closed, list(early.runs), list(early.sheets)) == (None, [], [])
    assert states.ENGINE == "sharing-1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE adjustment_sheet SET body = '{}'",
        "UPDATE adjustment_sheet SET state = 'approved', decided_by = made_by, known = basis_known + 1",
        "UPDATE adjustment_sheet SET state = 'approved', decided_by = gen_random_uuid()",
        "DELETE FROM adjustment_sheet",
        "TRUNCATE adjustment_sheet",
        "UPDATE level_share_version SET removed = true",
        "DELETE FROM level_share_version",
    ],
)
async def test_the_database_keeps_sheets_and_levels_as_they_were_made(on_closed, statement):
    await settled.amend(on_closed)
    await make(on_closed)
    with pytest.raises(DBAPIError):
        async with on_closed.begin_nested():
            await on_closed.execute(text(statement))
