"""Digests at a chosen hour and urgent mail, handed to a mail server on loopback."""

from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.header import decode_header, make_header

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.kit.database import Database
from services.notices import jobs
from services.notices.digests import database_now, make_digests
from services.notices.schemas import PreferenceForm
from services.notices.service import read_all, set_preference
from tests.services.notices.outside import PLAIN, URGENT, Scene, means, rounds, rows, set_out
from tests.services.notices.receivers import HANG, MailServer, mailing, receiving
from tests.services.projects import factories as make

FRIDAY = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # half past nine in Shanghai
SUNDAY = FRIDAY + timedelta(days=2)


async def waits(session: AsyncSession, **chosen: object) -> Scene:
    """Danfeng's officer chose something."""
    scene = await set_out(session)
    form = PreferenceForm.model_validate({"email": "a@example.com", **chosen})
    officer = scene.cast[Role.county_officer, make.DANFENG]
    await set_preference(session, officer, form, 0)
    await read_all(session, officer)
    return scene


def read(server: MailServer) -> tuple[str, str, str]:
    """Who gets the one mail, its subject and its text."""
    (got,) = server.got
    mail = message_from_string(got)
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return mail["To"], str(make_header(decode_header(mail["Subject"]))), payload.decode()


def smtp(port: int, **more: object) -> dict[str, object]:
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "mail_from": "y@example.com",
    } | more


async def test_a_digest_goes_out_once_a_day_from_the_chosen_hour_on(database: Database):
    async with mailing() as server:
        async with database.session() as session:
            scene = await waits(session, digest_hour=9)
            assert await make_digests(session, make.CITY, FRIDAY) == 0  # nothing is unread
            await scene.happens(session, PLAIN, PLAIN, URGENT)
            assert await make_digests(session, make.CITY, FRIDAY - timedelta(hours=1)) == 0
            assert await make_digests(session, make.CITY, SUNDAY) == 0  # working days alone
            assert await make_digests(session, make.CITY, FRIDAY) == 1
            assert await make_digests(session, make.CITY, FRIDAY + timedelta(hours=3)) == 0
        what = means(5, **smtp(server.port, smtp_user="u@example.com", smtp_password="p"))
        assert await rounds(database, what) == 1
        to, subject, words = read(server)
    assert (to, subject) == ("a@example.com", "一盘棋：您有 3 条未读通知")
    assert words.splitlines()[:2] == ["1 × 市级审定完成，承接地已确定", "2 × 项目已开工"]
    assert "德润" not in words


async def test_a_digest_of_what_was_read_meanwhile_is_not_sent(database: Database):
    async with mailing() as server:
        async with database.session() as session:
            scene = await waits(session, digest_hour=0, working_days_only=False)
            await scene.happens(session, PLAIN)
            assert await jobs.digest(database) == 0  # another transaction does not see them yet
            assert await make_digests(session, make.CITY, await database_now(session)) == 1
            await read_all(session, scene.cast[Role.county_officer, make.DANFENG])
        await rounds(database, means(5, **smtp(server.port)))
        assert server.got == []
    async with database.session() as session:
        assert [row["state"] for row in await rows(session)] == ["stopped"]


async def test_urgent_events_go_out_at_once_to_who_chose_so_and_others_do_not(database: Database):
    async with mailing() as server:
        async with database.session() as session:
            scene = await waits(session, urgent_mail=True)
            await scene.happens(session, PLAIN, URGENT)
        await rounds(database, means(5, **smtp(server.port)), 2)
        to, subject, words = read(server)
    assert (to, subject) == ("a@example.com", "一盘棋：紧急事项")
    assert words.startswith("市级审定完成，承接地已确定")
    assert "http://127.0.0.1:8000/projects/" in words


@pytest.mark.parametrize("change", ["email = '', urgent_mail = false", "urgent_mail = true"])
async def test_nothing_is_mailed_to_who_wants_or_may_see_none(database: Database, change: str):
    async with database.session() as session:
        scene = await waits(session, urgent_mail=True)
        await scene.happens(session, URGENT)
        await session.execute(text(f"UPDATE notice_preference SET {change}"))
        await session.execute(text("UPDATE project SET origin = :o"), {"o": make.LUONAN})
    assert await rounds(database, means()) == 1
    async with database.session() as session:
        assert [row["state"] for row in await rows(session)] == ["stopped"]


async def test_a_mail_that_is_not_taken_is_tried_again(database: Database):
    async with database.session() as session:
        scene = await waits(session, urgent_mail=True)
        await scene.happens(session, URGENT)
    said = []

    async def tried(patience: float = 20, **more: object) -> None:
        await rounds(database, means(patience, **more))
        async with database.session() as session:
            said.extend(row["last_status"] for row in await rows(session))

    await tried()
    async with mailing("452 full") as server:
        await tried(**smtp(server.port))
        await tried(**smtp(server.port, smtp_security="starttls"))
        await tried(**smtp(server.port, smtp_security="tls"))
    await tried(**smtp(1))
    async with receiving(HANG) as silent:
        await tried(0.5, **smtp(int(silent.url.split(":")[2].split("/")[0])))
    assert said == ["no mail server", "SMTP 452", "no connection", "certificate", "no connection", "timeout"]
