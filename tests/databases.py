"""The tests' server: copies of templates by files, through a psql that stays, made before they are wanted.

Two of three tests that need a database have one of their own, so its making is a good part of a run's time.
"""

import itertools
import subprocess
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


class QuickPostgres(EmbeddedPostgres):
    """A temporary server that makes and drops databases fast; all else is the program's own server."""

    def __init__(self, folder: Path, *, version: str | None = None) -> None:
        super().__init__(folder, version=version, settings=FAST, temporary=True)
        self._clerk: subprocess.Popen[str] | None = None
        self._numbers = itertools.count()
        self._heard: dict[int, str] = {}

    def __enter__(self) -> Self:
        super().__enter__()
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

    def create_database(self, name: str, template: str = "template1") -> bool:
        """Copy a template's files unless the database is there; returns whether it was created."""
        text = _quoted(name, "'")
        if self._ask(f"SELECT 1 FROM pg_database WHERE datname = {text}"):
            return False
        self._ask(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(template)} STRATEGY file_copy")
        return True

    def copy(self, template: str) -> str:
        """Make a copy of a template, once all that was dropped before is gone; returns its name.

        None is made ahead while a test runs: its transaction would hold back the snapshots by which entries
        are sealed.
        """
        name = f"copy_{next(self._numbers)}"
        self._ask(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(template)} STRATEGY file_copy")
        return name

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


def _refuse_errors(said: str) -> None:
    """Raise what the server refused."""
    for line in said.splitlines():
        if any(word in line for word in ("ERROR:", "FATAL:", "error:")):
            raise ServerFailed(program="psql", detail=line)


def _quoted(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, mark * 2) + mark
