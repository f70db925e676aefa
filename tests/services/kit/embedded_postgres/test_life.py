"""The ordinary life of a private server: made, started, stopped, started again, on PostgreSQL 18 and 15."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from services.kit.embedded_postgres import EmbeddedPostgres, database_url, orphans, placement
from services.kit.embedded_postgres.server import CHINESE_PROBE

FAST = {"fsync": "off", "max_connections": "10", "shared_buffers": "16MB"}


def shut_down_cleanly(server: EmbeddedPostgres) -> bool:
    """Ask PostgreSQL's own tool what state the cluster's control file is in."""
    answer = subprocess.run(
        [server.binaries.folder / "pg_controldata", server.placement.cluster],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C"},
    ).stdout
    return any(
        line.split(":")[1].strip() == "shut down" for line in answer.splitlines() if "cluster state" in line
    )


@pytest.mark.parametrize("version", ["18", "15"])
def test_data_outlives_a_restart_and_chinese_is_searchable(tmp_path: Path, version: str) -> None:
    first = EmbeddedPostgres(tmp_path / "data", version=version, settings=FAST)
    with first as server:
        assert server.binaries.major == int(version)
        assert server.create_database("城市") is True
        assert server.create_database("城市") is False
        server.psql("CREATE TABLE park (name text); INSERT INTO park VALUES ('丹江园')", "城市")
        assert server.url("x") == f"postgresql://postgres@127.0.0.1:{server.port}/x"
        cluster = server.placement.cluster
    assert first.pid is None
    assert shut_down_cleanly(first)
    assert stat.S_IMODE(cluster.stat().st_mode) == 0o700

    with EmbeddedPostgres(tmp_path / "data", settings=FAST, temporary=True) as server:
        assert server.binaries.major == int(version), "the cluster that is there decides the version"
        assert server.psql("SELECT name FROM park", "城市") == "丹江园"
        assert server.psql("SELECT show_trgm(:'probe')", probe=CHINESE_PROBE) != "{}"
        assert server.psql("SELECT 'É' ~* 'é', upper('é')") == "t|É", "all of Unicode is classified"
        assert server.psql("SHOW lc_collate" if version == "15" else "SELECT 'C'").startswith("C")
        server.drop_database("城市")
        server.drop_database("城市")
    assert not cluster.exists()


def test_start_and_stop_may_be_repeated(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, settings=FAST, temporary=True)
    server.stop()
    server.start()
    pid = server.pid
    server.start()
    assert server.pid == pid
    assert server.psql("SHOW fsync") == "off"
    server.stop()
    server.stop()
    assert server.pid is None


def test_the_configured_database_wins_and_nothing_is_started(tmp_path: Path) -> None:
    with database_url("postgresql://somewhere/else", tmp_path / "data") as (url, server):
        assert url == "postgresql://somewhere/else"
        assert server is None
    assert not (tmp_path / "data").exists()


def test_without_a_configured_database_one_is_started(tmp_path: Path) -> None:
    with database_url("", tmp_path / "data") as (url, server):
        assert server is not None
        assert url == server.url("yipanqi")
        assert server.psql("SELECT current_database()", "yipanqi") == "yipanqi"
        cluster = server.placement.cluster
    placement.remove(cluster)


def test_only_this_machine_can_connect_and_no_secret_reaches_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIPANQI_SECRET", "a secret of ours")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as server:
        assert server.psql("SHOW listen_addresses") == "127.0.0.1"
        assert server.psql("SHOW unix_socket_directories") == ""
        inherited = Path(f"/proc/{server.pid}/environ").read_bytes()
        assert b"a secret of ours" not in inherited
        assert b"PGOPTIONS" not in inherited


def test_root_lends_the_server_to_an_unprivileged_user(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as server:
        owner = Path(f"/proc/{server.pid}").stat().st_uid
        place = server.placement
        assert owner != 0
        assert place.cluster.stat().st_uid == owner
        if os.geteuid() == 0:
            assert place.cluster.is_relative_to(placement.system_folder())
            assert server.binaries.folder.is_relative_to(placement.system_folder())
            assert (tmp_path / placement.POINTER).read_text(encoding="utf-8").strip() == str(place.cluster)
        else:
            assert place.cluster == tmp_path / "postgres"


def test_an_ordinary_user_keeps_the_cluster_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    place, lock = placement.place(tmp_path, temporary=True)
    assert place == placement.Placement(tmp_path, tmp_path / "postgres", None)
    assert lock is None


def test_the_server_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, settings=FAST, temporary=True)
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    time.sleep(0.2)  # the kernel's death signal would have come by now
    assert server.psql("SELECT 1") == "1"
    server.stop()


def test_a_killed_owner_takes_the_server_down_cleanly(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, time
        from services.kit.embedded_postgres import EmbeddedPostgres
        server = EmbeddedPostgres(sys.argv[1])
        server.start()
        server.psql("CREATE TABLE kept (a int); INSERT INTO kept VALUES (7)")
        print(server.pid, flush=True)
        time.sleep(600)
        """
    )
    owner = subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as server:  # waits for the old one to go
        assert server.pid != pid
        assert server.psql("SELECT a FROM kept") == "7"
        assert orphans.living(server.placement.cluster) >= {server.pid}
        assert pid not in orphans.living(server.placement.cluster)
        log = server.log.read_text(encoding="utf-8")
        assert "received fast shutdown request" in log
        assert "was interrupted" not in log, "no crash recovery was needed"


def test_a_temporary_cluster_of_a_killed_owner_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clusters = tmp_path / "clusters"
    clusters.mkdir()
    dead, held, lasting = (clusters / name for name in ("dead", "held", "lasting"))
    for cluster in (dead, held, lasting):
        cluster.mkdir()
    for cluster in (dead, held):
        cluster.with_name(f"{cluster.name}{placement.TEMPORARY}").touch()
    lock = placement.Lock(clusters / "held.lock", clusters)
    placement.sweep(clusters)
    lock.release()
    assert [path.name for path in sorted(clusters.iterdir()) if path.is_dir()] == ["held", "lasting"]
    assert not (clusters / f"dead{placement.TEMPORARY}").exists()
