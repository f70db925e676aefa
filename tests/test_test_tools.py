"""The tools of the tests themselves: one application for many tests, and databases made and dropped fast."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from services.kit.clock import Clock
from services.kit.embedded_postgres import EmbeddedPostgres, ServerFailed
from services.settings import Settings
from tests import applications, databases
from tests.databases import QuickPostgres


async def _answer(app: FastAPI) -> int:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.get("/health")).status_code


async def test_an_application_that_served_before_knows_nothing_of_it(process_settings: Settings) -> None:
    nowhere = process_settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    clock = Clock()
    async with applications.running(nowhere, clock=clock) as first:
        first.state.left = "by the first"
        assert await _answer(first) == 503
    async with applications.running(process_settings) as second:
        assert second is first
        assert not hasattr(second.state, "left")
        assert second.state.clock is not clock
        assert second.state.settings is process_settings
        assert await _answer(second) == 200


async def test_two_applications_at_a_time_are_two(process_settings: Settings) -> None:
    async with applications.running(process_settings) as one, applications.running(process_settings) as other:
        assert one is not other
        assert one.state.database is not other.state.database


async def test_an_application_built_otherwise_is_another(process_settings: Settings) -> None:
    async with applications.running(process_settings) as usual:
        pass
    narrow = process_settings.model_copy(update={"max_json_bytes": 10})
    async with applications.running(narrow) as small:
        assert small is not usual


async def test_an_application_with_an_override_is_not_used_again(process_settings: Settings) -> None:
    async with applications.running(process_settings) as first:
        first.dependency_overrides[_answer] = _answer
    async with applications.running(process_settings) as second:
        assert second is not first


def test_a_dropped_database_makes_room_for_one_of_the_same_name(server: EmbeddedPostgres) -> None:
    server.create_database("tools_template")
    server.psql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", "tools_template")
    for _ in range(3):
        assert server.create_database("tools", template="tools_template")
        assert not server.create_database("tools", template="tools_template")
        assert server.psql("UPDATE kept SET n = n + 1 RETURNING n", "tools") == "8"
        server.drop_database("tools")
    server.drop_database("tools_template")
    server.create_database("tools_last")
    assert server.psql("SELECT count(*) FROM pg_database WHERE datname LIKE 'tools%'") == "1"
    server.drop_database("tools_last")


def test_copies_are_whole_and_of_nobody_else(server: QuickPostgres) -> None:
    server.create_database("tools_template")
    server.psql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", "tools_template")
    names = [server.copy("tools_template") for _ in range(3)]
    assert len(set(names)) == 3
    for name in names:
        assert server.psql("UPDATE kept SET n = n + 1 RETURNING n", name) == "8"
        server.drop_database(name)
    gone = " ".join(f"'{name}'," for name in names).rstrip(",")
    server.create_database("tools_last")
    assert server.psql(f"SELECT count(*) FROM pg_database WHERE datname IN ({gone})") == "0"
    for name in ("tools_last", "tools_template"):
        server.drop_database(name)


def test_a_copy_that_failed_is_told_to_who_wants_it(server: QuickPostgres) -> None:
    with pytest.raises(ServerFailed, match="no_such"):
        server.copy("no_such")
    with pytest.raises(ServerFailed, match="no_such"):
        server.copy("no_such")
    assert server.create_database("tools_copy")
    server.drop_database("tools_copy")


def test_what_the_server_refuses_is_raised_and_no_later_test_suffers(server: EmbeddedPostgres) -> None:
    with pytest.raises(ServerFailed, match="no_such"):
        server.create_database("tools_copy", template="no_such")
    server.drop_database("template1")
    with pytest.raises(ServerFailed, match="template"):
        server.create_database("tools_copy")
    assert server.create_database("tools_copy")
    server.drop_database("tools_copy")


def test_a_drop_that_failed_is_told_at_the_end(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="template"), QuickPostgres(tmp_path) as server:
        server.drop_database("template1")


def test_copies_lie_in_memory_where_there_is_room_and_leave_nothing(
    server: QuickPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "MEMORY", tmp_path)
    monkeypatch.setattr(databases, "ROOM", 1)
    left = tmp_path / f"{databases.PREFIX}0-left-by-a-process-that-was-killed"
    left.mkdir()
    made = databases.room_in_memory()
    assert made is not None
    assert list(tmp_path.iterdir()) == [made]
    monkeypatch.setattr(databases, "ROOM", 1 << 62)
    assert databases.room_in_memory() is None
    monkeypatch.setattr(databases, "MEMORY", tmp_path / "none")
    assert databases.room_in_memory() is None
    space = server.psql("SELECT spcname FROM pg_tablespace WHERE spcname NOT LIKE 'pg%'").strip()
    assert space in {"", databases.SPACE}
