import re

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from tests.services.accounts.factories import opened
from tests.services.regions import factories


@pytest.fixture(autouse=True)
async def ground(database: Database) -> None:
    async with database.session() as session:
        await factories.make_city(session)


async def sign_in(app: FastAPI, client: httpx.AsyncClient, role: Role) -> None:
    signed = await opened(app.state.database, role, kind=SessionKind.console, now=app.state.clock.now())
    client.cookies.set(COOKIE, signed.secret.text)


async def test_parks_with_what_is_left_and_stale_stock(app: FastAPI, client: httpx.AsyncClient):
    await sign_in(app, client, Role.county_officer)
    page = (await client.get("/parks")).text
    assert "园区6110P01" in page
    assert "<strong>155</strong>" in page
    assert "1 处超期未核实" in page
    assert "导出园区" in page
    one = (await client.get("/parks?county=611021")).text
    assert "园区6110P04" in one
    assert "园区6110P01" not in one


async def test_an_officer_checks_the_stock_of_the_own_park(app: FastAPI, client: httpx.AsyncClient):
    await sign_in(app, client, Role.park_officer)
    page = (await client.get("/parks/6110P01")).text
    assert "198 天未核实" in page
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    for address in ("plots/6110P01-002", "halls/6110P01-F01"):
        done = await client.post(f"/parks/6110P01/{address}/verifications", data={"csrf": token[1]})
        assert (done.status_code, done.headers["location"]) == (303, "/parks/6110P01")
    after = (await client.get("/parks/6110P01")).text
    assert "198 天未核实" not in after
    assert "今日核实" in after


async def test_others_look_on(app: FastAPI, client: httpx.AsyncClient):
    await sign_in(app, client, Role.park_officer)
    page = (await client.get("/parks/6110P04")).text
    assert "今日核实无误" not in page
    assert (await client.get("/parks/nothing")).status_code == 404


async def test_in_english(app: FastAPI, client: httpx.AsyncClient):
    await sign_in(app, client, Role.city_office)
    page = (await client.get("/parks/6110P03", headers={"Accept-Language": "en"})).text
    for words in ("Industrial land", "To be replanned", "Storage", "Checked today, still true"):
        assert words in page
