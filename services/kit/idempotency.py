"""One effect a key: the answer is stored in the transaction of its effect and replayed word for word."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import Column, Integer, LargeBinary, select, text
from sqlmodel import Field
from starlette.responses import Response

from services.kit.database import SessionDep
from services.kit.errors import BadRequest, Conflict, Invalid
from services.kit.events import Actor
from services.kit.i18n import lazy
from services.kit.json_response import encode
from services.kit.tables import Base, json_column, stamp_column, text_column

MAX_KEY = 128


class IdempotencyRow(Base, table=True):
    """An answer that was given. Kept for 30 days at least."""

    __tablename__ = "idempotency"

    account: str = text_column(primary_key=True)
    route: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    body_sha256: str = text_column()
    status: int = Field(sa_column=Column(Integer, nullable=False))
    headers: dict[str, Any] = json_column()
    answer: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: Any = stamp_column()


class KeyMissing(BadRequest):
    """A POST with an effect came without a key."""

    slug = "idempotency-key-missing"
    title = lazy("缺少 Idempotency-Key 请求头")


class KeyReused(Invalid):
    """The key was used for another content."""

    slug = "idempotency-key-reused"
    title = lazy("同一次提交前后内容不同")
    detail = lazy("这张表单已经提交过，这次的内容与上次不同，没有保存。如要另行提交，请核对后再按一次按钮。")


class StillRunning(Conflict):
    """The first request with this key is not done."""

    slug = "idempotency-still-running"
    title = lazy("同一请求正在处理，请稍后查询结果")


class Idempotent:
    """Runs an effect once for a key.

    Args:
        session: the request's transaction.
        request: the request, whose body names the content.
        key: the client's key.
        digest: the hash that stands for the content; None takes the body's own.
    """

    def __init__(
        self, session: SessionDep, request: Request, key: str | None, *, digest: str | None = None
    ) -> None:
        self._session = session
        self._request = request
        self._key = key
        self._digest = digest

    async def run(
        self,
        actor: Actor,
        city: str,
        effect: Callable[[], Awaitable[BaseModel]],
        *,
        status: int = 200,
        headers: Callable[[Any], dict[str, str]] | None = None,
    ) -> Response:
        """Run the effect, or replay its answer.

        Args:
            actor: who acts; keys of different people do not meet.
            city: the city's code.
            effect: what has the effect; returns the answer.
            status: the status of the first answer, replayed as it was.
            headers: further headers made from the answer, such as Location and ETag.

        Raises:
            KeyMissing: no key was sent.
            KeyReused: the key belongs to another content.
            StillRunning: the first request is not done.
        """
        if not self._key or len(self._key) > MAX_KEY:
            raise KeyMissing
        account: UUID | None = actor.account
        scope = (city, str(account), f"{self._request.method} {self._request.scope['path']}", self._key)
        digest: str = self._digest or self._request.state.body_sha256
        if not await self._lock(scope):
            raise StillRunning
        stored = await self._find(scope)
        if stored is not None:
            if stored.body_sha256 != digest:
                raise KeyReused
            return _answer(stored, replayed=True)
        model = await effect()
        row = IdempotencyRow(
            city=scope[0],
            account=scope[1],
            route=scope[2],
            key=scope[3],
            body_sha256=digest,
            status=status,
            headers=headers(model) if headers else {},
            answer=encode(model),
        )
        self._session.add(row)
        await self._session.flush()
        return _answer(row, replayed=False)

    async def _lock(self, scope: tuple[str, ...]) -> bool:
        number = int.from_bytes(hashlib.sha256("\0".join(scope).encode()).digest()[:8], signed=True)
        taken = await self._session.execute(text("SELECT pg_try_advisory_xact_lock(:n)"), {"n": number})
        return bool(taken.scalar_one())

    async def _find(self, scope: tuple[str, ...]) -> IdempotencyRow | None:
        city, account, route, key = scope
        found = await self._session.execute(
            select(IdempotencyRow).filter_by(city=city, account=account, route=route, key=key)
        )
        return found.scalar_one_or_none()


def _answer(row: IdempotencyRow, *, replayed: bool) -> Response:
    headers = {str(name): str(value) for name, value in row.headers.items()}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(row.answer, status_code=row.status, headers=headers, media_type="application/json")


async def get_idempotent(
    session: SessionDep,
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="8 to 128 characters, one for each effect")
    ] = None,
) -> Idempotent:
    """Give a request its idempotency."""
    return Idempotent(session, request, idempotency_key)


IdempotencyDep = Annotated[Idempotent, Depends(get_idempotent)]
