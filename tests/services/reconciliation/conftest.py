"""The ledger's example, and its first quarter of 2026 computed; each test's work is rolled back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.ledger import service
from tests.databases import QuickPostgres
from tests.services.ledger import conftest as ledger
from tests.services.ledger import factories, story

loaded_template = ledger.loaded_template
QUARTER = "template_reconciled_quarter"


@pytest.fixture(scope="session")
async def quarter_template(server: EmbeddedPostgres, loaded_template: str) -> str:
    """The example with all up to the first quarter of 2026 computed."""
    server.create_database(QUARTER, template=loaded_template)
    database = Database(server.url(QUARTER))
    async with database.session() as session:
        await service.compute_month(session, story.PEOPLE.maker, "2026-03", factories.TODAY)
    await database.close()
    return QUARTER


async def _rolled_back(server: EmbeddedPostgres, name: str) -> AsyncIterator[AsyncSession]:
    database = Database(server.url(name), pool_size=1)
    async with database.session() as session:
        yield session
        await session.rollback()
    await database.close()


@pytest.fixture
async def on_loaded(server: EmbeddedPostgres, loaded_template: str) -> AsyncIterator[AsyncSession]:
    async for session in _rolled_back(server, loaded_template):
        yield session


@pytest.fixture
async def on_quarter(server: EmbeddedPostgres, quarter_template: str) -> AsyncIterator[AsyncSession]:
    async for session in _rolled_back(server, quarter_template):
        yield session


@pytest.fixture
async def quarter_site(
    server: QuickPostgres, quarter_template: str, tmp_path: Path
) -> AsyncIterator[ledger.Site]:
    """The whole application on a copy of the computed quarter."""
    name = server.copy(quarter_template)
    async for site in ledger._site(server.url(name), tmp_path):
        yield site
    server.drop_database(name)
