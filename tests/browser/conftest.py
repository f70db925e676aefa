"""A real browser before a real server process on a database of its own.

Without chromium these tests are left out, and a line at the end says so in capitals; with CI=true they fail.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from services.kit.embedded_postgres import EmbeddedPostgres
from tests.browser.chromium import ARGUMENTS, MISSING, chromium
from tests.browser.people import make_people
from tests.browser.watching import Watched
from tests.services.console.city import load_city

SERVE = Path(__file__).with_name("serve.py")
ROOT = Path(__file__).parents[2]
WORKER = ("-m", "services.cli", "worker")
START_SECONDS = 60
STOP_SECONDS = 20


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where chromium is."""
    path = chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


@pytest.fixture(scope="session")
async def site(
    browser_path: str, server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The address of a running server process with its worker, on the example city."""
    assert browser_path
    server.create_database("browser", template=template)
    url = server.url("browser")
    await load_city(url)
    await make_people(url)
    port = free_port()
    environment = os.environ | {
        "YIPANQI_DATABASE_URL": url,
        "YIPANQI_SECRET": "a secret of the browser tests, long enough",
        "YIPANQI_CITY": "611000",
        "YIPANQI_DATA_DIR": str(tmp_path_factory.mktemp("site")),
        "YIPANQI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT),
    }
    address = f"http://127.0.0.1:{port}"
    async with running(str(SERVE), str(port), environment=environment) as process:
        await wait_for(f"{address}/health", process)
        async with running(*WORKER, environment=environment):
            yield address


@asynccontextmanager
async def running(*arguments: str, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Python beside the tests, and ask it to stop at the end."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), STOP_SECONDS)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def wait_for(address: str, process: asyncio.subprocess.Process) -> None:
    """Wait until the server answers; fail when it ended or takes too long."""
    async with httpx.AsyncClient() as client:
        for _ in range(START_SECONDS * 10):
            assert process.returncode is None, "the server ended"
            try:
                await client.get(address)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return
    pytest.fail("the server did not answer")


@pytest.fixture(scope="session")
async def chrome(browser_path: str) -> AsyncIterator[Browser]:
    """One browser for all tests."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest.fixture
async def window(chrome: Browser, site: str) -> AsyncIterator[BrowserContext]:
    """A fresh window: no cookies; Chinese."""
    context = await chrome.new_context(base_url=site, locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest.fixture
async def page(window: BrowserContext, site: str) -> AsyncIterator[Page]:
    """A page that is watched: an error of its scripts or a request to elsewhere fails the test."""
    opened = await window.new_page()
    watched = Watched(opened, site)
    yield opened
    watched.check()
