from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col

from auth.errors import NotPermitted
from auth.principal import Role
from services.accounts import service
from services.accounts.bootstrap import create_demo_accounts, init_city
from services.accounts.errors import AlreadyInitialised
from services.accounts.schemas import CreateAccount
from services.accounts.tables import Account
from services.kit.database import Database
from services.kit.events import AuditEvent
from tests.services.accounts.conftest import Hands
from tests.services.accounts.factories import CITY, COUNTY, PARK, bearer, make_account, principal

PASSWORD = "correct horse battery"
OFFICER = {
    "login": "shangzhou-1",
    "display_name": "李四",
    "role": "county_officer",
    "office": COUNTY,
    "county": COUNTY,
}


@pytest.fixture
async def admin(app: FastAPI) -> dict[str, str]:
    _, headers = await bearer(app, Role.administrator)
    return headers


def once(headers: dict[str, str], **more: str) -> dict[str, str]:
    return {**headers, "Idempotency-Key": str(uuid4()), **more}


async def create(client: httpx.AsyncClient, headers: dict[str, str], **changes: object) -> httpx.Response:
    return await client.post("/v1/accounts", json={**OFFICER, **changes}, headers=once(headers))


async def token_for(client: httpx.AsyncClient, headers: dict[str, str], account: str) -> str:
    answer = await client.post(f"/v1/accounts/{account}/password-tokens", headers=headers)
    assert answer.status_code == 201
    return answer.json()["token"]


async def set_password(client: httpx.AsyncClient, token: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/v1/passwords", json={"token": token, "password": password})


async def test_from_creation_to_the_first_sign_in(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    made = await create(client, admin)
    assert made.status_code == 201
    body = made.json()
    assert made.headers["location"] == f"/v1/accounts/{body['id']}"
    assert (made.headers["etag"], body["has_password"]) == ('"1"', False)
    token = await token_for(client, admin, body["id"])
    assert (await set_password(client, token)).status_code == 204
    assert (await set_password(client, token)).status_code == 401
    pair = await client.post("/v1/sign-in", json={"login": "shangzhou-1", "password": PASSWORD})
    assert pair.status_code == 200
    shown = await client.get(f"/v1/accounts/{body['id']}", headers=admin)
    assert (shown.json()["has_password"], shown.headers["etag"]) == (True, '"2"')


async def test_no_secret_is_ever_stored_in_the_clear(
    client: httpx.AsyncClient, admin: dict[str, str], database: Database
) -> None:
    made = (await create(client, admin)).json()
    token = await token_for(client, admin, made["id"])
    await set_password(client, token)
    pair = (await client.post("/v1/sign-in", json={"login": "shangzhou-1", "password": PASSWORD})).json()
    secrets = [PASSWORD, token.split(".")[2], pair["refresh_token"].split(".")[2], pair["access_token"]]
    async with database.session() as session:
        for table in SQLModel.metadata.tables.values():
            for row in await session.execute(select(table)):
                assert not any(secret in repr(row) for secret in secrets), table.name


async def test_a_new_one_time_token_voids_the_older(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    made = (await create(client, admin)).json()
    first = await token_for(client, admin, made["id"])
    second = await token_for(client, admin, made["id"])
    assert (await set_password(client, first)).json()["type"] == "/problems/bad-one-time-token"
    assert (await set_password(client, second)).status_code == 204


async def test_a_one_time_token_lives_a_day(
    client: httpx.AsyncClient, admin: dict[str, str], clock: Hands
) -> None:
    made = (await create(client, admin)).json()
    token = await token_for(client, admin, made["id"])
    clock.turn(hours=24)
    assert (await set_password(client, token)).status_code == 401


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "too-short"), ("shangzhou-1!!", "contains-login"), ("a" * 10, "one-character")],
)
async def test_a_refused_password_leaves_the_token_good(
    client: httpx.AsyncClient, admin: dict[str, str], password: str, code: str
) -> None:
    made = (await create(client, admin)).json()
    token = await token_for(client, admin, made["id"])
    refused = await set_password(client, token, password)
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/password", code)]
    assert (await set_password(client, token)).status_code == 204


@pytest.mark.parametrize("token", ["x", "611000." + "0" * 32 + "." + "A" * 43])
async def test_what_is_no_one_time_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    assert (await set_password(client, token)).status_code == 401
    first = {"token": token, "login": "root-1", "display_name": "王五", "password": PASSWORD}
    assert (await client.post("/v1/bootstrap", json=first)).status_code == 401


async def test_disabling_acts_on_the_very_next_request(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    person, headers = await bearer(app, Role.county_officer)
    assert (await client.get("/v1/me", headers=headers)).status_code == 200
    path = f"/v1/accounts/{person.account}"
    missing = await client.post(f"{path}/disable", headers=once(admin))
    assert missing.status_code == 428
    stale = await client.post(f"{path}/disable", headers=once(admin, **{"If-Match": '"7"'}))
    assert stale.status_code == 412
    done = await client.post(f"{path}/disable", headers=once(admin, **{"If-Match": '"1"'}))
    assert done.status_code == 200
    assert done.json()["disabled_at"] is not None
    assert (await client.get("/v1/me", headers=headers)).status_code == 401
    token = await client.post(f"{path}/password-tokens", headers=admin)
    assert (token.status_code, token.json()["type"]) == (409, "/problems/account-disabled")
    back = await client.post(f"{path}/enable", headers=once(admin, **{"If-Match": done.headers["etag"]}))
    assert back.json()["disabled_at"] is None
    # Enabling does not bring old sign-ins back.
    assert (await client.get("/v1/me", headers=headers)).status_code == 401


async def test_a_token_issued_before_disabling_sets_no_password(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    made = (await create(client, admin)).json()
    token = await token_for(client, admin, made["id"])
    await client.post(f"/v1/accounts/{made['id']}/disable", headers=once(admin, **{"If-Match": '"1"'}))
    assert (await set_password(client, token)).status_code == 401


async def test_the_same_key_creates_one_account(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    headers = once(admin)
    first = await client.post("/v1/accounts", json=OFFICER, headers=headers)
    again = await client.post("/v1/accounts", json=OFFICER, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert (await client.post("/v1/accounts", json=OFFICER, headers=admin)).status_code == 400


async def test_a_login_is_one_person_s(client: httpx.AsyncClient, admin: dict[str, str]) -> None:
    await create(client, admin)
    taken = await create(client, admin, login="SHANGZHOU-1")
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/login-taken")


@pytest.mark.parametrize(
    ("role", "office", "county", "status"),
    [
        ("county_officer", COUNTY, COUNTY, 201),
        ("county_leader", COUNTY, "611021", 422),
        ("county_finance", CITY, CITY, 422),
        ("county_officer", "410101", "410101", 422),
        ("park_officer", PARK, COUNTY, 201),
        ("park_officer", PARK, CITY, 201),
        ("park_officer", COUNTY, COUNTY, 422),
        ("city_office", CITY, CITY, 201),
        ("city_finance", COUNTY, COUNTY, 422),
        ("auditor", CITY, COUNTY, 422),
        ("emperor", CITY, CITY, 422),
        ("city_office", "", CITY, 422),
    ],
)
async def test_an_office_fits_its_role(
    client: httpx.AsyncClient, admin: dict[str, str], role: str, office: str, county: str, status: int
) -> None:
    made = await create(client, admin, role=role, office=office, county=county)
    assert made.status_code == status


@pytest.mark.parametrize(
    "changes",
    [
        {"login": "a"},
        {"login": "has space"},
        {"login": "-dash"},
        {"login": "x" * 41},
        {"display_name": ""},
        {"display_name": "   "},
        {"display_name": "x" * 41},
        {"display_name": "李\u202e四"},
        {"display_name": 4},
        {"password_hash": "x"},
        {"id": "00000000-0000-4000-8000-000000000007"},
        {"version": 9},
        {"disabled_at": None},
        {"city": "611100"},
    ],
    ids=repr,
)
async def test_bad_or_foreign_properties_are_refused(
    client: httpx.AsyncClient, admin: dict[str, str], changes: dict[str, object]
) -> None:
    assert (await create(client, admin, **changes)).status_code == 422


async def test_the_database_refuses_an_office_that_does_not_fit(database: Database) -> None:
    for role, office, county in [
        (Role.county_officer, COUNTY, CITY),
        (Role.auditor, COUNTY, COUNTY),
        (Role.park_officer, PARK, PARK),
    ]:
        with pytest.raises(IntegrityError, match="office_fits_role"):
            async with database.session() as session:
                await make_account(session, role, office, county=county)


async def test_nobody_disables_or_resets_themselves(app: FastAPI, client: httpx.AsyncClient) -> None:
    person, headers = await bearer(app, Role.administrator)
    path = f"/v1/accounts/{person.account}"
    answer = await client.post(f"{path}/disable", headers=once(headers, **{"If-Match": '"1"'}))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/own-account")
    assert (await client.post(f"{path}/password-tokens", headers=headers)).status_code == 409


async def test_another_city_s_account_is_no_account(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str], database: Database
) -> None:
    async with database.session() as session:
        foreign = await make_account(session, Role.auditor, "611100", city="611100")
    answers = [
        await client.get(f"/v1/accounts/{account}", headers=admin) for account in (foreign.id, uuid4())
    ]
    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert bodies[0] == bodies[1]
    assert {answer.status_code for answer in answers} == {404}
    listed = (await client.get("/v1/accounts", headers=admin)).json()["items"]
    assert str(foreign.id) not in {item["id"] for item in listed}
    reset = await client.post(f"/v1/accounts/{foreign.id}/password-tokens", headers=admin)
    assert reset.status_code == 404


async def test_a_walk_through_the_list_meets_everybody_once(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str], database: Database
) -> None:
    async with database.session() as session:
        made = {(await make_account(session, Role.auditor)).login for _ in range(11)}
    seen: list[str] = []
    query = {"limit": 3}
    while True:
        page = (await client.get("/v1/accounts", params=query, headers=admin)).json()
        seen += [item["login"] for item in page["items"]]
        if page["next"] is None:
            break
        query = {"limit": 3, "cursor": page["next"]}
    assert seen == sorted(seen)
    assert made <= set(seen)
    assert len(seen) == len(set(seen)) == 12
    _, auditor = await bearer(app, Role.auditor)
    foreign = await client.get("/v1/accounts", params=query, headers=auditor)
    assert foreign.json()["type"] == "/problems/bad-cursor"


async def test_an_unchanged_account_is_not_sent_again(
    client: httpx.AsyncClient, admin: dict[str, str]
) -> None:
    made = (await create(client, admin)).json()
    path = f"/v1/accounts/{made['id']}"
    same = await client.get(path, headers={**admin, "If-None-Match": '"1"'})
    assert (same.status_code, same.content) == (304, b"")


async def test_changing_one_s_password_ends_one_s_other_sign_ins(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.session() as session:
        await make_account(session, Role.auditor, login="auditor", password=PASSWORD)
    body = {"login": "auditor", "password": PASSWORD}
    here, there = [
        {"Authorization": f"Bearer {(await client.post('/v1/sign-in', json=body)).json()['access_token']}"}
        for _ in range(2)
    ]
    change = {"current": PASSWORD, "password": "another good one"}
    wrong = await client.post("/v1/me/password", json={**change, "current": "wrong"}, headers=here)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/current")
    assert (await client.post("/v1/me/password", json=change, headers=here)).status_code == 204
    assert (await client.get("/v1/me", headers=here)).status_code == 200
    assert (await client.get("/v1/me", headers=there)).status_code == 401
    assert (await client.post("/v1/sign-in", json=body)).status_code == 401
    body["password"] = "another good one"
    assert (await client.post("/v1/sign-in", json=body)).status_code == 200


async def test_a_city_begins_with_one_token_and_one_administrator(
    client: httpx.AsyncClient, database: Database, clock: Hands
) -> None:
    async with database.session() as session:
        void, _ = await init_city(session, CITY, clock.now())
    async with database.session() as session:
        token, _ = await init_city(session, CITY, clock.now())
    first = {"token": token, "login": "root-1", "display_name": "王五", "password": PASSWORD}
    assert (await client.post("/v1/bootstrap", json={**first, "token": void})).status_code == 401
    weak = await client.post("/v1/bootstrap", json={**first, "password": "root-1-root-1"})
    assert weak.status_code == 422
    made = await client.post("/v1/bootstrap", json=first)
    assert (made.status_code, made.json()["role"], made.json()["office"]) == (201, "administrator", CITY)
    assert (await client.post("/v1/bootstrap", json=first)).status_code == 401
    pair = await client.post("/v1/sign-in", json={"login": "root-1", "password": PASSWORD})
    assert pair.status_code == 200
    with pytest.raises(AlreadyInitialised):
        async with database.session() as session:
            await init_city(session, CITY, clock.now())


async def test_a_bootstrap_token_is_worthless_once_there_is_an_administrator(
    client: httpx.AsyncClient, database: Database, clock: Hands
) -> None:
    async with database.session() as session:
        token, _ = await init_city(session, CITY, clock.now())
        await make_account(session, Role.administrator, login="root-1", password=PASSWORD)
    first = {"token": token, "login": "root-2", "display_name": "王五", "password": PASSWORD}
    answer = await client.post("/v1/bootstrap", json=first)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-initialised")


async def test_the_first_administrator_s_login_may_be_taken(
    client: httpx.AsyncClient, database: Database, clock: Hands
) -> None:
    async with database.session() as session:
        token, _ = await init_city(session, CITY, clock.now())
        await make_account(session, Role.auditor, login="root-1", password=PASSWORD)
    first = {"token": token, "login": "root-1", "display_name": "王五", "password": PASSWORD}
    assert (await client.post("/v1/bootstrap", json=first)).json()["type"] == "/problems/login-taken"


async def test_a_demo_has_everybody_with_a_password_of_their_own(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.session() as session:
        made = await create_demo_accounts(
            session,
            CITY,
            name="商洛市",
            counties={COUNTY: "商州区", "611021": "洛南县"},
            parks={PARK: COUNTY, "6110P09": CITY},
        )
    assert {row.principal.role for row in made} == set(Role)
    assert len({row.password for row in made}) == len(made) == 16
    roles = [row.principal.role for row in made]
    assert roles.count(Role.city_office) == 2, "one asks, another checks"
    assert roles.count(Role.city_finance) == 4, "a year's statement takes four hands"
    own = next(row for row in made if row.principal.office == "6110P09")
    assert own.principal.county == CITY
    for row in made[:2]:
        pair = await client.post("/v1/sign-in", json={"login": row.login, "password": row.password})
        assert pair.status_code == 200


async def test_only_administrators_reach_the_service(database: Database) -> None:
    wanted = CreateAccount.model_validate(OFFICER)
    for role in set(Role) - {Role.administrator}:
        async with database.session() as session:
            person = await principal(session, role)
            with pytest.raises(NotPermitted):
                await service.create_account(session, person, wanted)


async def test_what_administrators_do_is_on_record(
    client: httpx.AsyncClient, admin: dict[str, str], database: Database
) -> None:
    made = (await create(client, admin)).json()
    await token_for(client, admin, made["id"])
    async with database.session() as session:
        rows = await session.execute(
            select(AuditEvent).where(col(AuditEvent.entity_id) == made["id"]).order_by(col(AuditEvent.id))
        )
        actions = [(row.action, row.account is not None) for row in rows.scalars()]
    assert actions == [("accounts.created", True), ("accounts.password_token_issued", True)]


async def test_a_one_time_token_of_a_removed_person_is_refused(
    client: httpx.AsyncClient, admin: dict[str, str], database: Database, clock: Hands
) -> None:
    made = (await create(client, admin)).json()
    token = await token_for(client, admin, made["id"])
    async with database.session() as session:
        rows = await session.execute(select(Account).where(col(Account.login) == "shangzhou-1"))
        # Disabled behind the service's back: its tokens were not voided.
        rows.scalar_one().disabled_at = clock.now()
    assert (await set_password(client, token)).status_code == 401
