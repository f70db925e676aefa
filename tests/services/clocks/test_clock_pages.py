"""Clocks and the report on who is late, over HTTP and at the console."""

import re
from html import unescape
from io import BytesIO

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import text

from auth.principal import Role
from services.clocks.escalation import escalate
from services.console.pages import clocks as clock_pages
from services.kit.clock import Clock
from services.kit.database import Database
from services.projects import service as projects
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.services.projects.road import OFFICER, lead
from tests.services.regions import factories as regions


async def late_lead(database: Database) -> str:
    """A lead of Danfeng whose follow-up is late, and escalated twice."""
    async with database.session() as session:
        made = await lead(session)
        await session.execute(text("UPDATE city SET business_date = '2027-02-20'"))
    async with database.session() as session:
        await escalate(session, make.CITY, await Clock().today(session, make.CITY))
    return made.public_id


async def test_over_http(app: FastAPI, client: httpx.AsyncClient, database: Database):
    ref = await late_lead(database)
    own, other, city = [
        (await bearer(app, role, office))[1]
        for role, office in (
            (Role.county_officer, make.DANFENG),
            (Role.county_officer, make.LUONAN),
            (Role.city_office, make.CITY),
        )
    ]
    rows = (await client.get("/v1/clocks?late=true", headers=own)).json()["items"]
    assert [(row["kind"], row["project"], row["days_left"], row["days_late"]) for row in rows] == [
        ("follow_up", ref, 0, 22)
    ]
    assert rows[0]["escalated_to"] == ["county_leader", "city_office"]
    first = (await client.get("/v1/clocks?limit=1", headers=own)).json()
    rest = (await client.get(f"/v1/clocks?limit=1&cursor={first['next']}", headers=own)).json()
    assert [row["kind"] for row in first["items"] + rest["items"]] == ["follow_up", "protection"]
    assert (await client.get("/v1/clocks", headers=other)).json() == {"items": [], "next": None}
    assert (await client.get("/v1/clocks?kind=nothing", headers=own)).status_code == 422
    one = await client.get(f"/v1/projects/{ref}/clocks", headers=own)
    assert [row["kind"] for row in one.json()] == ["follow_up", "protection"]
    hidden = await client.get(f"/v1/projects/{ref}/clocks", headers=other)
    assert (hidden.status_code, hidden.json()["type"]) == (404, "/problems/no-such-project")
    for who, units in ((own, [make.DANFENG]), (other, [make.LUONAN])):
        report = (await client.get("/v1/reports/overdue", headers=who)).json()
        assert [unit["county"] for unit in report["units"]] == units
    whole = (await client.get("/v1/reports/overdue", headers=city)).json()["units"]
    assert (whole[0]["county"], whole[0]["late"], whole[0]["protections"]["idle"]) == (make.DANFENG, 1, 1)
    file = await client.get("/v1/reports/overdue.xlsx", headers=city)
    told = [cell.value for sheet in load_workbook(BytesIO(file.content)) for row in sheet for cell in row]
    assert "丹凤县" in told
    assert "定期跟进" in told


async def test_experts_are_asked_over_http(app: FastAPI, client: httpx.AsyncClient, database: Database):
    async with database.session() as session:
        await regions.make_city(session)
        made = await projects.register(session, OFFICER, make.form())
        ref, version = made.public_id, made.version
    _, officer = await bearer(app, Role.county_officer, make.DANFENG)
    address = f"/v1/projects/{ref}/expert-help"
    body = {"reason": "请专家研判工艺"}
    unnamed = await client.post(address, json=body, headers=officer | {"Idempotency-Key": "experts-1"})
    assert unnamed.status_code == 428
    key = {"Idempotency-Key": "experts-2", "If-Match": f'"{version}"'}
    done = await client.post(address, json=body, headers=officer | key)
    assert (done.status_code, done.headers["ETag"]) == (200, f'"{version + 1}"')
    rows = (await client.get(f"/v1/projects/{ref}/clocks", headers=officer)).json()
    assert [row["kind"] for row in rows] == ["feed_back", "judge"]


async def test_pages_show_clocks_and_who_is_late(
    enter: Enter,  # noqa: F811
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
):
    ref = await late_lead(database)
    leader = await enter(Role.county_leader, make.DANFENG)
    home = await leader.open("/")
    assert "1 项超期已升级到本单位，请督办" in home
    page = await leader.open("/clocks?escalated=true")
    for words in ("定期跟进", "已过 22 天", "已升级：市级统筹办", "德润融通汽车零部件项目"):
        assert words in page
    assert "首谈保护" not in page.split('id="list"')[1]
    assert "首谈保护" in (await leader.open("/clocks?kind=protection")).split('id="list"')[1]
    assert (await leader.client.get("/clocks?kind=nothing&county=x")).status_code == 200
    first = await leader.open("/clocks")
    assert "<strong>1 / 1</strong>" in first, "counts by kind come before the rows"
    assert "共 2 条" in first
    monkeypatch.setattr(clock_pages, "A_PAGE", 1)
    first = await leader.open("/clocks")
    onward = re.search(r'href="([^"]+)" rel="next"', first)
    assert onward is not None
    assert first.count(f"/projects/{ref}") == 1
    assert (await leader.open(unescape(onward[1]))).count(f"/projects/{ref}") == 1
    detail = await leader.open(f"/projects/{ref}")
    assert "办理时限" in detail
    assert "已过 22 天" in detail
    own = await leader.open("/overdue")
    assert "丹凤县" in own
    assert "洛南县" not in own
    office = await enter(Role.city_office, make.CITY)
    whole = await office.open("/overdue")
    for words in ("谁超期", "谁囤积", "丹凤县", "洛南县", "50%", "超期 1 / 在办 2"):
        assert words in whole
    file = await office.client.get("/overdue.xlsx")
    assert file.status_code == 200
    assert load_workbook(BytesIO(file.content)).sheetnames
