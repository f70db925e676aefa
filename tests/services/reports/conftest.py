"""The example city, loaded once a process; tests that write take a copy."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.services.interchange.conftest import loaded_template  # noqa: F401 -- a fixture, found by name

_numbers = count()


@pytest.fixture(scope="module")
def city_url(server: EmbeddedPostgres, loaded_template: str) -> Iterator[str]:  # noqa: F811 -- the fixture
    """A copy of the example city, for a module's tests that only read it."""
    name = f"reports_{next(_numbers)}"
    server.create_database(name, template=loaded_template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def reading(city_url: str) -> AsyncIterator[AsyncSession]:
    """A session on the module's copy; nothing of it is kept."""
    made = Database(city_url, pool_size=2)
    async with made.session() as session:
        yield session
        await session.rollback()
    await made.close()
