"""The worker beside us: a process of its own, so that the server never loads the solver."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from services.kit.embedded_postgres.programs import death_signal
from services.settings import Settings

STOP_SECONDS = 10.0


def environment_of(settings: Settings) -> dict[str, str]:
    """Return our environment with the settings of the demo in it, for processes of our own program."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "YIPANQI_DATABASE_URL": settings.database_url,
        "YIPANQI_SECRET": settings.secret.get_secret_value(),
        **({"YIPANQI_CITY": settings.city} if settings.city else {}),
        "YIPANQI_DATA_DIR": str(settings.data_dir),
    }


@contextmanager
def worker_process(environment: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `yipanqi worker` beside us; it is asked to stop at the end, and by the kernel if we are killed."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "worker"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=death_signal(os.getpid(), signal.SIGTERM),  # noqa: PLW1509 - one C call, made before
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
