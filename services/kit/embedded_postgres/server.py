"""The life cycle of a private PostgreSQL server: made, started, stopped; nothing outlives its owner."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from services.kit.embedded_postgres import orphans
from services.kit.embedded_postgres.binaries import Binaries, find, reachable_copy
from services.kit.embedded_postgres.errors import DataFolderUnusable, ServerFailed
from services.kit.embedded_postgres.placement import (
    LOCK,
    Lock,
    Placement,
    place,
    prepare_folder,
    remove,
    system_folder,
)
from services.kit.embedded_postgres.programs import (
    HOST,
    free_port,
    locale_flags,
    reason_of,
    run,
    spawn,
    telling_line,
)

ROLE = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
PORT_TRIES = 5
LOG_LIMIT_BYTES = 5_000_000
# The text that must have trigrams: with a C character type pg_trgm sees no Chinese letter, and says nothing.
CHINESE_PROBE = "招商项目流转"
BASE_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Short queries only; Debian's server would spend longer compiling them than running them.
    "jit": "off",
}


class EmbeddedPostgres:
    """A PostgreSQL server of one's own in `folder`, reachable on 127.0.0.1 by whoever is on this machine.

    Trust authentication: for one person's machine, tests and the demo. `version` picks "18" or "15" (default:
    that of the cluster that is there, else the newest), `binaries` a program folder; `settings` are server
    settings; `temporary` removes the cluster when it stops and does without crash safety while it is made.

    Raises the errors of `services.kit.embedded_postgres.errors`, from `start` only.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        version: str | None = None,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
        temporary: bool = False,
    ) -> None:
        """Remember what is wanted; nothing is touched before `start`."""
        self._wanted_folder = Path(folder)
        self._version = version
        self._given = binaries
        self._settings = dict(settings or {})
        self._temporary = temporary
        self._locks: list[Lock] = []
        self._placement: Placement | None = None
        self._binaries: Binaries | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1; another one after each start."""
        return self._port

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return None if self._process is None else self._process.pid

    @property
    def placement(self) -> Placement:
        """Where folder and cluster lie, and as whom the server runs."""
        if self._placement is None:
            raise ServerFailed(program="postgres", detail="not started")
        return self._placement

    @property
    def binaries(self) -> Binaries:
        """The programs in use."""
        if self._binaries is None:
            raise ServerFailed(program="postgres", detail="not started")
        return self._binaries

    @property
    def log(self) -> Path:
        """The server's log, in the data folder."""
        return self.placement.folder / "postgres.log"

    def url(self, database: str = "postgres") -> str:
        """Return the address of one database as `postgresql://...`."""
        return f"postgresql://{ROLE}@{HOST}:{self._port}/{database}"

    def start(self) -> None:
        """Make the cluster if there is none, start the server; it answers and knows Chinese afterwards."""
        if self._process is not None:
            return
        try:
            folder = prepare_folder(self._wanted_folder)
            self._locks.append(Lock(folder / LOCK, folder))
            self._placement, lock = place(folder, temporary=self._temporary)
            if lock is not None:
                self._locks.append(lock)
            self._choose_binaries()
            if not self.placement.cluster.exists():
                self._make_cluster()
            orphans.clear(self.placement.cluster)
            self._launch()
            self._check_chinese()
        except OSError as error:
            self.stop()
            raise DataFolderUnusable(folder=self._wanted_folder, detail=reason_of(error)) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server (fast shutdown, harder after 30 s) and free the folder; harmless when stopped."""
        process = self._process
        if process is not None:
            for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(sign)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
                break
            self._process = None
        if self._temporary and self._placement is not None and self._locks:
            remove(self._placement.cluster)
        while self._locks:
            self._locks.pop().release()

    def psql(self, sql: str, database: str = "postgres", **variables: str) -> str:
        """Run statements by the bundled psql; `:'name'` and `:"name"` quote variables. Returns plain output.

        Raises ServerFailed with the server's message.
        """
        command: list[Path | str] = [self.binaries.folder / "psql", "-X", "-A", "-t", "-q", "-w"]
        for name, value in {"ON_ERROR_STOP": "1", **variables}.items():
            command += ["-v", f"{name}={value}"]
        command += ["-h", HOST, "-p", str(self._port), "-U", ROLE, "-d", database, "-f", "-"]
        return run("psql", command, sql).strip()

    def create_database(self, name: str, template: str = "template1") -> bool:
        """Create a database unless it is there; returns whether it was created."""
        if self.psql("SELECT 1 FROM pg_database WHERE datname = :'name'", name=name):
            return False
        self.psql('CREATE DATABASE :"name" TEMPLATE :"template"', name=name, template=template)
        return True

    def drop_database(self, name: str) -> None:
        """Drop a database with its connections; nothing happens if there is none."""
        self.psql('DROP DATABASE IF EXISTS :"name" WITH (FORCE)', name=name)

    def _choose_binaries(self) -> None:
        """Take the programs that fit the cluster that is there, and make them reachable."""
        mark = self.placement.cluster / "PG_VERSION"
        stored = mark.read_text(encoding="ascii").strip() if mark.exists() else None
        binaries = Binaries.at(self._given) if self._given else find(self._version or stored)
        if stored is not None and binaries.major != int(stored):
            detail = f"PostgreSQL {stored} ≠ {binaries.major}"
            raise DataFolderUnusable(folder=self.placement.folder, detail=detail)
        if self.placement.identity is not None:
            binaries = reachable_copy(binaries, system_folder())
        self._binaries = binaries

    def _make_cluster(self) -> None:
        """Run initdb beside the final place, then rename: a half-made cluster is never taken for a whole."""
        cluster = self.placement.cluster
        draft = cluster.with_name(f"{cluster.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        identity = self.placement.identity
        if identity is not None:
            os.chown(draft, identity.user, identity.group)
        command: list[Path | str] = [self.binaries.folder / "initdb", "-D", draft, "-U", ROLE]
        command += ["-A", "trust", "-E", "UTF8", *locale_flags(self.binaries.major)]
        if self._temporary:
            command.append("--no-sync")
        try:
            run("initdb", command, "", identity)
            draft.rename(cluster)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def _launch(self) -> None:
        """Start the server on a free port; another process may take that port first, so try again."""
        for attempt in range(1, PORT_TRIES + 1):
            self._port = free_port()
            started = self._log_size()
            settings = {**BASE_SETTINGS, **self._settings, "port": str(self._port)}
            command: list[Path | str] = [self.binaries.folder / "postgres", "-D", self.placement.cluster]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            self._process = spawn(command, self.log, self.placement.identity)
            if self._ready(self._process):
                return
            self._process = None
            said = self._said_since(started)
            if "could not bind" not in said or attempt == PORT_TRIES:
                raise ServerFailed(program="postgres", detail=telling_line(said))

    def _ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for `ready` in the server's own status line; False if it ended before."""
        status = self.placement.cluster / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None:
            lines = status.read_text(encoding="utf-8").split("\n") if status.exists() else []
            if lines and lines[0] == str(process.pid) and "ready" in {line.strip() for line in lines[7:]}:
                return True
            if time.monotonic() > deadline:
                raise ServerFailed(program="postgres", detail=f"{START_SECONDS:.0f} s")
            time.sleep(0.01)
        return False

    def _check_chinese(self) -> None:
        """Refuse a server whose pg_trgm is blind to Chinese: search would find nothing, silently."""
        self.psql("SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS pg_trgm")
        if self.psql("SELECT show_trgm(:'probe')", probe=CHINESE_PROBE) == "{}":
            raise ServerFailed(program="pg_trgm", detail=f"show_trgm('{CHINESE_PROBE}') = {{}}")

    def _log_size(self) -> int:
        """Return the log's size, after cutting a log that grew too long."""
        if not self.log.exists():
            return 0
        if self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.write_bytes(b"")
        return self.log.stat().st_size

    def _said_since(self, start: int) -> str:
        """Return what the server logged after byte `start`."""
        with self.log.open("rb") as log:
            log.seek(start)
            return log.read().decode("utf-8", "replace")
