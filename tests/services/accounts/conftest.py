from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

import services.accounts.routes
import services.console.routes
from services.accounts.principals import AccountPrincipals
from services.kit import problem
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.json_response import JsonResponse
from services.kit.middleware import RequestMiddleware
from services.settings import Settings
from tests.services.accounts.factories import CHEAP


class Hands(Clock):
    """A clock that a test turns."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def app(process_settings: Settings, clock: Hands) -> AsyncIterator[FastAPI]:
    """The application's own parts around accounts, on a clock that the test turns."""
    app = FastAPI(default_response_class=JsonResponse, redirect_slashes=False)
    app.state.settings = process_settings
    app.state.database = Database(process_settings.database_url, pool_size=8)
    app.state.clock = clock
    app.state.principals = AccountPrincipals(
        process_settings.database_url,
        secret=process_settings.secret.get_secret_value(),
        clock=clock,
        passwords=CHEAP,
    )
    problem.install(app)
    app.include_router(services.accounts.routes.router)
    app.add_middleware(RequestMiddleware, max_json_bytes=1 << 20, max_upload_bytes=10 << 20)
    services.console.routes.install(app)
    yield app
    await app.state.principals.close()
    await app.state.database.close()
