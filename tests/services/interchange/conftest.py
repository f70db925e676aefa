import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.interchange.folder import commit_folder, plan_folder
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.databases import QuickPostgres
from tests.services.interchange.files import EXAMPLE
from tests.services.regions.factories import BUSINESS_DATE

LOADED = "template_example_city"


@pytest.fixture(scope="session")
def loaded_template(server: EmbeddedPostgres, template: str) -> str:
    """A database that holds the example city, for tests to copy."""
    server.create_database(LOADED, template=template)

    async def load() -> None:
        database = Database(server.url(LOADED))
        async with database.session() as session:
            await commit_folder(session, await plan_folder(session, EXAMPLE), business_date=BUSINESS_DATE)
        await database.close()

    asyncio.run(load())
    return LOADED


@pytest.fixture
def loaded_url(server: QuickPostgres, loaded_template: str) -> Iterator[str]:
    """The address of a copy of the example city."""
    name = server.copy(loaded_template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def loaded(loaded_url: str) -> AsyncIterator[Database]:
    """A copy of the example city."""
    made = Database(loaded_url, pool_size=4)
    yield made
    await made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example files that a test may change."""
    made = tmp_path / "input"
    made.mkdir()
    for path in EXAMPLE.glob("*.csv"):
        (made / path.name).write_bytes(path.read_bytes())
    return made
