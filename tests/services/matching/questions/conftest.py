from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.matching.tables import MatchRun
from tests.databases import QuickPostgres
from tests.services.accounts.factories import bearer
from tests.services.matching import factories as make
from tests.services.matching.questions import asking

ASKED = "template_asked"


@pytest.fixture(scope="session")
async def asked_template(server: EmbeddedPostgres, template: str) -> str:
    """A city with a run that leaves a large lead in the pool, and one answered question of each kind."""
    server.create_database(ASKED, template=template)
    database = Database(server.url(ASKED))
    await asking.build(database)
    await database.close()
    return ASKED


@pytest.fixture
def database_url(server: QuickPostgres, asked_template: str) -> Iterator[str]:
    """The address of a copy of that city."""
    name = server.copy(asked_template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def run(database: Database) -> MatchRun:
    """The stored run."""
    return await make.latest_run(database)


@pytest.fixture
async def office(app: FastAPI) -> dict[str, str]:
    """The header of the city's office."""
    return (await bearer(app, Role.city_office))[1]


@pytest.fixture
async def host(app: FastAPI) -> dict[str, str]:
    """The header of an officer of the county that the large lead was proposed to."""
    return (await bearer(app, Role.county_officer, make.LUONAN))[1]
