"""The registers of tracking as workbooks: the same rows as the pages, and nothing of others' projects."""

from io import BytesIO
from typing import Any

import httpx
from fastapi import FastAPI
from openpyxl import load_workbook

from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.services.tracking.conftest import Cast, ago, promise_of


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    """The rows of each page of a workbook that hold anything."""
    return {
        page.title: [row for row in ([one.value for one in line] for line in page) if any(row)]
        for page in load_workbook(BytesIO(content), data_only=True)
    }


async def test_sponsors_and_blocks_stand_in_the_book_of_those_who_track_the_project(
    cast: Cast,
    enter: Enter,  # noqa: F811
) -> None:
    host = await enter(Role.county_officer, make.SHANGZHOU)
    stranger = await enter(Role.county_officer, make.LUONAN)
    before = (await stranger.client.get("/tracking/registers.xlsx")).content
    base = f"/tracking/projects/{cast.producing}/enter"
    told = {"role": "leader", "unit": make.SHANGZHOU, "post": "分管副区长", "from_on": str(ago(3))}
    assert (await host.send(f"{base}/sponsor", **told)).status_code == 303
    block = {"kind": "water", "what": "供水管网未通", "department": "water", "unit": make.SHANGZHOU}
    assert (await host.send(f"{base}/block", **block, opened_on=str(ago(6)))).status_code == 303
    for page in ("sponsors", "blocks", "items", "look-backs"):
        assert 'href="/tracking/registers.xlsx"' in await host.open(f"/tracking/{page}")
    book = cells((await host.client.get("/tracking/registers.xlsx")).content)
    sponsor = ["投产项目", "一名领导包抓", "商州区", "分管副区长", str(ago(3)), "", 3]
    assert book["包抓责任人"][-1][:7] == sponsor
    assert book["领导包抓合计"][-1][:2] == ["商州区", 1]
    waiting = ["投产项目", "受阻：用水", "供水管网未通", "水利部门", "商州区", str(ago(6)), 6]
    assert book["受阻因素"][-1] == waiting
    assert (await stranger.client.get("/tracking/registers.xlsx")).content == before


async def test_the_book_of_promises_follows_the_filter(
    database: Database,
    cast: Cast,
    enter: Enter,  # noqa: F811
) -> None:
    async with database.session() as session:
        sheet = await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400)])
    finance = await enter(Role.county_finance, make.SHANGZHOU)
    paid = {"paid_on": str(ago(1)), "evidence": "拨付凭证 7 号"}
    assert (await finance.send(f"/promises/{sheet}/1/pay", **paid, amount_fen="150")).status_code == 303
    own = {"county": make.SHANGZHOU, "year": "2027", "source": "预算报告"}
    assert (await finance.send("/promises/strengths", **own, amount_fen="3000")).status_code == 303
    assert 'href="/promises.xlsx?year=2027"' in await finance.open("/promises?year=2027")
    book = cells((await finance.client.get("/promises.xlsx?year=2027")).content)
    assert book["承诺事项"][-1][7:9] == [4_000_000, 1_500_000], "in yuan"
    money = [4_000_000, 1_500_000, 2_500_000, 30_000_000, 3_000_000, 1_000_000]
    assert book["承诺与财力"][-1][2:8] == money
    other_year = cells((await finance.client.get("/promises.xlsx?year=2026")).content)
    assert "签约项目" not in str(other_year)
    stranger = await enter(Role.county_finance, make.LUONAN)
    assert "签约项目" not in str(cells((await stranger.client.get("/promises.xlsx")).content))


async def test_over_http(app: FastAPI, client: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    async with database.session() as session:
        await promise_of(session, cast.signed, make.SHANGZHOU, [(2027, 400)])
    _, office = await bearer(app, Role.city_office, make.CITY)
    english = office | {"Accept-Language": "en"}
    book = cells((await client.get("/v1/promises.xlsx?year=2027", headers=english)).content)
    assert book["Promises"][-1][2] == "签约项目"
    registers = await client.get("/v1/tracking/registers.xlsx", headers=office)
    assert list(cells(registers.content))[1:] == [
        *("调度清单", "领导包抓合计", "包抓责任人", "受阻因素", "重大项目回看"),
    ]
    assert (await client.get("/v1/promises.xlsx?year=1999", headers=office)).status_code == 422
