"""What a killed owner may leave behind: a server that is still going down, and a stale `postmaster.pid`."""

import os
import signal
import time
from pathlib import Path

from services.kit.embedded_postgres.errors import ServerFailed

PROC = Path("/proc")
PATIENCE_SECONDS = 30.0


def clear(cluster: Path) -> None:
    """Leave no process in the cluster and no stale pid file; the caller holds the folder's lock.

    The lock says that no living owner exists, so a server found here has lost its owner: it is asked to stop.
    PostgreSQL itself is misled by a zombie or by a foreign process that got the old number, so the file is
    removed here, but never while a server process still works in the cluster. Without /proc the judgement
    stays with PostgreSQL.
    """
    status = cluster / "postmaster.pid"
    if not status.exists() or not PROC.is_dir():
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    postmaster = _first_line(status)
    left = living(cluster)
    if postmaster in left:
        os.kill(postmaster, signal.SIGINT)
    while left:
        if time.monotonic() > deadline:
            raise ServerFailed(program="postgres", detail=f"pid {min(left)}")
        time.sleep(0.02)
        left = living(cluster)
    status.unlink(missing_ok=True)


def living(cluster: Path) -> set[int]:
    """Return the process ids of PostgreSQL that work in the cluster; zombies do not count."""
    found = set()
    for entry in PROC.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if (entry / "comm").read_text(encoding="utf-8").strip() == "postgres":
                state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
                if state != "Z" and (entry / "cwd").readlink() == cluster:
                    found.add(int(entry.name))
        except (OSError, UnicodeDecodeError):
            continue  # it ended meanwhile, or belongs to somebody else
    return found


def _first_line(status: Path) -> int:
    """Return the process id in the pid file, 0 if the file is damaged."""
    first = status.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    return int(first) if first.isdecimal() else 0
