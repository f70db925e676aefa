"""What no page may do, whatever the test is about."""

from playwright.async_api import ConsoleMessage, Page, Request

EXPECTED = "the server responded with a status of 4"
"""Chromium writes a line for every 4xx; those are what some tests are about."""


class Watched:
    """Listens to a page: errors of scripts, lines on the console, requests that leave the site."""

    def __init__(self, page: Page, site: str) -> None:
        self.site = site
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and EXPECTED not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.faults.append(f"foreign request: {request.url}")

    def check(self) -> None:
        """Fail if anything was heard."""
        assert not self.faults, "\n".join(self.faults)
