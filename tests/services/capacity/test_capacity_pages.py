"""A park's capacity over HTTP and at the console."""

from datetime import date
from html import unescape

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter, small_city  # noqa: F401 -- fixtures
from tests.services.projects.person import HIDDEN, Enter

PAGE = f"/parks/{make.PARK}/capacity"
USE = {
    "plot": "6110P01-001",
    "land_mu": 2_000,
    "used_by": "某仓储公司",
    "since": "2026-06-01",
    "evidence": "租赁合同",
}


async def test_over_http(app: FastAPI, client: httpx.AsyncClient, small_city: None):  # noqa: F811
    _, keeper = await bearer(app, Role.park_officer)
    _, other = await bearer(app, Role.county_officer, make.LUONAN)
    base = f"/v1/parks/{make.PARK}"
    found = (await client.get(f"{base}/capacity", headers=keeper)).json()
    assert found["figures"][0] == {
        "measure": "land_mu",
        "total": 15_500,
        "offered": 0,
        "committed": 0,
        "accepted": 0,
        "outside": 0,
        "free": 15_500,
        "unbound": 15_500,
        "overlapping": False,
    }
    made = await client.post(
        f"{base}/outside-uses", json=USE, headers=keeper | {"Idempotency-Key": "use-0001"}
    )
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    again = await client.post(
        f"{base}/outside-uses", json=USE, headers=keeper | {"Idempotency-Key": "use-0001"}
    )
    assert again.json() == made.json()
    much = USE | {"land_mu": 10_001}
    refused = await client.post(
        f"{base}/outside-uses", json=much, headers=keeper | {"Idempotency-Key": "use-0002"}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/over-offered")
    assert [place["pointer"] for place in refused.json()["errors"]] == ["/plot"]
    strange = await client.post(
        f"{base}/outside-uses", json=USE, headers=other | {"Idempotency-Key": "use-0003"}
    )
    assert (strange.status_code, strange.json()["type"]) == (403, "/problems/not-your-stock")
    end = f"{base}/outside-uses/{made.json()['id']}/end"
    reason = {"reason": "租期届满"}
    unnamed = await client.post(end, json=reason, headers=keeper | {"Idempotency-Key": "end-0001"})
    assert unnamed.status_code == 428
    key = {"Idempotency-Key": "end-0002", "If-Match": '"1"'}
    ended = await client.post(end, json=reason, headers=keeper | key)
    assert (ended.status_code, ended.json()["counts"], ended.headers["ETag"]) == (200, False, '"2"')
    no = {"still_true": False, "reason": "已出让"}
    key = {"Idempotency-Key": "untrue-0001"}
    gone = await client.post(f"{base}/plots/6110P01-001/verify", json=no, headers=keeper | key)
    assert gone.json()["figures"][0]["total"] == 3_500
    bare = await client.post(
        f"{base}/plots/6110P01-001/verify",
        json={"still_true": False},
        headers=keeper | {"Idempotency-Key": "untrue-0002"},
    )
    assert (bare.status_code, bare.json()["type"]) == (422, "/problems/bad-stock")
    later = {"ready_on": "2027-08-01", "reason": "拆迁"}
    moved = await client.put(f"{base}/halls/6110P01-F01/availability", json=later, headers=keeper)
    assert [row["new_hall_m2"] for row in moved.json()["quarters"]][:3] == [0, 0, 10_000]
    none = await client.put(f"{base}/halls/nothing/availability", json=later, headers=keeper)
    assert (none.status_code, none.json()["type"]) == (404, "/problems/no-such-stock")
    assert (await client.get("/v1/parks/nothing/capacity", headers=keeper)).status_code == 404


async def test_a_keeper_works_the_page(enter: Enter, database: Database, small_city: None):  # noqa: F811
    person = await enter(Role.park_officer, make.PARK)
    page = await person.open(PAGE)
    for words in ("资源台账", "供地计划", "2027 年第 1 季度", "198 天未核实", "2027 年度核查：0 / 3"):
        assert words in page
    done = await person.resend(f"{PAGE}/plots/6110P01-002/verify", still_true="1")
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    page = await person.open(PAGE)
    assert "1 / 3 处已核实" in page
    fields = {
        "used_by": "某仓储公司",
        "plot": "6110P01-001",
        "land_mu": "20.5",
        "since": "2026-06-01",
        "evidence": "租赁合同",
    }
    wrong = await person.resend(f"{PAGE}/outside-uses", **(fields | {"land_mu": "999"}))
    assert wrong.status_code == 422
    assert "超过该地块或厂房的余量" in wrong.text
    assert "某仓储公司" in wrong.text, "what was typed stays"
    await person.open(PAGE)
    missing = await person.resend(f"{PAGE}/outside-uses", **(fields | {"used_by": ""}))
    assert missing.status_code == 422
    await person.open(PAGE)
    assert (await person.resend(f"{PAGE}/outside-uses", **fields)).status_code == 303
    page = await person.open(PAGE)
    assert "占用中" in page
    async with database.session() as session:
        use = (await session.execute(text("SELECT id, land_mu FROM outside_use"))).one()
    assert use.land_mu == 2_050
    end = f"{PAGE}/outside-uses/{use.id}/end"
    assert (await person.resend(end, reason="")).status_code == 422
    await person.open(PAGE)
    assert (await person.resend(end, reason="退租")).status_code == 303
    assert "已结束" in await person.open(PAGE)


async def test_not_true_and_ready_later_at_the_page(
    enter: Enter,  # noqa: F811
    database: Database,
    small_city: None,  # noqa: F811
):
    person = await enter(Role.park_officer, make.PARK)
    plot = f"{PAGE}/plots/6110P01-001"
    token = {name: unescape(value) for name, value in HIDDEN.findall(await person.open(PAGE))}
    token = {name: token[name] for name in ("csrf", "once")}
    bare = await person.client.post(f"{plot}/verify", data=token)
    assert bare.status_code == 422
    assert "不属实的须写明情况" in bare.text
    gone = await person.client.post(f"{plot}/verify", data=token | {"reason": "已出让"})
    assert gone.status_code == 303
    page = await person.open(PAGE)
    assert "不属实" in page
    assert "已出让" in page
    assert "不属实" in await person.open(f"/parks/{make.PARK}")
    late = {"ready_on": "2027-08-01", "reason": "拆迁"}
    assert (await person.client.post(f"{plot}/availability", data=token | late)).status_code == 303
    bad = await person.client.post(f"{plot}/availability", data=token | {"ready_on": "soon", "reason": "x"})
    assert bad.status_code == 422
    async with database.session() as session:
        ready = await session.scalar(text("SELECT ready_on FROM plot WHERE code = '6110P01-001'"))
    assert ready == date(2027, 8, 1)


async def test_others_see_only_what_there_is(enter: Enter, small_city: None):  # noqa: F811
    person = await enter(Role.county_officer, make.LUONAN)
    page = await person.open(PAGE)
    assert "登记平台外占用" not in page
    assert "<td>—</td>" in page or "—" in page
    person.client.cookies.set("yipanqi-language", "en")
    assert (await person.client.get(PAGE, headers={"Accept-Language": "en"})).status_code == 200
