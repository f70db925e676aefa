"""Receivers on loopback, each of which misbehaves in its own way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from services.notices.addresses import networks_of

LOOPBACK = networks_of("127.0.0.0/8")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 12\r\n\r\nsecret words"
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"errcode\r\n4;x=y\r\n":0}\r\n0\r\n\r\n'
UNTIL_CLOSED = b'HTTP/1.0 200 OK\r\n\r\n{"code":0}'
EARLY = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
NO_HTTP = b"SSH-2.0-door\r\n\r\n"
HANG = b""


@dataclass
class Receiver:
    """One receiver: what it answers to each request in turn, and what it was sent."""

    answers: list[bytes]
    url: str = ""
    got: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        self.got.append(head + await reader.readexactly(length))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == HANG:
            await reader.read()  # until the sender gives up
        writer.write(answer)
        writer.close()


@asynccontextmanager
async def receiving(*answers: bytes) -> AsyncIterator[Receiver]:
    """Listen on a free port of loopback."""
    receiver = Receiver(list(answers))
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in?key=k"
    try:
        yield receiver
    finally:
        server.close()


@dataclass
class MailServer:
    """A mail server that answers `reply` once a mail is handed over, and keeps what it was handed."""

    reply: str = "250 taken"
    port: int = 0
    got: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        answers = {
            "EHLO": "250-test\r\n250 AUTH PLAIN",
            "AUTH": "235 in",
            "DATA": "354 on",
            "QUIT": "221 bye",
        }
        while line := (await reader.readline()).decode("latin-1"):
            verb = line[:4].upper()
            writer.write(f"{answers.get(verb, '250 ok')}\r\n".encode())
            if verb == "DATA":
                self.got.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(f"{self.reply}\r\n".encode())
        writer.close()


@asynccontextmanager
async def mailing(reply: str = "250 taken") -> AsyncIterator[MailServer]:
    """Listen for mail on a free port of loopback."""
    made = MailServer(reply)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def redirecting_to(url: str) -> bytes:
    """An answer that leads elsewhere."""
    return f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()
