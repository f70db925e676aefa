"""The example city, shared by tests that only read it, and copies of it behind the whole application."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.databases import QuickPostgres
from tests.services.accounts.factories import principal
from tests.services.console.city import CITY, COUNTY, PARK, load_city
from tests.services.ledger.conftest import Site

EXAMPLE = "libraries_example"
OTHER = "611022"
CITY_ROLES = (Role.city_office, Role.city_finance, Role.auditor, Role.administrator)


@pytest.fixture(scope="session")
async def example(server: EmbeddedPostgres, template: str) -> str:
    """The address of the example city."""
    server.create_database(EXAMPLE, template=template)
    url = server.url(EXAMPLE)
    await load_city(url)
    return url


@pytest.fixture
async def reading(example: str) -> AsyncIterator[AsyncSession]:
    """A session on the example city whose changes are undone."""
    database = Database(example)
    async with database.session() as session:
        yield session
        await session.rollback()
    await database.close()


async def somebody(session: AsyncSession, role: Role, office: str | None = None) -> Principal:
    """Somebody of an office of the example city."""
    home = CITY if role in CITY_ROLES else COUNTY
    return await principal(session, role, office or (PARK if role is Role.park_officer else home))


@pytest.fixture
def copied(server: QuickPostgres, example: str) -> Iterator[str]:
    """The address of a copy of the example city, which a test may change."""
    assert example
    name = server.copy(EXAMPLE)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def site(copied: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on an example city of its own."""
    settings = Settings(database_url=copied, secret=SECRET, city=CITY, data_dir=tmp_path, pool_size=4)
    async with applications.running(settings) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Site(app, client)
