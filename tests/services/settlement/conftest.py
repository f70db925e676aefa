"""A city whose year 2025 is closed, made once a process; copies of it for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.databases import QuickPostgres
from tests.services.ledger import conftest as ledger
from tests.services.ledger import story as year
from tests.services.settlement import story

loaded_template = ledger.loaded_template
issued_template = ledger.issued_template
CLOSED, POSTED = "template_settlement_closed", "template_settlement_posted"


@pytest.fixture(scope="session")
async def closed_template(server: EmbeddedPostgres, issued_template: str) -> str:
    """The example with 2025 closed."""
    if not server.create_database(CLOSED, template=issued_template):
        return CLOSED  # another slice's tests made it in this process
    database = Database(server.url(CLOSED))
    async with database.session() as session:
        await year.declare_january(session)
        await year.confirm_all(session, "2025")
        await year.close(session, 2025)
    await database.close()
    return CLOSED


@pytest.fixture(scope="session")
async def posted_template(server: EmbeddedPostgres, closed_template: str) -> str:
    """The same with 2025 settled."""
    if not server.create_database(POSTED, template=closed_template):
        return POSTED
    database = Database(server.url(POSTED))
    async with database.session() as session:
        await story.settle(session, 2025)
    await database.close()
    return POSTED


def _copy(server: QuickPostgres, template: str) -> Iterator[str]:
    name = server.copy(template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def closed_url(server: QuickPostgres, closed_template: str) -> Iterator[str]:
    yield from _copy(server, closed_template)


@pytest.fixture
def posted_url(server: QuickPostgres, posted_template: str) -> Iterator[str]:
    yield from _copy(server, posted_template)


@pytest.fixture
async def closed(closed_url: str) -> AsyncIterator[Database]:
    made = Database(closed_url, pool_size=12)
    yield made
    await made.close()


@pytest.fixture
async def on_closed(closed: Database) -> AsyncIterator[AsyncSession]:
    async with closed.session() as session:
        yield session


@pytest.fixture
async def posted(posted_url: str) -> AsyncIterator[Database]:
    made = Database(posted_url, pool_size=12)
    yield made
    await made.close()


@pytest.fixture
async def on_posted(posted: Database) -> AsyncIterator[AsyncSession]:
    async with posted.session() as session:
        yield session


@pytest.fixture
async def closed_site(closed_url: str, tmp_path: Path) -> AsyncIterator[ledger.Site]:
    async for made in ledger._site(closed_url, tmp_path):
        yield made


@pytest.fixture
async def posted_site(posted_url: str, tmp_path: Path) -> AsyncIterator[ledger.Site]:
    async for made in ledger._site(posted_url, tmp_path):
        yield made


@pytest.fixture
async def on_issued_year(server: QuickPostgres, issued_template: str) -> AsyncIterator[AsyncSession]:
    """A session on the example with 2025 issued, not closed."""
    for url in _copy(server, issued_template):
        made = Database(url, pool_size=4)
        async with made.session() as session:
            yield session
        await made.close()
