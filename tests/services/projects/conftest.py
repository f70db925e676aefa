"""People at the console and a small city."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from tests.services.accounts.factories import opened
from tests.services.projects import factories as make
from tests.services.projects.person import Enter, Person
from tests.services.regions import factories as regions


@pytest.fixture
async def enter(app: FastAPI) -> AsyncIterator[Enter]:
    """Sign somebody of an office in."""
    clients: list[httpx.AsyncClient] = []

    async def sign_in(role: Role, office: str) -> Person:
        county = make.SHANGZHOU if office == make.PARK else None
        signed = await opened(app.state.database, role, office, county=county, kind=SessionKind.console)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://test")
        client.cookies.set(COOKIE, signed.secret.text)
        clients.append(client)
        return Person(client)

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest.fixture
async def small_city(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
