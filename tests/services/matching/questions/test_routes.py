"""Questions over HTTP, as a client meets them."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from services.matching.questions import work
from services.matching.tables import MatchRun
from services.regions.settings import set_setting
from tests.services.accounts.factories import bearer
from tests.services.matching import factories as make
from tests.services.matching.questions import asking
from tests.services.regions import factories as regions


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


async def _ref(database: Database, code: str) -> str:
    async with database.session() as session:
        return (await make.project(session, code)).public_id


async def test_a_question_is_asked_once_and_answered(
    client: httpx.AsyncClient, database: Database, office: dict[str, str]
) -> None:
    address = f"/v1/matches/projects/{await _ref(database, make.WIDE)}/override-prices"
    once, body = key(), {"park": make.CITY_PARK}
    asked = await client.post(address, json=body, headers=office | once)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    where = asked.headers["location"]
    assert where == f"/v1/matches/questions/{asked.json()['id']}"
    again = await client.post(address, json=body, headers=office | once)
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", asked.json())
    other = await client.post(address, json=body, headers=office | key())
    assert other.json()["id"] == asked.json()["id"], "another key asks no second question"
    await work.execute(database, make.CITY, asked.json()["id"], memory_mb=make.MEMORY_MB)
    found = (await client.get(where, headers=office)).json()
    assert (found["state"], found["answer"]["loss"], found["answer"]["exact"]) == ("done", 19_000, True)
    assert {row["name"] is not None for row in found["answer"]["moved"]} <= {True}


async def test_every_kind_is_asked_by_its_own_address(
    client: httpx.AsyncClient, database: Database, office: dict[str, str]
) -> None:
    ref = await _ref(database, make.HALL)
    weights = {"positioning": 3_000, "fit": 2_000, "headroom": 1_500, "intensity": 1_250, "tax": 2_250}
    for address, body in (
        (f"/v1/matches/projects/{ref}/would-win", {"park": make.LUONAN_PARK, "level": 1}),
        (f"/v1/matches/projects/{ref}/why-not", {"park": make.LUONAN_PARK}),
        (f"/v1/matches/projects/{ref}/alternatives", {}),
        ("/v1/matches/scenarios", {"title": "税收加倍", "weights": weights}),
    ):
        answer = await client.post(address, json=body, headers=office | key())
        assert (answer.status_code, answer.json()["answer"]) == (202, None), address
    listed = (await client.get(f"/v1/matches/projects/{ref}/questions", headers=office)).json()
    assert {row["kind"] for row in listed} == {"would_win", "why_not", "alternatives"}
    page = await client.get("/v1/matches/scenarios", params={"limit": 1}, headers=office)
    assert 'rel="next"' in page.headers["link"]
    following = await client.get(
        "/v1/matches/scenarios", params={"limit": 1, "cursor": page.json()["next"]}, headers=office
    )
    titles = [item["asked"]["title"] for item in page.json()["items"] + following.json()["items"]]
    assert titles == ["税收加倍", "多 20 亩"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": "nothing"},
        {"parks": [{"park": make.PARK}]},
        {"parks": [{"park": make.PARK, "land_mu": 1}, {"park": make.PARK, "land_mu": 2}]},
        {"parks": [{"park": make.PARK, "land_mu": 10**9}]},
        {"parks": [{"park": make.PARK, "land_mu": True}]},
        {"parks": [{"park": "6110P99", "land_mu": 1}]},
        {"weights": {"positioning": 1, "fit": 1, "headroom": 1, "intensity": 1, "tax": 1}},
        {"weights": {"positioning": 10_000}},
    ],
)
async def test_strange_scenarios_are_refused(
    client: httpx.AsyncClient, office: dict[str, str], body: dict[str, object]
) -> None:
    answer = await client.post("/v1/matches/scenarios", json=body, headers=office | key())
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("level", [0, 3, True, "2", 1.0])
async def test_strange_levels_are_refused(
    client: httpx.AsyncClient, database: Database, office: dict[str, str], level: object
) -> None:
    address = f"/v1/matches/projects/{await _ref(database, asking.BIG)}/would-win"
    body = {"park": asking.PARK, "level": level}
    assert (await client.post(address, json=body, headers=office | key())).status_code == 422


async def test_how_parks_stood_is_read_by_run(
    client: httpx.AsyncClient, database: Database, run: MatchRun, host: dict[str, str]
) -> None:
    ref = await _ref(database, asking.BIG)
    address = f"/v1/matches/runs/{run.id}/projects/{ref}/why-not"
    found = (await client.get(address, headers=host)).json()
    assert [(row["park"], row["standing"]) for row in found["parks"]] == [(asking.PARK, "blocked")]
    (change,) = found["parks"][0]["shortage"]["changes"]
    assert change["amount"] is None
    assert change["at_most"] % 100 == 0
    elsewhere = await client.get(address, params={"park": make.PARK}, headers=host)
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (404, "/problems/no-such-match")
    missing = await client.get(f"/v1/matches/questions/{uuid4()}", headers=host)
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/no-such-question")
    refused = await client.get("/v1/matches/scenarios", headers=host)
    assert refused.status_code == 403


async def test_the_card_is_the_running_settings_and_changes_with_them(
    client: httpx.AsyncClient, app: FastAPI, database: Database, run: MatchRun
) -> None:
    _, finance = await bearer(app, Role.county_finance, make.LUONAN)
    card = (await client.get("/v1/matches/card", headers=finance)).json()
    assert run.weights is not None
    assert card["points"] == {name: run.weights[name] for name in card["points"]}
    assert card["tiers_bp"] == {name: run.weights[name] for name in card["tiers_bp"]}
    assert [[line["from_fen"], line["weight"]] for line in card["weights"]] == run.weights["by_investment"]
    assert sum(card["points"].values()) == 10_000
    assert (card["positioning_gate"], "positioning" in card["rules"]) == (False, False)
    async with database.session() as session:
        day = regions.BUSINESS_DATE
        await set_setting(session, asking.OFFICE, "positioning_is_gate", True, day)  # noqa: FBT003 -- a value
        await set_setting(session, asking.OFFICE, "stock_stale_days", 90, day)
    changed = (await client.get("/v1/matches/card", headers=finance)).json()
    assert (changed["positioning_gate"], "positioning" in changed["rules"]) == (True, True)
    assert (card["stock_days"], changed["stock_days"]) == (180, 90)
