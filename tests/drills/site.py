"""The installation that is killed: two processes of the API, a database, and a proxy before each."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from services.kit.embedded_postgres import EmbeddedPostgres, orphans
from services.kit.embedded_postgres.programs import HOST, death_signal, free_port
from services.settings import Settings
from tests.drills.proxy import Proxy

ROOT = Path(__file__).parents[2]
READY_SECONDS = 120.0


class Site:
    """Starts and kills. `front` is what clients ask, `back` what the API asks for its database."""

    def __init__(
        self, server: EmbeddedPostgres, front: Proxy, back: Proxy, settings: Settings, log: Path
    ) -> None:
        self.server, self.front, self.back = server, front, back
        self._settings, self._log = settings, log
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    async def start(self, processes: int) -> None:
        """Start so many API processes and wait until they answer."""
        for _ in range(processes):
            self._spawn()
        await asyncio.gather(*(self._ready(port) for port in list(self._processes)))
        self.front.targets[:] = list(self._processes)

    def stop(self) -> None:
        """Kill what is left of the API."""
        for process in self._processes.values():
            process.kill()
            process.wait()

    async def kill_api(self) -> None:
        """Kill the oldest API process amid its requests and put a new one in its place."""
        port, process = next(iter(self._processes.items()))
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        del self._processes[port]
        self.front.targets.remove(port)
        fresh = self._spawn()
        await self._ready(fresh)
        self.front.targets.append(fresh)

    async def kill_database(self) -> None:
        """Kill the database's every process at once and start it again; it recovers from its log."""
        self.back.targets.clear()
        for number in orphans.living(self.server.placement.cluster):
            with suppress(ProcessLookupError):  # without its head it ends by itself
                os.kill(number, signal.SIGKILL)
        await asyncio.to_thread(self.server.stop)
        await asyncio.to_thread(self.server.start)
        self.back.targets.append(self.server.port)

    def _spawn(self) -> int:
        port = free_port()
        settings = self._settings
        environment = {name: value for name, value in os.environ.items() if not name.startswith("YIPANQI_")}
        environment |= {
            "YIPANQI_DATABASE_URL": settings.database_url,
            "YIPANQI_SECRET": settings.secret.get_secret_value(),
            "YIPANQI_CITY": str(settings.city),
            "YIPANQI_DATA_DIR": str(settings.data_dir),
            "YIPANQI_POOL_SIZE": str(settings.pool_size),
            "YIPANQI_LOG_LEVEL": "CRITICAL",
        }
        with self._log.open("ab") as output:
            self._processes[port] = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.api", str(port)],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                preexec_fn=death_signal(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - one C call
            )
        return port

    async def _ready(self, port: int) -> None:
        """Wait until an API process listens."""
        for _ in range(int(READY_SECONDS / 0.05)):
            if self._processes[port].poll() is not None:
                raise RuntimeError(f"the API ended: {self._log.read_text('utf-8', 'replace')[-2000:]}")
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
        raise RuntimeError("the API does not answer")
