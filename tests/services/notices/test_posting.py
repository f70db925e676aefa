"""One POST to receivers on loopback that answer, fail, hang, lead elsewhere, or break off."""

import asyncio
import socket

import pytest

from services.notices.addresses import target_of
from services.notices.messages import Request, accepted
from services.notices.posting import NoAnswer, post
from services.notices.words import ChannelKind
from tests.services.notices.receivers import (
    BROKEN,
    CHUNKED,
    EARLY,
    HANG,
    LOOPBACK,
    NO_HTTP,
    OK,
    UNTIL_CLOSED,
    receiving,
    redirecting_to,
)


async def sent(url: str, seconds: float = 5.0) -> tuple[int, bytes]:
    request = Request(url, b'{"a":1}', {"Content-Type": "application/json"})
    return await post(await target_of(url, LOOPBACK), request, seconds=seconds)


async def test_an_answer_is_read_whole_and_the_request_is_as_written():
    async with receiving(OK) as receiver:
        assert await sent(receiver.url) == (200, b"ok")
    (got,) = receiver.got
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in?key=k HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Content-Type: application/json" in head
    assert body == b'{"a":1}'


async def test_a_failure_is_its_status_and_a_redirect_is_not_followed():
    async with receiving(BROKEN) as receiver, receiving(OK) as elsewhere:
        assert (await sent(receiver.url))[0] == 500
        receiver.answers = [redirecting_to(elsewhere.url)]
        assert (await sent(receiver.url))[0] == 307
        assert elsewhere.got == []


async def test_bodies_in_chunks_and_until_the_end_are_read():
    async with receiving(CHUNKED, UNTIL_CLOSED) as receiver:
        assert accepted(ChannelKind.wecom, *await sent(receiver.url)) == ""
        assert accepted(ChannelKind.feishu, *await sent(receiver.url)) == ""


@pytest.mark.parametrize(
    ("answer", "said"), [(EARLY, "closed early"), (NO_HTTP, "no HTTP"), (HANG, "timeout")]
)
async def test_what_is_no_answer_is_said_in_a_word(answer: bytes, said: str):
    async with receiving(answer) as receiver:
        began = asyncio.get_running_loop().time()
        with pytest.raises(NoAnswer, match=said):
            await sent(receiver.url, 0.3)
        assert asyncio.get_running_loop().time() - began < 5


async def test_nobody_listening_is_said_too():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match="no connection"):
        await sent(f"http://127.0.0.1:{port}/")


async def test_what_speaks_no_tls_is_not_trusted():
    async def answers(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        writer.close()

    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    with pytest.raises(NoAnswer, match="certificate"):
        await sent(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
