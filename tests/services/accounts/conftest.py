from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from services.kit.clock import Clock
from services.settings import Settings
from tests import applications
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
    """The whole application on a clock that the test turns."""
    async with applications.running(process_settings, clock=clock) as app:
        app.state.principals.passwords = CHEAP
        yield app
