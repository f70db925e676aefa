"""One HTTP POST to a number that was looked at: no redirect is followed, and it ends within its time.

Usual clients look a name up themselves, a second time; so the connection is opened here, to the number, with
a certificate that is checked against the name, and what is said over it is left to h11.
"""

import asyncio
import ssl
from functools import cache
from typing import Final

import h11

from services.notices.addresses import Target
from services.notices.messages import Request

TIMEOUT: Final = 10.0
"""Seconds for all of it: connecting, sending, reading."""
MOST: Final = 65_536
"""Bytes of the body that are read."""


class NoAnswer(Exception):
    """There was no whole answer; the argument is a short word for the list of deliveries."""


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


async def post(
    target: Target, request: Request, *, seconds: float = TIMEOUT, tls: ssl.SSLContext | None = None
) -> tuple[int, bytes]:
    """Send a request and return the status and the body's beginning.

    Raises:
        NoAnswer: no connection, no certificate of the host, an end too early, no HTTP, or no time left.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _exchange(target, request, (tls or _certificates()) if target.tls else None)
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except ssl.SSLError as error:
        raise NoAnswer("certificate") from error
    except ConnectionResetError as error:
        raise NoAnswer("closed early") from error
    except OSError as error:
        raise NoAnswer("no connection") from error


async def _exchange(target: Target, request: Request, tls: ssl.SSLContext | None) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(
        str(target.address), target.port, ssl=tls, server_hostname=target.host if tls else None
    )
    try:
        talk = h11.Connection(h11.CLIENT)
        for event in (_head(target, request), h11.Data(data=request.body), h11.EndOfMessage()):
            writer.write(talk.send(event) or b"")
        await writer.drain()
        return await _answer(talk, reader)
    finally:
        writer.close()


def _head(target: Target, request: Request) -> h11.Request:
    usual = 443 if target.tls else 80
    host = f"[{target.host}]" if ":" in target.host else target.host
    headers = {
        "Host": host + ("" if target.port == usual else f":{target.port}"),
        "User-Agent": "yipanqi",
        "Accept": "application/json",
        "Connection": "close",
        "Content-Length": str(len(request.body)),
        **request.headers,
    }
    return h11.Request(method="POST", target=target.path, headers=list(headers.items()))


async def _answer(talk: h11.Connection, reader: asyncio.StreamReader) -> tuple[int, bytes]:
    status, body, ended = 0, b"", False
    try:
        while not isinstance(event := talk.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                part = await reader.read(MOST)
                ended = not part
                talk.receive_data(part)
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) >= MOST:
                    break
    except h11.RemoteProtocolError as error:
        raise NoAnswer("closed early" if ended else "no HTTP") from error
    return status, body[:MOST]
