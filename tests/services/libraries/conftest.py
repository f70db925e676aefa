"""The example city behind the whole application, shared by tests that only read it."""

from collections.abc import AsyncIterator
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
from tests.services.accounts.factories import principal
from tests.services.console.city import CITY, COUNTY, PARK, load_city
from tests.services.ledger.conftest import Site

OTHER = "611022"
CITY_ROLES = (Role.city_office, Role.city_finance, Role.auditor, Role.administrator)


@pytest.fixture(scope="session")
async def example(server: EmbeddedPostgres, template: str) -> str:
    """The address of the example city."""
    server.create_database("libraries_example", template=template)
    url = server.url("libraries_example")
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
async def site(example: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on the example city."""
    settings = Settings(database_url=example, secret=SECRET, city=CITY, data_dir=tmp_path, pool_size=4)
    async with applications.running(settings) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Site(app, client)
