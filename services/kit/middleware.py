"""What stands before every handler: a request id, the size of the body, strict JSON, one access line."""

import hashlib
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from starlette.requests import Request
from structlog.contextvars import bound_contextvars

from services.kit.errors import DomainError, TooLarge
from services.kit.problem import TITLES, internal_error, problem, status_of
from services.kit.strict_json import check
from services.kit.tables import uuid7

log = structlog.get_logger()

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
SECRET_PATH = re.compile(r"^(/offer/|/investor/|/v1/intake/|/v1/investor/)[^/]+")
"""Addresses whose next part is a secret that opens something: the access line holds a star in its place."""

BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class RequestMiddleware:
    """Names each request, reads its body whole within the limit, and writes one access line.

    The body is kept, so that its hash can tell a repeated request from a changed one (idempotency).

    Args:
        app: what stands behind.
        max_json_bytes: the largest JSON body.
        max_upload_bytes: the largest body of any other kind.
    """

    def __init__(self, app: App, *, max_json_bytes: int, max_upload_bytes: int) -> None:
        self._app = app
        self._max_json = max_json_bytes
        self._max_upload = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = str(uuid7())
        started = time.perf_counter()
        status, begun = 500, False

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                headers = list(message.get("headers", []))
                headers += [(b"x-request-id", name.encode()), (b"x-content-type-options", b"nosniff")]
                message = {**message, "headers": headers}
            await send(message)

        with bound_contextvars(request=name):
            try:
                await self._serve(scope, receive, answer)
            except Exception as error:
                # Here and not outside, so that the answer carries the request's id and the log its context.
                if begun:
                    raise
                refusal = await internal_error(Request(scope), error)
                await refusal(scope, receive, answer)
            finally:
                log.info(
                    "http.answered",
                    method=scope["method"],
                    path=SECRET_PATH.sub(r"\1*", scope["path"]),
                    status=status,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if scope["method"] not in BODY_METHODS:
            await self._app(scope, receive, send)
            return
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = kind == "application/json" or kind.endswith("+json")
        try:
            body = await _read(receive, self._max_json if is_json else self._max_upload)
            if is_json and body:
                check(body)
        except DomainError as error:
            status = status_of(error)
            title = TITLES[int(status)][1] if status in TITLES else error.title
            refusal = problem(request, status, error.slug, title, facts=error.facts)
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["body_sha256"] = hashlib.sha256(body).hexdigest()
        await self._app(scope, _replay(body, receive), send)


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLarge(limit_bytes=limit)
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
