"""Fairness on pages and over HTTP: the city sets it and sees all, a county the rule and its own line."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.matching import factories as make
from tests.services.matching.test_pages import Browser, _browser

COUNTIES = {make.SHANGZHOU: "商州区", make.LUONAN: "洛南县"}


@pytest.fixture
async def office(app: FastAPI, pool: Database) -> AsyncIterator[Browser]:
    async with await _browser(app, Role.city_office) as client:
        yield Browser(client)


def filled(**changes: str) -> dict[str, str]:
    form = {
        "effective_from": "2027-01-15",
        "enabled": "yes",
        "months": "12",
        "measure": "leads",
        "ceiling": "150",
        "floor": "50",
        "credits_on": "yes",
        "balance_bound": "200",
        f"weight_{make.LUONAN}": "120",
    }
    return form | changes


async def test_the_rule_is_set_run_shown_and_exported(office: Browser, app: FastAPI, pool: Database) -> None:
    assert "均衡规则未启用" in await office.get("/fairness")
    page = await office.get("/fairness/edit")
    bad = await office.send("/fairness/edit", page, 422, **filled(months="abc", ceiling="20"))
    assert 'href="#f-months"' in bad.text
    assert 'href="#f-ceiling"' in bad.text
    past = await office.send("/fairness/edit", page, 422, **filled(effective_from="2027-01-14"))
    assert "生效日期不能早于今天" in past.text
    wrong = await office.send("/fairness/edit", page, 422, **filled(**{f"weight_{make.LUONAN}": "x"}))
    assert f'href="#f-weight_{make.LUONAN}"' in wrong.text
    await office.send("/fairness/edit", page, 303, **filled())
    await office.send("/fairness/edit", page, 422, **filled())  # somebody has changed it since: oneself
    run = await make.stored_run(pool)
    for language, words in (("zh", "规则的代价"), ("en", "Price of the rules")):
        for path in ("/fairness", f"/matches/runs/{run.id}"):
            shown = await office.get(path, language=language)
            assert words in shown
            assert '<svg class="bars"' in shown
    answer = await office.client.get("/fairness.xlsx")
    assert answer.content.startswith(b"PK")
    await _county_reads_its_own(app, f"/matches/runs/{run.id}")


async def _county_reads_its_own(app: FastAPI, run: str) -> None:
    async with await _browser(app, Role.county_officer, make.LUONAN) as client:
        county = Browser(client)
        for path in ("/fairness", run):
            page = await county.get(path)
            assert "洛南县" in page.split("县区均衡")[-1]
            assert "商州区" not in page.split("<main")[-1]
            assert "规则的代价" not in page
        await county.get("/fairness/edit", 403)


@pytest.fixture
async def headers(app: FastAPI, pool: Database) -> dict[str, str]:
    return (await bearer(app, Role.city_office))[1]


def rule(**changes: Any) -> dict[str, Any]:
    return {"effective_from": "2027-01-15", "enabled": True, "ceiling_bp": 12_000, **changes}


async def test_the_rule_is_edited_under_its_version_over_http(
    client: httpx.AsyncClient, app: FastAPI, headers: dict[str, str]
) -> None:
    where = "/v1/matches/fairness"
    first = await client.get(where, headers=headers)
    assert (first.json()["enabled"], first.headers["etag"]) == (False, '"0"')
    assert (await client.put(where, json=rule(), headers=headers)).status_code == 428
    match = headers | {"If-Match": '"0"'}
    assert (await client.put(where, json=rule(ceiling_bp=9_999), headers=match)).status_code == 422
    done = await client.put(where, json=rule(), headers=match)
    assert (done.status_code, done.headers["etag"], done.json()["ceiling_bp"]) == (200, '"1"', 12_000)
    assert (await client.put(where, json=rule(), headers=match)).status_code == 412
    county = (await bearer(app, Role.county_officer, make.LUONAN))[1]
    assert (await client.get(where, headers=county)).json() == done.json()
    assert (await client.put(where, json=rule(), headers=county | {"If-Match": '"1"'})).status_code == 403
    balances = (await client.get(f"{where}/balances", headers=county)).json()
    assert [line["county"] for line in balances["balances"]] == [make.LUONAN]
    assert (balances["city"], balances["view"]) == (None, "own")
    assert (await client.get(f"{where}/watch", headers=county)).json() == []


async def test_a_warm_run_is_asked_for_and_told_apart(
    client: httpx.AsyncClient, app: FastAPI, headers: dict[str, str], office: Browser, pool: Database
) -> None:
    first = await make.stored_run(pool)
    page = await office.get("/matches/runs/new")
    bad = await office.send("/matches/runs", page, 422, seconds="5", seed="1", churn_budget="x")
    assert 'href="#f-churn_budget"' in bad.text
    form = {"seconds": "5", "seed": "1", "warm": "yes", "churn_budget": "0"}
    where = (await office.send("/matches/runs", page, 303, **form)).headers["location"]
    (run, _) = [item async for item in _latest(pool)]
    await make.execute(pool, run)
    assert "与上次方案相比" in await office.get(where)
    told = (await client.get(f"/v1{where}", headers=headers)).json()
    assert (told["warm"], told["churn_budget"], told["warm_from"]) == (True, 0, str(first.id))
    assert (told["evicted"], told["changed"], told["bound_scope"]) == (0, 0, "all")
    changes = (await client.get(f"/v1{where}/changes", headers=headers)).json()
    assert (changes["former"], changes["moved"], changes["places"]) == (str(first.id), [], [])
    assert (await client.get(f"/v1{where}/fairness", headers=headers)).status_code == 404
    county = (await bearer(app, Role.county_officer, make.LUONAN))[1]
    assert (await client.get(f"/v1{where}/changes", headers=county)).json() is None


async def _latest(pool: Database) -> AsyncIterator[Any]:
    from services.matching import repo

    async with pool.session() as session:
        for item in await repo.runs(session, make.CITY, limit=2):
            yield item.id
