"""The people of the story: each signs in with a password over HTTP and sends a key with every effect."""

from dataclasses import dataclass
from typing import Any

import httpx

from services.kit.tables import uuid7

JSON = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    client: httpx.AsyncClient
    token: str

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.client.get(path, headers=self._bearer)
        assert answer.status_code == status, f"GET {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    async def version(self, path: str) -> str:
        """Read the version of a thing that is about to be changed."""
        answer = await self.client.get(path, headers=self._bearer)
        assert answer.status_code == 200, f"GET {path}: {answer.text[:500]}"
        return answer.headers["etag"]

    async def post(self, path: str, body: Any = None, *, status: int | None = None, **more: Any) -> Any:
        """Post with a key, and with the version of `seen`, or the one that `match` is, where it needs one."""
        headers = {**self._bearer, "Idempotency-Key": str(uuid7())}
        seen: str | None = more.pop("seen", None)
        if seen is not None:
            headers["If-Match"] = await self.version(seen)
        match: int | None = more.pop("match", None)
        if match is not None:
            headers["If-Match"] = f'"{match}"'
        answer = await self.client.post(path, headers=headers, json=body, **more)
        expected = {status} if status else {200, 201, 202, 204}
        assert answer.status_code in expected, f"POST {path}: {answer.status_code} {answer.text[:800]}"
        return answer.json() if answer.content else None


class People:
    """Everybody with an account, signed in at first need."""

    def __init__(self, client: httpx.AsyncClient, passwords: dict[str, str]) -> None:
        self._client = client
        self._passwords = passwords
        self._known: dict[str, Person] = {}

    async def __call__(self, login: str) -> Person:
        if login not in self._known:
            body = {"login": login, "password": self._passwords[login]}
            answer = await self._client.post("/v1/sign-in", json=body)
            assert answer.status_code == 200, answer.text
            self._known[login] = Person(self._client, answer.json()["access_token"])
        return self._known[login]
