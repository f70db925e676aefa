"""Counting, taking back, filing, examining, confirming; and what the database itself refuses."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.credit import service
from services.credit.errors import (
    CreditConfirmed,
    CreditNotCurrent,
    CreditNotExamined,
    CreditNotForYou,
    CreditOtherContent,
    CreditPeriodClosed,
    CreditYearNotEnded,
    NoSuchCreditSheet,
    OpinionIncomplete,
)
from services.credit.words import Bureau, SheetState
from services.kit.database import Database
from services.kit.errors import SamePerson, Stale
from services.kit.tables import uuid7
from services.ledger import service as ledger
from services.ledger.errors import MonthNotBegun
from services.ledger.states import Unit
from tests.services.credit.factories import (
    CLERK,
    FINANCE,
    HEAD,
    YEAR,
    agree,
    confirm,
    opine,
    pay_in,
    projects,
    start,
)
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, TODAY, People, person

TOTALS = """
SELECT l.county, sum(l.amount_fen)::bigint FROM leg l
JOIN ledger_account a ON a.city = l.city AND a.id = l.account
WHERE l.city = :city AND l.unit = 'credit' AND a.kind = 'credit_taken' GROUP BY l.county
"""


async def taken(session: AsyncSession) -> dict[str, int]:
    """What each county counts by the books."""
    rows = await session.execute(text(TOTALS), {"city": CITY})
    return {county: total for county, total in rows if total}


async def money(session: AsyncSession) -> list[ledger.Balance]:
    """The accounts that hold money."""
    return [one for one in await ledger.balances(session, CITY, None) if one.unit is Unit.fen]


async def counted(session: AsyncSession) -> None:
    """Funds of three projects: the first started in May 2026, the second in 2027, the third never."""
    first, second, third = projects()
    await start(session, first, date(2026, 5, 20))
    await start(session, second, date(2027, 1, 3))
    await pay_in(
        session,
        {(first, "2026-04"): 100, (first, "2026-05"): 1_001, (second, "2026-06"): 500, (third, "2026-07"): 7},
    )
    await service.count(session, CLERK, "2026-12", TODAY)


async def test_books_and_lines_say_the_same_and_money_is_untouched(on_loaded: AsyncSession) -> None:
    before = await money(on_loaded)
    await counted(on_loaded)
    seen = await service.year_view(on_loaded, CLERK, YEAR, TODAY)
    assert {row["county"]: row["total"] for row in seen.counties if row["total"]} == await taken(on_loaded)
    assert seen.current
    assert not seen.final
    [total] = seen.totals
    assert total["city"] == 100 + 1_001 + 500 + 7
    assert total["double"] == total["counties"] - total["city"]
    assert await money(on_loaded) == before
    assert await ledger.books_balanced(on_loaded, CITY)


async def test_counting_again_books_nothing_and_a_correction_books_the_difference(
    on_loaded: AsyncSession,
) -> None:
    await counted(on_loaded)
    assert (await service.count(on_loaded, FINANCE, "2026-12", TODAY)).lines == 0
    await pay_in(on_loaded, {(projects()[1], "2026-06"): 450})
    assert not await service.is_current(on_loaded, CITY, YEAR)
    assert (await service.count(on_loaded, CLERK, "2027-01", TODAY)).lines == 1
    [total] = (await service.year_view(on_loaded, CLERK, YEAR, TODAY)).totals
    assert total["city"] == 100 + 1_001 + 450 + 7


async def test_an_undone_transfer_takes_its_credit_back_without_a_trace(on_loaded: AsyncSession) -> None:
    await counted(on_loaded)
    codes = {"city": CITY, "codes": projects()}
    await on_loaded.execute(
        text(
            "UPDATE agreement SET state = 'ended', ended_on = '2026-12-01', end_reason = '落地失败',"
            " ended_known = (SELECT value FROM known_clock WHERE city = :city)"
            " WHERE city = :city AND project IN (SELECT id FROM project WHERE code = ANY (:codes))"
        ),
        codes,
    )
    await on_loaded.execute(
        text(
            "UPDATE project SET host_county = NULL, host_park = NULL, state = 'recalled'"
            " WHERE city = :city AND code = ANY (:codes)"
        ),
        codes,
    )
    await service.count(on_loaded, CLERK, "2027-01", TODAY)
    assert await taken(on_loaded) == {}
    seen = await service.year_view(on_loaded, CLERK, YEAR, TODAY)
    assert (seen.lines, seen.totals, seen.counties) == ([], [], [])


async def test_foreign_funds_are_told_apart(on_loaded: AsyncSession) -> None:
    await pay_in(on_loaded, {(projects()[0], "2026-03"): 999}, unit="万美元")
    assert (await service.count(on_loaded, CLERK, "2026-12", TODAY)).lines == 0
    assert (await service.year_view(on_loaded, CLERK, YEAR, TODAY)).foreign_rows == 1


async def test_five_bureaus_and_two_people_make_a_year_final(on_loaded: AsyncSession) -> None:
    await counted(on_loaded)
    sheet = await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)
    assert await service.file_sheet(on_loaded, CLERK, YEAR, TODAY) is sheet  # it says the same
    await agree(on_loaded, sheet, but=(Bureau.tax,))
    with pytest.raises(CreditNotExamined):
        await confirm(on_loaded, sheet)
    await opine(on_loaded, sheet, Bureau.tax, agrees=False, words="税务登记不符")
    assert sheet.state is SheetState.filed
    await opine(on_loaded, sheet, Bureau.tax)
    assert sheet.state is SheetState.examined
    with pytest.raises(SamePerson):
        await confirm(on_loaded, sheet, CLERK)
    with pytest.raises(CreditOtherContent):
        await service.confirm_sheet(on_loaded, HEAD, sheet.id, "0" * 64, "纪要", TODAY, sheet.revision)
    with pytest.raises(OpinionIncomplete):
        await service.confirm_sheet(on_loaded, HEAD, sheet.id, sheet.body_sha256, " ", TODAY, sheet.revision)
    await confirm(on_loaded, sheet)
    assert sheet.state is SheetState.confirmed
    before = await taken(on_loaded)
    await pay_in(on_loaded, {(projects()[0], "2026-05"): 9_999})
    assert (await service.count(on_loaded, CLERK, "2027-01", TODAY)).lines == 0
    assert await taken(on_loaded) == before
    for again in (confirm(on_loaded, sheet), opine(on_loaded, sheet, Bureau.tax)):
        with pytest.raises(CreditConfirmed):
            await again
    with pytest.raises(CreditConfirmed):
        await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)


async def test_a_sheet_that_no_longer_says_what_counts_is_not_confirmed(on_loaded: AsyncSession) -> None:
    await counted(on_loaded)
    sheet = await agree(on_loaded, await service.file_sheet(on_loaded, CLERK, YEAR, TODAY))
    await pay_in(on_loaded, {(projects()[2], "2026-07"): 8})
    with pytest.raises(CreditNotCurrent):
        await confirm(on_loaded, sheet)
    with pytest.raises(CreditNotCurrent):
        await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)
    await service.count(on_loaded, CLERK, "2026-12", TODAY)
    with pytest.raises(CreditNotCurrent):
        await confirm(on_loaded, sheet)
    newer = await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)
    assert (newer.version, sheet.state) == (2, SheetState.superseded)
    with pytest.raises(CreditConfirmed):
        await opine(on_loaded, sheet, Bureau.tax)


async def test_who_may_and_what_is_missing(on_loaded: AsyncSession) -> None:
    county = People.county("611002")
    with pytest.raises(CreditNotForYou):
        await service.count(on_loaded, county, "2026-12", TODAY)
    with pytest.raises(MonthNotBegun):
        await service.count(on_loaded, CLERK, "2027-02", TODAY)
    with pytest.raises(CreditNotForYou):
        await service.file_sheet(on_loaded, FINANCE, YEAR, TODAY)
    with pytest.raises(CreditYearNotEnded):
        await service.file_sheet(on_loaded, CLERK, 2027, TODAY)
    await counted(on_loaded)
    sheet = await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)
    with pytest.raises(CreditNotForYou):
        await opine(on_loaded, sheet, Bureau.finance, by=CLERK)
    with pytest.raises(OpinionIncomplete):
        await opine(on_loaded, sheet, Bureau.tax, agrees=False)
    with pytest.raises(CreditNotForYou):
        await confirm(on_loaded, sheet, FINANCE)
    with pytest.raises(NoSuchCreditSheet):
        await service.find(on_loaded, county, sheet.id)
    with pytest.raises(NoSuchCreditSheet):
        await service.confirm_sheet(on_loaded, HEAD, uuid7(), "0" * 64, "纪要", TODAY, 1)
    with pytest.raises(Stale):
        await service.confirm_sheet(on_loaded, HEAD, sheet.id, "0" * 64, "纪要", TODAY, 99)


async def test_a_county_reads_its_own_lines_and_sums_and_an_auditor_no_names(
    on_loaded: AsyncSession,
) -> None:
    await counted(on_loaded)
    whole = await service.year_view(on_loaded, CLERK, YEAR, TODAY)
    code = whole.lines[0]["origin"]
    own = await service.year_view(on_loaded, People.county(code), YEAR, TODAY)
    assert own.lines == [line for line in whole.lines if code in {line["origin"], line["host"]}]
    assert [row["county"] for row in own.counties] == [code]
    assert own.totals == []
    auditor = await service.year_view(on_loaded, person(Role.auditor), YEAR, TODAY)
    assert {line["project_name"] for line in auditor.lines} == {""}
    assert auditor.totals == whole.totals
    sheet = await confirm(
        on_loaded, await agree(on_loaded, await service.file_sheet(on_loaded, CLERK, YEAR, TODAY))
    )
    [seen] = await service.sheet_list(on_loaded, People.county(code))
    assert seen.id == sheet.id
    assert seen.body["lines"] == own.lines
    assert (await service.year_view(on_loaded, People.county(code), YEAR, TODAY)).final


async def test_a_closed_month_is_not_booked_in(issued: Database) -> None:
    async with issued.session() as session:
        await story.declare_january(session)
        await story.confirm_all(session, "2025")
        await story.close(session, 2025)
        with pytest.raises(CreditPeriodClosed):
            await service.count(session, CLERK, "2025-12", TODAY)


GUARDS = {
    "credit_line_append_only": "UPDATE credit_line SET value = value + 1",
    "credit_run_append_only": "DELETE FROM credit_run",
    "credit_event_no_truncate": "TRUNCATE credit_event",
    "credit_sheet_append_only": "DELETE FROM credit_sheet",
    "credit_sheet_content": "UPDATE credit_sheet SET body = '{}'::jsonb",
    "credit_sheet_examined": "UPDATE credit_sheet SET state = 'confirmed', confirmed_by = gen_random_uuid()",
    "ck_credit_sheet_two_people": "UPDATE credit_sheet SET confirmed_by = made_by",
    "credit_sheet_begins": (
        "INSERT INTO credit_sheet (city, id, year, version, number, state, revision, known, body,"
        " body_sha256,"
        " made_on, made_by, confirmed_by) SELECT city, gen_random_uuid(), 2020, 1, 'RD-X', 'confirmed', 1, 1,"
        " body, body_sha256, made_on, made_by, gen_random_uuid() FROM credit_sheet"
    ),
}


@pytest.mark.parametrize("guard", GUARDS)
async def test_the_database_refuses_by_itself(on_loaded: AsyncSession, guard: str) -> None:
    await counted(on_loaded)
    await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)
    with pytest.raises(DBAPIError):
        async with on_loaded.begin_nested():
            await on_loaded.execute(text(GUARDS[guard]))


async def test_the_database_keeps_a_confirmed_year_final(on_loaded: AsyncSession) -> None:
    await counted(on_loaded)
    await confirm(on_loaded, await agree(on_loaded, await service.file_sheet(on_loaded, CLERK, YEAR, TODAY)))
    line = (
        "INSERT INTO credit_line SELECT city, run, seq + 1000, agreement, agreement_version, origin, host,"
        " indicator, month, value, origin_value, host_value FROM credit_line LIMIT 1"
    )
    for attack in (line, "UPDATE credit_sheet SET state = 'filed'"):
        with pytest.raises(DBAPIError, match="confirmed"):
            async with on_loaded.begin_nested():
                await on_loaded.execute(text(attack))
