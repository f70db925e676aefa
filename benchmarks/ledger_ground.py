"""A city's books on a server of the benchmark's own: the real migrations, accounts, and batches to post."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from allocation.sharing.postings import AccountKind, LegFacts, Unit, legs_of_share
from services.kit import migrate
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.tables import uuid7

CITY: Final = "999000"
PERIOD: Final = "2025-01"
COUNTIES: Final = tuple(f"9990{number:02}" for number in range(1, 13))
AGREEMENTS: Final = 200
KINDS: Final = (
    AccountKind.share_expense,
    AccountKind.due_to,
    AccountKind.due_from,
    AccountKind.share_income,
)
SETTINGS: Final = {
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
}
"""A commit is on the disk when it is answered. Checkpoints are kept out of bursts, the ceiling's too."""

CEILING: Final = "CREATE TABLE ceiling (id bigserial PRIMARY KEY, number uuid NOT NULL UNIQUE)"
CEILING_ONE: Final = "INSERT INTO ceiling (number) VALUES ($1)"
CEILING_BATCH: Final = "INSERT INTO ceiling (number) SELECT * FROM unnest($1::uuid[])"
POST: Final = (
    "SELECT post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
)
POST_ONE: Final = "SELECT post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
_BY: Final = uuid4()
_NAMED: Final = "x" * 64

Account = tuple[str, AccountKind, str]


@dataclass(frozen=True)
class Ground:
    """Where to post: the server's address, agreements and accounts."""

    url: str
    agreements: Sequence[UUID]
    accounts: dict[Account, UUID]

    def share(self, draw: random.Random, *, hot: bool = False) -> tuple[LegFacts, ...]:
        """Draw a share's four legs; a hot one is always between the same two counties."""
        origin, host = COUNTIES[:2] if hot else draw.sample(COUNTIES, 2)
        return legs_of_share(origin, host, draw.randrange(1, 10**9))

    def arguments(self, draw: random.Random, entries: Sequence[Sequence[LegFacts]]) -> list[Any]:
        """What `post_batch` is called with to post one journal for each entry."""
        ids = [uuid7() for _ in entries]
        places: dict[Account, int] = {}
        legs = [
            (
                place,
                seq,
                places.setdefault((leg.county, leg.kind, leg.counterparty), len(places) + 1),
                leg.fen,
            )
            for place, entry in enumerate(entries, 1)
            for seq, leg in enumerate(entry, 1)
        ]
        count = len(ids)
        return [
            CITY,
            _BY,
            ids,
            [f"share/{number}" for number in ids],
            [_NAMED] * count,
            ["share"] * count,
            [PERIOD] * count,
            [draw.choice(self.agreements) for _ in ids],
            [None] * count,
            [None] * count,
            [""] * count,
            [self.accounts[account] for account in places],
            [county for county, _kind, _other in places],
            [Unit.fen.value] * len(places),
            *([leg[part] for leg in legs] for part in range(4)),
        ]

    def one(self, draw: random.Random, legs: Sequence[LegFacts]) -> list[Any]:
        """What `post_batch` is called with to post one journal."""
        number = uuid7()
        return [
            *(CITY, _BY, number, f"share/{number}", _NAMED, "share", PERIOD),
            *(draw.choice(self.agreements), None, None, ""),
            [self.accounts[leg.county, leg.kind, leg.counterparty] for leg in legs],
            [leg.fen for leg in legs],
        ]


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Start a server and lay the ground; it is gone afterwards."""
    with TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings=SETTINGS, temporary=True)
        await asyncio.to_thread(server.start)
        try:
            await asyncio.to_thread(server.create_database, "ledger")
            url = server.url("ledger")
            await asyncio.to_thread(migrate.upgrade, url)
            yield await _laid(url)
        finally:
            await asyncio.to_thread(server.stop)


async def _laid(url: str) -> Ground:
    """Put in what journals name. The rows are bare: foreign keys of no concern here are not asked."""
    agreements = [uuid7() for _ in range(AGREEMENTS)]
    accounts: dict[Account, UUID] = {
        (county, kind, other): uuid7()
        for county in COUNTIES
        for other in COUNTIES
        if county != other
        for kind in KINDS
    }
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("INSERT INTO city (city, name, year) VALUES ($1, 'x', 2025)", CITY)
        await connection.executemany(
            "INSERT INTO region (city, code, name, kind, has_treasury, energy_quota_tce, cod_quota_kg,"
            " land_quota_mu) VALUES ($1, $2, $2, 'county', true, 0, 0, 0)",
            [(CITY, county) for county in COUNTIES],
        )
        await connection.execute(
            "INSERT INTO period (city, code, state) VALUES ($1, $2, 'open')", CITY, PERIOD
        )
        await connection.executemany(
            "INSERT INTO agreement (city, id, code, project, origin, host, state, minutes_no,"
            " deduction_consent, imported, end_reason, revision)"
            " VALUES ($1, $2, $3, $2, $4, $5, 'draft', '', false, false, '', 1)",
            [(CITY, number, str(number), *COUNTIES[:2]) for number in agreements],
        )
        await connection.executemany(
            "INSERT INTO ledger_account (city, id, county, kind, counterparty, unit)"
            " VALUES ($1, $2, $3, $4, $5, 'fen')",
            [(CITY, number, county, kind.value, other) for (county, kind, other), number in accounts.items()],
        )
        await connection.execute(CEILING)
    await connection.execute("ANALYZE agreement, ledger_account")
    await connection.close()
    return Ground(url, agreements, accounts)


def cpu_seconds(pid: int) -> float:
    """The processor time that a process of this machine has used, of itself and of the system for it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _ticks() -> int:
    import os

    return os.sysconf("SC_CLK_TCK")


_TICKS: Final = _ticks()
