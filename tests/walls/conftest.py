"""One city for all tests of walls; what a test changes, it changes in a copy of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Principal, Role
from services.console.session import COOKIE
from services.kit.embedded_postgres import EmbeddedPostgres
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.accounts.factories import CHEAP
from tests.services.console.city import CITY
from tests.walls.world import Still, World, build, office_of

SOURCE = "walls_source"


@dataclass(frozen=True, slots=True)
class Site:
    """An application on a copy of the city."""

    app: FastAPI
    world: World

    async def bearer(self, person: Principal) -> dict[str, str]:
        """The header that speaks for somebody: their console sign-in serves as the token's."""
        tokens = await self.app.state.principals.tokens()
        token = tokens.issue(
            account=person.account,
            city=person.city,
            session=person.session,
            token=person.session,
            now=self.app.state.clock.now(),
        )
        return {"Authorization": f"Bearer {token}"}

    def client(self, role: Role | None = None, office: str | None = None) -> httpx.AsyncClient:
        """A client that holds the cookie of somebody."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        made = httpx.AsyncClient(transport=transport, base_url="http://test")
        if role is not None:
            made.cookies.set(COOKIE, self.world.cookies[role, office or office_of(role)])
        return made


def settings_of(url: str, folder: Path) -> Settings:
    """The settings of an application on a copy of the city."""
    return Settings(database_url=url, secret=SECRET, city=CITY, data_dir=folder, pool_size=4)


@asynccontextmanager
async def application(url: str, folder: Path) -> AsyncIterator[FastAPI]:
    """The whole application on a still clock."""
    async with applications.running(settings_of(url, folder), clock=Still()) as app:
        app.state.principals.passwords = CHEAP
        yield app


@pytest.fixture(scope="session")
async def world(server: EmbeddedPostgres, template: str) -> World:
    """The city, built once in a database that nobody connects to afterwards."""
    server.create_database(SOURCE, template=template)
    return await build(server.url(SOURCE))


@pytest.fixture(scope="module")
async def site(
    server: EmbeddedPostgres, world: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """The application on a copy of the city, for the tests of one module."""
    folder = tmp_path_factory.mktemp("walls")
    name = folder.name.replace("-", "_")
    server.create_database(name, template=SOURCE)
    async with application(server.url(name), folder) as app:
        yield Site(app, world)
    server.drop_database(name)
