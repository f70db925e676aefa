import pytest

from services.kit.database import Database
from tests.services.matching import factories as make


@pytest.fixture
async def pool(database: Database) -> Database:
    """A database whose small city has four pooled leads."""
    async with database.session() as session:
        await make.make_pool(session)
    return database
