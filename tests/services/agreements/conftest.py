"""One held project, brought there once: every test gets its own copy of that database."""

import pytest

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.services.agreements import factories

HELD = "template_held"


@pytest.fixture(scope="session")
async def template(server: EmbeddedPostgres, template: str) -> str:
    """The name of a database with a project that Shangzhou holds for Danfeng."""
    server.create_database(HELD, template=template)
    database = Database(server.url(HELD))
    async with database.session() as session:
        await factories.bring_to_hold(session)
    await database.close()
    return HELD
