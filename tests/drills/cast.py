"""The clients of the kill drill: they ask until they are answered, under one key for each write."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy.exc import DBAPIError

from auth.principal import Role
from services.accounts.principals import AccountPrincipals
from services.accounts.sign_in import SignedIn
from services.kit.clock import Clock
from services.kit.database import Database
from tests.conftest import SECRET
from tests.services.accounts.factories import opened
from tests.services.ledger.factories import CITY
from tests.services.projects import factories as projects

ORIGIN = "611022"
TOKEN_SECONDS = 300.0
PAUSE_SECONDS = 0.05
AGAIN = frozenset({401, 429, 500, 502, 503, 504})
"""Answers after which a client asks again; and 409 while its first try still runs."""
RUNNING = "idempotency-still-running"


class Refused(Exception):
    """The API refused a write that is good."""


@dataclass
class Office:
    """Somebody signed in, whose token is renewed."""

    principals: AccountPrincipals
    signed: SignedIn
    _token: str = ""
    _until: float = 0.0

    async def headers(self) -> dict[str, str]:
        """The headers that speak for this person; waits while the database is away."""
        while asyncio.get_running_loop().time() > self._until:
            try:
                self._token, _ = await self.principals.issue(self.signed)
            except (DBAPIError, OSError):
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                self._until = asyncio.get_running_loop().time() + TOKEN_SECONDS
        return {"Authorization": f"Bearer {self._token}"}


@dataclass
class Clients:
    """All clients: what they were told, and how often they had to ask."""

    base_url: str
    leads: Office
    books: Office
    keep_keys: bool
    acknowledged: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def write_leads(self, names: list[str]) -> None:
        """Register leads, one after the other, until the list is empty."""
        while names:
            name = names.pop()
            form = projects.form(name=name, origin=ORIGIN).model_dump(mode="json")
            answer = await self._ask(self.leads, "/v1/projects", form)
            self.acknowledged[name] = answer["project"]["id"]
            self._news.set()

    async def reached(self, count: int) -> None:
        """Wait until so many leads are acknowledged."""
        while len(self.acknowledged) < count:
            self._news.clear()
            await self._news.wait()

    async def compute(self, months: list[str], leads: list[str]) -> None:
        """Compute months in their order, as long as leads are written."""
        for month in months:
            answer = await self._ask(self.books, f"/v1/periods/{month}/runs", None)
            self.runs[answer["run"]] = month
            if not leads:
                break

    async def _ask(self, office: Office, path: str, body: Any) -> dict[str, Any]:
        """Send a write until it is answered."""
        key = str(uuid4())
        while True:
            self.counts["tries"] += 1
            headers = await office.headers() | {"Idempotency-Key": key if self.keep_keys else str(uuid4())}
            try:
                async with httpx.AsyncClient(base_url=self.base_url, timeout=30) as client:
                    answer = await client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                self.counts["unanswered"] += 1
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if answer.status_code == 201:
                self.counts["replayed"] += "idempotency-replayed" in answer.headers
                return dict(answer.json())
            if answer.status_code in AGAIN or RUNNING in answer.text:
                self.counts[f"answered_{answer.status_code}"] += 1
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            raise Refused(answer.text)


async def sign_in(database: Database) -> tuple[Office, Office]:
    """A county's officer and the city's finance."""
    principals = AccountPrincipals(database.url, secret=SECRET, clock=Clock())
    await principals.tokens()
    now = datetime.now(UTC)
    officer = await opened(database, Role.county_officer, ORIGIN, now=now)
    finance = await opened(database, Role.city_finance, CITY, now=now)
    return Office(principals, officer), Office(principals, finance)
