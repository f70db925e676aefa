from collections.abc import Iterator

import pytest

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.matching.tables import MatchRun
from tests.databases import QuickPostgres
from tests.services.matching import factories as make

POOLED, MATCHED = "template_pooled", "template_matched"


@pytest.fixture(scope="session")
async def pooled_template(server: EmbeddedPostgres, template: str) -> str:
    """A database whose small city has four pooled leads, for tests to copy."""
    server.create_database(POOLED, template=template)
    database = Database(server.url(POOLED))
    async with database.session() as session:
        await make.make_pool(session)
    await database.close()
    return POOLED


@pytest.fixture(scope="session")
async def matched_template(server: EmbeddedPostgres, pooled_template: str) -> str:
    """The same with a stored run: solving once is enough for tests of what follows."""
    server.create_database(MATCHED, template=pooled_template)
    database = Database(server.url(MATCHED))
    await make.stored_run(database)
    await database.close()
    return MATCHED


@pytest.fixture
def database_url(server: QuickPostgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of the test's own: as far on the road as the test asks for."""
    asked = set(request.fixturenames)
    start = "matched_template" if "run" in asked else "pooled_template" if "pool" in asked else "template"
    name = server.copy(request.getfixturevalue(start))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def pool(database: Database) -> Database:
    """A database whose small city has four pooled leads."""
    return database


@pytest.fixture
async def run(pool: Database) -> MatchRun:
    """The stored run on the small pool."""
    return await make.latest_run(pool)
