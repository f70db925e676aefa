"""The API against schemathesis: what the OpenAPI document promises, and no 5xx, for every operation."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as drawing
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from auth.principal import Role
from services.app import create_app
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.services.accounts.factories import CHEAP
from tests.walls.conftest import SOURCE, Site, settings_of
from tests.walls.matrix import matrix
from tests.walls.operations import ENDS_THE_SIGN_IN
from tests.walls.world import Still, World

EXAMPLES = 6
SEED = 20270115
CHECKS = (
    not_a_server_error,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
)
CONVERTER = re.compile(r":\w+(?=})")  # the document names a place in a path without its converter
SLOW = {
    # Each asks for a run of the solver or of a month's books: one kind of body, tried elsewhere.
    "POST /v1/matches/runs",
    "POST /v1/periods/{month}/runs",
}


@pytest.fixture(scope="module")
async def tokens(site: Site) -> dict[Role, str]:
    """A token for each role; both copies of the city hold the same signing key."""
    return {role: (await site.bearer(site.world.person(role)))["Authorization"] for role in Role}


@pytest.fixture(scope="module")
def served(
    server: EmbeddedPostgres, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, str]]:
    """The application on a port of its own, in a thread with an event loop of its own."""
    server.create_database("walls_fuzz", template=SOURCE)
    settings = settings_of(server.url("walls_fuzz"), tmp_path_factory.mktemp("fuzz"))
    app = create_app(settings, clock=Still())
    app.state.principals.passwords = CHEAP
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        while not running.started:
            time.sleep(0.01)
        port = running.servers[0].sockets[0].getsockname()[1]
        yield Site(app, world), f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join()


def role_of(name: str) -> Role:
    """Whoever may use the operation: the one with most rights, to get furthest in."""
    roles = matrix()[name]
    order = (Role.city_office, Role.city_finance, Role.county_leader, Role.administrator)
    return next(role for role in (*order, *Role) if roles is None or role in roles)


def fuzz(cases: SearchStrategy[schemathesis.Case], ask: Callable[[schemathesis.Case], None]) -> None:
    """Ask with a few generated cases, the same ones every time."""

    @seed(SEED)
    @drawing(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def attempt(case: schemathesis.Case) -> None:
        ask(case)

    attempt()


def test_no_operation_breaks_its_promises(served: tuple[Site, str], tokens: dict[Role, str]) -> None:
    site, address = served
    document = site.app.openapi()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=address)
    failures: list[str] = []
    tried = 0
    leads = [str(lead) for lead in site.world.leads.values()]
    for result in schema.get_all_operations():
        operation = result.ok()
        name = f"{operation.method.upper()} {operation.path}"
        wide = next(row for row in matrix() if CONVERTER.sub("", row) == name)
        if wide in ENDS_THE_SIGN_IN or name in SLOW:
            continue

        def ask(case: schemathesis.Case, token: str) -> None:
            nonlocal tried
            tried += 1
            if "ref" in case.path_parameters and tried % 2:
                case.path_parameters["ref"] = leads[tried % len(leads)]
            answer = case.call(headers={"Authorization": token})
            case.validate_response(answer, checks=CHECKS)

        try:
            fuzz(operation.as_strategy(), partial(ask, token=tokens[role_of(wide)]))
        except BaseException as failure:  # noqa: BLE001 -- schemathesis raises groups of both kinds
            failures.append(f"{name}: {failure} {getattr(failure, 'exceptions', '')}")
    assert not failures, "\n\n".join(failures)
    assert tried > 200
