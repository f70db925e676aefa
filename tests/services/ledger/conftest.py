"""A database with the example's two years computed, made once a process and copied for each test."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.databases import QuickPostgres
from tests.services.accounts.factories import bearer, opened
from tests.services.console.markup import Page, faults
from tests.services.ledger import factories, settled, story

LOADED, ISSUED, CLOSED = "template_ledger_loaded", "template_ledger_issued", "template_ledger_closed"


@pytest.fixture(scope="session")
async def loaded_template(server: EmbeddedPostgres, template: str) -> str:
    """The example's money side, nothing computed."""
    if not server.create_database(LOADED, template=template):
        return LOADED  # another slice's tests made it in this process
    database = Database(server.url(LOADED))
    async with database.session() as session:
        await factories.load_example(session)
    await database.close()
    return LOADED


@pytest.fixture(scope="session")
async def issued_template(server: EmbeddedPostgres, loaded_template: str) -> str:
    """The example with 2025 computed and its year statements issued."""
    if not server.create_database(ISSUED, template=loaded_template):
        return ISSUED
    database = Database(server.url(ISSUED))
    async with database.session() as session:
        await story.compute_year(session, 2025)
        await story.issue(session, "2025")
        await story.prepare_quarters(session, "2025")
    await database.close()
    return ISSUED


@pytest.fixture(scope="session")
async def closed_template(server: EmbeddedPostgres, template: str) -> str:
    """A small city with two closed years."""
    server.create_database(CLOSED, template=template)
    database = Database(server.url(CLOSED))
    async with database.session() as session:
        await settled.load(session)
    await database.close()
    return CLOSED


def _copy(server: QuickPostgres, template: str) -> Iterator[str]:
    name = server.copy(template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def loaded_url(server: QuickPostgres, loaded_template: str) -> Iterator[str]:
    yield from _copy(server, loaded_template)


@pytest.fixture
def issued_url(server: QuickPostgres, issued_template: str) -> Iterator[str]:
    yield from _copy(server, issued_template)


@pytest.fixture
def closed_url(server: QuickPostgres, closed_template: str) -> Iterator[str]:
    yield from _copy(server, closed_template)


@pytest.fixture
async def closed(closed_url: str) -> AsyncIterator[Database]:
    made = Database(closed_url, pool_size=8)
    yield made
    await made.close()


@pytest.fixture
async def on_closed(closed: Database) -> AsyncIterator[AsyncSession]:
    async with closed.session() as session:
        yield session


@pytest.fixture
async def closed_site(closed_url: str, tmp_path: Path) -> AsyncIterator["Site"]:
    async for made in _site(closed_url, tmp_path):
        yield made


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


@dataclass
class Site:
    """The whole application on a copy of the computed example, and people to ask it as."""

    app: FastAPI
    client: httpx.AsyncClient

    async def person(self, role: Role, office: str = factories.CITY) -> dict[str, str]:
        """The headers of somebody signed in at the API."""
        _, headers = await bearer(self.app, role, office)
        return headers

    async def browser(self, role: Role, office: str = factories.CITY, language: str = "zh") -> "Browser":
        """Somebody signed in at the console."""
        signed = await opened(self.app.state.database, role, office, kind=SessionKind.console)
        return Browser(self.app, signed.secret.text, language)


@dataclass
class Browser:
    """One person's browser: asks for pages and sends the forms it finds there."""

    app: FastAPI
    secret: str
    language: str

    async def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            client.cookies.set(COOKIE, self.secret)
            headers = {"accept": "text/html", "accept-language": self.language}
            return await client.request(method, path, headers=headers, **how)

    async def get(self, path: str) -> httpx.Response:
        return await self._ask("GET", path)

    async def page(self, path: str) -> str:
        """A page that must open and be without fault."""
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        found = faults(answer.text, self.app, path)
        assert not found, (path, found)
        return answer.text

    async def send(self, path: str, to: str | None = None, **fields: str) -> httpx.Response:
        """Open a page and send its form (to an address where it has several), with some fields filled in."""
        forms = [form for form in Page((await self.get(path)).text).forms if form.method == "post"]
        form = next(form for form in forms if form.action == (to or path))
        return await self._ask("POST", form.action, data={**form.fields, **fields})


async def _site(url: str, folder: Path) -> AsyncIterator[Site]:
    settings = Settings(database_url=url, secret=SECRET, city=factories.CITY, data_dir=folder, pool_size=4)
    async with applications.running(settings) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Site(app, client)


@pytest.fixture
async def loaded_site(loaded_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async for made in _site(loaded_url, tmp_path):
        yield made


@pytest.fixture
async def issued_site(issued_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async for made in _site(issued_url, tmp_path):
        yield made
