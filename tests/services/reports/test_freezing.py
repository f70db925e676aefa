"""Freezing: two people, the same content, nothing rewritten; what changes later is a correction."""

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.rates import Kind
from auth.principal import Principal, Role
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.errors import SamePerson
from services.kit.tables import uuid7
from services.reports import repo, service
from services.reports.errors import (
    FreezeNotAsked,
    NoSuchFigure,
    PeriodNotOver,
    ReportChanged,
    ReportFrozen,
    ReportNotForYou,
)
from services.reports.schemas import FigureRows
from services.reports.words import ReportState
from tests.services.reports.test_example import CITY, person

MAKER, CHECKER = (
    Principal(account=uuid7(), city=CITY, role=Role.city_office, office=CITY, county=CITY, name=name)
    for name in ("申请人", "封存人")
)


@pytest.fixture(scope="module")
def frozen_url(server: EmbeddedPostgres, loaded_template: str) -> Iterator[str]:
    server.create_database("reports_frozen", template=loaded_template)
    yield server.url("reports_frozen")
    server.drop_database("reports_frozen")


@pytest.fixture
async def session(frozen_url: str) -> AsyncIterator[AsyncSession]:
    """A session whose work is taken back: the module's tests share one database."""
    made = Database(frozen_url, pool_size=2)
    async with made.session() as opened:
        yield opened
        await opened.rollback()
    await made.close()


async def frozen(session: AsyncSession, period: str) -> str:
    asked = await service.ask_freeze(session, MAKER, period)
    return (await service.freeze(session, CHECKER, period, asked.sha256)).sha256


def again(found: FigureRows) -> tuple[int, int]:
    """Add up the rows of a figure, above and below the line."""
    sums = {"value": 0, "numerator": 0, "denominator": 0, "plus": 0, "minus": 0}
    for row in found.rows:
        sums[row.part] += row.amount if found.adds[row.part] is Kind.amount else 1
    return sums["value"] + sums["numerator"] + sums["plus"] - sums["minus"], sums["denominator"]


async def test_two_people_freeze_one_content(session: AsyncSession) -> None:
    with pytest.raises(FreezeNotAsked):
        await service.freeze(session, CHECKER, "2026-11", "0" * 64)
    asked = await service.ask_freeze(session, MAKER, "2026-11")
    with pytest.raises(SamePerson):
        await service.freeze(session, MAKER, "2026-11", asked.sha256)
    with pytest.raises(ReportChanged):
        await service.freeze(session, CHECKER, "2026-11", "0" * 64)
    assert (await service.month_report(session, MAKER, "2026-11")).state is ReportState.asked
    await service.freeze(session, CHECKER, "2026-11", asked.sha256)
    report = await service.month_report(session, MAKER, "2026-11")
    assert (report.state, report.preliminary, report.sha256) == (ReportState.frozen, False, asked.sha256)
    with pytest.raises(ReportFrozen):
        await service.ask_freeze(session, MAKER, "2026-11")
    with pytest.raises(ReportFrozen):
        await service.ask_freeze(session, MAKER, "2026-10")
    with pytest.raises(PeriodNotOver):
        await service.ask_freeze(session, MAKER, "2027-01")


async def test_what_a_freeze_leaves_out_for_good_is_said_before_and_after(session: AsyncSession) -> None:
    async def said(period: str) -> tuple[bool, list[str], bool]:
        offer = await service.freeze_offer(session, CHECKER, period)
        return offer.first, offer.skips, offer.too_late

    assert await said("2026-09") == (True, [], False)
    await frozen(session, "2026-09")
    assert await said("2026-10") == (False, [], False)
    assert await said("2026-12") == (False, ["2026-10", "2026-11"], False)
    await frozen(session, "2026-12")
    assert await said("2026-11") == (False, [], True)
    assert [(await said(period))[2] for period in ("2026-09", "2026-12", "2027-01")] == [False] * 3
    assert await said("2026-Q4") == (True, [], False), "each kind has an order of its own"


@pytest.mark.parametrize("role", [Role.auditor, Role.county_leader, Role.city_finance])
async def test_others_freeze_nothing(session: AsyncSession, role: Role) -> None:
    other = person(role, "611022" if role is Role.county_leader else CITY)
    with pytest.raises(ReportNotForYou):
        await service.ask_freeze(session, other, "2026-11")
    with pytest.raises(ReportNotForYou):
        await service.freeze(session, other, "2026-11", "0" * 64)


async def test_what_changed_since_the_asking_is_not_frozen(session: AsyncSession) -> None:
    asked = await service.ask_freeze(session, MAKER, "2026-11")
    await session.execute(text("UPDATE project SET investment_fen = investment_fen + 1"))
    with pytest.raises(ReportChanged):
        await service.freeze(session, CHECKER, "2026-11", asked.sha256)


async def test_later_changes_are_corrections_of_the_next_month(session: AsyncSession) -> None:
    await frozen(session, "2026-11")
    before = await service.month_report(session, MAKER, "2026-11")
    signed = before.figure("signed.now.count").value or 0
    moved = (
        await session.execute(
            text(
                "UPDATE project SET signed_on = '2026-10-31' WHERE id = (SELECT id FROM project"
                " WHERE signed_on BETWEEN '2026-11-01' AND '2026-11-30' ORDER BY id LIMIT 1)"
                " RETURNING id::text, investment_fen"
            )
        )
    ).one()
    after = await service.month_report(session, MAKER, "2026-11")
    assert after == before, "a frozen report never changes"
    december = await service.month_report(session, MAKER, "2026-12")
    said = {one.figure.code: one for one in december.corrections}
    count = said["correction.2026-11.signed.count"]
    assert (count.stated, count.corrected, count.figure.value) == (signed, signed - 1, -1)
    assert said["correction.2026-11.signed.amount"].figure.value == -moved.investment_fen
    opened = await service.figure_rows(session, MAKER, "2026-12", count.figure.code)
    assert again(opened) == (-1, 0)
    await frozen(session, "2026-12")
    stored = await repo.frozen(session, CITY, "2026-12")
    assert stored is not None
    assert await service.recomputed(session, CITY, stored)
    assert (await service.month_report(session, MAKER, "2027-01")).corrections == [], "stated once"


async def test_a_frozen_report_is_what_its_rows_add_up_to(session: AsyncSession) -> None:
    await frozen(session, "2026-12")
    await session.execute(text("UPDATE project SET investment_fen = 0, signed_on = signed_on - 400"))
    stored = await repo.frozen(session, CITY, "2026-12")
    assert stored is not None
    assert await service.recomputed(session, CITY, stored)
    report = await service.month_report(session, MAKER, "2026-12")
    for section in report.sections:
        for figure in section.figures[::7]:
            rows = await service.figure_rows(session, MAKER, "2026-12", figure.code)
            said = (figure.rate.numerator, figure.rate.denominator) if figure.rate else (figure.value, 0)
            assert again(rows) == said, figure.code
    session.expunge(stored)
    stored.body = {**stored.body, "figures": [{**stored.body["figures"][0], "value": 1}]}
    assert not await service.recomputed(session, CITY, stored)


FROZEN_COPY = (
    "INSERT INTO report_frozen SELECT city, gen_random_uuid(), {period}, kind, {last}, request, asked_by,"
    " sha256, row_sets, body, {by}, by_name, {on} FROM report_frozen"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_frozen SET by_name = 'x'",
        "DELETE FROM report_frozen",
        "TRUNCATE report_rows",
        "UPDATE report_rows SET amounts = '{}'",
        "DELETE FROM report_rows",
        "UPDATE report_request SET by_name = 'x'",
        "INSERT INTO report_rows SELECT city, id, 'more', '{}', '{}', '{}' FROM report_frozen",
        FROZEN_COPY.format(period="'2026-10'", last="'2026-10-31'::date", by="by", on="on_date"),
        FROZEN_COPY.format(
            period="period", last="'2027-01-31'::date", by="asked_by", on="'2027-02-01'::date"
        ),
    ],
)
async def test_the_database_itself_refuses(session: AsyncSession, statement: str) -> None:
    await frozen(session, "2026-11")
    with pytest.raises(DBAPIError):
        await session.execute(text(statement))


async def test_a_county_opens_its_own_rows_alone(session: AsyncSession) -> None:
    county = person(Role.county_officer, "611022")
    own = await service.figure_rows(session, county, "2026-12", "signed.ytd.count")
    assert {row.region for row in own.rows} == {"611022"}
    assert (again(own)[0], own.withheld) == (own.figure.value, 0)
    for region in ("611021", CITY, "nowhere"):
        with pytest.raises(NoSuchFigure):
            await service.figure_rows(session, county, "2026-12", "signed.ytd.count", region)
    with pytest.raises(NoSuchFigure):
        await service.figure_rows(session, MAKER, "2026-12", "correction.2026-11.signed.count")
    await session.execute(
        text("INSERT INTO city_setting VALUES (:city, 'league_table_public', :since, 'true')"),
        {"city": CITY, "since": date(2026, 1, 1)},
    )
    table = (await service.month_report(session, county, "2026-12")).leagues[0]
    assert len(table.lines) == 8
    public = await service.figure_rows(session, county, "2026-12", "signed.ytd.count", "611021")
    assert len(public.rows) + public.withheld == public.figure.value
    assert public.withheld > 0
    with pytest.raises(NoSuchFigure):
        await service.figure_rows(session, county, "2026-12", "registered.ytd.count", "611021")
