"""What is late is brought to who stands above: once, by whichever worker, and it locks nothing."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from services.clocks import jobs
from services.clocks.escalation import escalate
from services.clocks.todos import todos
from services.kit.clock import Clock
from services.kit.database import Database
from services.projects import service as projects
from tests.services.projects import factories as make
from tests.services.projects.road import HOST_LEADER, LEADER, OFFICER, TODAY, lead, plain
from tests.services.regions import factories as regions

ROWS = text(
    "SELECT kind, county, level, superior, office, due_on, escalated_on FROM clock_escalation"
    " ORDER BY due_on, kind, level"
)


async def rows(session: AsyncSession) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await session.execute(ROWS)]


async def test_a_late_clock_is_brought_to_the_leader_and_then_to_the_city_once_each(session: AsyncSession):
    await lead(session)
    # Follow-up is due on Friday 29 January; three working days later is Wednesday 3 February, then
    # Friday 5 February is the spring festival's eve: the next three end on Wednesday 10 February.
    assert await escalate(session, make.CITY, date(2027, 2, 3)) == 0
    assert await escalate(session, make.CITY, date(2027, 2, 4)) == 1
    assert await escalate(session, make.CITY, date(2027, 2, 4)) == 0
    first = ("follow_up", make.DANFENG, 1, "county_leader", make.DANFENG, date(2027, 1, 29), date(2027, 2, 4))
    assert await rows(session) == [first]
    assert await escalate(session, make.CITY, date(2027, 2, 20)) == 1
    found = await rows(session)
    assert found[0] == first
    assert found[1][2:5] == (2, "city_office", make.CITY)
    events = await session.execute(text("SELECT after FROM audit_event WHERE action = 'clocks.escalated'"))
    assert [row[0] for row in events] == [{"count": 1}, {"count": 1}]


async def test_the_superior_has_it_among_the_to_dos_until_it_is_done(session: AsyncSession):
    made = await lead(session)
    day = date(2027, 2, 20)
    await escalate(session, make.CITY, day)
    for who in (LEADER, make.OFFICE):
        (todo,) = await todos(session, who, day)
        assert (todo.kind, todo.overdue, todo.due_on, todo.facts) == (
            "clocks.escalated",
            True,
            date(2027, 1, 29),
            {"n": 1},
        )
    assert await todos(session, HOST_LEADER, day) == []
    assert await todos(session, OFFICER, day) == []
    # Late or not, the county moves on: nothing is locked, and the entry is gone.
    await projects.request_transfer(session, OFFICER, made.id, make.transfer_form())
    assert await todos(session, LEADER, day) == []
    assert await todos(session, make.OFFICE, day) == []


async def test_an_earlier_today_escalates_nothing_and_takes_nothing_back(session: AsyncSession):
    await lead(session)
    await escalate(session, make.CITY, date(2027, 8, 1))
    before = await rows(session)
    assert len(before) == 4
    assert await escalate(session, make.CITY, date(2025, 12, 11)) == 0
    assert await escalate(session, make.CITY, date(2027, 8, 1)) == 0
    assert await rows(session) == before


async def test_two_workers_at_once_record_each_once(database: Database):
    async with database.session() as session:
        await lead(session)
    handler = jobs.handlers(database, Clock())[jobs.ENTRYPOINT]
    async with database.session() as session:
        await session.execute(text("UPDATE city SET business_date = '2027-02-20'"))
    await asyncio.gather(*(handler(make.CITY.encode()) for _ in range(4)))
    async with database.session() as session:
        assert len(await rows(session)) == 2


async def test_the_keeper_queues_once_a_business_day(database: Database):
    async with database.session() as session:
        await regions.make_city(session)
    clock, done = Clock(datetime(2027, 1, 15, tzinfo=UTC)), {}
    assert await jobs.look(database, clock, done) == [make.CITY]
    assert await jobs.look(database, clock, done) == []
    async with database.session() as session:
        await session.execute(text("UPDATE city SET business_date = '2027-01-16'"))
    assert await jobs.look(database, clock, done) == [make.CITY]
    assert done == {make.CITY: date(2027, 1, 16)}


async def test_the_keeper_goes_on_after_a_look_that_fails(
    monkeypatch: pytest.MonkeyPatch, database: Database
):
    looks = 0

    async def look(*_: object) -> list[str]:
        nonlocal looks
        looks += 1
        raise ConnectionError

    monkeypatch.setattr(jobs, "look", look)
    task = asyncio.create_task(jobs.keep(database, Clock(), every=0.001))
    while looks < 3:  # noqa: ASYNC110 -- waits for the keeper's own looks
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_was_escalated_cannot_be_changed_or_be_early(database: Database):
    async with database.session() as session:
        await lead(session)
        await escalate(session, make.CITY, date(2027, 2, 4))
    for statement in (
        "UPDATE clock_escalation SET level = 2",
        "DELETE FROM clock_escalation",
        "TRUNCATE clock_escalation",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.session() as session:
                await session.execute(text(statement))
    with pytest.raises(IntegrityError, match="ck_clock_escalation_late"):
        async with database.session() as session:
            await session.execute(
                text(
                    "INSERT INTO clock_escalation (city, id, project, kind, county, seq, started_on, due_on,"
                    " level, superior, office, escalated_on) SELECT city, gen_random_uuid(), project, kind,"
                    " county, seq, started_on, due_on, 2, superior, office, due_on FROM clock_escalation"
                )
            )


async def test_a_review_that_is_late_goes_straight_to_the_city(session: AsyncSession):
    await regions.make_city(session)
    made = await projects.register(session, OFFICER, make.form())
    await escalate(session, make.CITY, date(2027, 2, 1))
    found = {(row[0], row[3]) for row in await rows(session)}
    assert found == {("respond", "city_office"), ("judge", "city_office"), ("feed_back", "city_office")}
    await projects.move(session, LEADER, made.id, plain(Action.review))
    assert (await todos(session, make.OFFICE, date(2027, 2, 1)))[0].facts == {"n": 1}
    assert date(2027, 2, 1) > TODAY
