"""One application on the example city, shared by all tests that only look at pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.console.session import COOKIE
from services.kit.embedded_postgres import EmbeddedPostgres
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.console.city import CITY, Samples, load_city, play, sign_everybody_in


@dataclass(frozen=True, slots=True)
class Site:
    """The application and, for each role, the cookie of somebody signed in."""

    app: FastAPI
    url: str
    secrets: dict[Role, str]
    samples: Samples

    async def get(
        self, path: str, role: Role | None = None, *, language: str = "zh", **headers: str
    ) -> httpx.Response:
        """Ask for a page as somebody, as a browser does."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            if role is not None:
                client.cookies.set(COOKIE, self.secrets[role])
            return await client.get(
                path, headers={"accept": "text/html", "accept-language": language} | headers
            )


@pytest.fixture(scope="session")
async def site(
    server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """The example city behind the whole application."""
    server.create_database("pages", template=template)
    url = server.url("pages")
    await load_city(url)
    samples = await play(url)
    secrets = await sign_everybody_in(url)
    folder = tmp_path_factory.mktemp("pages")
    settings = Settings(database_url=url, secret=SECRET, city=CITY, data_dir=folder, pool_size=4)
    async with applications.running(settings) as app:
        yield Site(app, url, secrets, samples)
