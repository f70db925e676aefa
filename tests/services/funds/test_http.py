"""Funds over HTTP and by pages: entered, confirmed by another, seen by nobody else, exported."""

import io
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import text

from allocation.statistics.goals import INDICATORS
from auth.principal import Role
from services.kit.database import Database
from services.kit.tables import uuid7
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.console.markup import Page
from tests.services.files.samples import pdf
from tests.services.funds import factories as make
from tests.services.funds.factories import CITYS, LEAD, OURS, THEIRS, WAN
from tests.services.ledger.conftest import Browser, Site
from tests.services.projects.factories import CITY, LUONAN, PARK, SHANGZHOU


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


GOAL = {
    "actor": "team",
    "unit": "第一招商工作队",
    "indicator": "有效线索",
    "value": "8",
    "value_unit": "条",
    "document_no": "商招〔2027〕2号",
    "reason": "年度任务",
}


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of a page's form."""
    return next(form for form in Page(page).forms if form.action == action).fields


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
    fields = form_of(await maker.page(f"/funds/new?project={project}"), "/funds/new")
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


def told(answer: httpx.Response) -> dict[str, str]:
    """What is wrong, by field, as a form shown again says."""
    assert answer.status_code == 422, answer.text
    return dict(re.findall(r'<a href="#f-([a-z_]+)">([^<]+)</a>', unescape(answer.text)))


ENTRY = {
    "fund_kind": "province_outside",
    "currency": "CNY",
    "month": "2026-12",
    "amount": "100.5",
    "evidence": "回单一张",
    "purpose": "bank_slip",
}
KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-[^\"';]+|name=\"csrf\" value=\"[^\"]*\"")


async def test_a_mistyped_project_keeps_the_form_and_tells_nothing_of_hidden_ones(site: Site) -> None:
    maker = await site.browser(Role.county_officer, LUONAN)
    async with site.app.state.database.session() as session:
        hidden, own = await make.ref(session, OURS), await make.ref(session, THEIRS)
        lead = await make.ref(session, LEAD)
    fields = form_of(await maker.page("/funds/new"), "/funds/new") | ENTRY | {"purpose": "invoice"}
    said = []
    for typed in (hidden, "x" * len(hidden), OURS, lead):
        answer = await send_slip(maker, fields | {"project": typed}, pdf())
        assert told(answer) == {"project": "没有查到这个项目，请核对编号"}
        kept = form_of(answer.text, "/funds/new")
        assert [kept[name] for name in ("project", "amount", "evidence")] == [typed, "100.5", "回单一张"]
        for chosen in ("province_outside", "CNY", "invoice"):
            assert f'<option value="{chosen}" selected>' in answer.text
        said.append(KEYS.sub("", answer.text.replace(typed, "")))
    assert said[0] == said[1] == said[2] == said[3]
    wrong = await send_slip(maker, fields | {"project": "x", "amount": ""}, b"")
    assert list(told(wrong)) == ["project", "amount", "file"]
    strange = await send_slip(maker, fields | {"project": f"https://city.example/projects/{hidden}"}, pdf())
    assert told(strange) == {"project": "没有查到这个项目，请核对编号"}
    known = f"https://city.example/projects/{own}?tab=funds"
    by_address = await send_slip(maker, fields | {"project": known, "amount": ""}, pdf())
    assert list(told(by_address)) == ["amount"]
    by_code = await send_slip(maker, fields | {"project": THEIRS}, pdf())
    assert by_code.status_code == 303, by_code.text
    assert own in await maker.page(by_code.headers["location"])


async def test_the_projects_one_hosts_are_offered(site: Site) -> None:
    async with site.app.state.database.session() as session:
        ours, theirs = await make.ref(session, OURS), await make.ref(session, THEIRS)
        lead, citys = await make.ref(session, LEAD), await make.ref(session, CITYS)
    for role, place, expected in (
        (Role.county_officer, SHANGZHOU, {ours}),
        (Role.park_officer, PARK, {ours}),
        (Role.county_officer, LUONAN, {theirs}),
        (Role.city_office, None, {ours, theirs, citys}),
    ):
        browser = await site.browser(role, place) if place else await site.browser(role)
        page = await browser.page("/funds/new")
        offered = set(re.findall(r'<option value="([^"]+)" lang="zh-CN">', page.partition("<datalist")[2]))
        assert {one for one in offered if one in {ours, theirs, lead, citys}} == expected


async def test_an_unsigned_project_is_refused_at_its_field(site: Site) -> None:
    maker = await site.browser(Role.county_officer, SHANGZHOU)
    fields = form_of(await maker.page("/funds/new"), "/funds/new") | ENTRY
    answer = await send_slip(maker, fields | {"project": LEAD}, pdf())
    assert told(answer) == {"project": "项目签约并有承接地以后才能填报到位资金"}


async def test_another_hosts_project_that_one_knows_is_refused_at_its_field(site: Site) -> None:
    async with site.app.state.database.session() as session:
        await session.execute(
            text("UPDATE project SET host_county = :host, host_park = NULL WHERE code = :code"),
            {"host": LUONAN, "code": OURS},
        )
    maker = await site.browser(Role.county_officer, SHANGZHOU)
    fields = form_of(await maker.page("/funds/new"), "/funds/new") | ENTRY
    answer = await send_slip(maker, fields | {"project": OURS}, pdf())
    assert told(answer) == {"project": "到位资金由项目承接地填报和确认"}


async def test_an_entry_names_all_that_is_missing_and_what_an_amount_is(site: Site) -> None:
    maker = await site.browser(Role.county_officer, SHANGZHOU)
    fields = form_of(await maker.page("/funds/new"), "/funds/new")
    empty = await send_slip(maker, {"once": fields["once"], "csrf": fields["csrf"]}, b"")
    assert told(empty) == {
        "project": "请填写“项目公开编号”",
        "month": "请填写“月份”",
        "fund_kind": "请填写“资金类型”",
        "currency": "请填写“币种”",
        "amount": "请填写“金额（万元或万美元）”",
        "evidence": "请填写“凭证说明”",
        "file": "请附验资报告、银行回单或发票",
    }
    for amount in ("99999999999999999999", "0.0000001", "一百"):
        answer = await send_slip(maker, fields | ENTRY | {"project": OURS, "amount": amount}, pdf())
        assert told(answer) == {"amount": "金额请填写数字，小数点前最多九位，小数最多六位"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("value", "-5", "“目标值”不能小于 1"),
        ("value", "0", "“目标值”不能小于 1"),
        ("value", "abc", "“目标值”应为整数"),
        ("value", "1.5 个", "“目标值”应为整数"),
        ("value", "1.5", "“目标值”应为整数"),
        ("value", "99999999999999999999", "“目标值”数值过大"),
        ("value", "", "请填写“目标值”"),
        ("year", "1900", "“年度”不能小于 2000"),
        ("year", "2101", "“年度”不能大于 2100"),
        ("effective_from", "2027-02-30", "“生效日期”请写成 2027-01-15 的样式，并且是存在的日期"),
        ("actor", "moon", "“单位类别”请从列表中选择"),
        ("reason", "", "请填写“设定或调整的原因”"),
        ("unit", "甲" * 101, "“责任单位”最多填写 100 个字"),
    ],
)
async def test_a_target_says_what_its_fields_take(site: Site, name: str, value: str, sentence: str) -> None:
    office = await site.browser(Role.city_office)
    answer = await office.send("/goals", **GOAL | {name: value})
    assert told(answer) == {name: sentence}


async def test_an_empty_target_names_every_field_and_english_has_its_words(site: Site) -> None:
    office = await site.browser(Role.city_office)
    empty = await office.send("/goals", **dict.fromkeys(GOAL, ""), year="", effective_from="")
    assert set(told(empty)) == {*GOAL, "year", "effective_from"}
    english = await site.browser(Role.city_office, language="en")
    low = await english.send("/goals", **GOAL | {"value": "-5"})
    assert told(low) == {"value": "Target: At least 1"}


async def test_targets_are_in_english_on_an_english_page(site: Site) -> None:
    office = await site.browser(Role.city_office)
    assert (await office.send("/goals", **GOAL)).status_code == 303
    english = await site.browser(Role.city_office, language="en")
    page = await english.page("/goals?year=2027")
    for words in (*INDICATORS, *(unit for one in INDICATORS.values() for unit in one.units)):
        assert f">{words}<" not in page, words
    assert '<option value="有效线索">Effective leads</option>' in page
    assert '<option value="亿元">100 million yuan</option>' in page
    assert "<td>Effective leads</td>" in page
    assert "8 items" in page
    assert "<td>有效线索</td>" in await office.page("/goals?year=2027")


async def test_a_rate_names_all_that_is_wrong(site: Site) -> None:
    office = await site.browser(Role.city_office)
    path = "/funds/months"
    sent = await office.send(path, to=f"{path}/rates", month="2026-13", rate="0", source="")
    assert told(sent) == {
        "month": "月份请写成 2027-01 的样式",
        "rate": "汇率应大于零",
        "source": "请填写“来源”",
    }


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
    for value, unit, status in (("8", "条", 303), ("", "条", 422), ("8", "天", 422)):
        sent = await office.send("/goals", **GOAL | {"value": value, "value_unit": unit})
        assert sent.status_code == status, sent.text
    assert "第一招商工作队" in await english.page("/goals?year=2027")
    money = {"actor": "county", "unit": SHANGZHOU, "indicator": "到位资金", "value": "400"}
    sent = await office.send("/goals", **GOAL | money | {"value_unit": "万元"})
    assert sent.status_code == 303, sent.text
    async with site.app.state.database.session() as session:
        await make.load(session, (OURS, "2027-01", 100 * WAN))
    page = await office.page("/goals?year=2027")
    assert ">100 万元<" in page
    assert "25%" in page
