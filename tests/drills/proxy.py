"""A TCP proxy on a fixed port: its targets may change or be gone, and it may lose replies that were sent."""

import asyncio
import random
from contextlib import suppress
from typing import Self

from services.kit.embedded_postgres.programs import HOST

CHUNK = 1 << 16
CREATED = b"HTTP/1.1 201"


class Proxy:
    """Forwards connections to one of `targets` (ports), in turn.

    Of connections whose reply says that something was created, the part `lose` is cut before the client hears
    a word: the server has committed, and the client cannot know.
    """

    def __init__(self, *targets: int, lose: float = 0.0, seed: int = 1) -> None:
        self.targets = list(targets)
        self.lost = 0
        self._lose = lose
        self._draw = random.Random(seed)
        self._turn = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind = await self._connect()
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(self._there(reader, behind[1]), self._back(behind[0], writer))
        except (OSError, ConnectionError):
            pass
        finally:
            for one in (writer, behind[1]):
                one.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Reach the first target that answers, beginning with the next in turn."""
        self._turn += 1
        for place in range(len(self.targets)):
            with suppress(OSError):
                return await asyncio.open_connection(
                    HOST, self.targets[(self._turn + place) % len(self.targets)]
                )
        raise ConnectionRefusedError

    @staticmethod
    async def _there(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            if data.startswith(CREATED) and self._draw.random() < self._lose:
                self.lost += 1
                raise ConnectionAbortedError
            writer.write(data)
            await writer.drain()
        writer.close()
