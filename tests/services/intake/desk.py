"""People of offices who speak to the application, and somebody without an account."""

from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI

from auth.principal import Role
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make

OFFICE = (Role.city_office, make.CITY)
DANFENG = (Role.county_officer, make.DANFENG)
SHANGZHOU = (Role.county_officer, make.SHANGZHOU)
LUONAN = (Role.county_officer, make.LUONAN)


class Desk:
    """People of offices, signed in once."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client
        self._headers: dict[tuple[Role, str], dict[str, str]] = {}
        self._keys = count(1)

    async def ask(
        self,
        method: str,
        path: str,
        who: tuple[Role, str] | None,
        body: Any = None,
        *,
        version: int | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        headers: dict[str, str] = {}
        if who is not None:
            if who not in self._headers:
                _, self._headers[who] = await bearer(self.app, *who)
            headers = dict(self._headers[who])
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if method == "POST":
            headers["Idempotency-Key"] = key or f"a-key-of-my-own-{next(self._keys)}"
        return await self.client.request(method, path, headers=headers, json=body)
