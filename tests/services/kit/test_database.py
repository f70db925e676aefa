from contextlib import suppress

import pytest
from sqlalchemy import text

from services.kit import migrate
from services.kit.clock import Clock
from services.kit.database import Database, driver_url, raw
from services.kit.events import record_event
from services.kit.known import last_known, next_known
from tests.services.kit.actors import SOMEBODY

CITY = "611000"


class Stop(Exception):
    pass


def stop() -> None:
    raise Stop


async def count(database: Database, table: str) -> int:
    async with database.session() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


def test_the_driver_is_named():
    assert driver_url("postgresql://a:b@h:1/d") == "postgresql+asyncpg://a:b@h:1/d"


async def test_the_raw_connection_stands_in_the_sessions_transaction(database):
    with suppress(Stop):
        async with database.session() as session:
            connection = await raw(session)
            await connection.execute("INSERT INTO known_clock (city, value) VALUES ('611000', 9)")
            stop()
    assert await count(database, "known_clock") == 0
    async with database.session() as session, session.begin_nested():
        connection = await raw(session)
        await connection.execute("INSERT INTO known_clock (city, value) VALUES ('611000', 9)")
    assert await count(database, "known_clock") == 1


async def test_known_numbers_have_no_gaps(database):
    async with database.session() as session:
        assert await last_known(session, CITY) == 0
        assert await next_known(session, CITY) == 1
    with suppress(Stop):
        async with database.session() as session:
            assert await next_known(session, CITY) == 2
            stop()
    async with database.session() as session:
        assert await next_known(session, CITY) == 2
        assert await next_known(session, "320800") == 1
        assert await last_known(session, CITY) == 2


async def test_the_audit_trail_only_grows(database):
    async with database.session() as session:
        await record_event(
            session, CITY, actor=SOMEBODY, action="kit.tried", entity="nothing", entity_id=7, after={"a": 1}
        )
    assert await count(database, "audit_event") == 1
    for statement in (
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
    ):
        with pytest.raises(Exception, match="append-only"):
            async with database.session() as session:
                await session.execute(text(statement))


async def test_a_citys_business_date_stands_still(database):
    async with database.session() as session:
        real = await Clock().today(session, CITY)
        shown = (
            await session.execute(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date"))
        ).scalar_one()
        assert real == shown
        await session.execute(
            text(
                "INSERT INTO city (city, name, business_date, year) VALUES (:c, '商洛市', '2027-01-15', 2026)"
            ),
            {"c": CITY},
        )
        assert str(await Clock().today(session, CITY)) == "2027-01-15"


def test_the_schema_goes_down_and_up_again_and_equals_the_models(server):
    server.create_database("up_down_up")
    url = server.url("up_down_up")
    migrate.upgrade(url)
    migrate.check(url)
    migrate.downgrade(url)
    left = server.psql(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", "up_down_up"
    )
    assert left in {"1", "2"}, "only alembic's own table and its index stay"
    migrate.upgrade(url)
    migrate.check(url)
    server.drop_database("up_down_up")
