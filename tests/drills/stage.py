"""What the drills share: a server of their own, progress on stderr, and the verdict as one JSON object.

A drill tells the faults it found as codes. Without a planted fault it passes when it found none; with one it
passes exactly when it found that very fault.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.kit import migrate
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.embedded_postgres.placement import remove
from services.kit.logging import configure

DURABLE = {"max_connections": "150", "shared_buffers": "64MB"}
"""Settings of a server that must survive: what is acknowledged is on the disk."""

QUICK = DURABLE | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings for drills that crash nothing."""

_BEGUN = time.monotonic()


@dataclass
class Findings:
    """What a drill counted, and the faults that it found, by their codes."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Any] = field(default_factory=dict)

    def check(self, holds: bool, fault: str, words: str = "") -> None:
        """Note a fault where something does not hold."""
        if not holds:
            self.faults[fault] += 1
            if self.faults[fault] <= 3:
                tell(f"fault {fault}: {words}")


def tell(words: str) -> None:
    """Say how far the drill is."""
    sys.stderr.write(f"{time.monotonic() - _BEGUN:6.1f} s  {words}\n")
    sys.stderr.flush()


def parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """A drill's options; `--plant` stands for itself or names one of several faults."""
    return argparse.ArgumentParser(
        prog=f"python -m tests.drills.{name}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def passed(found: Findings, planted: str | None) -> bool:
    """Whether the drill did what it is for: `planted` is the code of the fault that it must find."""
    return found.faults[planted] > 0 if planted else not found.faults


def finish(drill: str, found: Findings, planted: str | None, started: float) -> None:
    """Print the verdict as the last line and leave with its exit code."""
    good = passed(found, planted)
    said = {"drill": drill, "planted": planted, **dict(found.counts), **found.facts}
    said |= {"faults": dict(found.faults), "seconds": round(time.monotonic() - started, 1), "passed": good}
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    sys.exit(0 if good else 1)


@contextmanager
def own_server(settings: Mapping[str, str]) -> Iterator[EmbeddedPostgres]:
    """A server in a folder of its own, which may be stopped and started again; both go at the end."""
    configure("CRITICAL")
    folder = Path(tempfile.mkdtemp(prefix="yipanqi-drill-"))
    server = EmbeddedPostgres(folder, version=os.environ.get("YIPANQI_TEST_POSTGRES"), settings=settings)
    try:
        server.start()
        yield server
    finally:
        cluster = server.placement.cluster
        server.stop()
        remove(cluster)
        shutil.rmtree(folder, ignore_errors=True)


def migrated(server: EmbeddedPostgres, name: str = "drill") -> str:
    """The address of a new database with all tables."""
    server.create_database(name)
    migrate.upgrade(server.url(name))
    return server.url(name)
