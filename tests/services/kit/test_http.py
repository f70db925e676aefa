import asyncio
from datetime import date

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.responses import Response

from auth.errors import MissingScope, MissingToken
from services.kit import problem
from services.kit.database import SessionDep
from services.kit.errors import Conflict, FieldError, Invalid, TooMany
from services.kit.idempotency import IdempotencyDep
from services.kit.middleware import RequestMiddleware
from services.kit.routing import not_modified, require_if_match, set_etag
from tests.services.kit.actors import SOMEBODY, SOMEBODY_ELSE


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    amount: int
    on: date | None = None


class Taken(Conflict):
    slug = "taken"
    detail = "第 {n} 号已被占用"


class Stop(Exception):
    pass


class Answer(BaseModel):
    value: int


FAILURES = {
    "taken": Taken(n=3),
    "slow": TooMany(retry_after=9),
    "fields": Invalid(errors=[FieldError("/a", "bad", "此项必填")]),
    "token": MissingToken(),
    "scope": MissingScope(scope="projects:read"),
    "teapot": HTTPException(418),
    "lost": ConnectionResetError(),
    "exhausted": PoolExhausted(),
    "bug": Stop("secret words"),
}


@pytest.fixture
async def http(database):
    app = FastAPI(redirect_slashes=False)
    app.state.database = database
    problem.install(app)

    @app.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise FAILURES[how]

    @app.post("/echo")
    async def echo(body: Body) -> int:
        return body.amount

    @app.post("/count")
    async def count(session: SessionDep, idempotency: IdempotencyDep, request: Request) -> Response:
        who = SOMEBODY if request.headers.get("who") != "other" else SOMEBODY_ELSE

        async def effect() -> Answer:
            row = await session.execute(
                text(
                    "INSERT INTO known_clock VALUES ('611000', 1) ON CONFLICT (city) "
                    "DO UPDATE SET value = known_clock.value + 1 RETURNING value"
                )
            )
            await asyncio.sleep(0.05)
            return Answer(value=row.scalar_one())

        return await idempotency.run(
            who, "611000", effect, status=201, headers=lambda answer: {"Location": f"/count/{answer.value}"}
        )

    @app.post("/late")
    async def late(session: SessionDep) -> str:
        await session.execute(text("CREATE TABLE a (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
        await session.execute(text("INSERT INTO a VALUES (1), (1)"))
        return "done"

    @app.put("/thing")
    async def change(request: Request, response: Response) -> int:
        set_etag(response, require_if_match(request) + 1)
        return 1

    @app.get("/thing")
    async def thing(request: Request) -> Response:
        return Response(status_code=304 if not_modified(request, 4) else 200)

    app.add_middleware(RequestMiddleware, max_json_bytes=1000, max_upload_bytes=5000)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("how", "status", "slug"),
    [
        ("taken", 409, "taken"),
        ("slow", 429, "too-many"),
        ("fields", 422, "invalid"),
        ("token", 401, "missing-token"),
        ("scope", 403, "missing-scope"),
        ("teapot", 418, "http-418"),
        ("lost", 503, "unavailable"),
        ("exhausted", 503, "unavailable"),
        ("bug", 500, "internal"),
    ],
)
async def test_every_failure_is_a_problem_document(http, how, status, slug):
    answer = await http.get(f"/fail/{how}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["type"] == f"/problems/{slug}"
    assert document["status"] == status
    assert document["instance"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text


async def test_the_message_is_in_the_readers_language_and_filled(http):
    chinese = (await http.get("/fail/taken")).json()
    english = (await http.get("/fail/taken", headers={"accept-language": "en"})).json()
    assert (chinese["title"], chinese["detail"], chinese["n"]) == ("当前状态不允许", "第 3 号已被占用", 3)
    assert english["title"] == "The current state does not allow this"


async def test_headers_tell_when_to_come_back_and_how_to_sign_in(http):
    assert (await http.get("/fail/slow")).headers["retry-after"] == "9"
    assert (await http.get("/fail/lost")).headers["retry-after"] == "5"
    assert (await http.get("/fail/token")).headers["www-authenticate"] == "Bearer"
    assert (await http.get("/fail/fields")).json()["errors"] == [
        {"pointer": "/a", "code": "bad", "detail": "此项必填"}
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/echo", 405), ("GET", "/echo/", 404)]
)
async def test_wrong_addresses_and_methods_are_problems_too(http, method, path, status):
    answer = await http.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/amount"]),
        ({"amount": True}, ["/amount"]),
        ({"amount": 1, "<script>": 2}, ["/?"]),
        ({"amount": 1, "id": 2}, ["/id"]),
        ({"amount": "1_000"}, ["/amount"]),
    ],
)
async def test_bad_content_is_named_by_place_and_not_repeated(http, body, pointers):
    answer = await http.post("/echo", json=body)
    assert answer.status_code == 422
    assert [item["pointer"] for item in answer.json()["errors"]] == pointers
    assert "script" not in answer.text
    assert "1_000" not in answer.text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"amount": NaN}', "application/json", 400),
        (b"x" * 1001, "application/json", 413),
        (b"x" * 1001, "application/merge-patch+json", 413),
        (b"x" * 5001, "text/plain", 413),
        (b'{"amount": 1}', "application/json", 200),
    ],
)
async def test_bodies_are_limited_and_strict(http, content, kind, status):
    answer = await http.post("/echo", content=content, headers={"content-type": kind})
    assert answer.status_code == status


async def test_one_key_has_one_effect(http):
    first = await http.post("/count", headers={"idempotency-key": "k"})
    again = await http.post("/count", headers={"idempotency-key": "k"})
    assert (first.status_code, first.json(), first.headers["location"]) == (201, {"value": 1}, "/count/1")
    assert (again.status_code, again.content, again.headers["location"]) == (201, first.content, "/count/1")
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = await http.post("/count", headers={"idempotency-key": "k", "who": "other"})
    assert other.json() == {"value": 2}


async def test_a_key_is_needed_and_bound_to_its_content(http):
    assert (await http.post("/count")).json()["type"] == "/problems/idempotency-key-missing"
    assert (await http.post("/count", headers={"idempotency-key": "k" * 129})).status_code == 400
    await http.post("/count", headers={"idempotency-key": "k"})
    changed = await http.post("/count", headers={"idempotency-key": "k"}, content=b"x")
    assert (changed.status_code, changed.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_key_that_still_runs_is_told_so(http):
    posts = [http.post("/count", headers={"idempotency-key": "k"}) for _ in range(5)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*posts))
    assert statuses[0] == 201
    assert set(statuses) <= {201, 409}
    assert (await http.post("/count", headers={"idempotency-key": "k"})).json() == {"value": 1}


async def test_a_commit_that_fails_is_seen_by_the_client(http):
    answer = await http.post("/late")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")


async def test_versions_go_out_and_come_back(http):
    assert (await http.put("/thing")).status_code == 428
    assert (await http.put("/thing", headers={"if-match": "W/x"})).status_code == 412
    assert (await http.put("/thing", headers={"if-match": '"3"'})).headers["etag"] == '"4"'
    assert (await http.get("/thing", headers={"if-none-match": '"3", "4"'})).status_code == 304
    assert (await http.get("/thing")).status_code == 200
