"""Two worlds that differ in what a county must not see answer it alike, byte for byte, at every address."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from auth.policy import View
from auth.principal import Role
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.matching import fair_results, fair_watch
from services.projects import lists, queries
from tests.walls.addresses import addresses, known_ids, secrets
from tests.walls.conftest import SOURCE, Site, application
from tests.walls.hidden import change, seen_by
from tests.walls.operations import operations
from tests.walls.world import OUTSIDER, World

ROLES = (Role.county_officer, Role.county_leader, Role.park_officer, Role.county_finance)
LEADS = ("/v1/pool", "/v1/projects", "/v1/matches", "/v1/parks", "/v1/exports")
OWN_HEADERS = {"x-request-id", "date"}
# A form's key against a second press is drawn by chance for each page that is shown.
ONCE = re.compile(rb'(name="once" value=")[^"]*')


@dataclass(frozen=True, slots=True)
class Pair:
    """The same city twice, and the addresses to ask."""

    one: Site
    other: Site
    asked: list[str]


@pytest.fixture(scope="module")
async def pair(
    server: EmbeddedPostgres, world: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    for name in ("pair_one", "pair_other"):
        server.create_database(name, template=SOURCE)
    database = Database(server.url("pair_other"))
    try:
        async with database.session() as session:
            seen = await seen_by(session, OUTSIDER)
            known = await known_ids(session, world)
            words = await secrets(session, [*seen["hidden"], *seen["proposed"]])
            await change(session, OUTSIDER)
            words += await secrets(session, [*seen["hidden"], *seen["proposed"]])
    finally:
        await database.close()
    assert all(len(ids) > 1 for ids in seen.values()), "every kind of lead must occur"
    async with (
        application(server.url("pair_one"), folder) as one,
        application(server.url("pair_other"), folder) as other,
    ):
        yield Pair(
            Site(one, world), Site(other, world), addresses(operations(one), known, sorted(set(words)))
        )


async def differences(pair: Pair, role: Role, asked: list[str]) -> list[str]:
    """The addresses at which the two worlds answer a person of the outsider's county differently."""
    found = []
    shown = 0
    async with pair.one.client(role) as one, pair.other.client(role) as other:
        for site, client in ((pair.one, one), (pair.other, other)):
            client.headers.update(await site.bearer(site.world.person(role)))
        for address in asked:
            headers = {} if address.startswith("/v1/") else {"Accept": "text/html"}
            answers = await asyncio.gather(*(client.get(address, headers=headers) for client in (one, other)))
            assert answers[0].status_code < 500, (address, answers[0].text)
            shown += answers[0].status_code == 200
            if _seen(answers[0]) != _seen(answers[1]):
                found.append(address)
    assert shown > len(asked) // 10, "hardly anything was shown: nothing was tried"
    return found


def _seen(answer: httpx.Response) -> tuple[Any, ...]:
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in OWN_HEADERS)
    own = answer.headers.get("x-request-id", "").encode()
    content = ONCE.sub(rb"\1", answer.content)
    return answer.status_code, headers, content.replace(own, b"") if own else content


@pytest.mark.parametrize("role", ROLES)
async def test_hidden_fields_change_no_byte_of_any_answer(pair: Pair, role: Role) -> None:
    asked = pair.asked
    if role is not Role.county_officer:
        # Pages call the same services, and the officer tries them for all.
        asked = [address for address in asked if address.startswith("/v1/")]
    if role in {Role.county_leader, Role.park_officer}:
        # They read what the officer reads; what a role can narrow or widen is a lead and its match.
        asked = [address for address in asked if address.startswith(LEADS)]
    assert await differences(pair, role, asked) == []


async def test_the_two_worlds_do_differ_for_those_who_may_see(pair: Pair) -> None:
    asked = [
        "/v1/projects?scope=all&limit=100",
        "/v1/pool?limit=100",
        "/fairness",
        "/v1/matches/fairness/months",
        "/v1/matches/fairness/watch",
    ]
    assert await differences(pair, Role.city_office, asked) == asked


def _all_proposed(*_: object) -> View:
    return View.proposed


def _full(*_: object) -> bool:
    return True


ANYBODY = frozenset(Role)


def _by_registration(*_: object) -> queries.Order:
    return queries.BY_REGISTRATION


POOL = ("/v1/pool", "/v1/projects?")
FAIRNESS = ("/v1/matches/fairness",)
PLANTS: list[tuple[str, tuple[str, ...], Callable[[pytest.MonkeyPatch], None]]] = [
    ("a wider view", POOL, lambda patch: patch.setattr(lists.policy, "view_of", _all_proposed)),
    ("search in hidden names", POOL, lambda patch: patch.setattr(queries, "in_full", _full)),
    (
        "an order by hidden dates",
        POOL,
        lambda patch: patch.setattr(queries, "BY_DEADLINE", queries.BY_REGISTRATION),
    ),
    ("other counties in a run", FAIRNESS, lambda patch: patch.setattr(fair_results, "CITY_EYES", ANYBODY)),
    ("other counties over months", FAIRNESS, lambda patch: patch.setattr(fair_watch, "CITY_EYES", ANYBODY)),
]


@pytest.mark.parametrize(
    ("places", "plant"), [plant[1:] for plant in PLANTS], ids=[plant[0] for plant in PLANTS]
)
async def test_a_planted_leak_is_found(
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    places: tuple[str, ...],
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plant(monkeypatch)
    asked = [address for address in pair.asked if address.startswith(places)]
    assert await differences(pair, Role.county_officer, asked)
