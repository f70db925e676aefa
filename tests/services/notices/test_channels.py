"""The city's channels over HTTP and at the console: kept by the administrator, and never inside the house."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from auth.principal import Role
from services.kit.database import Database
from services.notices.messages import webhook_key
from services.notices.retention import remove_old
from tests.services.accounts.factories import bearer
from tests.services.notices.outside import ATTEMPTS, PLAIN, means, rounds, rows, set_out
from tests.services.notices.receivers import BROKEN, OK, receiving
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.walls.asking import once

Headers = dict[str, str]
PUBLIC = "https://8.8.8.8/hook"
BODY = {"office": make.DANFENG, "kind": "webhook", "name": "业务系统", "url": PUBLIC}


@pytest.fixture
async def keeper(app: FastAPI, database: Database) -> Headers:
    async with database.session() as session:
        await set_out(session)
    return (await bearer(app, Role.administrator, make.CITY))[1]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://127.0.0.1/hook", "内部"),
        ("https://10.1.2.3/hook", "内部"),
        ("https://169.254.169.254/latest/meta-data", "内部"),
        ("https://[::1]/hook", "内部"),
        ("http://8.8.8.8/hook", "https"),
        ("ftp://8.8.8.8/hook", "https://"),
        ("https://nothing.invalid/hook", "找不到"),
    ],
)
async def test_a_channel_into_the_house_is_refused_in_clear_words(
    client: httpx.AsyncClient, keeper: Headers, url: str, said: str
):
    answer = await client.post("/v1/notice-channels", json=BODY | {"url": url}, headers=keeper | once())
    found = answer.json()
    assert (answer.status_code, found["type"]) == (422, "/problems/notice-address-refused")
    assert found["errors"][0]["pointer"] == "/url"
    assert said in found["errors"][0]["detail"]
    assert (await client.get("/v1/notice-channels", headers=keeper)).json()["items"] == []


async def test_a_channel_is_made_changed_and_shows_its_secret_once(
    client: httpx.AsyncClient, database: Database, keeper: Headers
):
    made = await client.post("/v1/notice-channels", json=BODY, headers=keeper | once())
    assert made.status_code == 201
    place, channel = made.headers["location"], made.json()
    assert (channel["host"], channel["signed"], channel["revision"]) == ("8.8.8.8", True, 1)
    issued = await client.post(f"{place}/secret", headers=keeper)
    secret = issued.json()["secret"]
    assert (issued.status_code, issued.headers["cache-control"]) == (201, "no-store")
    assert len(webhook_key(secret)) == 32
    shown = await client.get(place, headers=keeper)
    assert shown.headers["etag"] == '"2"'
    for answer in (made, shown, await client.get("/v1/notice-channels", headers=keeper)):
        assert secret not in answer.text
        assert "/hook" not in answer.text
    change = {"name": "另一个名称", "urgent_only": True, "active": False}
    assert (await client.put(place, json=change, headers=keeper)).status_code == 428
    assert (await client.put(place, json=change, headers=keeper | {"If-Match": '"1"'})).status_code == 412
    done = await client.put(place, json=change, headers=keeper | {"If-Match": '"2"'})
    assert (done.json()["name"], done.json()["active"], done.headers["etag"]) == ("另一个名称", False, '"3"')
    async with database.session() as session:
        trail = await session.execute(
            text("SELECT before::text || after::text FROM audit_event WHERE action LIKE 'notices.%'")
        )
        kept = await session.execute(text("SELECT answer FROM idempotency"))
        everything = "".join(trail.scalars()) + "".join(str(one) for one in kept.scalars())
    assert "8.8.8.8" in everything
    assert secret not in everything
    assert "/hook" not in everything


async def test_what_does_not_fit_a_channel_is_said(client: httpx.AsyncClient, keeper: Headers):
    robot = BODY | {"kind": "dingtalk", "secret": "SEC1"}
    made = await client.post("/v1/notice-channels", json=robot, headers=keeper | once())
    assert made.json()["signed"]
    for change, pointer in (({"office": make.PARK}, "/office"), ({"secret": "x"}, "/secret")):
        refused = await client.post("/v1/notice-channels", json=BODY | change, headers=keeper | once())
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-notice-channel")
        assert refused.json()["errors"][0]["pointer"] == pointer
    given = await client.post(f"{made.headers['location']}/secret", headers=keeper)
    assert (given.status_code, given.json()["type"]) == (422, "/problems/bad-notice-channel")
    missing = f"/v1/notice-channels/{'0' * 8}-0000-7000-8000-{'0' * 12}"
    assert (await client.get(missing, headers=keeper)).json()["type"] == "/problems/no-such-channel"


async def test_only_the_administrator_keeps_channels_and_others_see_their_own_office_s_by_name(
    client: httpx.AsyncClient, app: FastAPI, keeper: Headers
):
    await client.post("/v1/notice-channels", json=BODY, headers=keeper | once())
    officer = (await bearer(app, Role.county_officer, make.DANFENG))[1]
    other = (await bearer(app, Role.county_officer, make.LUONAN))[1]
    for path in ("/v1/notice-channels", "/v1/notice-deliveries"):
        assert (await client.get(path, headers=officer)).status_code == 403
    own = (await client.get("/v1/notice-settings", headers=officer)).json()["channels"]
    assert own == [{"name": "业务系统", "kind": "webhook", "urgent_only": False}]
    assert (await client.get("/v1/notice-settings", headers=other)).json()["channels"] == []


async def test_dead_letters_are_listed_without_their_matter_and_sent_again_under_the_same_id(
    client: httpx.AsyncClient, database: Database, app: FastAPI
):
    async with receiving(BROKEN) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            channel = await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN, PLAIN)
        await rounds(database, means(), ATTEMPTS)
        keeper = (await bearer(app, Role.administrator, make.CITY))[1]
        found = await client.get("/v1/notice-deliveries?state=dead&limit=1", headers=keeper)
        (dead,) = found.json()["items"]
        assert (dead["receiver"], dead["attempts"], dead["last_status"]) == ("业务系统", 8, "HTTP 500")
        assert not {"event", "action", "subject", "subject_id"} & set(dead)
        rest = await client.get(
            f"/v1/notice-deliveries?state=dead&limit=1&cursor={found.json()['next']}", headers=keeper
        )
        assert [row["id"] for row in rest.json()["items"]] != [dead["id"]]
        assert rest.json()["next"] is None
        (shown,) = (await client.get("/v1/notice-channels", headers=keeper)).json()["items"]
        assert (shown["dead"], shown["waiting"]) == (2, 0)
        place = f"/v1/notice-deliveries/{dead['id']}/again"
        again = await client.post(place, headers=keeper | once())
        assert (again.json()["state"], again.json()["attempts"]) == ("waiting", 0)
        twice = await client.post(place, headers=keeper | once())
        assert (twice.status_code, twice.json()["type"]) == (409, "/problems/not-resendable")
        place = f"/v1/notice-channels/{channel.id}/again"
        assert (await client.post(place, headers=keeper | once())).json() == {"again": 1}
        assert (await client.post(place, headers=keeper | once())).json() == {"again": 0}
        missing = await client.post(f"/v1/notice-deliveries/{channel.id}/again", headers=keeper | once())
        assert missing.json()["type"] == "/problems/no-such-channel"
        receiver.answers, receiver.got = [OK], []
        await rounds(database, means())
        sent = {re.search(rb"webhook-id: (\S+)", got)[1].decode() for got in receiver.got}  # type: ignore[index]
        assert dead["id"] in sent
        assert len(sent) == 2
    async with database.session() as session:
        assert {row["state"] for row in await rows(session)} == {"sent"}
        await session.execute(text("UPDATE notice_delivery SET made_at = '2020-01-01'"))
        await remove_old(session, make.CITY, make.TODAY)
        assert await rows(session) == []


async def test_at_the_console(enter: Enter, database: Database):  # noqa: F811 -- the fixture
    async with database.session() as session:
        await set_out(session)
    person = await enter(Role.administrator, make.CITY)
    assert "没有通知渠道" in await person.open("/notice-channels")
    wrong = await person.send("/notice-channels/new", **BODY | {"url": "https://192.168.1.1/hook"})
    assert wrong.status_code == 422
    assert "不能发往内部" in wrong.text
    wrong = await person.resend("/notice-channels/new", **BODY | {"name": "", "kind": "pigeon"})
    assert wrong.status_code == 422
    assert "请填写“名称”" in wrong.text
    assert "“类型”请从列表中选择" in wrong.text
    await person.open("/notice-channels/new")
    wrong = await person.resend("/notice-channels/new", **BODY | {"url": "https://a.cn/" + "x" * 3000})
    assert wrong.status_code == 422
    assert "“地址”最多填写 500 个字" in wrong.text
    assert BODY["name"] in wrong.text, "what was typed is lost"
    done = await person.send("/notice-channels/new", **BODY | {"urgent_only": "1"})
    place = done.headers["location"]
    page = await person.open(place)
    assert "whsec_" not in page
    shown = await person.resend(f"{place}/secret")
    assert "whsec_" in shown.text
    assert "whsec_" not in await person.open(place)
    assert (await person.resend(place, name=" ")).status_code == 422
    done = await person.send(place, name="新名称", active="1")
    assert done.status_code == 303
    page = await person.open("/notice-channels")
    assert "新名称" in page
    assert "全部事项" in page
    own = await enter(Role.county_leader, make.DANFENG)
    assert "新名称" in await own.open("/notices/settings")


async def test_dead_letters_at_the_console(enter: Enter, database: Database):  # noqa: F811 -- the fixture
    async with receiving(BROKEN) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            channel = await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN, PLAIN)
        await rounds(database, means(), ATTEMPTS)
    person = await enter(Role.administrator, make.CITY)
    page = await person.open("/notice-channels/deliveries")
    assert page.count("HTTP 500") == 2
    path = re.findall(r'action="(/notice-channels/deliveries/[0-9a-f-]{36}/again)"', page)[0]
    await person.resend(path)
    assert (await person.open("/notice-channels/deliveries")).count("HTTP 500") == 1
    await person.open(f"/notice-channels/{channel.id}")
    await person.resend(f"/notice-channels/{channel.id}/again")
    assert "已安排重发 1 条" in await person.open(f"/notice-channels/{channel.id}")
    assert (await person.open("/notice-channels/deliveries?state=waiting")).count("HTTP 500") == 2
