"""How PostgreSQL's programs are called: as whom, in which environment, and what their last words mean."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from services.kit.embedded_postgres.errors import ServerFailed
from services.kit.embedded_postgres.placement import Identity

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1
# All that a server needs to know of our environment: no secret of ours reaches a process of another user.
PASSED_ON = (
    *("PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "FAKETIME", "FAKETIME_TIMESTAMP_FILE"),
    *("FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"),
)


def locale_flags(major: int) -> list[str]:
    """Return initdb's flags for a cluster that sorts by code point and knows all of Unicode, without ICU."""
    builtin = 17  # the first release with the provider that needs neither ICU nor the system's locales
    if major < builtin:
        return ["--locale=C.UTF-8"]
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    """Return the environment for PostgreSQL's programs: no PG* variable of the caller can redirect them."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def telling_line(text: str) -> str:
    """Pick the line that says why: the last error of a log, else its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marks = ("FATAL:", "PANIC:", "ERROR:", "error:", "could not")
    telling = [line for line in lines if any(mark in line for mark in marks)]
    return (telling or lines or ["?"])[-1]


def reason_of(error: OSError) -> str:
    """Pick the reason of a system's error; a copy's error is a list of what it could not copy, and why."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        return str(error.args[0][-1][-1])
    return error.strerror or str(error)


def death_signal(parent: int, sign: signal.Signals = signal.SIGINT) -> Callable[[], None] | None:
    """Return what a child runs before exec: ask for a signal (SIGINT: fast shutdown) when the parent dies."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask


def run(program: str, command: Sequence[Path | str], text: str, identity: Identity | None = None) -> str:
    """Run one client program to its end with `text` as its input, as the server user if there is one.

    Raises ServerFailed with the line that says why.
    """
    done = subprocess.run(  # noqa: S603 - fixed programs by absolute path, no shell
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=environment(),
        user=None if identity is None else identity.user,
        group=None if identity is None else identity.group,
        extra_groups=None if identity is None else [],
    )
    if done.returncode != 0:
        raise ServerFailed(program=program, detail=telling_line(done.stderr or done.stdout))
    return done.stdout


def spawn(command: Sequence[Path | str], log: Path, identity: Identity | None) -> "subprocess.Popen[bytes]":
    """Start the server from a thread that lives as long: the death signal follows the forking thread."""
    born = threading.Event()
    outcome: list[subprocess.Popen[bytes] | Exception] = []

    def keep() -> None:
        try:
            process = _fork(command, log, identity)
        except (OSError, subprocess.SubprocessError) as error:
            outcome.append(error)
            born.set()
            return
        outcome.append(process)
        born.set()
        process.wait()

    threading.Thread(target=keep, name="embedded-postgres", daemon=True).start()
    born.wait()
    [result] = outcome
    if isinstance(result, Exception):
        raise ServerFailed(program="postgres", detail=result)
    return result


def _fork(command: Sequence[Path | str], log: Path, identity: Identity | None) -> "subprocess.Popen[bytes]":
    """Fork into an own session (Ctrl-C is for us, not for the server), as the server user."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - a fixed program, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment(),
            start_new_session=True,
            user=None if identity is None else identity.user,
            group=None if identity is None else identity.group,
            extra_groups=None if identity is None else [],
            preexec_fn=death_signal(os.getpid()),  # noqa: PLW1509 - one C call, made beforehand
        )
