"""Reports over HTTP and by their pages: read, opened to rows, frozen by two, awarded by."""

from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import text

from auth.principal import Role
from services.kit.embedded_postgres import EmbeddedPostgres
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.accounts.factories import bearer
from tests.services.ledger.conftest import Site
from tests.services.reports.test_example import CITY, by_hand

Headers = dict[str, str]


@pytest.fixture(scope="module")
def open_url(server: EmbeddedPostgres, loaded_template: str) -> Iterator[str]:
    server.create_database("reports_http", template=loaded_template)
    yield server.url("reports_http")
    server.drop_database("reports_http")


@pytest.fixture
async def app(open_url: str) -> AsyncIterator[FastAPI]:
    settings = Settings(database_url=open_url, secret=SECRET, city=CITY, pool_size=4)
    async with applications.running(settings) as made:
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


async def person(app: FastAPI, role: Role = Role.city_office, office: str = CITY) -> Headers:
    return (await bearer(app, role, office))[1]


async def post(
    client: httpx.AsyncClient, who: Headers, path: str, body: Any = None, **headers: str
) -> httpx.Response:
    key = {"Idempotency-Key": str(uuid4())}
    return await client.post(path, headers=who | key | headers, json=body)


async def test_a_year_is_read_frozen_and_awarded_by(app: FastAPI, client: httpx.AsyncClient) -> None:
    maker, checker = await person(app), await person(app)
    county = await person(app, Role.county_leader, "611022")

    shown = (await client.get("/v1/reports/2026", headers=maker)).json()
    assert (shown["kind"], shown["state"], shown["preliminary"]) == ("year", "open", True)
    rate = next(
        one for part in shown["sections"] for one in part["figures"] if one["code"] == "contract_rate.amount"
    )
    signed, contracted = by_hand()["signed"][1], by_hand()["contracted"][1]
    assert rate["rate"] == {
        "numerator": contracted,
        "denominator": signed,
        "kind": "amount",
        "as_of": "2026-12-31",
        "basis_points": 8264,
    }
    rows = (await client.get(rate["rows"], headers=maker)).json()
    for part, wanted in (("numerator", contracted), ("denominator", signed)):
        assert sum(row["amount"] for row in rows["rows"] if row["part"] == part) == wanted
    assert (await client.get("/v1/quota-awards/2026", headers=maker)).status_code == 404
    refused = await post(client, maker, "/v1/quota-awards/2026")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/year-not-frozen")
    assert (await client.get("/v1/reports/2028", headers=maker)).status_code == 404
    assert (await client.get("/v1/reports/overdue", headers=maker)).status_code == 200

    asked = await post(client, maker, "/v1/reports/2026/freeze-request")
    assert asked.status_code == 201
    body = {"sha256": asked.json()["sha256"]}
    for who, status in ((maker, 403), (county, 403), (checker, 200)):
        answer = await post(client, who, "/v1/reports/2026/freeze", body)
        assert answer.status_code == status, answer.text
    listed = (await client.get("/v1/reports", headers=county)).json()["items"]
    assert [(one["period"], one["sha256"]) for one in listed] == [("2026", body["sha256"])]
    checked = (await client.get("/v1/reports/2026/recomputation", headers=county)).json()
    assert checked == {"period": "2026", "sha256": body["sha256"], "equal": True}
    assert (await client.get("/v1/reports/2026-12/recomputation", headers=county)).status_code == 404

    frozen = (await client.get("/v1/reports/2026", headers=maker)).json()
    scores = next(one for one in frozen["leagues"] if one["code"] == "score.amount")
    drawn = await post(client, maker, "/v1/quota-awards/2026")
    assert drawn.status_code == 201
    lines = [(line["place"], line["region"]) for line in drawn.json()["lines"]]
    assert lines == [(line["rank"], line["region"]) for line in scores["lines"] if line["rank"] <= 3]
    assert [line["mu"] for line in drawn.json()["lines"]] == [10_000, 8_000, 5_000]
    again = await post(client, checker, "/v1/quota-awards/2026")
    assert again.json()["type"] == "/problems/award-stands"
    assert (await client.get("/v1/quota-awards/2026", headers=county)).status_code == 404
    first = lines[0][1]
    before = await quota(app, first)
    for who, seen, status in (
        (maker, "1", 403),
        (county, "1", 403),
        (checker, "7", 412),
        (checker, "1", 200),
    ):
        path = "/v1/quota-awards/2026/confirm"
        answer = await post(client, who, path, **{"If-Match": f'"{seen}"'})
        assert answer.status_code == status, answer.text
    assert await quota(app, first) - before == 10_000
    late = await post(client, checker, "/v1/quota-awards/2026/withdraw", **{"If-Match": '"2"'})
    assert late.json()["type"] == "/problems/award-closed"
    own = (await client.get("/v1/quota-awards/2026", headers=county)).json()
    assert {line["region"] for line in own["lines"]} <= {"611022"}


async def quota(app: FastAPI, region: str) -> int:
    async with app.state.database.session() as session:
        found = await session.execute(text("SELECT land_quota_mu FROM region WHERE code = :r"), {"r": region})
        return int(found.scalar_one())


async def test_the_workbook_says_what_the_report_says(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await person(app)
    answer = await client.get("/v1/reports/2026-12/report.xlsx", headers=who)
    assert answer.headers["content-disposition"] == 'attachment; filename="report-2026-12.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["概况", "指标", "县区名次", "更正"]
    cells = {(row[1], row[2]): row for row in book["指标"].iter_rows(values_only=True) if not row[3]}
    assert cells["开工率", "按个数"][4:11] == (46.23, "%", 49, 106, None, None, "2026-12-31")
    assert cells["注册率", "按个数"][8:10] == (80, "是")


async def test_the_pages_lead_to_rows_and_two_people_freeze(app: FastAPI, client: httpx.AsyncClient) -> None:
    site = Site(app, client)
    maker, checker = await site.browser(Role.city_office), await site.browser(Role.city_office)
    english = await site.browser(Role.city_office, language="en")
    county = await site.browser(Role.county_officer, "611022")
    assert 'href="/reports/2026-12"' in await maker.page("/reports")
    page = await maker.page("/reports/2026-12?by=start_rate.count")
    assert 'href="/reports/2026-12/figures/start_rate.count"' in page
    assert "46.23%" in page
    assert "As of 2026-12-31" in await english.page("/reports/2026-12")
    opened = await maker.page("/reports/2026-12/figures/conflicts_filed.ytd.count")
    assert "共 0 行" in opened
    rows = await county.page("/reports/2026-12/figures/signed.ytd.amount")
    assert "柞水" not in rows or "611026" not in rows
    assert (await county.get("/reports/2026-12/figures/signed.ytd.amount?region=611026")).status_code == 404
    assert (await maker.get("/reports/2026-13")).status_code == 404
    assert (await maker.get("/reports/2026-12/report.xlsx")).content.startswith(b"PK")
    assert (await county.get("/reports/overrides")).status_code == 200

    path = "/reports/2026-12"
    assert (await maker.send(path, to=f"{path}/freeze-request")).status_code == 303
    assert "核对无误，封存" not in await maker.page(path)
    assert (await checker.send(path, to=f"{path}/freeze")).status_code == 303
    assert "已封存" in await county.page(path)
    assert (await maker.get("/quota-awards/2027")).status_code == 200
    assert "拟定" in await county.page("/quota-awards/2026")
