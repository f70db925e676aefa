"""A form whose button is pressed twice has its effect once: its page carries a key, kept with the answer."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from services.console.frame import redirect
from services.kit.idempotency import Idempotent


class Done(BaseModel):
    """Where one is led once a form is done, and what is said there.

    Attributes:
        to: the page's address.
        note: a message id.
        facts: the values of its placeholders.
    """

    to: str
    note: str
    facts: dict[str, Any] = {}


async def once(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    effect: Callable[[], Awaitable[Done]],
    *,
    content: bytes | None = None,
) -> Response:
    """Do what a form asks, in a savepoint, or answer as when it was done: 303 to its page.

    Args:
        request: the POST; its field `once` is the key that the page gave the form.
        principal: who sent it.
        session: the request's transaction.
        effect: what the form asks; its errors leave nothing behind and free the key.
        content: what stands for the form where two presses differ in bytes: one with a file.

    Raises:
        KeyMissing: the form carries no key.
        KeyReused: the key was used for another content.
        StillRunning: the first press is not done.
    """
    key = (await request.form()).get("once")
    digest = None if content is None else sha256(content).hexdigest()
    idempotent = Idempotent(session, request, key if isinstance(key, str) else None, digest=digest)

    async def kept() -> Done:
        async with session.begin_nested():
            return await effect()

    answer = await idempotent.run(principal, principal.city, kept, status=303)
    done = Done.model_validate_json(bytes(answer.body))
    return redirect(request, done.to, done.note, **done.facts)
