"""One's inbox, over HTTP and at the console: what one may see now, and only of one's own."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from auth.principal import Role
from services.kit.database import Database
from services.kit.events import record_event
from services.notices import jobs
from services.notices.retention import remove_old
from tests.services.accounts.factories import bearer
from tests.services.notices.cast import tell
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.services.projects.road import pooled
from tests.walls.asking import once

Headers = dict[str, str]


@pytest.fixture
async def origin(app: FastAPI) -> Headers:
    return (await bearer(app, Role.county_officer, make.DANFENG))[1]


@pytest.fixture
async def outsider(app: FastAPI) -> Headers:
    return (await bearer(app, Role.county_officer, make.LUONAN))[1]


async def in_the_pool(database: Database) -> str:
    """A lead of Danfeng in the pool, with all told."""
    async with database.session() as session:
        made = await pooled(session)
    await jobs.look(database)
    return made.public_id


async def test_each_reads_in_their_own_view_and_marks_only_their_own(
    client: httpx.AsyncClient, database: Database, origin: Headers, outsider: Headers
):
    ref = await in_the_pool(database)
    own = (await client.get("/v1/notices", headers=origin)).json()["items"]
    assert [(row["event"], row["label"], row["href"]) for row in own] == [
        ("projects.accept", "德润融通汽车零部件项目", f"/projects/{ref}")
    ]
    seen = (await client.get("/v1/notices", headers=outsider)).json()["items"]
    (pool,) = seen
    assert pool["event"] == "projects.pooled"
    assert "德润" not in str(seen)
    assert make.DANFENG not in str(seen)
    foreign = await client.post(f"/v1/notices/{own[0]['id']}/read", headers=outsider | once())
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/no-such-notice")
    done = await client.post(f"/v1/notices/{pool['id']}/read", headers=outsider | once())
    assert done.json() == {"marked": 1, "unread": 0}
    again = await client.post(f"/v1/notices/{pool['id']}/read", headers=outsider | once())
    assert again.json() == {"marked": 0, "unread": 0}
    assert (await client.get("/v1/notices?unread=true", headers=outsider)).json()["items"] == []
    everything = await client.post("/v1/notices/read", headers=origin | once())
    assert everything.json() == {"marked": 1, "unread": 0}


async def test_two_worlds_that_differ_in_what_is_hidden_answer_byte_for_byte_alike(
    client: httpx.AsyncClient, database: Database, outsider: Headers
):
    await in_the_pool(database)
    first = (await client.get("/v1/notices", headers=outsider)).content
    async with database.session() as session:
        await session.execute(
            text(
                "UPDATE project SET name = '另一个名称', investor_name = '另一家公司', origin = :other,"
                " investment_fen = investment_fen + 100, land_mu = land_mu + 1"
            ),
            {"other": make.SHANGZHOU},
        )
    assert (await client.get("/v1/notices", headers=outsider)).content == first


async def test_what_one_may_not_see_any_more_is_a_neutral_line(
    client: httpx.AsyncClient, database: Database, outsider: Headers, origin: Headers
):
    await in_the_pool(database)
    (before,) = (await client.get("/v1/notices", headers=outsider)).json()["items"]
    async with database.session() as session:
        await session.execute(text("UPDATE project SET state = 'accepted'"))
    (after,) = (await client.get("/v1/notices", headers=outsider)).json()["items"]
    assert after == {
        "id": before["id"],
        "event": None,
        "text": "所涉事项您现在无权查看",
        "subject": None,
        "label": None,
        "href": None,
        "urgent": False,
        "made_at": before["made_at"],
        "read_at": None,
    }
    assert (await client.get("/v1/notices", headers=origin)).json()["items"][0]["label"]


async def test_pages_of_a_list_and_the_order_in_which_things_happened(
    client: httpx.AsyncClient, database: Database, origin: Headers
):
    async with database.session() as session:
        made = await pooled(session)
        for action in ("start", "complete", "produce"):
            await record_event(
                session,
                make.CITY,
                actor=make.OFFICE,
                action=f"projects.{action}",
                entity="project",
                entity_id=made.id,
            )
        await tell(session)
    found, cursor = [], ""
    while True:
        page = (await client.get(f"/v1/notices?limit=2{cursor}", headers=origin)).json()
        found += [row["event"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == [f"projects.{one}" for one in ("produce", "complete", "start", "accept")]


async def test_settings_are_versioned_and_urgent_events_cannot_be_opted_out_of(
    client: httpx.AsyncClient, database: Database, origin: Headers
):
    answer = await client.get("/v1/notice-settings", headers=origin)
    assert (answer.headers["etag"], answer.json()["digest_hour"]) == ('"0"', None)
    told = {row["event"]: row["told"] for row in answer.json()["events"]}
    assert told["projects.pooled"] == ["各县区和园区"]
    body = {"email": "a@example.com", "digest_hour": 8, "muted": ["projects.start"]}
    assert (await client.put("/v1/notice-settings", json=body, headers=origin)).status_code == 428
    saved = await client.put("/v1/notice-settings", json=body, headers=origin | {"If-Match": '"0"'})
    assert (saved.json()["revision"], saved.json()["muted"]) == (1, ["projects.start"])
    stale = await client.put("/v1/notice-settings", json=body, headers=origin | {"If-Match": '"0"'})
    assert stale.status_code == 412
    newer = origin | {"If-Match": '"1"'}
    for change, pointer in (
        ({"muted": ["projects.held"]}, "/muted"),
        ({"muted": ["nothing"]}, "/muted"),
        ({"email": ""}, "/email"),
    ):
        refused = await client.put("/v1/notice-settings", json=body | change, headers=newer)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (
        await client.put("/v1/notice-settings", json=body | {"email": "no mail"}, headers=newer)
    ).status_code == 422
    async with database.session() as session:
        # The address is a person's own: the trail says that something was set, not what it is.
        trail = await session.execute(
            text("SELECT before::text || after::text FROM audit_event WHERE action LIKE 'notices.%'")
        )
        assert "example.com" not in "".join(trail.scalars())


async def test_old_notices_are_removed_and_not_told_again(database: Database, origin: Headers):
    assert origin
    await in_the_pool(database)
    async with database.session() as session:
        assert await remove_old(session, make.CITY, make.TODAY) == 0
        await session.execute(text("ALTER TABLE notice DISABLE TRIGGER notice_kept"))
        await session.execute(text("UPDATE notice SET made_at = '2020-01-01'"))
        await session.execute(text("ALTER TABLE notice ENABLE ALWAYS TRIGGER notice_kept"))
        assert await remove_old(session, make.CITY, make.TODAY) == 1
    assert await jobs.look(database) == 0


async def test_at_the_console(enter: Enter, database: Database):  # noqa: F811 -- the fixture
    person = await enter(Role.county_officer, make.DANFENG)
    await in_the_pool(database)
    page = await person.open("/notices")
    assert "德润融通汽车零部件项目" in page
    assert '>1<span class="unseen">条未读' in page
    await person.resend("/notices/read")
    page = await person.open("/notices")
    assert "已标为已读 1 条" in page
    assert "条未读" not in page
    page = await person.open("/notices?unread=1")
    assert "没有通知" in page
    page = await person.open("/notices/settings")
    assert "不能退订" in page
    done = await person.resend(
        "/notices/settings", email="b@example.com", digest_hour="9", told=["projects.start"]
    )
    assert done.status_code == 303
    page = await person.open("/notices/settings")
    assert page.count(" checked") == 1
    wrong = await person.resend("/notices/settings", email="nothing", digest_hour="9")
    assert wrong.status_code == 422
    none = await person.resend("/notices/settings", email="", digest_hour="9")
    assert none.status_code == 422
    assert "请填写接收邮箱" in person.page.text


async def test_one_is_marked_at_the_console(enter: Enter, database: Database):  # noqa: F811 -- the fixture
    person = await enter(Role.county_officer, make.LUONAN)
    await in_the_pool(database)
    page = await person.open("/notices")
    (action,) = re.findall(r'action="(/notices/[0-9a-f-]{36}/read)"', page)
    await person.resend(action)
    assert "条未读" not in await person.open("/notices")
