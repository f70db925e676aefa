"""Matches over HTTP, as a client meets them."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from auth.principal import Role
from services.kit.database import Database
from services.kit.queue import Pace
from services.matching.tables import MatchRun
from services.settings import Settings
from services.worker import run_worker
from tests.services.accounts.factories import bearer
from tests.services.matching import factories as make

PACE = Pace(poll=timedelta(milliseconds=200), lost_after=timedelta(seconds=5))


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


@pytest.fixture
async def office(app: FastAPI, pool: Database) -> dict[str, str]:
    return (await bearer(app, Role.city_office))[1]


async def _work(settings: Settings, client: httpx.AsyncClient, headers: dict[str, str], where: str) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(settings, stop=stop, pace=PACE))
    async with asyncio.timeout(180):
        while (await client.get(where, headers=headers)).json()["state"] in {"queued", "running"}:  # noqa: ASYNC110 -- a client over HTTP has no event
            await asyncio.sleep(0.1)
    stop.set()
    await worker


async def test_a_run_from_the_asking_to_the_decision(
    client: httpx.AsyncClient,
    app: FastAPI,
    pool: Database,
    office: dict[str, str],
    process_settings: Settings,
) -> None:
    once = key()
    asked = await client.post("/v1/matches/runs", json={"seconds": 5, "seed": 1}, headers=office | once)
    assert asked.status_code == 202
    where = asked.headers["location"]
    assert where == f"/v1/matches/runs/{asked.json()['id']}"
    again = await client.post("/v1/matches/runs", json={"seconds": 5, "seed": 1}, headers=office | once)
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", asked.json())
    await _work(process_settings, client, office, where)
    run = (await client.get(where, headers=office)).json()
    assert (run["state"], run["status"], run["gap_ppm"], run["verified"]) == ("done", "optimal", 0, True)

    rows = (await client.get(f"{where}/placements", headers=office)).json()
    assert len(rows) == run["leads"] == 4
    _, county = await bearer(app, Role.county_officer, make.SHANGZHOU)
    seen = (await client.get(f"{where}/placements", headers=county)).json()
    assert {row["project"] for row in seen} < {row["project"] for row in rows}
    blocked = next(row["project"] for row in rows if row["code"] == make.BLOCKED)
    hidden = await client.get(f"/v1/matches/projects/{blocked}", headers=county)
    assert (hidden.status_code, hidden.json()["type"].rpartition("/")[2]) == (404, "no-such-match")

    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        found = (await client.get(f"/v1/matches/projects/{project.public_id}", headers=office)).json()
        best = found["candidates"][0]
        chosen = await make.choose(session, make.HALL, best["park"], best["county"])
        version = chosen.version
    body = {"run": run["id"], "park": best["park"]}
    address = f"/v1/matches/projects/{project.public_id}/decisions"
    assert (await client.post(address, json=body, headers=office | key())).status_code == 428
    stale = office | key() | {"If-Match": '"1"'}
    assert (await client.post(address, json=body, headers=stale)).status_code == 412
    seen_now = office | {"If-Match": f'"{version}"'}
    assert (await client.post(address, json=body, headers=county | key())).status_code == 403
    bad = await client.post(address, json=body | {"reason": "x"}, headers=seen_now | key())
    assert bad.status_code == 422
    made = await client.post(address, json=body, headers=seen_now | key())
    assert (made.status_code, made.json()["state"]) == (201, "final")


async def test_a_second_signature_over_http(
    client: httpx.AsyncClient, app: FastAPI, pool: Database, run: MatchRun, office: dict[str, str]
) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
        version = (await make.project(session, make.HALL)).version
    body = {"run": str(run.id), "park": make.LUONAN_PARK, "override_reason": "other", "note": "见附件"}
    early = await client.post(
        f"/v1/matches/projects/{project.public_id}/decisions",
        json=body,
        headers=office | key() | {"If-Match": f'"{version}"'},
    )
    assert (early.status_code, early.json()["type"]) == (409, "/problems/price-not-told")
    await make.price(pool, make.HALL, make.LUONAN_PARK)
    made = await client.post(
        f"/v1/matches/projects/{project.public_id}/decisions",
        json=body,
        headers=office | key() | {"If-Match": f'"{version}"'},
    )
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    address = f"/v1/matches/decisions/{made.json()['id']}/signatures"
    same = await client.post(address, json={"agree": True}, headers=office | key())
    assert (same.status_code, same.json()["type"].rpartition("/")[2]) == (403, "same-person")
    _, second = await bearer(app, Role.city_office)
    signed = await client.post(address, json={"agree": True}, headers=second | key())
    assert (signed.status_code, signed.json()["state"]) == (200, "final")


async def test_runs_are_paged_latest_first(
    client: httpx.AsyncClient, pool: Database, office: dict[str, str]
) -> None:
    asked = [str((await make.request(pool)).id) for _ in range(3)]
    first = await client.get("/v1/matches/runs", params={"limit": 2}, headers=office)
    assert 'rel="next"' in first.headers["link"]
    cursor = first.json()["next"]
    second = await client.get("/v1/matches/runs", params={"limit": 2, "cursor": cursor}, headers=office)
    ids = [item["id"] for item in first.json()["items"] + second.json()["items"]]
    assert ids == asked[::-1]
    assert second.json()["next"] is None
    bad = await client.get("/v1/matches/runs", params={"cursor": cursor + "x"}, headers=office)
    assert bad.status_code == 400


@pytest.mark.parametrize(
    "body",
    [{"seconds": 0}, {"seconds": 1e9}, {"seed": -1}, {"seed": True}, {"seconds": "30"}, {"state": "done"}],
)
async def test_strange_runs_are_refused(
    client: httpx.AsyncClient, office: dict[str, str], body: dict[str, object]
) -> None:
    assert (await client.post("/v1/matches/runs", json=body, headers=office | key())).status_code == 422


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "-1", str(2**40), "9" * 5_000])
@pytest.mark.parametrize("field", ["seconds", "seed", "churn_budget"])
async def test_numbers_that_are_none_are_refused(
    client: httpx.AsyncClient, office: dict[str, str], field: str, number: str
) -> None:
    """Python's reader of JSON takes NaN and numbers of any length; the answer must not stumble over them."""
    headers = office | key() | {"content-type": "application/json"}
    answer = await client.post(
        "/v1/matches/runs", content=f'{{"{field}": {number}}}'.encode(), headers=headers
    )
    assert answer.status_code in {400, 422}, answer.text


async def test_rights_are_asked_first(client: httpx.AsyncClient, app: FastAPI, pool: Database) -> None:
    _, county = await bearer(app, Role.county_officer, make.SHANGZHOU)
    _, finance = await bearer(app, Role.city_finance)
    assert (await client.post("/v1/matches/runs", json={}, headers=county | key())).status_code == 403
    assert (await client.get("/v1/matches/runs", headers=finance)).status_code == 403
    assert (await client.get("/v1/matches/runs")).status_code == 401
    assert (await client.get(f"/v1/matches/runs/{uuid4()}", headers=county)).status_code == 404


async def test_a_killed_worker_leaves_its_run_to_the_next(
    client: httpx.AsyncClient, pool: Database, office: dict[str, str], process_settings: Settings
) -> None:
    """The job was picked by a worker that died: state running, one attempt, no sign of life."""
    asked = await make.request(pool)
    async with pool.session() as session:
        await session.execute(text("UPDATE match_run SET state = 'running', attempts = 1"))
        await session.execute(
            text(
                "UPDATE pgqueuer.pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(),"
                " heartbeat = now() - interval '1 hour'"
            )
        )
    await _work(process_settings, client, office, f"/v1/matches/runs/{asked.id}")
    run = await make.run_of(pool, asked.id)
    assert (run.state, run.attempts) == ("done", 2)
