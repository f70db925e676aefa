"""The pool over HTTP: the road by its addresses, versions, keys, and what is refused."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.projects.road import letter, offer
from tests.services.regions import factories as regions

Ask = Callable[..., Awaitable[httpx.Response]]
_keys = count(1)


class Desk:
    """People of offices, signed in once, who speak to the application."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self._app, self._client = app, client
        self._headers: dict[tuple[Role, str], dict[str, str]] = {}

    async def ask(
        self,
        method: str,
        path: str,
        who: tuple[Role, str],
        body: Any = None,
        *,
        version: int | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        if who not in self._headers:
            _, self._headers[who] = await bearer(self._app, *who)
        headers = dict(self._headers[who])
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if method == "POST":
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        return await self._client.request(method, path, headers=headers, json=body)


OFFICER, LEADER = (Role.county_officer, make.DANFENG), (Role.county_leader, make.DANFENG)
HOST, HOST_LEADER = (Role.county_officer, make.SHANGZHOU), (Role.county_leader, make.SHANGZHOU)
OFFICE = (Role.city_office, make.CITY)


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Desk:
    async with database.session() as session:
        await regions.make_city(session)
    return Desk(app, client)


def body(**changes: object) -> dict[str, Any]:
    return make.form(**changes).model_dump(mode="json")


async def test_a_lead_travels_by_its_addresses(desk: Desk):
    made = await desk.ask("POST", "/v1/projects", OFFICER, body())
    assert made.status_code == 201
    ref = made.json()["project"]["id"]
    assert made.headers["location"] == f"/v1/projects/{ref}"
    assert made.headers["etag"] == '"1"'
    base = f"/v1/projects/{ref}"
    version = 1
    accept_park = {"park": make.PARK}
    consent = {"counties": [make.SHANGZHOU], "consented_on": "2027-01-15", "evidence": "来函"}
    choice = {"park": make.PARK, "consented_on": "2027-01-15", "evidence": "确认函"}
    for who, path, content, state in [
        (LEADER, "moves", {"action": "review"}, "reviewed"),
        (OFFICE, "moves", {"action": "accept"}, "accepted"),
        (OFFICER, "transfers", make.transfer_form().model_dump(mode="json"), "transfer_requested"),
        (OFFICE, "moves", {"action": "pool"}, "pooled"),
        (HOST, "applications", offer().model_dump(mode="json"), "applied"),
        (HOST, "withdrawals", accept_park, "pooled"),
        (OFFICE, "proposals", {"parks": [make.PARK, make.LUONAN_PARK]}, "pooled"),
        (OFFICER, "consents", consent, "pooled"),
        (HOST_LEADER, "terms-acceptances", accept_park, "terms_accepted"),
        (HOST, "commitments", letter().model_dump(mode="json"), "committed"),
        (OFFICE, "choices", choice, "chosen"),
    ]:
        answer = await desk.ask("POST", f"{base}/{path}", who, content, version=version)
        assert answer.status_code == 200, (path, answer.text)
        shown = answer.json()["project"]
        assert shown["state"] == state
        assert answer.headers["etag"] == f'"{shown["version"]}"'
        version = shown["version"]
    moves = await desk.ask("GET", f"{base}/moves", OFFICER)
    assert [row["seq"] for row in moves.json()["items"]] == list(range(1, version + 1))
    hosts = await desk.ask("GET", f"{base}/candidates", OFFICE)
    assert [row["chosen"] for row in hosts.json()] == [True, False]
    assert (await desk.ask("GET", f"{base}/applications", OFFICE)).json() == []
    declined = await desk.ask(
        "POST", f"{base}/declines", HOST, {"park": make.PARK, "reason": "no_land"}, version=version
    )
    assert declined.json()["project"]["state"] == "pooled"


async def test_an_act_needs_its_version_and_its_key(desk: Desk):
    made = await desk.ask("POST", "/v1/projects", OFFICER, body(), key="the-first-key")
    ref = made.json()["project"]["id"]
    again = await desk.ask("POST", "/v1/projects", OFFICER, body(), key="the-first-key")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == made.json()
    other = await desk.ask("POST", "/v1/projects", OFFICER, body(land_mu=1), key="the-first-key")
    assert other.status_code == 422
    path = f"/v1/projects/{ref}/moves"
    assert (await desk.ask("POST", path, LEADER, {"action": "review"})).status_code == 428
    assert (await desk.ask("POST", path, LEADER, {"action": "review"}, version=9)).status_code == 412
    assert (await desk.ask("PATCH", f"/v1/projects/{ref}", OFFICER, body())).status_code == 428
    corrected = await desk.ask("PATCH", f"/v1/projects/{ref}", OFFICER, body(land_mu=5_000), version=1)
    assert corrected.json()["project"]["land_mu"] == 5_000
    assert corrected.headers["etag"] == '"2"'


async def test_a_version_already_known_is_not_sent_again(desk: Desk, client: httpx.AsyncClient):
    made = await desk.ask("POST", "/v1/projects", OFFICER, body())
    path = made.headers["location"]
    first = await desk.ask("GET", path, OFFICER)
    assert first.headers["etag"] == '"1"'
    headers = dict(first.request.headers) | {"if-none-match": '"1"'}
    second = await client.get(path, headers=headers)
    assert (second.status_code, second.content) == (304, b"")


async def test_a_refused_move_names_every_reason(desk: Desk):
    made = await desk.ask("POST", "/v1/projects", OFFICER, body())
    ref = made.json()["project"]["id"]
    answer = await desk.ask("POST", f"/v1/projects/{ref}/moves", OFFICE, {"action": "return"}, version=1)
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/move-refused"
    assert [place["code"] for place in answer.json()["errors"]] == ["no_reason"]
    forbidden = await desk.ask("POST", f"/v1/projects/{ref}/moves", OFFICER, {"action": "accept"}, version=1)
    assert forbidden.status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"surprise": 1},
        {"investment_fen": "1"},
        {"investment_fen": -1},
        {"investment_fen": 2**53},
        {"investment_fen": 1.5},
        {"land_mu": True},
        {"land_mu": 0, "hall_m2": 0},
        {"fixed_investment_fen": 2**52},
        {"name": ""},
        {"name": "长" * 101},
        {"industry": "36"},
        {"investor_credit_code": "91110000600037341O"},
        {"fund_kind": "other"},
    ],
)
async def test_what_does_not_fit_is_refused(desk: Desk, changes: dict[str, object]):
    answer = await desk.ask("POST", "/v1/projects", OFFICER, body() | changes)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_credit_code_with_a_wrong_check_character_is_refused(desk: Desk):
    answer = await desk.ask(
        "POST", "/v1/projects", OFFICER, body() | {"investor_credit_code": "91110000600037341M"}
    )
    assert [place["pointer"] for place in answer.json()["errors"]] == ["/investor_credit_code"]


async def test_lists_are_walked_by_their_link(desk: Desk, database: Database):
    async with database.session() as session:
        from services.projects import imports

        rows = [make.project_input(f"6110-2026-{n:04}") for n in range(1, 6)]
        await imports.write_projects(session, make.SYSTEM, rows)
    first = await desk.ask("GET", "/v1/pool?limit=2", HOST)
    assert [row["view"] for row in first.json()["items"]] == ["sealed", "sealed"]
    assert first.json()["total"] == 5
    link = first.headers["link"]
    assert link.endswith('; rel="next"')
    second = await desk.ask("GET", link[1:].partition(">")[0], HOST)
    assert len(second.json()["items"]) == 2
    foreign = await desk.ask("GET", link[1:].partition(">")[0], HOST_LEADER)
    assert foreign.status_code == 400
    own = await desk.ask("GET", "/v1/projects?scope=origin", OFFICER)
    assert len(own.json()["items"]) == 5
    assert (await desk.ask("GET", "/v1/pool?sort=investment", HOST)).status_code == 422
    assert (await desk.ask("GET", "/v1/pool?limit=101", HOST)).status_code == 422


async def test_duplicates(desk: Desk):
    await desk.ask("POST", "/v1/projects", OFFICER, body())
    firm = {"investor_name": "另一家", "investor_credit_code": make.CREDIT_CODE}
    found = await desk.ask("POST", "/v1/projects/check", HOST, firm)
    assert [row["code"] for row in found.json()["items"]] == [None]


async def test_foreign_and_missing_leads_give_the_same_answer(desk: Desk):
    made = await desk.ask("POST", "/v1/projects", OFFICER, body())
    ref = made.json()["project"]["id"]
    answers = []
    for path in (ref, "aaaaaaaaaaaaaaaa", "00000000-0000-7000-8000-000000000001"):
        for tail in ("", "/moves", "/candidates", "/applications"):
            answer = await desk.ask("GET", f"/v1/projects/{path}{tail}", HOST)
            problem = answer.json()
            problem.pop("instance")
            answers.append((answer.status_code, problem))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 404
