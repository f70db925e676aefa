"""Doors refuse only what no route behind them could take."""

import re
from functools import partial

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Match

from services.kit.dispatch import Door, head, heads, paths

PLACE = re.compile(r"{\w+(:\w+)?}")
FILLED = {":uuid": "00000000-0000-4000-8000-000000000001", ":int": "1"}


def an_app(*routers: APIRouter) -> FastAPI:
    app = FastAPI()
    for router in routers:
        app.include_router(Door(router))
    return app


def a_router(*addresses: str, prefix: str = "") -> APIRouter:
    router = APIRouter(prefix=prefix)
    for address in addresses:
        router.get(address)(partial(prefix.__add__, address))
    return router


async def ask(app: FastAPI, path: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        return await client.request(method, path)


def scope(path: str) -> dict[str, object]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "headers": [],
        "query_string": b"",
    }


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/", ("",)),
        ("/projects", ("projects",)),
        ("/projects/{ref}/edit", ("projects",)),
        ("/v1/projects/{ref}", ("v1", "projects")),
        ("/v1", ("v1",)),
        ("/pool.xlsx", ("pool.xlsx",)),
    ],
)
def test_the_head_names_the_subject(path: str, first: tuple[str, ...]) -> None:
    assert head(path) == first


def test_a_parameter_in_the_head_opens_the_door_to_all() -> None:
    assert heads(a_router("/{papers}/{paper}/sign", "/agreements").routes) is None
    assert heads(a_router("/v1/{kind}.csv").routes) is None
    assert heads(a_router("/exports/{kind}.csv").routes) == {("exports",)}


async def test_routers_within_routers_count_with_their_prefix() -> None:
    outer, inner = a_router("/v1/audit"), a_router("/v1/letters")
    outer.include_router(inner)
    other = a_router("/files")
    outer.include_router(other, prefix="/kept")
    assert heads(outer.routes) == {("v1", "audit"), ("v1", "letters"), ("kept",)}
    app = an_app(outer)
    assert (await ask(app, "/kept/files")).status_code == 200
    assert (await ask(app, "/v1/letters")).status_code == 200
    assert (await ask(app, "/files")).status_code == 404


async def test_the_first_router_wins_and_a_wrong_method_is_told() -> None:
    app = an_app(a_router("/v1/reports/overdue"), a_router("/v1/reports/{period}"))
    assert (await ask(app, "/v1/reports/overdue")).json() == "/v1/reports/overdue"
    assert (await ask(app, "/v1/reports/2026-01")).json() == "/v1/reports/{period}"
    assert (await ask(app, "/v1/reports/overdue", "POST")).status_code == 405


def test_every_door_of_the_application_answers_as_the_router_behind_it(app: FastAPI) -> None:
    doors = [
        (route, route.original_router)
        for route in app.router.routes
        if isinstance(getattr(route, "original_router", None), Door)
    ]
    assert len(doors) > 100
    refused = 0
    for _, door in doors:
        plain = next(iter(paths(door.routes)))
        path = PLACE.sub(lambda place: FILLED.get(place[1] or "", "x"), plain)
        for route, other in doors:
            quick = route.matches(scope(path))[0]
            kept, other.heads = other.heads, None
            try:
                assert route.matches(scope(path))[0] is quick, path
            finally:
                other.heads = kept
            refused += quick is Match.NONE
    assert refused > len(doors) ** 2 // 2
