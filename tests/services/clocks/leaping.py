"""A PostgreSQL server, and child processes, whose computer's clock leaps (libfaketime)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from services.kit import migrate
from services.kit.embedded_postgres import EmbeddedPostgres

TEMPLATE = "template_leaping"
LIBRARIES = "/usr/lib/*/faketime/libfaketime.so.1"


def library() -> str:
    """Return where libfaketime lies (Debian: apt install libfaketime)."""
    found = sorted(Path("/").glob(LIBRARIES.lstrip("/")))
    assert found, "libfaketime is not installed: apt install libfaketime"
    return str(found[0])


class Leaping:
    """A server with a migrated template, whose clock is what the file says."""

    def __init__(self, server: EmbeddedPostgres, file: Path) -> None:
        self.server = server
        self._file = file

    def leap(self, to: str) -> None:
        """Set the server's clock: `+200d`, or `@2028-02-29 15:59:50` (UTC) from where it then runs on."""
        self._file.write_text(to)


def leaps(file: Path) -> dict[str, str]:
    """Return the environment in which a process reads its clock from a file."""
    return {
        "LD_PRELOAD": library(),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@contextmanager
def leaping_server(settings: dict[str, str]) -> Iterator[Leaping]:
    """Run a server of one's own under libfaketime; its user must be able to read the file."""
    with TemporaryDirectory(prefix="leaping-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield from _run(folder, settings)


def _run(folder: Path, settings: dict[str, str]) -> Iterator[Leaping]:
    file = folder / "clock"
    file.write_text("+0d")
    file.chmod(0o644)
    server = EmbeddedPostgres(folder / "postgres", settings=settings, temporary=True)
    before = {name: os.environ.get(name) for name in leaps(file)}
    os.environ.update(leaps(file))
    try:
        server.start()
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
    try:
        server.create_database(TEMPLATE)
        migrate.upgrade(server.url(TEMPLATE))
        yield Leaping(server, file)
    finally:
        server.stop()


CHILD = """
import asyncio, json, sys
from datetime import UTC, datetime

from services.clocks.service import clocks
from services.kit.clock import Clock
from services.kit.database import Database
from auth.principal import Principal

async def main(url, city):
    database = Database(url, pool_size=1)
    async with database.session() as session:
        today = await Clock().today(session, city)
        rows = await clocks(session, Principal.system(city), today)
    await database.close()
    shown = [[row.kind, str(row.due_on), row.days_left, row.days_late, row.colour] for row in rows]
    print(json.dumps({"own": str(datetime.now(UTC)), "today": str(today), "clocks": shown}))

asyncio.run(main(*sys.argv[1:]))
"""


def ask_child(url: str, city: str, folder: Path, clock: str) -> dict[str, object]:
    """Read the clocks in a process of its own whose computer's clock is another than the database's."""
    file = folder / "child"
    file.write_text(clock)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, url, city],
        env=os.environ | leaps(file) | {"TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer
