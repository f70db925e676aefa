"""A real database for every test: one private server a process, one copy of a migrated template a test."""

import gc
import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import migrate
from services.kit.database import Database
from services.kit.embedded_postgres import BinariesNotFound, EmbeddedPostgres
from services.settings import Settings
from tests import applications
from tests.databases import QuickPostgres

settings.register_profile(
    "suite", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("suite")

TEMPLATE = "template_yipanqi"
SECRET = "a secret of the tests, longer than 32 characters"
NO_OLDER = "PostgreSQL 15 is not installed: its tests did not run (Debian: apt install postgresql-15)"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuickPostgres]:
    """A private server; YIPANQI_TEST_POSTGRES chooses 15 or 18."""
    folder: Path = tmp_path_factory.mktemp("postgres")
    version = os.environ.get("YIPANQI_TEST_POSTGRES")
    with QuickPostgres(folder, version=version) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: EmbeddedPostgres) -> str:
    """The name of a migrated, empty database that tests copy."""
    server.create_database(TEMPLATE)
    migrate.upgrade(server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(server: QuickPostgres, template: str) -> Iterator[str]:
    """The address of a database of the test's own."""
    name = server.copy(template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The test's own database."""
    made = Database(database_url, pool_size=8)
    yield made
    await made.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A session whose transaction is open; it commits when the test ends."""
    async with database.session() as opened:
        yield opened


@pytest.fixture
def process_settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of an application on the test's database."""
    return Settings(database_url=database_url, secret=SECRET, city="611000", data_dir=tmp_path, pool_size=8)


@pytest.fixture
async def app(process_settings: Settings) -> AsyncIterator[FastAPI]:
    """The whole application."""
    async with applications.running(process_settings) as made:
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that speaks to the application without a network."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while a thousand modules are loaded, then set them aside for good."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _quiet_logs() -> None:
    from services.kit.logging import configure

    configure("CRITICAL")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    """Skip what wants the older PostgreSQL where it is not installed; never in continuous integration."""
    yield from _without_older_postgres()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """Do the same for tests that look for it themselves."""
    yield from _without_older_postgres()


def _without_older_postgres() -> Generator[None, None, None]:
    try:
        yield
    except BinariesNotFound:
        if os.environ.get("CI"):
            raise
        pytest.skip(NO_OLDER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what did not run for want of a program; workers only skip one by one."""
    from tests.browser.chromium import MISSING
    from tests.services.ledger.judges import NO_HLEDGER

    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    for title, missing in (("BROWSER", MISSING), ("POSTGRESQL 15", NO_OLDER), ("HLEDGER", NO_HLEDGER)):
        if any(missing in reason for reason in skipped):
            terminalreporter.section(title, sep="!", red=True, bold=True)
            terminalreporter.line(missing)
