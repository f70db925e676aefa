"""What goes out of the house: to receivers on loopback that take it, fail, hang, redirect, or refuse."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from services.kit.database import Database
from services.notices import channels, deliveries, jobs
from services.notices.backoff import WAITS, wait_after
from services.notices.channel_schemas import ChannelChange
from services.notices.outgoing import LOST_KEY
from services.notices.tables import NoticeDelivery
from services.notices.words import ChannelKind, DeliveryState
from services.settings import Settings
from tests.services.notices.outside import (
    ATTEMPTS,
    NOTHING,
    PLAIN,
    URGENT,
    due,
    means,
    rounds,
    rows,
    set_out,
    settings,
)
from tests.services.notices.receivers import BROKEN, HANG, OK, receiving, redirecting_to
from tests.services.projects import factories as make


def head_and_body(got: bytes) -> tuple[dict[str, str], bytes]:
    """The headers of a request, and its body."""
    head, _, body = got.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, _, value in lines}, body


async def test_a_webhook_gets_a_signed_event_without_a_name_and_the_same_id_until_it_takes_it(
    database: Database,
):
    async with receiving(BROKEN, OK) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            made = await scene.channel(session, receiver.url)
            secret = (await channels.issue_secret(session, scene.keeper, made.id, settings())).secret
            await scene.happens(session, URGENT)
        assert await rounds(database, means(), 3) == 2
    first, second = (head_and_body(got) for got in receiver.got)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for headers, body in (first, second):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"
        assert "德润" not in body.decode()
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]
    told = json.loads(first[1])
    assert (told["type"], told["specversion"], told["data"]["urgent"]) == (URGENT, "1.0", True)
    assert told["data"]["link"].startswith("http://127.0.0.1:8000/projects/")
    async with database.session() as session:
        (row,) = await rows(session)
    assert (row["state"], row["attempts"], row["last_status"]) == ("sent", 2, "ok")


async def test_what_is_never_taken_is_given_up_and_what_hangs_or_redirects_is_no_better(database: Database):
    async with receiving(OK) as elsewhere, receiving(redirecting_to(elsewhere.url), BROKEN) as receiver:
        receiver.answers += [BROKEN] * (ATTEMPTS - 3) + [HANG]
        async with database.session() as session:
            scene = await set_out(session)
            await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN)
        said = []
        for attempt in range(ATTEMPTS):
            hangs = attempt == ATTEMPTS - 1
            assert await rounds(database, means(0.2 if hangs else 20)) == 1
            async with database.session() as session:
                said += [(row["state"], row["last_status"]) for row in await rows(session)]
        assert await rounds(database, means()) == 0
        assert elsewhere.got == []
    assert said[0] == ("waiting", "HTTP 307")
    assert said[1] == ("waiting", "HTTP 500")
    assert said[-1] == ("dead", "timeout")


async def test_one_receiver_that_fails_holds_up_no_other_and_is_left_alone_for_a_while(database: Database):
    async with receiving(BROKEN) as broken, receiving(OK) as well:
        async with database.session() as session:
            scene = await set_out(session)
            await scene.channel(session, broken.url)
            await scene.channel(session, well.url, kind=ChannelKind.webhook, urgent_only=True)
            await scene.happens(session, *[PLAIN] * (deliveries.BATCH + 5), URGENT)
        while await jobs.send(database, means()):
            pass
        assert len(well.got) == 1
        assert len(broken.got) == deliveries.BATCH
    async with database.session() as session:
        kept = [row["attempts"] for row in await rows(session) if row["state"] == "waiting"]
        assert sorted(kept) == [0] * 6 + [1] * deliveries.BATCH


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        (ChannelKind.wecom, b'{"errcode":0}', "ok"),
        (ChannelKind.dingtalk, b'{"errcode":310000}', "errcode 310000"),
        (ChannelKind.feishu, b'{"code":0}', "ok"),
    ],
)
async def test_robots_are_told_in_their_own_way(
    database: Database, kind: ChannelKind, answer: bytes, said: str
):
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer)
    async with receiving(whole) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            secret = "" if kind is ChannelKind.wecom else "SEC1"
            await scene.channel(session, receiver.url, kind, secret=secret)
            await scene.happens(session, URGENT)
        assert await jobs.send(database, means()) == 1
    assert "市级审定完成" in receiver.got[0].decode()
    assert (b"sign" in receiver.got[0]) is bool(secret)
    async with database.session() as session:
        (row,) = await rows(session)
        assert row["last_status"] == said


async def test_nothing_is_sent_that_the_office_may_not_know_of_any_more_or_to_a_channel_that_is_stopped(
    database: Database,
):
    async with receiving(OK) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            made = await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN)
            form = ChannelChange(name="业务系统", active=False)
            await channels.change(session, scene.keeper, made.id, form, 1)
        assert await jobs.send(database, means()) == 1
        async with database.session() as session:
            form = ChannelChange(name="业务系统", active=True)
            await channels.change(session, scene.keeper, made.id, form, 2)
            await scene.happens(session, PLAIN)
            await session.execute(text("UPDATE project SET origin = :o"), {"o": make.LUONAN})
        assert await jobs.send(database, means()) == 1
        assert receiver.got == []
    async with database.session() as session:
        found = [(row["state"], row["last_status"]) for row in await rows(session)]
    assert found == [("stopped", NOTHING), ("stopped", NOTHING)]


async def test_an_address_that_became_private_is_refused_when_it_is_used(database: Database):
    async with receiving(OK) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN)
        await rounds(database, replace(means(), networks=()))
        assert receiver.got == []
    async with database.session() as session:
        (row,) = await rows(session)
    assert (row["state"], row["last_status"]) == ("waiting", "address refused")


async def test_another_secret_of_the_installation_opens_no_channel(database: Database):
    async with receiving(OK) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN)
            stored = await session.execute(text("SELECT sealed_url || sealed_secret FROM notice_channel"))
            assert b"127.0.0.1" not in stored.scalar_one()
        other = means()
        changed = other.settings.model_copy(update={"secret": settings_of("x" * 40).secret})
        await rounds(database, replace(other, settings=changed))
        assert receiver.got == []
    async with database.session() as session:
        (row,) = await rows(session)
    assert (row["state"], row["last_status"]) == ("waiting", LOST_KEY)


def settings_of(secret: str) -> Settings:
    return Settings(database_url="postgresql://127.0.0.1/none", secret=secret)


async def test_a_worker_that_died_while_it_sent_has_its_deliveries_taken_up_and_records_nothing_late(
    database: Database,
):
    async with receiving(OK) as receiver:
        async with database.session() as session:
            scene = await set_out(session)
            await scene.channel(session, receiver.url)
            await scene.happens(session, PLAIN)
        async with database.session() as session:
            (dead,) = await deliveries.take(session, make.CITY)
        async with database.session() as session:
            assert await deliveries.take(session, make.CITY) == []  # the lease holds
            await due(session)
        assert await jobs.send(database, means()) == 1
    assert len(receiver.got) == 1
    async with database.session() as session:
        assert await deliveries.record(session, dead, "timeout") is DeliveryState.waiting
        (row,) = await rows(session)
    assert (row["state"], row["attempts"]) == ("sent", 2)


def test_waits_grow_for_about_a_day_and_a_half_and_end():
    row = NoticeDelivery(city=make.CITY, attempts=0, state=DeliveryState.waiting, last_status="")
    waits = [wait_after(row.id, number) for number in range(1, ATTEMPTS + 1)]
    assert waits[-1] is None
    assert all(low <= wait <= low * 1.2 for low, wait in zip(WAITS, waits, strict=False) if wait is not None)
    assert [wait_after(row.id, number) for number in range(1, ATTEMPTS + 1)] == waits
    assert 24 * 3600 < sum(WAITS) < 40 * 3600


async def test_an_office_is_told_of_what_its_own_people_did_and_of_nobody_else_s(database: Database):
    async with receiving(OK) as receiver, database.session() as session:
        scene = await set_out(session)
        await scene.channel(session, receiver.url, office=make.LUONAN)
        await scene.channel(session, receiver.url, office=make.CITY)
        await scene.happens(session, PLAIN, URGENT)
        found = await session.execute(
            text("SELECT office, action FROM notice_delivery d JOIN notice_channel c ON c.id = d.channel")
        )
        # Danfeng's lead: Luonan's group is told nothing; the city's office is told of the start alone.
        assert {tuple(row) for row in found} == {(make.CITY, PLAIN)}
