"""The tests' server: copies of templates by files, in memory where there is room, through a psql that stays.

Two of three tests that need a database have one of their own, so its making is a good part of a run's time. A
database is over 1,300 files; on ext4 making them took over a second each time, for it passes by all inodes
freed in the last minutes. In memory it is a twentieth of that.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from services.kit.embedded_postgres import EmbeddedPostgres, ServerFailed
from services.kit.embedded_postgres.programs import HOST, environment, telling_line
from services.kit.embedded_postgres.server import ROLE

# Nothing here outlives the run. No autovacuum: it would hold templates that are being copied.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "120",
}
DONE = "said and done"
MEMORY = Path("/dev/shm")  # noqa: S108 -- the folder made in it has a name of its own
ROOM = 4 << 30
"""Bytes that must be free in memory: a run holds some twenty databases of 20 MB a server."""
PREFIX = "yipanqi-tests-"
SPACE = "memory"


class QuickPostgres(EmbeddedPostgres):
    """A temporary server that makes and drops databases fast; all else is the program's own server."""

    def __init__(self, folder: Path, *, version: str | None = None) -> None:
        super().__init__(folder, version=version, settings=FAST, temporary=True)
        self._clerk: subprocess.Popen[str] | None = None
        self._numbers = itertools.count()
        self._heard: dict[int, str] = {}
        self._memory: Path | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        self._memory = room_in_memory()
        command: list[Path | str] = [self.binaries.folder / "psql", "-X", "-A", "-t", "-q", "-w"]
        command += ["-h", HOST, "-p", str(self.port), "-U", ROLE, "-d", "postgres", "-f", "-"]
        self._clerk = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=environment(),
        )
        self._ask("SET client_min_messages = warning")
        if self._memory is not None:
            if owner := self.placement.identity:
                os.chown(self._memory, owner.user, owner.group)
            where = _quoted(str(self._memory), "'")
            self._ask(f"CREATE TABLESPACE {SPACE} LOCATION {where}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._clerk is not None:
                said, _ = self._clerk.communicate()
                if error is None:
                    _refuse_errors(said)
        finally:
            self._clerk = None
            super().__exit__(kind, error, trace)
            if self._memory is not None:
                shutil.rmtree(self._memory, ignore_errors=True)

    def create_database(self, name: str, template: str = "template1") -> bool:
        """Copy a template's files unless the database is there; returns whether it was created."""
        text = _quoted(name, "'")
        if self._ask(f"SELECT 1 FROM pg_database WHERE datname = {text}"):
            return False
        self._create(name, template)
        return True

    def copy(self, template: str) -> str:
        """Make a copy of a template, once all that was dropped before is gone; returns its name.

        None is made ahead while a test runs: its transaction would hold back the snapshots by which entries
        are sealed.
        """
        name = f"copy_{next(self._numbers)}"
        self._create(name, template)
        return name

    def _create(self, name: str, template: str) -> None:
        space = "" if self._memory is None else f" TABLESPACE {SPACE}"
        self._ask(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(template)} STRATEGY file_copy{space}")

    def drop_database(self, name: str) -> None:
        """Have a database dropped, with its connections; psql does it before anything that is asked later.

        An error of it is raised with a later question, or at the end.
        """
        self._tell(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE);\n")

    def _ask(self, statement: str) -> str:
        return self._answer(self._question(statement))

    def _question(self, statement: str) -> int:
        """Have a statement done in its turn; returns the number of its answer."""
        number = next(self._numbers)
        self._tell(f"{statement};\n\\echo {DONE} {number}\n")
        return number

    def _answer(self, number: int) -> str:
        """Wait for an answer; those of other questions are kept."""
        said = ""
        while number not in self._heard:
            line = self._running.stdout.readline() if self._running.stdout else ""
            if not line:
                raise ServerFailed(program="psql", detail=telling_line(said))
            if line.startswith(DONE):
                self._heard[int(line.removeprefix(DONE))] = said
                said = ""
            else:
                said += line
        answer = self._heard.pop(number)
        _refuse_errors(answer)
        return answer.strip()

    def _tell(self, text: str) -> None:
        if self._running.stdin is not None:
            self._running.stdin.write(text)
            self._running.stdin.flush()

    @property
    def _running(self) -> subprocess.Popen[str]:
        if self._clerk is None:
            raise ServerFailed(program="psql", detail="not started")
        return self._clerk


def room_in_memory() -> Path | None:
    """A folder in memory where there is room; those of processes that were killed are removed."""
    try:
        for left in MEMORY.glob(f"{PREFIX}*"):
            owner = left.name.removeprefix(PREFIX).partition("-")[0]
            if not Path("/proc", owner).exists():
                shutil.rmtree(left, ignore_errors=True)
        if shutil.disk_usage(MEMORY).free < ROOM:
            return None
        return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY))
    except OSError:
        return None


def _refuse_errors(said: str) -> None:
    """Raise what the server refused."""
    for line in said.splitlines():
        if any(word in line for word in ("ERROR:", "FATAL:", "error:")):
            raise ServerFailed(program="psql", detail=line)


def _quoted(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, mark * 2) + mark
