"""Every operation is asked as every role, and as nobody; an operation without a row fails here."""

import re

import pytest
from sqlalchemy import func, select

from auth.principal import Role
from services.kit.events import AuditEvent
from services.kit.idempotency import IdempotencyRow
from services.projects.tables import Project
from tests.services.accounts.factories import CHEAP
from tests.walls.asking import fill, once
from tests.walls.conftest import Site
from tests.walls.matrix import matrix
from tests.walls.operations import ENDS_THE_SIGN_IN, Operation, operations

PAGE = {"Accept": "text/html"}
MATRIX = matrix()


def own(site: Site) -> list[Operation]:
    return [operation for operation in operations(site.app) if operation.name not in ENDS_THE_SIGN_IN]


def test_every_operation_has_a_row_and_every_row_an_operation(site: Site) -> None:
    names = {operation.name for operation in operations(site.app)}
    assert names - set(MATRIX) == set(), "operations without a row in tests/walls/matrix.py"
    assert set(MATRIX) - names == set(), "rows without an operation"


def test_no_operation_writes_by_a_right_to_read_but_those_that_ask_further(site: Site) -> None:
    """A POST under a read scope must decide on its own; each such one is known here by name."""
    further = {
        # What a move needs depends on the move: allocation.lifecycle and the policy decide.
        "POST /v1/projects/{ref}/moves",
        # Each side of an objection speaks for itself: services.ledger.objections_thread decides.
        "POST /v1/statements/{statement:uuid}/objections/{objection:uuid}/messages",
    }
    found = {
        operation.name
        for operation in operations(site.app)
        if not operation.console
        and operation.method != "GET"
        and operation.scopes
        and all(scope.value.endswith(":read") for scope in operation.scopes)
    }
    assert found == further


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_is_let_through_or_refused_by_the_matrix(site: Site, role: Role) -> None:
    headers = await site.bearer(site.world.person(role))
    wrong = []
    async with site.client() as api, site.client(role) as browser:
        token = await _form_token(browser)
        for operation in own(site):
            roles = MATRIX.get(operation.name)
            if roles is None:
                continue
            client = browser if operation.console else api
            sent = {**PAGE, "X-CSRF-Token": token} if operation.console else headers
            answer = await client.request(operation.method, fill(operation), headers={**sent, **once()})
            refused = answer.status_code == 403 and (
                operation.console or answer.json()["type"] == "/problems/missing-scope"
            )
            lost = answer.headers.get("location", "").startswith("/sign-in")
            if answer.status_code in {401, 500} or lost or refused is (role in roles):
                wrong.append((operation.name, answer.status_code, answer.text[:200]))
    assert wrong == []


async def _form_token(browser) -> str:
    page = await browser.get("/account", headers=PAGE)
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert found is not None
    return found[1]


async def test_nobody_is_let_through_without_signing_in(site: Site) -> None:
    wrong = []
    async with site.client() as client:
        for operation in own(site):
            headers = {**(PAGE if operation.console else {}), **once()}
            answer = await client.request(operation.method, fill(operation), headers=headers)
            if MATRIX.get(operation.name) is None:
                fine = answer.status_code not in {401, 403, 500} or operation.name == "POST /v1/sign-in"
            elif operation.console:
                fine = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            else:
                fine = answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
            if not fine:
                wrong.append((operation.name, answer.status_code))
    assert wrong == []


async def test_refused_operations_leave_nothing_behind(site: Site) -> None:
    before = await _traces(site)
    for role in Role:
        headers = await site.bearer(site.world.person(role))
        async with site.client() as client:
            for operation in own(site):
                roles = MATRIX.get(operation.name)
                if operation.console or operation.method == "GET" or roles is None or role in roles:
                    continue
                answer = await client.request(
                    operation.method, fill(operation), headers={**headers, **once()}, json={}
                )
                assert answer.status_code == 403, operation.name
    assert await _traces(site) == before


async def _traces(site: Site) -> list[int]:
    async with site.app.state.database.session() as session:
        counts = [
            (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (AuditEvent, IdempotencyRow, Project)
        ]
        versions = (await session.execute(select(func.sum(Project.version)))).scalar_one()
    return [*counts, versions]


def test_the_tests_hash_cheaply(site: Site) -> None:
    assert site.app.state.principals.passwords is CHEAP
