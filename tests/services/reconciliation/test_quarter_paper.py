"""The quarter's 对账单: prepared by the city's finance, acknowledged by both counties by its hash."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.sharing.canonical import sha256_of
from allocation.sharing.statement import months_of
from services.documents import reconciliation_files as files
from services.documents import verification
from services.documents.codes import check_code
from services.ledger import service as ledger
from services.ledger.errors import NoPeriod, NotForYou, PeriodNotEnded
from services.ledger.imports import write_incentives
from services.reconciliation import answers, differences, errors, service, sheets, stating, todos
from services.reconciliation.words import CheckAction
from tests.services.ledger.factories import SYSTEM, fen, incentive_inputs, read
from tests.services.reconciliation import world

TODAY = world.TODAY
MONTHS_2025, MONTHS_2026 = months_of("2025"), months_of("2026")
HOST, ORIGIN = world.county(world.HOST), world.county(world.ORIGIN)
OUTSIDER = world.county(world.OUTSIDER)


async def prepared(session, off=100):
    """Both counties state the quarter, the origin's VAT of January is off; the paper of the two."""
    await stating.state_figures(session, HOST, world.stated(), TODAY)
    await stating.state_figures(session, ORIGIN, world.stated(vat=off), TODAY)
    made = await sheets.prepare_quarter(session, world.FINANCE, world.PERIOD, TODAY)
    return next(one for one in made if (one.county_a, one.county_b) == (world.ORIGIN, world.HOST))


async def test_the_paper_says_what_each_side_says(on_quarter):
    sheet = await prepared(on_quarter)
    rows = [row for row in sheet.body["rows"] if row["agreement"] == world.AGREEMENT]
    assert {(row["month"], row["tax"]): row["computed_fen"] for row in rows} == {
        key: fen for key, fen in world.paid_in().items() if key[0] in world.MONTHS
    }
    (differing,) = [row for row in rows if row["spread_fen"]]
    assert (differing["month"], differing["tax"], differing["spread_fen"]) == ("2026-01", "vat", 100)
    assert differing["difference"]["opened_on"] == TODAY.isoformat()
    assert sheet.body["totals"]["differing"] == 1
    assert sheet.number == f"DZ-{world.ORIGIN}-{world.HOST}-{world.PERIOD}"
    assert sheet.body_sha256 == sha256_of("reconciliation", sheet.body)
    booked = await on_quarter.execute(
        text(
            "SELECT sum(e.origin_fen)::bigint FROM entitlement_line e JOIN calc_run r ON r.city = e.city"
            " AND r.id = e.run JOIN agreement a ON a.city = e.city AND a.id = e.agreement"
            " WHERE a.code = :code AND r.period = ANY(:months)"
        ),
        {"code": world.AGREEMENT, "months": list(world.MONTHS)},
    )
    (share,) = [share for share in sheet.body["shares"] if share["agreement"] == world.AGREEMENT]
    assert share["fen"] == booked.scalar_one()
    assert "taxpayer" not in str(sheet.body)
    assert "credit_code" not in str(sheet.body)


async def test_both_counties_acknowledge_by_hash(on_quarter):
    sheet = await prepared(on_quarter)
    for who in (HOST, ORIGIN):
        waiting = [one for one in await todos.todos(on_quarter, who, TODAY) if "acknowledge" in one.kind]
        assert f"/reconciliation/sheets/{sheet.id}" in {one.href for one in waiting}
        done = await answers.acknowledge(on_quarter, who, sheet.id, sheet.body_sha256, TODAY)
    assert done.settled
    assert done.acknowledged_by == {world.HOST, world.ORIGIN}
    with pytest.raises(errors.AcknowledgedBefore):
        await answers.acknowledge(on_quarter, HOST, sheet.id, sheet.body_sha256, TODAY)
    assert not [
        one
        for one in await todos.todos(on_quarter, HOST, TODAY)
        if one.href == f"/reconciliation/sheets/{sheet.id}"
    ]


async def test_preparing_again_keeps_what_says_the_same_and_outdates_what_does_not(on_quarter):
    sheet = await prepared(on_quarter)
    again = await sheets.prepare_quarter(on_quarter, world.SECOND, world.PERIOD, TODAY)
    assert sheet.id in {one.id for one in again}
    await answers.acknowledge(on_quarter, HOST, sheet.id, sheet.body_sha256, TODAY)
    (one,) = await differences.aged(on_quarter, HOST, TODAY)
    await differences.explain(
        on_quarter, ORIGIN, one.difference.id, "entry_error", "填错", TODAY, one.difference.seq
    )
    made = await sheets.prepare_quarter(on_quarter, world.FINANCE, world.PERIOD, TODAY)
    (second,) = [one for one in made if one.number == sheet.number]
    assert second.version == 2
    for who, hash_ in ((ORIGIN, sheet.body_sha256), (ORIGIN, "0" * 64)):
        with pytest.raises(errors.OtherReconciliation):
            await answers.acknowledge(on_quarter, who, second.id, hash_, TODAY)
    with pytest.raises(errors.OtherReconciliation):
        await answers.acknowledge(on_quarter, ORIGIN, sheet.id, sheet.body_sha256, TODAY)
    found = await answers.find_sheet(on_quarter, HOST, second.id)
    assert not found.acknowledged_by, "a new version is acknowledged anew"


async def test_a_note_says_what_differs(on_quarter):
    sheet = await prepared(on_quarter)
    with pytest.raises(errors.WordsNeeded):
        await answers.note(on_quarter, HOST, sheet.id, sheet.body_sha256, " ", TODAY)
    done = await answers.note(on_quarter, HOST, sheet.id, sheet.body_sha256, "一月增值税待查", TODAY)
    assert [(one.county, one.words) for one in done.answers] == [(world.HOST, "一月增值税待查")]
    assert done.may_acknowledge, "a note is no acknowledgement"


async def test_who_may_prepare_see_and_answer(on_quarter):
    sheet = await prepared(on_quarter)
    for who in (HOST, world.AUDITOR):
        with pytest.raises(errors.ReconcilingNotForYou):
            await sheets.prepare_quarter(on_quarter, who, world.PERIOD, TODAY)
    for period in ("2026-01", "2026", "soon"):
        with pytest.raises(NoPeriod):
            await sheets.prepare_quarter(on_quarter, world.FINANCE, period, TODAY)
    with pytest.raises(PeriodNotEnded):
        await sheets.prepare_quarter(on_quarter, world.FINANCE, "2027Q1", TODAY)
    with pytest.raises(errors.NoSuchReconciliation):
        await answers.find_sheet(on_quarter, OUTSIDER, sheet.id)
    assert sheet.id not in {one.sheet.id for one in await answers.sheets(on_quarter, OUTSIDER)}
    for who in (world.FINANCE, world.AUDITOR):
        with pytest.raises(errors.ReconcilingNotForYou):
            await answers.acknowledge(on_quarter, who, sheet.id, sheet.body_sha256, TODAY)
    mine = await answers.sheets(on_quarter, HOST, world.PERIOD)
    assert all(world.HOST in one.counties for one in mine)
    assert len(await answers.sheets(on_quarter, world.AUDITOR)) >= len(mine)


ATTACKS = {
    "an outsider acknowledges": ("'611026'", "body_sha256"),
    "another content": ("county_a", "repeat('0', 64)"),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_database_keeps_answers_to_parties_and_contents(on_quarter, attack):
    await prepared(on_quarter)
    county, sha256 = ATTACKS[attack]
    with pytest.raises(DBAPIError):
        async with on_quarter.begin_nested():
            await on_quarter.execute(
                text(
                    "INSERT INTO reconciliation_answer (city, id, sheet, body_sha256, county, action, words,"
                    f" by, by_name, on_date) SELECT city, gen_random_uuid(), id, {sha256}, {county},"
                    " 'acknowledge', '', made_by, '', made_on FROM reconciliation_sheet LIMIT 1"
                )
            )


async def test_the_paper_prints_and_its_workbook_recomputes(on_quarter):
    sheet = await prepared(on_quarter)
    pdf = await files.quarter_file(on_quarter, HOST, sheet.id, "http://x", pdf=True)
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.name == f"{sheet.number}-v1.pdf"
    again = await files.quarter_file(on_quarter, ORIGIN, sheet.id, "http://x", pdf=True)
    assert again.content == pdf.content, "both sides hold the same bytes"
    book = load_workbook(
        io.BytesIO((await files.quarter_file(on_quarter, HOST, sheet.id, "http://x", pdf=False)).content)
    )
    page = book["入库数比对"]
    assert page["H2"].value == "=MAX(D2,E2,F2,G2)-MIN(D2,E2,F2,G2)"
    last = page.max_row
    assert page.cell(last, 4).value == f"=SUM(D2:D{last - 1})"
    code = check_code(sheet.body_sha256)
    found = await verification.verify(on_quarter, sheet.number, code)
    assert (found.number, found.version, found.outdated) == (sheet.number, 1, False)
    assert await verification.verify(on_quarter, sheet.number, "0000-0000-0000-0000") is None


async def test_incentives_are_checked_by_the_origin_alone(on_quarter):
    rows = await service.incentive_rows(on_quarter, world.FINANCE, MONTHS_2026)
    one = next(row for row in rows if row.agreement.code == world.AGREEMENT)
    assert one.flags == ("no_voucher", "unchecked")
    for who, fault in (
        (HOST, errors.ReconcilingNotForYou),
        (world.FINANCE, errors.ReconcilingNotForYou),
        (OUTSIDER, errors.NoSuchIncentive),
    ):
        with pytest.raises(fault):
            await service.check_incentive(on_quarter, who, one.id, CheckAction.checked, "", TODAY)
    with pytest.raises(errors.WordsNeeded):
        await service.check_incentive(on_quarter, ORIGIN, one.id, CheckAction.queried, "", TODAY)
    asked = await service.check_incentive(on_quarter, ORIGIN, one.id, CheckAction.queried, "缺附件", TODAY)
    assert asked.flags == ("no_voucher", "queried")
    done = await service.check_incentive(on_quarter, ORIGIN, one.id, CheckAction.checked, "", TODAY)
    assert done.flags == ("no_voucher",)
    given = next(row for row in incentive_inputs() if row.document_no == one.document_no)
    await write_incentives(on_quarter, SYSTEM, [replace(given, voucher="记-0012")])
    rows = await service.incentive_rows(on_quarter, ORIGIN, MONTHS_2026)
    fresh = next(row for row in rows if row.document_no == one.document_no)
    assert fresh.voucher == "记-0012"
    assert fresh.flags == ("unchecked",), "a new revision is checked anew"
    with pytest.raises(errors.NoSuchIncentive):
        await service.check_incentive(on_quarter, ORIGIN, one.id, CheckAction.checked, "", TODAY)
    for pdf in (True, False):
        made = await files.incentives_file(on_quarter, ORIGIN, "2026", TODAY, pdf=pdf)
        assert made.name.startswith(f"DX-{world.ORIGIN}-2026")


async def test_the_treasury_s_split_is_compared_with_the_table(on_quarter):
    found = await service.level_check(on_quarter, world.FINANCE, (*MONTHS_2025, *MONTHS_2026))
    listed = await ledger.level_differences(on_quarter, world.CITY)
    inside = [row for row in listed if row.row["paid_on"].year in {2025, 2026}]
    assert sorted(ticket for ticket, _ in found.differing) == sorted(row.row["ticket"] for row in inside)
    assert sum(one.differing for one in found.sums) == len(inside)
    raw = [row for row in read("税收入库") if row["入库日期"][:4] in {"2025", "2026"}]
    assert sum(one.actual.county for one in found.sums) == sum(fen(row["县级(元)"]) for row in raw)
    own = await service.level_check(on_quarter, HOST, MONTHS_2026)
    assert {one.treasury for one in own.sums} == {world.HOST}
    with pytest.raises(NotForYou):
        await service.level_check(on_quarter, HOST, MONTHS_2026, world.ORIGIN)
    for pdf in (True, False):
        made = await files.treasury_file(on_quarter, HOST, "2026Q1", "", TODAY, pdf=pdf)
        assert made.name.startswith(f"GK-{world.HOST}-2026Q1")
