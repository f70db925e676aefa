"""Writes on leads by those who have nothing to do with them: refused, and not a row is touched."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.projects.schemas import PLAIN_ACTIONS
from services.projects.tables import Project
from tests.services.console.city import CITY
from tests.services.projects import factories as make
from tests.services.projects.road import choice, consent, letter, offer
from tests.walls.asking import once
from tests.walls.conftest import Site
from tests.walls.world import OUTSIDER, OUTSIDER_PARK

STRANGERS = (Role.county_officer, Role.county_leader, Role.park_officer, Role.county_finance)
READERS = (Role.auditor, Role.city_finance, Role.administrator)
UNSEEN = ("held", "signed", "private")
TABLES = (
    *("project", "transfer", "application", "proposal", "terms_acceptance", "commitment", "hold"),
    *("investor_consent", "project_move", "agreement", "transfer_confirmation", "match_decision"),
)


def writes() -> Iterator[tuple[str, str, Any]]:
    """Every write on one lead with a body that its model takes."""

    def sent(form: Any) -> Any:
        return form.model_dump(mode="json")

    yield "PATCH", "", sent(make.form())
    for action in sorted(PLAIN_ACTIONS):
        yield "POST", "/moves", {"action": action.value}
    yield "POST", "/transfers", sent(make.transfer_form())
    yield "POST", "/applications", sent(offer(OUTSIDER_PARK))
    yield "POST", "/proposals", {"parks": [OUTSIDER_PARK]}
    yield "POST", "/terms-acceptances", {"park": OUTSIDER_PARK}
    yield "POST", "/consents", sent(consent(OUTSIDER))
    yield "POST", "/commitments", sent(letter(OUTSIDER_PARK))
    yield "POST", "/choices", sent(choice(OUTSIDER_PARK))
    yield "POST", "/declines", {"reason": "other", "park": OUTSIDER_PARK}
    yield "POST", "/withdrawals", {"park": OUTSIDER_PARK}


async def fingerprint(site: Site) -> dict[str, str]:
    async with site.app.state.database.session() as session:
        found = {}
        for table in TABLES:
            query = (
                f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {table} t"
            )
            found[table] = (await session.execute(text(query))).scalar_one()
        return found


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("kind", UNSEEN)
async def test_a_lead_that_one_may_not_know_of_answers_like_none(site: Site, role: Role, kind: str) -> None:
    before = await fingerprint(site)
    headers = await site.bearer(site.world.person(role))
    async with site.client() as client:
        for method, path, body in writes():
            answers = []
            for ref in (str(site.world.leads[kind]), "01a00000-0000-7000-8000-000000000000"):
                answer = await client.request(
                    method, f"/v1/projects/{ref}{path}", json=body, headers={**headers, **once()}
                )
                shown = answer.json()
                shown.pop("instance", None)
                answers.append((answer.status_code, shown))
            assert answers[0] == answers[1], (method, path, body)
            assert answers[0][0] in {403, 404, 422}, (method, path, answers[0])
    assert await fingerprint(site) == before


@pytest.mark.parametrize("role", [*READERS, Role.county_finance, Role.park_officer])
@pytest.mark.parametrize("kind", ["sealed", "proposed", "revealed", "held", "signed"])
async def test_those_who_only_read_change_nothing(site: Site, role: Role, kind: str) -> None:
    before = await fingerprint(site)
    headers = await site.bearer(site.world.person(role))
    async with site.app.state.database.session() as session:
        version = (await session.get_one(Project, (CITY, site.world.leads[kind]))).version
    async with site.client() as client:
        for method, path, body in writes():
            if role is Role.park_officer and path in {"/applications", "/declines", "/withdrawals"}:
                # A park applies for itself, and steps back.
                continue
            address = f"/v1/projects/{site.world.leads[kind]}{path}"
            sent = {**headers, **once(), "If-Match": f'"{version}"'}
            answer = await client.request(method, address, json=body, headers=sent)
            assert answer.status_code in {403, 404, 409, 422}, (method, path, body, answer.text)
    assert await fingerprint(site) == before


async def test_the_bodies_are_ones_that_are_taken(site: Site) -> None:
    """The refusals above are not for the body: the city's office gets past the model with each of them."""
    headers = await site.bearer(site.world.person(Role.city_office))
    refused = []
    async with site.client() as client:
        for method, path, body in writes():
            address = f"/v1/projects/01a00000-0000-7000-8000-000000000000{path}"
            answer = await client.request(method, address, json=body, headers={**headers, **once()})
            if answer.status_code == 422:
                refused.append((method, path, answer.json().get("errors")))
    assert refused == []
