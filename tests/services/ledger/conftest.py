"""A database with the example's two years computed, made once a process and copied for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.services.ledger import factories, story

LOADED, ISSUED = "template_ledger_loaded", "template_ledger_issued"


@pytest.fixture(scope="session")
async def loaded_template(server: EmbeddedPostgres, template: str) -> str:
    """The example's money side, nothing computed."""
    server.create_database(LOADED, template=template)
    database = Database(server.url(LOADED))
    async with database.session() as session:
        await factories.load_example(session)
    await database.close()
    return LOADED


@pytest.fixture(scope="session")
async def issued_template(server: EmbeddedPostgres, loaded_template: str) -> str:
    """The example with 2025 computed and its year statements issued."""
    server.create_database(ISSUED, template=loaded_template)
    database = Database(server.url(ISSUED))
    async with database.session() as session:
        await story.compute_year(session, 2025)
        await story.issue(session, "2025")
    await database.close()
    return ISSUED


def _copy(server: EmbeddedPostgres, template: str, name: str) -> Iterator[str]:
    server.create_database(name, template=template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def loaded_url(
    server: EmbeddedPostgres, loaded_template: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    yield from _copy(server, loaded_template, f"loaded_{abs(hash(request.node.nodeid))}")


@pytest.fixture
def issued_url(
    server: EmbeddedPostgres, issued_template: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    yield from _copy(server, issued_template, f"issued_{abs(hash(request.node.nodeid))}")


@pytest.fixture
async def loaded(loaded_url: str) -> AsyncIterator[Database]:
    made = Database(loaded_url, pool_size=8)
    yield made
    await made.close()


@pytest.fixture
async def issued(issued_url: str) -> AsyncIterator[Database]:
    made = Database(issued_url, pool_size=8)
    yield made
    await made.close()


@pytest.fixture
async def on_loaded(loaded: Database) -> AsyncIterator[AsyncSession]:
    async with loaded.session() as session:
        yield session


@pytest.fixture
async def on_issued(issued: Database) -> AsyncIterator[AsyncSession]:
    async with issued.session() as session:
        yield session
