"""Funds over HTTP and by pages: entered, confirmed by another, seen by nobody else, exported."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from auth.principal import Role
from services.kit.database import Database
from services.kit.tables import uuid7
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.console.markup import Page
from tests.services.files.samples import pdf
from tests.services.funds import factories as make
from tests.services.funds.factories import OURS, WAN
from tests.services.ledger.conftest import Browser, Site
from tests.services.projects.factories import CITY, LUONAN, SHANGZHOU


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on the small city."""
    database = Database(database_url, pool_size=2)
    async with database.session() as session:
        await make.small_city(session)
    await database.close()
    settings = Settings(database_url=database_url, secret=SECRET, city=CITY, data_dir=tmp_path, pool_size=4)
    async with applications.running(settings) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Site(app, client)


async def post(site: Site, who: dict[str, str], path: str, body: Any, seen: int | None = None) -> Any:
    """One POST with a key of its own."""
    sent = who | {"Idempotency-Key": str(uuid7())}
    if seen is not None:
        sent["If-Match"] = f'"{seen}"'
    return await site.client.post(path, json=body, headers=sent)


async def upload(site: Site, who: dict[str, str], content: bytes) -> str:
    answer = await site.client.post(
        "/v1/files",
        headers=who | {"Idempotency-Key": str(uuid7())},
        files={"file": ("回单.pdf", content, "application/pdf")},
        data={"purpose": "bank_slip"},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_an_entry_over_http(site: Site) -> None:
    maker, checker = (
        await site.person(Role.county_officer, SHANGZHOU),
        await site.person(Role.county_finance, SHANGZHOU),
    )
    office, stranger = await site.person(Role.city_office), await site.person(Role.county_officer, LUONAN)
    async with site.app.state.database.session() as session:
        project = await make.ref(session, OURS)
    body = {
        "project": project,
        "month": "2026-12",
        "fund_kind": "province_outside",
        "amount": 100 * WAN,
        "evidence": "银行回单",
        "files": [await upload(site, maker, pdf("1"))],
    }
    made = await post(site, maker, "/v1/funds", body)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    path = made.headers["Location"]
    assert (await site.client.get(path, headers=stranger)).status_code == 404
    assert (await post(site, stranger, f"{path}/confirm", None, 1)).status_code == 404
    assert (await post(site, maker, f"{path}/confirm", None, 1)).status_code == 403
    done = await post(site, checker, f"{path}/confirm", None, 1)
    assert (done.status_code, done.json()["state"], done.headers["ETag"]) == (200, "confirmed", '"2"')
    again = await post(site, maker, "/v1/funds", body | {"files": [await upload(site, maker, pdf("2"))]})
    refused = await post(site, checker, f"{again.headers['Location']}/refuse", {"reason": "重复"}, 1)
    assert refused.json()["state"] == "refused"
    page = (await site.client.get("/v1/funds?year=2026&limit=1", headers=office)).json()
    assert (page["total"], page["counted_fen"]) == (2, 100 * WAN)
    rest = (
        await site.client.get(f"/v1/funds?year=2026&limit=1&cursor={page['next']}", headers=office)
    ).json()
    assert {page["items"][0]["state"], rest["items"][0]["state"]} == {"confirmed", "refused"}
    summary = (await site.client.get("/v1/funds/summary?year=2026", headers=office)).json()
    assert summary["total_fen"] == 100 * WAN
    none = (await site.client.get("/v1/funds/summary?year=2026", headers=stranger)).json()
    assert (none["total_fen"], none["county"]) == (0, LUONAN)
    taken = await post(site, checker, f"{path}/withdraw", {"reason": "资金退回"}, 2)
    assert taken.json()["state"] == "withdrawn"


async def test_rates_closes_and_goals_over_http(site: Site) -> None:
    office, county = await site.person(Role.city_office), await site.person(Role.county_finance, SHANGZHOU)
    rate = {"month": "2026-12", "rate_e4": 70_850, "source": "外汇交易中心 12 月首个工作日中间价"}
    assert (await post(site, county, "/v1/funds/exchange-rates", rate)).status_code == 403
    assert (await post(site, office, "/v1/funds/exchange-rates", rate)).json()["version"] == 1
    shown = (await site.client.get("/v1/funds/exchange-rates", headers=county)).json()
    assert shown["items"][0]["rate_e4"] == 70_850
    assert (await post(site, county, "/v1/funds/closes", {"month": "2026-11"})).status_code == 403
    assert (await post(site, office, "/v1/funds/closes", {"month": "2026-11"})).json()["open"] == "2026-12"
    closes = (await site.client.get("/v1/funds/closes", headers=county)).json()
    assert [one["month"] for one in closes["items"]] == ["2026-11"]
    goal = {
        "year": 2027,
        "actor": "county",
        "unit": SHANGZHOU,
        "indicator": "有效线索",
        "value": 30,
        "value_unit": "条",
        "effective_from": "2027-01-01",
        "document_no": "商招〔2027〕1号",
        "reason": "年度任务",
    }
    assert (await post(site, office, "/v1/goals", goal)).status_code == 201
    unitless = await post(site, office, "/v1/goals", goal | {"value_unit": ""})
    assert (unitless.status_code, unitless.json()["type"].rsplit("/", 1)[1]) == (422, "bad-goal")
    seen = (await site.client.get("/v1/goals?year=2027", headers=county)).json()
    assert ("有效线索", 30) in [(one["indicator"], one["value"]) for one in seen["items"]]


def form_of(text: str, action: str) -> dict[str, str]:
    """The fields of a page's form."""
    return next(form for form in Page(text).forms if form.action == action).fields


async def send_slip(browser: Browser, fields: dict[str, str], content: bytes) -> httpx.Response:
    """Send the form of an entry with its file."""
    return await browser._ask(
        "POST", "/funds/new", data=fields, files={"file": ("回单.pdf", content, "application/pdf")}
    )


async def test_an_entry_by_pages(site: Site) -> None:
    maker = await site.browser(Role.county_officer, SHANGZHOU)
    checker = await site.browser(Role.county_finance, SHANGZHOU)
    async with site.app.state.database.session() as session:
        project = await make.ref(session, OURS)
    text = await maker.page(f"/funds/new?project={project}")
    fields = form_of(text, "/funds/new")
    fields |= {"fund_kind": "province_outside", "currency": "CNY", "month": "2026-12", "evidence": "回单一张"}
    fields["purpose"] = "bank_slip"
    for amount, month, told in (
        ("一百", "2026-12", "数字"),
        ("100.5", "2026-13", "2027-01"),
        ("0", "2026-12", ""),
    ):
        wrong = await send_slip(maker, fields | {"amount": amount, "month": month}, pdf())
        assert (wrong.status_code, told in wrong.text) == (422, True)
    kept = await send_slip(maker, fields | {"amount": "100.5"}, pdf())
    assert kept.status_code == 303, kept.text
    path = kept.headers["location"].partition("?")[0]
    assert "待确认" in await maker.page(path)
    assert "到位资金待确认" in await checker.page("/")
    empty = await checker.send(path, to=f"{path}/refuse")
    assert empty.status_code == 422
    done = await checker.send(path, to=f"{path}/confirm")
    assert done.status_code == 303, done.text
    assert "100.50" in await checker.page("/funds?year=2026&month=2026-12&fund_kind=province_outside")
    await maker.page(f"/funds?project={project}&year=all&state=confirmed")
    await maker.page(f"/funds/new?replaces={path.rsplit('/', 1)[1]}")
    assert (await maker.get("/funds/new?replaces=x")).status_code == 404
    taken = await checker.send(path, to=f"{path}/withdraw", reason="资金退回")
    assert taken.status_code == 303
    stranger = await site.browser(Role.county_officer, LUONAN)
    assert (await stranger.get(path)).status_code == 404
    book = openpyxl.load_workbook(io.BytesIO((await maker.get("/funds.xlsx?year=2026")).content))
    assert any("回单一张" in row for row in book.worksheets[-1].values)
    api = await site.person(Role.county_officer, SHANGZHOU)
    assert (await site.client.get("/v1/funds.xlsx?year=2026", headers=api)).status_code == 200


async def test_months_and_goals_by_pages(site: Site) -> None:
    office = await site.browser(Role.city_office)
    english = await site.browser(Role.city_office, language="en")
    path = "/funds/months"
    for rate, status in (("7", 303), ("七", 422)):
        to = f"{path}/rates"
        sent = await office.send(path, to=to, month="2026-12", rate=rate, source="外汇交易中心")
        assert sent.status_code == status
    ahead = await office.send(path, to=f"{path}/rates", month="2027-09", rate="7", source="外汇交易中心")
    assert ahead.status_code == 422
    for month, status in (("2026-12", 303), ("2026-12", 422), ("十二月", 422)):
        assert (await office.send(path, to=f"{path}/close", close=month)).status_code == status
    assert "7.0000" in await english.page(path)
    goal = {
        "actor": "team",
        "unit": "第一招商工作队",
        "indicator": "有效线索",
        "value": "8",
        "value_unit": "条",
        "document_no": "商招〔2027〕2号",
        "reason": "年度任务",
    }
    for value, unit, status in (("8", "条", 303), ("", "条", 422), ("8", "天", 422)):
        sent = await office.send("/goals", **goal | {"value": value, "value_unit": unit})
        assert sent.status_code == status, sent.text
    assert "第一招商工作队" in await english.page("/goals?year=2027")
    money = {"actor": "county", "unit": SHANGZHOU, "indicator": "到位资金", "value": "400"}
    sent = await office.send("/goals", **goal | money | {"value_unit": "万元"})
    assert sent.status_code == 303, sent.text
    async with site.app.state.database.session() as session:
        await make.load(session, (OURS, "2027-01", 100 * WAN))
    page = await office.page("/goals?year=2027")
    assert ">100 万元<" in page
    assert "25%" in page
