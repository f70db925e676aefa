import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import col

from auth.principal import Role
from services.accounts.tables import Account, AccountSession, EndReason, RefreshToken, SignInAttempt
from services.kit.database import Database
from services.kit.events import AuditEvent
from tests.services.accounts.conftest import Hands
from tests.services.accounts.factories import CITY, bearer, make_account, opened

PASSWORD = "correct horse battery"


@pytest.fixture
async def account(database: Database) -> Account:
    async with database.session() as session:
        return await make_account(session, Role.city_office, login="office-1", password=PASSWORD)


async def sign_in(client: httpx.AsyncClient, login: str = "office-1", password: str = PASSWORD, **more):
    return await client.post("/v1/sign-in", json={"login": login, "password": password, **more})


def headers(pair: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair.json()['access_token']}"}


async def refresh(client: httpx.AsyncClient, pair: httpx.Response) -> httpx.Response:
    return await client.post("/v1/token/refresh", json={"refresh_token": pair.json()["refresh_token"]})


async def test_signing_in_opens_the_door_and_signing_out_shuts_it(
    client: httpx.AsyncClient, account: Account
) -> None:
    pair = await sign_in(client)
    assert pair.status_code == 200
    assert (pair.json()["token_type"], pair.json()["expires_in"]) == ("Bearer", 600)
    me = await client.get("/v1/me", headers=headers(pair))
    assert me.json()["id"] == str(account.id)
    assert (me.json()["role"], me.json()["office"], me.json()["county"]) == ("city_office", CITY, CITY)
    assert "projects:hold" in me.json()["scopes"]
    out = await client.post("/v1/sign-out", headers=headers(pair))
    assert out.status_code == 204
    again = await client.get("/v1/me", headers=headers(pair))
    assert (again.status_code, again.json()["type"]) == (401, "/problems/session-ended")
    assert (await refresh(client, pair)).status_code == 401


async def test_logins_are_folded_as_people_type_them(client: httpx.AsyncClient, account: Account) -> None:
    for typed in ("OFFICE-1", " office-1 ", "ｏｆｆｉｃｅ－１"):
        assert (await sign_in(client, typed)).status_code == 200


async def test_the_same_answer_for_unknown_wrong_and_disabled(
    client: httpx.AsyncClient, account: Account, database: Database, clock: Hands
) -> None:
    async with database.session() as session:
        gone = await make_account(session, Role.city_office, login="gone", password=PASSWORD)
        gone.disabled_at = clock.now()
        await make_account(session, Role.city_office, login="fresh")
    answers = [
        await sign_in(client, "nobody"),
        await sign_in(client, "office-1", "wrong password"),
        await sign_in(client, "gone"),
        await sign_in(client, "fresh"),
    ]
    for answer in answers:
        assert answer.status_code == 401
        body = {name: value for name, value in answer.json().items() if name != "instance"}
        assert body == {"type": "/problems/wrong-credentials", "title": "用户名或密码不正确", "status": 401}


async def test_an_unknown_login_takes_as_long_as_a_known_one(
    client: httpx.AsyncClient, account: Account, clock: Hands
) -> None:
    async def seconds(login: str) -> float:
        best = float("inf")
        for _ in range(4):
            started = time.perf_counter()
            assert (await sign_in(client, login, "wrong password")).status_code == 401
            best = min(best, time.perf_counter() - started)
            clock.turn(minutes=20)
        return best

    await seconds("warm-up")
    known, unknown = await seconds("office-1"), await seconds("nobody")
    assert 0.4 < unknown / known < 2.5


@pytest.mark.parametrize("login", ["office-1", "nobody"])
async def test_five_failures_lock_for_fifteen_minutes(
    client: httpx.AsyncClient, account: Account, clock: Hands, login: str
) -> None:
    for _ in range(5):
        assert (await sign_in(client, login, "wrong password")).status_code == 401
    clock.turn(minutes=2)
    locked = await sign_in(client, login)
    assert (locked.status_code, locked.json()["type"]) == (429, "/problems/locked-out")
    assert 770 <= int(locked.headers["retry-after"]) <= 781
    clock.turn(minutes=12, seconds=59)
    assert (await sign_in(client, login)).status_code == 429
    clock.turn(seconds=1)
    assert (await sign_in(client, login)).status_code == (200 if login == "office-1" else 401)


async def test_a_right_password_clears_the_count(client: httpx.AsyncClient, account: Account) -> None:
    for _ in range(2):
        for _ in range(4):
            assert (await sign_in(client, password="wrong password")).status_code == 401
        assert (await sign_in(client)).status_code == 200


async def test_old_failures_are_forgotten(client: httpx.AsyncClient, account: Account, clock: Hands) -> None:
    for _ in range(4):
        await sign_in(client, password="wrong password")
    clock.turn(minutes=15)
    for _ in range(4):
        assert (await sign_in(client, password="wrong password")).status_code == 401
    assert (await sign_in(client)).status_code == 200


async def test_fifty_guesses_at_once_get_five_answers(
    client: httpx.AsyncClient, account: Account, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.accounts import attempts

    # The address would stop them at ten; here the login's own count is on trial.
    rules = {**attempts.RULES, attempts.Guarded.address: attempts.Rule(1000, timedelta(1), timedelta(1))}
    monkeypatch.setattr(attempts, "RULES", rules)
    answers = await asyncio.gather(*(sign_in(client, password=f"guess {n:04}...") for n in range(50)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 45
    assert (await sign_in(client)).status_code == 429
    async with database.session() as session:
        held = (
            await session.execute(select(SignInAttempt).where(col(SignInAttempt.kind) == "login"))
        ).scalar_one()
    assert held.failures == 5
    assert "office-1" not in repr(held)


async def test_an_address_is_stopped_after_ten_failures_a_minute(
    client: httpx.AsyncClient, account: Account, clock: Hands
) -> None:
    for number in range(10):
        assert (await sign_in(client, f"guess-{number}", "wrong password")).status_code == 401
    stopped = await sign_in(client)
    assert stopped.status_code == 429
    assert 1 <= int(stopped.headers["retry-after"]) <= 61
    clock.turn(minutes=1)
    assert (await sign_in(client)).status_code == 200


async def test_an_office_full_of_people_signs_in_from_one_address(
    client: httpx.AsyncClient, account: Account
) -> None:
    for _ in range(15):
        assert (await sign_in(client)).status_code == 200


async def test_a_refresh_token_works_once_and_its_copy_ends_the_sign_in(
    client: httpx.AsyncClient, account: Account, database: Database
) -> None:
    first = await sign_in(client)
    second = await refresh(client, first)
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first.json()["refresh_token"]
    assert (await client.get("/v1/me", headers=headers(second))).status_code == 200
    stolen = await refresh(client, first)
    assert (stolen.status_code, stolen.json()["type"]) == (401, "/problems/session-ended")
    assert (await client.get("/v1/me", headers=headers(second))).status_code == 401
    assert (await refresh(client, second)).status_code == 401
    async with database.session() as session:
        ended = (await session.execute(select(AccountSession))).scalar_one()
    assert ended.end_reason is EndReason.refresh_reused


async def test_of_twenty_refreshes_at_once_one_wins(
    client: httpx.AsyncClient, account: Account, database: Database
) -> None:
    pair = await sign_in(client)
    answers = await asyncio.gather(*(refresh(client, pair) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    async with database.session() as session:
        made = (await session.execute(select(func.count()).select_from(RefreshToken))).scalar_one()
    assert made == 2


async def test_idle_fifteen_minutes_and_eight_hours_in_all(
    client: httpx.AsyncClient, account: Account, clock: Hands
) -> None:
    pair = await sign_in(client)
    clock.turn(minutes=10)
    expired = await client.get("/v1/me", headers=headers(pair))
    assert (expired.status_code, expired.json()["type"]) == (401, "/problems/expired-token")
    clock.turn(minutes=5)
    assert (await refresh(client, pair)).status_code == 401
    pair = await sign_in(client)
    for _ in range(34):
        clock.turn(minutes=14)
        pair = await refresh(client, pair)
        assert pair.status_code == 200
    clock.turn(minutes=4)
    assert (await client.get("/v1/me", headers=headers(pair))).status_code == 401
    assert (await refresh(client, pair)).status_code == 401


async def test_a_role_and_an_office_changed_in_the_database_act_at_once(
    client: httpx.AsyncClient, account: Account, database: Database
) -> None:
    pair = await sign_in(client)
    async with database.session() as session:
        row = await session.get_one(Account, (CITY, account.id))
        row.role, row.office, row.county = Role.county_officer, "611002", "611002"
    me = await client.get("/v1/me", headers=headers(pair))
    assert (me.json()["role"], me.json()["office"]) == ("county_officer", "611002")


@pytest.mark.parametrize(
    "text",
    ["x", "611000.0.x", "611000." + "0" * 32 + "." + "A" * 43, "６１１０００." + "0" * 32 + "." + "A" * 43],
)
async def test_what_is_no_refresh_token_is_refused(client: httpx.AsyncClient, text: str) -> None:
    answer = await client.post("/v1/token/refresh", json={"refresh_token": text})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/session-ended")


async def test_a_sign_in_without_a_city_finds_the_only_one(
    app: FastAPI, client: httpx.AsyncClient, database: Database, account: Account
) -> None:
    app.state.settings = app.state.settings.model_copy(update={"city": None})
    assert (await sign_in(client)).status_code == 200
    async with database.session() as session:
        await make_account(session, Role.administrator, "611100", city="611100")
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, city="611000")).status_code == 200
    assert (await sign_in(client, city="611100")).status_code == 401


async def test_every_sign_in_leaves_a_trace_without_what_was_typed(
    client: httpx.AsyncClient, account: Account, database: Database
) -> None:
    await sign_in(client)
    await sign_in(client, "my-secret-in-the-wrong-field")
    async with database.session() as session:
        rows = (await session.execute(select(AuditEvent).order_by(col(AuditEvent.id)))).scalars().all()
    assert [row.action for row in rows] == ["accounts.signed_in", "accounts.sign_in_refused"]
    assert "secret" not in repr(rows)


async def test_a_password_of_an_old_cost_is_renewed(
    app: FastAPI, client: httpx.AsyncClient, account: Account, database: Database
) -> None:
    from auth.passwords import Passwords

    app.state.principals.passwords = Passwords(time_cost=2, memory_kib=8, lanes=1)
    assert (await sign_in(client)).status_code == 200
    async with database.session() as session:
        row = await session.get_one(Account, (CITY, account.id))
    assert row.password_hash != account.password_hash
    assert not app.state.principals.passwords.outdated(row.password_hash)
    assert (await sign_in(client)).status_code == 200


async def test_two_processes_share_the_keys_and_hear_of_a_rotation(
    app: FastAPI, client: httpx.AsyncClient, database: Database, clock: Hands
) -> None:
    from services.accounts.keys import rotate_keys
    from services.accounts.principals import AccountPrincipals

    secret = app.state.settings.secret.get_secret_value()
    other = AccountPrincipals(database.url, secret=secret, clock=clock)
    try:
        _, before = await bearer(app)
        assert (await client.get("/v1/me", headers=before)).status_code == 200
        async with database.session() as session:
            kid = await rotate_keys(session, secret, clock.now())
        signed = await opened(database, now=clock.now())
        token, _ = await other.issue(signed)
        app.state.principals._loaded -= 2
        assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 200
        assert (await client.get("/v1/me", headers=before)).status_code == 200
        published = (await client.get("/.well-known/jwks.json")).json()["keys"]
        assert published[0]["kid"] == kid
        assert len(published) == 2
        clock.turn(minutes=21)
        app.state.principals._loaded -= 61
        assert len((await client.get("/.well-known/jwks.json")).json()["keys"]) == 1
    finally:
        await other.close()


async def test_of_many_processes_one_makes_the_first_key(app: FastAPI, database: Database) -> None:
    from services.accounts.principals import AccountPrincipals

    clock = app.state.clock
    secret = app.state.settings.secret.get_secret_value()
    many = [AccountPrincipals(database.url, secret=secret, clock=clock) for _ in range(6)]
    try:
        tokens = await asyncio.gather(*(one.tokens() for one in many))
    finally:
        for one in many:
            await one.close()
    assert len({made.keys.current for made in tokens}) == 1
    assert all(len(made.keys.keys) == 1 for made in tokens)


async def test_another_secret_opens_no_stored_key(app: FastAPI, database: Database) -> None:
    from auth.keys import SealError
    from services.accounts.principals import AccountPrincipals

    await app.state.principals.tokens()
    other = AccountPrincipals(database.url, secret="x" * 32, clock=app.state.clock)
    try:
        with pytest.raises(SealError):
            await other.tokens()
    finally:
        await other.close()
