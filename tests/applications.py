"""The whole application for tests: its routes are worked out once, its state is new each time.

FastAPI reads the signatures of all included routes anew for every application, when first asked for one: two
seconds of a core. What an application knows of a database, a clock or a key is in its `state` alone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.kit.clock import Clock
from services.settings import Settings

_free: dict[tuple[int, int], list[FastAPI]] = {}


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[FastAPI]:
    """The application `create_app` makes of these settings; nobody else has it until the block ends."""
    from services.app import create_app

    fresh = create_app(settings, clock=clock)
    # What is built into the application itself, not into its state.
    idle = _free.setdefault((settings.max_json_bytes, settings.max_upload_bytes), [])
    app = idle.pop() if idle else fresh
    app.state = fresh.state
    async with app.router.lifespan_context(app):
        yield app
    if not app.dependency_overrides:
        idle.append(app)
