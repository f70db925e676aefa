"""The papers over HTTP: keys, versions, scans, pages of a list."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.sign_in import open_session
from services.accounts.tables import SessionKind
from services.kit.clock import Clock
from services.kit.database import Database
from tests.services.accounts.factories import make_account
from tests.services.agreements import factories as make

Ask = Callable[..., Any]
_keys = iter(range(10**6))


class Caller:
    """One person who calls the API, with a new key for each effect."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=self.headers | headers)

    async def post(
        self, path: str, body: object = None, *, seen: int | None = None, key: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = self.headers | {"Idempotency-Key": key or f"key-{next(_keys)}"}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        if "files" not in more:
            more["json"] = body
        return await self.client.post(path, headers=headers, **more)

    async def put(self, path: str, body: object, *, seen: int) -> httpx.Response:
        return await self.client.put(path, headers=self.headers | {"If-Match": f'"{seen}"'}, json=body)


@pytest.fixture
async def sign_in(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Ask:
    async def enter(role: Role, office: str) -> Caller:
        async with database.session() as session:
            account = await make_account(session, role, office)
            opened = await open_session(session, account, SessionKind.api, Clock().now())
        token, _ = await app.state.principals.issue(opened)
        return Caller(client, token)

    return enter


@pytest.fixture
async def project_id(database: Database) -> str:
    async with database.session() as session:
        return str((await make.held(session)).id)


def body(**changes: object) -> dict[str, Any]:
    return make.edit(**changes).model_dump(mode="json")


def scan(party: str) -> dict[str, Any]:
    return {
        "files": {"scan": ("s.pdf", make.PDF + party.encode(), "application/pdf")},
        "data": {"party": party, "signer": "签字人", "signed_on": "2027-01-15"},
    }


async def test_the_road_of_an_agreement(sign_in: Ask, project_id: str):
    host = await sign_in(Role.county_officer, make.HOST)
    host_leader = await sign_in(Role.county_leader, make.HOST)
    origin = await sign_in(Role.county_officer, make.ORIGIN)
    origin_leader = await sign_in(Role.county_leader, make.ORIGIN)
    office = await sign_in(Role.city_office, make.CITY)
    finance = await sign_in(Role.city_finance, make.CITY)

    made = await host.post("/v1/agreements", body() | {"project": project_id}, key="one-key-1")
    assert made.status_code == 201, made.text
    again = await host.post("/v1/agreements", body() | {"project": project_id}, key="one-key-1")
    assert again.json() == made.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    path = made.headers["Location"]
    assert made.headers["ETag"] == '"1"'

    edited = await host.put(f"{path}/draft", body(ratios_bp=[4500]), seen=1)
    assert edited.json()["versions"][0]["terms"]["ratios_bp"] == [4500] * 5
    stale = await origin.put(f"{path}/draft", body(), seen=1)
    assert stale.status_code == 412
    sent = await host.post(f"{path}/send", seen=2)
    assert sent.json()["state"] == "signing"

    for party, maker, checker, act in (
        ("origin", origin, origin_leader, "check"),
        ("host", host, host_leader, "check"),
        ("witness", office, finance, "witness"),
    ):
        uploaded = await maker.post(f"{path}/signatures", **scan(party))
        assert uploaded.status_code == 201, uploaded.text
        (one,) = [
            signature
            for signature in uploaded.json()["versions"][0]["signatures"]
            if signature["party"] == party
        ]
        file = await maker.get(f"{path}/signatures/{one['id']}/scan")
        assert file.content == make.PDF + party.encode()
        assert file.headers["content-disposition"].startswith("attachment")
        if party == "host":
            back = await checker.post(
                f"{path}/signatures/{one['id']}/{act}", {"accept": False, "reason": "不清"}
            )
            assert back.status_code == 200, back.text
            uploaded = await maker.post(f"{path}/signatures", **scan(party))
            one = uploaded.json()["versions"][0]["signatures"][-1]
        checked = await checker.post(f"{path}/signatures/{one['id']}/{act}", {"accept": True})
        assert checked.status_code == 200, checked.text
    assert checked.json()["state"] == "in_force"
    assert checked.json()["live"] == 1

    revision = checked.json()["revision"]
    amended = await origin.post(f"{path}/versions", body(ratios_bp=[5000]), seen=revision)
    assert amended.status_code == 201
    versions = (await host.get(f"{path}/versions")).json()["items"]
    assert [version["state"] for version in versions] == ["in_force", "draft"]
    refused = await host.post(f"{path}/end", {"ended_on": "2027-01-15", "reason": "因故"}, seen=revision + 1)
    assert refused.status_code == 403
    ended = await office.post(f"{path}/end", {"ended_on": "2027-01-15", "reason": "因故"}, seen=revision + 1)
    assert ended.json()["state"] == "ended"

    shown = await host.get(path)
    same = await host.get(path, **{"If-None-Match": shown.headers["ETag"]})
    assert same.status_code == 304


async def test_the_road_of_a_confirmation(sign_in: Ask, project_id: str):
    host = await sign_in(Role.county_officer, make.HOST)
    leader = await sign_in(Role.county_leader, make.HOST)
    office = await sign_in(Role.city_office, make.CITY)
    made = await host.post("/v1/confirmations", {"project": project_id})
    assert made.status_code == 201, made.text
    path = made.headers["Location"]
    for party in ("investor", "host"):
        uploaded = await host.post(f"{path}/signatures", **scan(party))
        one = uploaded.json()["signatures"][-1]
        checked = await leader.post(f"{path}/signatures/{one['id']}/check", {"accept": True})
        assert checked.status_code == 200
    assert checked.json()["missing"] == ["origin"]
    assert (await host.get(path)).json()["state"] == "signing"
    assert (await host.get("/v1/confirmations")).json()["items"][0]["code"] == made.json()["code"]
    void = await office.post(f"{path}/void", {"reason": "投资方改变主意"})
    assert void.json()["state"] == "ended"


async def test_lists_come_in_pages_that_cannot_be_forged(sign_in: Ask, database: Database):
    async with database.session() as session:
        _, agreement = await make.drafted(session)
        await session.refresh(agreement)
        from services.agreements import service

        await service.end_agreement(
            session, make.OFFICE, agreement.id, agreement.revision, make.TODAY, "因故"
        )
        await make.drafted(session)
        project = await make.held(session)
        confirmation = await make.confirmation_of(session, project)
        from services.agreements import confirmations

        await confirmations.end_confirmation(session, make.OFFICE, confirmation.id, "因故")
        await make.confirmation_of(session, project)
    office = await sign_in(Role.city_office, make.CITY)
    for path, first, second in (
        ("/v1/agreements", "6110-XY-2027-002", "6110-XY-2027-001"),
        ("/v1/confirmations", "6110-QR-2027-002", "6110-QR-2027-001"),
    ):
        page = (await office.get(f"{path}?limit=1")).json()
        assert [row["code"] for row in page["items"]] == [first]
        after = (await office.get(f"{path}?limit=1&cursor={page['next']}")).json()
        assert [row["code"] for row in after["items"]] == [second]
        assert after["next"] is None
        assert (await office.get(f"{path}?cursor={page['next'][:-2]}xx")).status_code == 400
    other = await sign_in(Role.county_officer, make.OTHER)
    assert (await other.get("/v1/agreements")).json() == {"items": [], "next": None}


BAD_TERMS: list[dict[str, object]] = [
    {"ratios_bp": [2999]},
    {"ratios_bp": [10_001]},
    {"ratios_bp": []},
    {"years": 51},
    {"cap_fen": 0},
    {"unknown": 1},
    {"remark": "一企一策"},
]


async def test_bad_terms_are_refused_with_their_place(sign_in: Ask, project_id: str):
    host = await sign_in(Role.county_officer, make.HOST)
    for change in BAD_TERMS:
        answer = await host.post("/v1/agreements", body() | {"project": project_id} | change)
        assert answer.status_code == 422, change
        assert answer.headers["content-type"] == "application/problem+json"
        assert next(iter(change)) in answer.text


async def test_what_is_not_yours_is_not_there(sign_in: Ask, database: Database):
    async with database.session() as session:
        _, agreement = await make.sent(session)
    for role, office, status in (
        (Role.county_officer, make.OTHER, 404),
        (Role.county_finance, make.OTHER, 404),
        (Role.administrator, make.CITY, 403),
        (Role.park_officer, "6110P01", 403),
        (Role.auditor, make.CITY, 200),
    ):
        who = await sign_in(role, office)
        for end in ("", "/versions", ".pdf", ".xlsx"):
            assert (await who.get(f"/v1/agreements/{agreement.id}{end}")).status_code == status


async def test_papers_come_as_files(sign_in: Ask, database: Database):
    async with database.session() as session:
        project, agreement = await make.sent(session)
        confirmation = await make.confirmation_of(session, project)
    host = await sign_in(Role.county_officer, make.HOST)
    for path, kind, start in (
        (f"/v1/agreements/{agreement.id}.pdf", "application/pdf", b"%PDF-"),
        (f"/v1/agreements/{agreement.id}.xlsx", "application/vnd.openxml", b"PK"),
        (f"/v1/confirmations/{confirmation.id}.pdf", "application/pdf", b"%PDF-"),
        (f"/v1/projects/{project.public_id}.pdf", "application/pdf", b"%PDF-"),
    ):
        answer = await host.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith(kind)
        assert answer.content.startswith(start)
        assert answer.headers["cache-control"] == "no-store"
    assert (await host.get(f"/v1/agreements/{agreement.id}.pdf?version=1")).status_code == 200
    assert (await host.get(f"/v1/agreements/{agreement.id}.pdf?version=9")).status_code == 404
