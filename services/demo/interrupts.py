"""Ctrl-C that got lost on its way: kept, and raised where a step begins or ends."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOST: ContextVar[list[str] | None] = ContextVar("lost_interrupts", default=None)


@contextmanager
def lost_interrupts_kept() -> Iterator[None]:
    """Keep, for as long as this lasts, an interruption that falls where Python ignores every exception.

    Hooks around a fork and destructors are such places: what is raised there goes to `sys.unraisablehook`.
    """
    lost: list[str] = []
    before = sys.unraisablehook

    def keep(ignored: "sys.UnraisableHookArgs") -> None:
        if issubclass(ignored.exc_type, KeyboardInterrupt):
            lost.append(repr(ignored.object))
        else:
            before(ignored)

    token = _LOST.set(lost)
    sys.unraisablehook = keep
    try:
        yield
    finally:
        sys.unraisablehook = before
        _LOST.reset(token)


def stop_if_asked() -> None:
    """Stop where Ctrl-C was pressed and did not arrive.

    A library may lose it as well: before Python 3.12 `asyncio.wait_for` returns instead of being cancelled
    where what it waits for ends at that very moment. Its task remembers that it was to be cancelled.

    Raises:
        KeyboardInterrupt: the interruption fell where Python ignores exceptions.
        asyncio.CancelledError: the running task was to be cancelled.
    """
    if _LOST.get():
        raise KeyboardInterrupt
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return  # no loop runs: the signal itself interrupts
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
