"""Every refusal is a problem document, whatever is sent; nothing of the input comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from auth.principal import Role
from tests.services.projects import factories as make
from tests.walls.asking import fill, once
from tests.walls.conftest import Site
from tests.walls.operations import api_operations

NAUGHTY = "naughty-value"
SPOILED: dict[str, tuple[bytes, int, str]] = {
    "not a number": (b'{"login": NaN}', 400, "bad-json"),
    "infinite": (b'{"login": -Infinity}', 400, "bad-json"),
    "1e400": (b'{"login": 1e400}', 400, "bad-json"),
    "1e999999": (b'{"login": 1e999999}', 400, "bad-json"),
    "endless digits": (b'{"login": ' + b"9" * 5000 + b"}", 400, "bad-json"),
    "lone surrogate": (b'{"login": "\\ud800"}', 400, "bad-json"),
    "lone surrogate in a name": (b'{"\\udfff": 1}', 400, "bad-json"),
    "duplicate key": (b'{"login": "a", "login": "b"}', 400, "bad-json"),
    "deep": (b"[" * 5000 + b"]" * 5000, 400, "bad-json"),
    "deep objects": (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "bad-json"),
    "open": (b'{"login": ', 400, "bad-json"),
    "utf-16": ('{"login": "a"}'.encode("utf-16"), 400, "bad-json"),
    "no utf-8": (b'{"login": "\xff"}', 400, "bad-json"),
    "two values": (b"{} {}", 400, "bad-json"),
    "a nul": (b'{"login": "a\\u0000b"}', 422, "invalid"),
    "a list": (b"[]", 422, "invalid"),
    "null": (b"null", 422, "invalid"),
    "a text": (b'"naughty-value"', 422, "invalid"),
    "too large": (b'{"login": "' + b"a" * (1 << 20) + b'"}', 413, "too-large"),
}


@pytest.fixture
async def api(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as client:
        client.headers.update(await site.bearer(site.world.person(Role.city_office)))
        yield client


def is_problem(answer: httpx.Response, status: int, slug: str | None = None) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["instance"] == answer.headers["x-request-id"]
    assert body["title"]
    if slug is not None:
        assert body["type"] == f"/problems/{slug}"
    return body


@pytest.mark.parametrize("spoiled", SPOILED)
async def test_a_spoiled_body_is_refused_by_every_operation_that_takes_json(
    site: Site, api: httpx.AsyncClient, spoiled: str
) -> None:
    content, status, slug = SPOILED[spoiled]
    json_takers = [
        operation for operation in api_operations(site.app) if operation.method in {"POST", "PUT", "PATCH"}
    ]
    # What is spoiled as JSON is refused before any operation; the rest is each model's business.
    asked = json_takers if status == 422 else json_takers[:3]
    for operation in asked:
        answer = await api.request(
            operation.method,
            fill(operation),
            content=content,
            headers={"Content-Type": "application/json", **once()},
        )
        if status == 422:
            assert answer.status_code in {200, 201, 202, 204, 401, 403, 404, 409, 422}, operation.name
        else:
            is_problem(answer, status, slug)
        assert NAUGHTY not in answer.text


@pytest.mark.parametrize("spoiled", SPOILED)
async def test_a_spoiled_body_is_refused_in_good_time(api: httpx.AsyncClient, spoiled: str) -> None:
    content, status, slug = SPOILED[spoiled]
    started = asyncio.get_running_loop().time()
    answer = await api.post("/v1/sign-in", content=content, headers={"Content-Type": "application/json"})
    is_problem(answer, status, slug)
    assert asyncio.get_running_loop().time() - started < 1


async def test_an_upload_beyond_the_limit_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post(
        "/v1/imports",
        files={"file": ("a.csv", b"a" * (11 << 20))},
        headers={"Idempotency-Key": str(uuid4())},
    )
    is_problem(answer, 413, "too-large")


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/projects/", "/nothing", "/v1/../etc/passwd", "/v1/%00"])
async def test_an_unknown_address_is_a_problem_document(api: httpx.AsyncClient, path: str) -> None:
    is_problem(await api.get(path), 404)


async def test_a_wrong_method_says_which_are_right(site: Site, api: httpx.AsyncClient) -> None:
    by_path: dict[str, set[str]] = {}
    for operation in api_operations(site.app):
        by_path.setdefault(operation.path, set()).add(operation.method)
    for path, methods in by_path.items():
        wrong = "DELETE"
        assert wrong not in methods
        operation = next(item for item in api_operations(site.app) if item.path == path)
        answer = await api.request(wrong, fill(operation))
        is_problem(answer, 405, "method-not-allowed")
        allowed = {method.strip() for method in answer.headers["allow"].split(",")}
        assert methods <= allowed, path


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_problem_speaks_the_reader_s_language(api: httpx.AsyncClient, language: str) -> None:
    body = is_problem(await api.get("/v1/nothing", headers={"Accept-Language": language}), 404)
    assert body["title"] == {"zh": "没有找到", "en": "Not found"}[language]


async def test_what_nobody_foresaw_is_a_500_without_its_cause(
    site: Site, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        message = f"{NAUGHTY}: secret of the inside"
        raise RuntimeError(message)

    monkeypatch.setattr("services.accounts.views.repo.accounts_after", broken)
    api.headers.update(await site.bearer(site.world.person(Role.administrator)))
    answer = await api.get("/v1/accounts")
    is_problem(answer, 500, "internal")
    assert NAUGHTY not in answer.text


async def test_a_database_that_is_away_is_a_503_with_a_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        message = "connection refused"
        raise ConnectionRefusedError(message)

    monkeypatch.setattr(site.app.state.principals, "by_token", away)
    async with site.client() as client:
        answer = await client.get("/v1/me", headers={"Authorization": "Bearer x"})
    is_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "1e2"),
        ("limit", "１"),
        ("limit", "-1"),
        ("limit", "9" * 400),
        ("cursor", "AAAA"),
        ("cursor", "\x00"),
        ("cursor", "x" * 5000),
        ("scope", NAUGHTY),
        ("state", NAUGHTY),
        ("q", "\x00"),
        ("q", "x" * 5000),
    ],
)
async def test_a_bad_query_is_refused_and_not_echoed(api: httpx.AsyncClient, name: str, value: str) -> None:
    answer = await api.get("/v1/projects", params={name: value})
    assert answer.status_code in {400, 422}, answer.text
    is_problem(answer, answer.status_code)
    assert NAUGHTY not in answer.text


@pytest.mark.parametrize(
    "header",
    [
        {"Idempotency-Key": "x" * 129},
        {"Idempotency-Key": ""},
        {"If-Match": "*"},
        {"If-Match": "naughty-value"},
        {"Accept-Language": "zh;q=nan, en;q=1e999," + "x" * 5000},
        {"Authorization": "Bearer " + "x" * 9000},
        {"Authorization": "Bearer \u00ff"},
        {"Cookie": "lang=" + "x" * 5000},
    ],
    ids=lambda header: next(iter(header)),
)
async def test_a_bad_header_breaks_nothing(api: httpx.AsyncClient, header: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in header.items()}
    for method, path in (("GET", "/v1/projects"), ("POST", "/v1/projects")):
        answer = await api.request(method, path, headers=raw, json={} if method == "POST" else None)
        assert answer.status_code < 500
        assert NAUGHTY not in answer.text


async def test_a_body_of_another_kind_is_refused(api: httpx.AsyncClient) -> None:
    for kind in ("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"):
        answer = await api.post(
            "/v1/projects", content=b"a=b", headers={"Content-Type": kind, "Idempotency-Key": str(uuid4())}
        )
        assert answer.status_code in {400, 415, 422}, (kind, answer.text)
        is_problem(answer, answer.status_code)


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
async def test_a_nul_in_a_text_is_refused_wherever_it_stands(
    site: Site, api: httpx.AsyncClient, text: str
) -> None:
    form = make.form().model_dump(mode="json")
    for name in ("name", "investor_name", "channel"):
        answer = await api.post("/v1/projects", json={**form, name: text}, headers=once())
        is_problem(answer, 422, "invalid" if answer.json().get("errors") is None else None)
    address = f"/v1/projects/{site.world.leads['sealed']}/moves"
    moved = await api.post(address, json={"action": "recall", "reason": text}, headers=once())
    assert moved.status_code < 500
    for path in ("/v1/projects/%00", "/v1/parks/%00", "/v1/pool?q=%00", "/v1/exports/%00.csv"):
        assert (await api.get(path)).status_code in {404, 422}, path


def test_the_document_can_be_read_by_others(site: Site) -> None:
    document = json.loads(json.dumps(site.app.openapi()))
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
