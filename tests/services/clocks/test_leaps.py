"""Clocks under a clock that leaps: +200 and -400 days, midnight, 29 February, 31 December, 调休."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clock_table import ClockKind
from allocation.lifecycle import Action
from services.clocks.escalation import escalate
from services.clocks.schemas import ClockView
from services.clocks.service import clocks, clocks_of
from services.kit.clock import Clock
from services.kit.database import Database
from services.projects import service as projects
from services.projects.tables import Project
from tests.databases import FAST
from tests.services.clocks.leaping import TEMPLATE, Leaping, ask_child, leaping_server
from tests.services.kit.announced import WORKED, is_worked
from tests.services.projects import factories as make
from tests.services.projects.road import LEADER, OFFICER, plain
from tests.services.regions import factories as regions

LATE_IN_SHANGHAI = "15:59:50"
"""UTC at which it is 23:59:50 in Shanghai."""


@pytest.fixture(scope="module")
def leaping() -> Iterator[Leaping]:
    with leaping_server(FAST) as server:
        yield server


@pytest.fixture
def database_url(leaping: Leaping) -> Iterator[str]:
    leaping.leap("+0d")
    leaping.server.create_database("leaping", template=TEMPLATE)
    yield leaping.server.url("leaping")
    leaping.server.drop_database("leaping")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A city by the real date on the leaping server."""
    made = Database(database_url, pool_size=2)
    async with made.session() as session:
        await regions.make_city(session)
        await session.execute(text("UPDATE city SET business_date = NULL"))
    yield made
    await made.close()


async def register(session: AsyncSession) -> Project:
    today = await Clock().today(session, make.CITY)
    form = make.form(first_talk_on=today, land_deadline=today + timedelta(days=90))
    return await projects.register(session, OFFICER, form)


def sound(rows: list[ClockView]) -> None:
    """No negative term; late exactly when the day has passed."""
    for row in rows:
        assert row.days_left >= 0
        assert row.days_late >= 0
        assert (row.days_late > 0) is row.overdue
        assert not (row.overdue and row.days_left)


async def test_the_business_date_is_the_databases(leaping: Leaping, database: Database):
    for clock, today in (
        ("@2027-06-10 12:00:00", date(2027, 6, 10)),
        ("@2025-10-18 12:00:00", date(2025, 10, 18)),
        ("@2028-02-29 15:59:50", date(2028, 2, 29)),
        ("@2028-02-29 16:00:00", date(2028, 3, 1)),
        ("@2026-12-31 15:59:50", date(2026, 12, 31)),
        ("@2026-12-31 16:00:00", date(2027, 1, 1)),
    ):
        leaping.leap(clock)
        async with database.session() as session:
            assert await Clock().today(session, make.CITY) == today


async def test_no_term_is_negative_and_the_order_is_the_sequences(leaping: Leaping, database: Database):
    async with database.session() as session:
        made = await register(session)
        began = await Clock().today(session, make.CITY)
    leaping.leap("+200d")
    async with database.session() as session:
        ahead = await Clock().today(session, make.CITY)
        assert (ahead - began).days in {200, 201}
        late = await clocks(session, LEADER, ahead)
        sound(late)
        assert all(row.overdue for row in late)
        assert await escalate(session, make.CITY, ahead) == 3
        await projects.move(session, LEADER, made.id, plain(Action.review))
    leaping.leap("-400d")
    async with database.session() as session:
        back = await Clock().today(session, make.CITY)
        assert (began - back).days in {399, 400}
        rows = await clocks(session, make.OFFICE, back)
        sound(rows)
        assert {row.kind for row in rows} == {ClockKind.accept, ClockKind.feed_back}
        assert not any(row.overdue for row in rows)
        assert await escalate(session, make.CITY, back) == 0
        # Accepted 600 days "before" it was reviewed: the history keeps the order of its entries.
        await projects.move(session, make.OFFICE, made.id, plain(Action.accept))
        moves = await session.execute(
            text("SELECT action, on_date FROM project_move WHERE project = :id ORDER BY seq"), {"id": made.id}
        )
        told = moves.all()
        assert [row[0] for row in told] == ["register", "review", "accept"]
        assert told[1][1] > told[0][1] > told[2][1]
        protected = await clocks(session, OFFICER, back)
        sound(protected)
        assert {row.kind for row in protected} == {ClockKind.protection, ClockKind.follow_up}
        assert all(row.started_on == back for row in protected)
    leaping.leap("+0d")
    async with database.session() as session:
        sound(await clocks(session, OFFICER, await Clock().today(session, make.CITY)))
        assert await escalate(session, make.CITY, began) > 0


DAYS = [date(2028, 2, 29), date(2026, 12, 31), date(2024, 2, 29), *WORKED]


async def test_ten_seconds_before_midnight_still_counts(leaping: Leaping, database: Database):
    async def respond(lead: Project) -> ClockView:
        async with database.session() as session:
            today = await Clock().today(session, make.CITY)
            rows = await clocks_of(session, LEADER, lead.id, today)
        return next(row for row in rows if row.kind is ClockKind.respond)

    for day in DAYS:
        leaping.leap(f"@{day} {LATE_IN_SHANGHAI}")
        async with database.session() as session:
            made = await register(session)
        first = await respond(made)
        assert first.started_on == day
        assert first.due_on > day
        if day in WORKED:
            between = [day + timedelta(days=n) for n in range(1, (first.due_on - day).days)]
            assert is_worked(first.due_on)
            assert not any(is_worked(off) for off in between)
        leaping.leap(f"@{first.due_on} {LATE_IN_SHANGHAI}")
        on_the_day = await respond(made)
        assert (on_the_day.overdue, on_the_day.days_left, on_the_day.days_late) == (False, 0, 0)
        leaping.leap(f"@{first.due_on} 16:00:00")
        after = await respond(made)
        assert (after.overdue, after.days_left, after.days_late) == (True, 0, 1)


@pytest.mark.parametrize("clock", ["+200d", "-400d"])
async def test_a_web_servers_own_clock_decides_nothing(
    database_url: str, database: Database, tmp_path: Path, clock: str
):
    async with database.session() as session:
        await register(session)
        today = await Clock().today(session, make.CITY)
        rows = await clocks(session, make.OFFICE, today)
    child = ask_child(database_url, make.CITY, tmp_path, clock)
    away = datetime.fromisoformat(str(child["own"])) - datetime.now(UTC)
    assert abs(away) > timedelta(days=199)
    assert child["today"] == today.isoformat()
    shown = [[row.kind, str(row.due_on), row.days_left, row.days_late, row.colour] for row in rows]
    assert child["clocks"] == shown
    assert len(shown) == 3
