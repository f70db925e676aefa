"""Where the cluster lies, who runs it, and who may own it.

An ordinary user's cluster lies in their data folder and runs as themselves. Root cannot run PostgreSQL, and
the unprivileged user that does can enter neither root's home nor most folders root works in: then the cluster
lies in the system's data folder, and the data folder keeps a pointer to it. A new data folder always means a
new cluster.
"""

import fcntl
import os
import pwd
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import platformdirs

from services.kit.embedded_postgres.errors import DataFolderLocked, DataFolderUnusable

POINTER = "postgres.cluster"
LOCK = "postgres.lock"
TEMPORARY = ".temporary"
# Debian's own user first: it exists for this. `nobody` exists everywhere.
SERVER_USERS = ("postgres", "nobody")


def system_folder() -> Path:
    """Return the system's data folder of yipanqi, used only by root."""
    return platformdirs.site_data_path("yipanqi")


@dataclass(frozen=True, slots=True)
class Identity:
    """The unprivileged user that root's server runs as."""

    user: int
    group: int


@dataclass(frozen=True, slots=True)
class Placement:
    """`folder` is the data folder the user named, `cluster` PostgreSQL's; `identity` is None for oneself."""

    folder: Path
    cluster: Path
    identity: Identity | None


class Lock:
    """An exclusive `flock` on a file that names its owner's process id; freed when the owner dies."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Take the lock for `folder`, or raise DataFolderLocked at once."""
        self._file: IO[str] = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            owner = self._file.read().strip() or "?"
            self._file.close()
            raise DataFolderLocked(folder=folder, owner=owner) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Free the lock; the file stays, else two owners could lock two files of one name."""
        self._file.truncate(0)
        self._file.close()


def prepare_folder(folder: Path) -> Path:
    """Make the data folder (0700) and return its real path."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        real = folder.resolve(strict=True)
        if not os.access(real, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as error:
        raise DataFolderUnusable(folder=folder, detail=error.strerror) from error
    return real


def place(folder: Path, *, temporary: bool) -> tuple[Placement, Lock | None]:
    """Decide where the cluster of a locked data folder lies; root's clusters come with a lock of their own.

    The second lock matters when a data folder was copied: both copies then point to one cluster.
    """
    if os.geteuid() != 0:
        return Placement(folder, folder / "postgres", None), None
    clusters = system_folder() / "clusters"
    try:
        clusters.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        clusters.mkdir(mode=0o711, exist_ok=True)
        if temporary:
            sweep(clusters)
        cluster = _pointed(folder, clusters)
        lock = Lock(clusters / f"{cluster.name}.lock", folder)
        if temporary:
            (clusters / f"{cluster.name}{TEMPORARY}").touch()
    except OSError as error:
        raise DataFolderUnusable(folder=clusters, detail=error.strerror) from error
    return Placement(folder, cluster, server_identity(cluster)), lock


def _pointed(folder: Path, clusters: Path) -> Path:
    """Read the pointer of the data folder, or make one to a cluster that nobody else has."""
    pointer = folder / POINTER
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    cluster = clusters / uuid.uuid4().hex
    draft = pointer.with_suffix(".new")
    draft.write_text(f"{cluster}\n", encoding="utf-8")
    draft.replace(pointer)
    return cluster


def server_identity(cluster: Path) -> Identity:
    """Return the owner of an existing cluster, else the first server user this system knows."""
    if cluster.exists():
        stat = cluster.stat()
        return Identity(stat.st_uid, stat.st_gid)
    for name in SERVER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise DataFolderUnusable(folder=cluster, detail=" / ".join(SERVER_USERS))


def sweep(clusters: Path) -> None:
    """Remove temporary clusters whose owner was killed; lasting ones are never removed unasked."""
    for mark in clusters.glob(f"*{TEMPORARY}"):
        cluster = mark.with_suffix("")
        try:
            lock = Lock(cluster.with_name(f"{cluster.name}.lock"), clusters)
        except DataFolderLocked:
            continue
        remove(cluster)
        lock.release()


def remove(cluster: Path) -> None:
    """Remove a cluster with its marks; the caller holds its lock."""
    for path in (cluster, cluster.with_name(f"{cluster.name}.new")):
        shutil.rmtree(path, ignore_errors=True)
    for suffix in (TEMPORARY, ".lock"):
        cluster.with_name(f"{cluster.name}{suffix}").unlink(missing_ok=True)
