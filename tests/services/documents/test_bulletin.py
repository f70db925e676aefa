"""The bulletin and the leaders' sheet say what the report says: paper, workbook, HTTP and pages."""

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import openpyxl
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.documents.bulletin import bulletin, bulletin_pdf, bulletin_xlsx, leaders, leaders_pdf
from services.documents.bulletin_charts import funnel_chart, map_credit, rooms_chart
from services.documents.bulletin_sheet import bulletin_sheet
from services.documents.bulletin_tables import BulletinTable
from services.documents.bulletin_workbook import bulletin_workbook
from services.documents.render import render_pdf
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.tables import uuid7
from services.maps.schemas import MapCredit, MapIndicators
from services.reports import service as reports
from services.reports.figures import number, parts
from services.reports.schemas import Correction, Report, Unit
from services.reports.words import KINDS
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.documents.conftest import Reader
from tests.services.interchange.conftest import loaded_template  # noqa: F401 -- a fixture, found by name
from tests.services.ledger.conftest import Site

CITY, COUNTY, PERIOD = "611000", "611022", "2026-12"


def person(role: Role = Role.city_office, office: str = CITY) -> Principal:
    return Principal(account=uuid7(), city=CITY, role=role, office=office, county=office, name="甲")


@pytest.fixture(scope="module")
def city_url(server: EmbeddedPostgres, loaded_template: str) -> Iterator[str]:  # noqa: F811 -- the fixture
    """A copy of the example city; each test's changes are undone."""
    server.create_database("bulletins", template=loaded_template)
    yield server.url("bulletins")
    server.drop_database("bulletins")


@pytest.fixture
async def reading(city_url: str) -> AsyncIterator[AsyncSession]:
    made = Database(city_url, pool_size=2)
    async with made.session() as session:
        yield session
        await session.rollback()
    await made.close()


def lines_of(poppler: Reader, pdf: bytes) -> list[str]:
    """What a paper prints, line by line, without blanks."""
    return ["".join(line.split()) for line in poppler(pdf, "pdftotext").splitlines()]


async def test_every_figure_on_the_paper_is_the_reports(reading: AsyncSession, poppler: Reader) -> None:
    report = await reports.month_report(reading, person(), PERIOD)
    lines = lines_of(poppler, (await bulletin_pdf(reading, person(), PERIOD)).content)
    text = "".join(lines)
    assert "初步" in text
    assert all("".join(words.split()) in text for words in report.sentences)
    figures = [one for section in report.sections for one in section.figures]
    rates = [one for one in figures if one.unit is Unit.rate]
    assert len(rates) > 12
    for one in rates:
        above, below = parts(one)
        said = "".join(f"{one.name}{KINDS[one.kind]}{number(one)}{above}{below}".split())
        assert any(line.startswith(said) for line in lines), said
    for one in figures:
        if one.unit in {Unit.items, Unit.fen}:
            unit = "个" if one.unit is Unit.items else "万元"
            row = [line for line in lines if line.startswith("".join(one.name.split()) + unit)]
            assert any(number(one) in line for line in row), one.code
    # 93 of the 106 projects signed in 2026 have a contract, as a count of the example's file gives it.
    assert any(line.startswith("合同率按个数87.7493106个60不低于") for line in lines)
    assert any(line.startswith("开工率按个数46.2349106") for line in lines)


async def test_the_workbook_holds_the_same_numbers(reading: AsyncSession) -> None:
    sheet = await bulletin(reading, person(), PERIOD)
    file = await bulletin_xlsx(reading, person(), PERIOD)
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert [row[0] for row in book["要点"].values][2:] == list(sheet.sentences)
    assert len(book.sheetnames) == 1 + len(sheet.tables)
    for page, table in zip(book.worksheets[1:], sheet.tables, strict=True):
        rows = list(page.values)[: 1 + len(table.rows)]
        assert rows[0] == table.heads
        for found, cells in zip(rows[1:], table.rows, strict=True):
            for value, cell, numeric in zip(found, cells, table.numbers, strict=True):
                written = cell.replace(",", "")
                if numeric and written not in {"", "—"}:
                    assert value == float(written), (page.title, cells)
                else:
                    assert (value or "") == cell
    report = await reports.month_report(reading, person(), PERIOD)
    rates = {row[:2]: row[2:5] for row in book["合同率、注册率、达到开工条件率等"].values}
    for code in ("contract_rate", "registration_rate", "start_rate"):
        one = report.figure(f"{code}.count").rate
        assert one is not None
        name = report.figure(f"{code}.count").name
        assert rates[name, "按个数"] == ((one.basis_points or 0) / 100, one.numerator, one.denominator)


async def test_a_frozen_period_prints_its_hash_and_always_the_same_bytes(
    reading: AsyncSession, poppler: Reader
) -> None:
    maker, checker = person(), person()
    asked = await reports.ask_freeze(reading, maker, "2026-11")
    kept = await reports.freeze(reading, checker, "2026-11", asked.sha256)
    first = await bulletin_pdf(reading, maker, "2026-11")
    assert first.content == (await bulletin_pdf(reading, maker, "2026-11")).content
    text = "".join(lines_of(poppler, first.content))
    assert kept.sha256 in text
    assert "初步" not in text
    sheet = await leaders(reading, maker, "2026-11")
    assert (sheet.sha256, sheet.draft) == (kept.sha256, False)


async def test_a_county_prints_its_own(reading: AsyncSession, poppler: Reader) -> None:
    officer = person(Role.county_officer, COUNTY)
    pdf = await bulletin_pdf(reading, officer, PERIOD)
    assert pdf.name == f"ZB-{COUNTY}-{PERIOD}.pdf"
    text = "".join(lines_of(poppler, pdf.content))
    assert "丹凤县招商引资月度专报" in text
    assert not any(name in text for name in ("商州区", "镇安县", "柞水县"))
    sheet = await leaders(reading, officer, PERIOD)
    assert sheet.title.startswith("丹凤县")
    assert all("商州区" not in words for words in sheet.red)


@pytest.mark.parametrize(("role", "office"), [(Role.city_office, CITY), (Role.county_leader, COUNTY)])
async def test_the_leaders_sheet_is_one_page(
    reading: AsyncSession, poppler: Reader, role: Role, office: str
) -> None:
    pdf = await leaders_pdf(reading, person(role, office), PERIOD)
    assert "Pages:           1\n" in poppler(pdf.content, "pdfinfo")
    text = "".join(lines_of(poppler, pdf.content))
    report = await reports.month_report(reading, person(role, office), PERIOD)
    for code in ("signed.ytd.count", "funds.ytd.amount", "contract_rate.count", "start_rate.count"):
        assert number(report.figure(code)) in text
    assert "低于底线" in text
    sheet = await leaders(reading, person(role, office), PERIOD)
    worst = replace(sheet, red=("低于底线的县区" * 6,) * 11 + ("低于序时进度的目标" * 14,) * 3)
    assert "Pages:           1\n" in poppler(render_pdf(worst), "pdfinfo")


async def test_a_title_comes_from_the_layout(reading: AsyncSession) -> None:
    report = await reports.month_report(reading, person(), PERIOD)
    assert bulletin_sheet(report, "商洛招商月报", "商洛市").title == "商洛招商月报"
    assert bulletin_sheet(report, None, "商洛市").title == "商洛市招商引资月度专报"
    own = report.model_copy(update={"region": COUNTY, "sections": report.sections})
    own.sections = [
        section.model_copy(
            update={"figures": [one.model_copy(update={"region": COUNTY}) for one in section.figures]}
        )
        for section in report.sections
    ]
    assert bulletin_sheet(own, "商洛招商月报", "丹凤县").title == "丹凤县招商引资月度专报"
    quarter = await reports.month_report(reading, person(), "2026-Q4")
    sheet = bulletin_sheet(quarter, None, "商洛市")
    assert (sheet.span, sheet.number) == ("2026年第4季度", "ZB-611000-2026-Q4")
    year = await reports.month_report(reading, person(), "2026")
    assert bulletin_sheet(year, None, "商洛市").span == "2026年"


async def test_corrections_stand_in_a_table_of_their_own(reading: AsyncSession) -> None:
    report: Report = await reports.month_report(reading, person(), PERIOD)
    figure = report.figure("signed.now.count").model_copy(update={"value": 2})
    report.corrections = [Correction(period="2026-11", figure=figure, stated=11, corrected=13)]
    sheet = bulletin_sheet(report, None, "商洛市")
    assert sheet.tables[-1].rows == (("2026-11", "新签约", "按个数", "11", "13", "2", "个"),)
    assert openpyxl.load_workbook(io.BytesIO(bulletin_workbook(sheet)))["更正"]["E2"].value == 13
    with pytest.raises(ValueError, match="rows and headings differ"):
        BulletinTable(heading="x", heads=("a", "b"), numbers=(True, True), widths=(1, 1), rows=(("1",),))


async def test_what_only_rounds_up_to_a_floor_misses_it(reading: AsyncSession) -> None:
    report = await reports.month_report(reading, person(), PERIOD)
    one = report.figure("contract_rate.count")
    assert one.rate is not None
    one.rate.numerator, one.rate.denominator = 59_997, 100_000  # 60.00 % when rounded
    assert one.rate.basis_points == 6_000
    assert ("合同", "59,997", "60%", "60%", "未达到") in funnel_chart(report, "zh").rows


def test_a_map_on_paper_names_its_source() -> None:
    bare = MapIndicators(as_of=date(2027, 1, 15), counties=[], flows=[], map=None)
    assert "未导入" in map_credit(bare, "zh")
    sketch = MapCredit(version=1, source="自绘", approval="", sketch=True)
    assert map_credit(bare.model_copy(update={"map": sketch}), "zh") == "边界来源：自绘；示意图"
    true = MapCredit(version=2, source="天地图", approval="陕S(2023)012号", sketch=False)
    assert map_credit(bare.model_copy(update={"map": true}), "en").endswith("number 陕S(2023)012号")
    assert rooms_chart([], "zh") is None


@pytest.fixture
async def site(city_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on the example city."""
    settings = Settings(database_url=city_url, secret=SECRET, city=CITY, data_dir=tmp_path, pool_size=4)
    async with applications.running(settings) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Site(app, client)


async def test_over_http_and_by_pages(site: Site) -> None:
    office = await site.person(Role.city_office)
    for name, kind in (("bulletin.pdf", "pdf"), ("bulletin.xlsx", "spreadsheetml"), ("leaders.pdf", "pdf")):
        answer = await site.client.get(f"/v1/bulletins/{PERIOD}/{name}", headers=office)
        assert answer.status_code == 200, answer.text
        assert kind in answer.headers["content-type"]
    assert (await site.client.get("/v1/bulletins/2027-09/bulletin.pdf", headers=office)).status_code == 404
    assert (await site.client.get("/v1/bulletins/2026-13/bulletin.pdf", headers=office)).status_code == 422
    finance = await site.person(Role.county_finance, COUNTY)
    assert (await site.client.get(f"/v1/bulletins/{PERIOD}/bulletin.pdf", headers=finance)).status_code == 403
    for language in ("zh", "en"):
        browser = await site.browser(Role.city_office, language=language)
        page = await browser.page("/bulletins")
        assert "ZB-611000-2026-12" in page
        assert "46.23%" in page
    wrong = await browser.get("/bulletins?period=2026-13")
    assert wrong.status_code == 422
    officer = await site.browser(Role.county_officer, COUNTY)
    own = await officer.page(f"/bulletins?period={PERIOD}")
    assert f"ZB-{COUNTY}-{PERIOD}" in own
    for name in ("bulletin.pdf", "bulletin.xlsx", "leaders.pdf"):
        assert (await officer.get(f"/bulletins/{PERIOD}/{name}")).status_code == 200
