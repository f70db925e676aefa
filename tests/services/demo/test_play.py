"""What a start of the demo looks at before it does anything."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from services.commands.serving import PortTaken, listen
from services.demo.folder import Mark
from services.demo.play import _is_current, newest_revision
from services.demo.processes import environment_of, worker_process
from services.kit import migrate
from services.kit.embedded_postgres import DATABASE, EmbeddedPostgres
from services.settings import Settings

MARK = Mark(city="611000", year=2026, built_from="x", digest="x")


def test_the_newest_revision_is_alembics_head() -> None:
    script = ScriptDirectory.from_config(migrate.config("postgresql://nobody@127.0.0.1/none"))
    assert newest_revision() == script.get_current_head()


def test_a_folder_is_current_with_its_city_in_the_newest_schema(server: EmbeddedPostgres) -> None:
    server.drop_database(DATABASE)
    server.create_database(DATABASE)
    assert _is_current(server, MARK) is False, "no schema"
    migrate.upgrade(server.url(DATABASE))
    assert _is_current(server, MARK) is False, "no city"
    server.psql("INSERT INTO city (city, name, year) VALUES ('611000', '商洛市', 2026)", DATABASE)
    assert _is_current(server, MARK) is True
    server.psql("UPDATE alembic_version SET version_num = '0001_kit'", DATABASE)
    assert _is_current(server, MARK) is False, "an older schema"
    server.drop_database(DATABASE)


def test_a_port_is_listened_on_once() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert port > 0
        with pytest.raises(PortTaken, match=str(port)):
            listen("127.0.0.1", port)
    with pytest.raises(OSError, match="assign"):
        listen("192.0.2.1", 0)


def test_a_worker_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.demo import processes

    ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    deaf = f"{ignore}; print(flush=True); time.sleep(60)"
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{deaf}'\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(sys, "executable", str(python))
    log = tmp_path / "worker.log"
    with worker_process({}, log) as process:
        while log.stat().st_size == 0:
            assert process.poll() is None
    assert process.returncode == -9


def test_the_worker_gets_the_demos_settings_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    settings = Settings(database_url="postgresql://a@127.0.0.1/b", secret="s" * 40, data_dir=tmp_path)
    given = environment_of(settings)
    script = (
        "from services.settings import Settings; s = Settings();"
        "print(s.database_url, s.secret.get_secret_value(), s.city, s.data_dir)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], env=given, capture_output=True, text=True, check=True
    ).stdout.split()
    assert said == [settings.database_url, "s" * 40, "None", str(tmp_path)]
