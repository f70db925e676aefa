"""The example city with a sketch loaded, behind the whole application; tests only look at it."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.maps.service import MapSource, import_map
from services.settings import Settings
from tests.conftest import SECRET
from tests.services.console.city import CITY, Samples, load_city, sign_everybody_in
from tests.services.console.conftest import Site
from tests.services.maps.outlines import sketch


@pytest.fixture(scope="module")
async def site(
    server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """The application and somebody of each role."""
    from services.app import create_app

    server.create_database("maps", template=template)
    url = server.url("maps")
    await load_city(url)
    secrets = await sign_everybody_in(url)
    database = Database(url)
    async with database.session() as session:
        given = MapSource(source="测试用示意轮廓", sketch=True)
        await import_map(session, CITY, sketch(), given, date(2027, 1, 15))
    await database.close()
    folder = tmp_path_factory.mktemp("maps")
    app = create_app(Settings(database_url=url, secret=SECRET, city=CITY, data_dir=folder, pool_size=4))
    async with app.router.lifespan_context(app):
        yield Site(app, url, secrets, Samples("", "", "", "", "", ""))
    server.drop_database("maps")
