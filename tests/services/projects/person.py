"""Somebody at the console, as a test plays them."""

import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx

from auth.principal import Role

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)


class Person:
    """Somebody signed in at the console, who reads pages and sends their forms back."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(200)

    async def open(self, path: str) -> str:
        self.page = await self.client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        return self.page.text

    async def send(self, path: str, **fields: object) -> httpx.Response:
        """Open a form and send it filled in."""
        await self.open(path)
        return await self.resend(path, **fields)

    async def resend(self, path: str, **fields: object) -> httpx.Response:
        """Send the form of the page that is open."""
        form = next(found for found in FORM.finditer(self.page.text) if found[1] == path)
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(form[0])}
        data, headers = {**hidden, **fields}, {"Accept": "text/html"}
        self.page = await self.client.post(path, data=data, headers=headers)
        if "once" in hidden and self.page.status_code == 303:
            # A button is easily pressed twice: the second press leads to the same place and does nothing.
            again = await self.client.post(path, data=data, headers=headers)
            assert (again.status_code, again.headers["location"]) == (303, self.page.headers["location"])
        return self.page


Enter = Callable[[Role, str], Awaitable[Person]]
