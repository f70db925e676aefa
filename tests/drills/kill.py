"""Kill everything under load: `python -m tests.drills.kill [--writes 120] [--kills 3] [--plant [WHICH]]`.

Two processes of the API stand behind a proxy that loses one reply in five after the commit; the database,
which writes to the disk before it acknowledges, stands behind another. Clients register leads, and one
computes the months of two years; what is not answered is sent again under the same Idempotency-Key. Meanwhile
an API process, or the database with all its backends, is killed by SIGKILL and started again. At the end
every write that was acknowledged is there exactly once, nothing else is, and the books balance and hold all
that is due. The long form is `--writes 100000 --kills 200`.

`--plant keys` (what `--plant` alone means) lets the clients take a new key for each try: doubles must be
found. `--plant disk` lets the database acknowledge before it has written: lost writes must be found.
"""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.embedded_postgres.programs import HOST
from services.ledger.imports import write_receipts
from services.settings import Settings
from tests.conftest import SECRET
from tests.drills import audit
from tests.drills.cast import Clients, sign_in
from tests.drills.proxy import Proxy
from tests.drills.site import Site
from tests.drills.stage import DURABLE, Findings, finish, migrated, own_server, parser, tell
from tests.services.ledger import factories
from tests.services.ledger.factories import CITY

PLANTS = {"keys": audit.DOUBLED, "disk": audit.LOST}
SLOW_DISK = {"synchronous_commit": "off", "wal_writer_delay": "10000ms", "wal_writer_flush_after": "1GB"}
REPLIES_LOST = 0.2
MONTHS = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]


async def kill(site: Site, clients: Clients, kills: int, writes: int, found: Findings) -> None:
    """Kill in turn the database and an API process, spread over the writes."""
    for number in range(1, kills + 1):
        await clients.reached(writes * number // (kills + 1))
        if number % 2:
            await site.kill_database()
            found.counts["database_kills"] += 1
        else:
            await site.kill_api()
            found.counts["api_kills"] += 1
        if number % max(1, kills // 5) == 0:
            done = len(clients.acknowledged)
            tell(f"kill: {number} kills, {done} of {writes} writes, {clients.counts['tries']} tries")


async def load(site: Site, clients: Clients, writes: int, kills: int, many: int, found: Findings) -> None:
    """Let clients write while everything is killed."""
    names = [f"drill {number}" for number in range(writes)]
    async with asyncio.TaskGroup() as group:
        for _ in range(many):
            group.create_task(clients.write_leads(names))
        group.create_task(clients.compute(MONTHS, names))
        group.create_task(kill(site, clients, kills, writes, found))


async def drill(
    server: EmbeddedPostgres,
    folder: Path,
    writes: int,
    kills: int,
    many: int,
    processes: int,
    *,
    keep_keys: bool,
) -> Findings:
    """Prepare, load, and look."""
    found = Findings()
    async with Proxy(server.port) as back, Proxy(lose=REPLIES_LOST) as front:
        url = f"postgresql://postgres@{HOST}:{back.port}/drill"
        database = Database(url, pool_size=2)
        async with database.session() as session:
            await factories.load_ground(session)
            await factories.load_agreements(session)
            await write_receipts(session, factories.SYSTEM, factories.receipt_inputs()[::3])
        officer, finance = await sign_in(database)
        settings = Settings(database_url=url, secret=SECRET, city=CITY, data_dir=folder, pool_size=8)
        site = Site(server, front, back, settings, folder / "api.log")
        clients = Clients(f"http://{HOST}:{front.port}", officer, finance, keep_keys)
        tell("kill: the city is loaded")
        try:
            await site.start(processes)
            tell("kill: the API answers")
            await load(site, clients, writes, kills, many, found)
            tell("kill: all is written")
        finally:
            site.stop()
        async with database.session() as session:
            await audit.leads(session, clients.acknowledged, found)
            await audit.books(session, clients.runs, found)
        await database.close()
        await officer.principals.close()
        found.counts.update(clients.counts)
        found.counts["replies_lost"] = front.lost
    found.counts["writes"] = writes
    found.check(found.counts["database_kills"] + found.counts["api_kills"] == kills, "not_killed")
    found.check(found.counts["replies_lost"] > 0, "nothing_was_lost", "no reply was lost: nothing was tried")
    return found


def main() -> None:
    """Run the drill."""
    options = parser("kill", __doc__)
    options.add_argument("--writes", type=int, default=120)
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--processes", type=int, default=2, help="of the API")
    options.add_argument("--plant", nargs="?", const="keys", choices=list(PLANTS))
    asked = options.parse_args()
    started = time.monotonic()
    how = (asked.writes, asked.kills, asked.clients, asked.processes)
    settings = DURABLE | (SLOW_DISK if asked.plant == "disk" else {})
    with own_server(settings) as server, TemporaryDirectory() as folder:
        migrated(server)
        found = asyncio.run(drill(server, Path(folder), *how, keep_keys=asked.plant != "keys"))
    finish("kill", found, PLANTS[asked.plant] if asked.plant else None, started)


if __name__ == "__main__":
    main()
