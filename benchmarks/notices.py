"""Notices through a worker that is killed: every one told once, every message received.

    python -m benchmarks.notices [--events 2000] [--people 5]

A private database holds a small city, one county's officers and one lead. Twice, events are written in one
transaction while a worker process runs, which empties the outbox into the officers' inboxes and posts one
message an event to a receiver on loopback: first undisturbed; then the worker is killed by SIGKILL as soon as
the first notices are there, and another one is started.

`seconds` and `seconds_with_kill` count from the events' commit until the last notice is there; the second
holds `restart_seconds`, from the start of the new process to its first notices. `lost` and `doubled` compare
events x people with the rows; `unreceived` are messages that the receiver never got, and `received_again`
those that it got more than once, under the same id, as is promised: at least once outside.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, insert, select, text
from sqlmodel import col

from auth.principal import Principal, Role
from services.accounts import repo
from services.accounts.tables import Account
from services.kit import migrate
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.events import AuditEvent
from services.kit.tables import uuid7
from services.notices import channels
from services.notices.channel_schemas import ChannelForm
from services.notices.tables import Notice, NoticeDelivery, NoticePending
from services.notices.words import ChannelKind, DeliveryState
from services.projects import imports
from services.projects.inputs import ProjectInput
from services.projects.tables import Project
from services.regions.tables import City, Region, RegionKind
from services.settings import Settings

CITY: Final = "611000"
COUNTY: Final = "611022"
SECRET: Final = "the secret of a benchmark, longer than 32 characters"  # noqa: S105 -- of this run alone
PATIENCE: Final = 300.0
TOLD, SILENT = "projects.start", "projects.read"
"""An event that the origin is told of, and one that nobody is."""
_WAN: Final = 1_000_000


class Receiver:
    """Takes every message and counts them by id."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one message; a sender that dies in the middle is let go."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            facts = dict(line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
            await reader.readexactly(int(facts["content-length"]))
            self.ids[facts["webhook-id"]] += 1
            writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
        writer.close()


async def prepare(database: Database, people: int, url: str, settings: Settings) -> Project:
    """Make the city, its people, the lead and the county's channel."""
    async with database.session() as session:
        session.add(City(city=CITY, name="基准市", year=2026))
        await session.flush()
        session.add(Region(city=CITY, code=CITY, name="基准市本级", kind=RegionKind.city))
        county = Region(city=CITY, code=COUNTY, name="基准县", kind=RegionKind.county)
        county.energy_quota_tce = county.cod_quota_kg = county.land_quota_mu = 10**6
        session.add(county)
        await session.flush()
        keeper = _account(0, Role.administrator, CITY)
        session.add_all([keeper, *(_account(n, Role.county_officer, COUNTY) for n in range(1, people + 1))])
        await session.flush()
        await imports.write_projects(session, Principal.system(CITY), [_lead()])
        form = ChannelForm(office=COUNTY, kind=ChannelKind.webhook, name="基准", url=url)
        await channels.make(session, repo.principal_of(keeper), form, settings)
        await session.execute(text("DELETE FROM notice_pending"))
        return (await session.scalars(select(Project))).one()


def _account(number: int, role: Role, office: str) -> Account:
    return Account(
        city=CITY, login=f"bench-{number}", display_name="张三", role=role, office=office, county=office
    )


def _lead() -> ProjectInput:
    day = date(2026, 3, 2)
    return ProjectInput(
        code="6110-2026-0001",
        channel="县区招商局",
        origin=COUNTY,
        name="基准项目",
        investor_name="基准有限公司",
        investor_credit_code="91330200MA2DEM0H5U",
        investor_registered="330200",
        fund_kind="province_outside",
        industry="4040",
        investment_fen=16_000 * _WAN,
        fixed_investment_fen=12_000 * _WAN,
        land_mu=4_000,
        hall_m2=0,
        energy_tce=1_200,
        water_td=40,
        cod_kg=200,
        output_fen=21_000 * _WAN,
        tax_fen=900 * _WAN,
        registered_on=day,
        first_talk_on=day,
        accepted_on=day,
        land_deadline=date(2027, 3, 2),
        stage="在谈",
    )


async def happen(database: Database, lead: Project, action: str, events: int) -> None:
    """Write so many events of one kind on the lead, as the program's actions do."""
    rows = [
        {
            "city": CITY,
            "id": uuid7(),
            "office": CITY,
            "action": action,
            "entity": "project",
            "entity_id": str(lead.id),
            "before": {},
            "after": {},
        }
        for _ in range(events)
    ]
    async with database.session() as session:
        await session.execute(insert(AuditEvent), rows)


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Start a worker process; the last of the list is stopped at the end."""
    running = [await start(settings)]
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            running[-1].kill()
        await running[-1].wait()


async def start(settings: Settings) -> asyncio.subprocess.Process:
    """Start `yipanqi worker` as an operator does."""
    surroundings = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "YIPANQI_SECRET": SECRET,
        "YIPANQI_NOTICE_NETWORKS": settings.notice_networks,
        "YIPANQI_LOG_LEVEL": "ERROR",
    }
    program = "from services.cli import app; app(['worker'])"
    return await asyncio.create_subprocess_exec(sys.executable, "-c", program, env=surroundings)


async def count(database: Database) -> tuple[int, int]:
    """Count the events that wait in the outbox, and the notices."""
    async with database.session() as session:
        waiting = await session.scalar(select(func.count()).select_from(NoticePending))
        told = await session.scalar(select(func.count()).select_from(Notice))
    return waiting or 0, told or 0


async def until(database: Database, told: int) -> None:
    """Wait until so many notices are there, or nothing is left that could become one."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        waiting, there = await count(database)
        if there >= told or not waiting:
            return
        await asyncio.sleep(0.05)


async def one_pass(
    database: Database, settings: Settings, lead: Project, asked: argparse.Namespace, *, kill: bool
) -> tuple[float, float]:
    """Let events happen and a worker tell of them.

    Returns:
        the seconds from their commit to the last notice, and of those the second process's start.
    """
    restart = 0.0
    _, before = await count(database)
    await happen(database, lead, SILENT, 1)
    async with working(settings) as workers:
        await until(database, before + 1)  # the worker runs once it has taken what nobody is told of
        await happen(database, lead, TOLD, asked.events)
        began = time.monotonic()
        if kill:
            await until(database, before + 1)
            workers[-1].send_signal(signal.SIGKILL)
            await workers[-1].wait()
            again = time.monotonic()
            workers.append(await start(settings))
            _, there = await count(database)
            await until(database, there + 1)
            restart = time.monotonic() - again
        await until(database, before + asked.events * asked.people)
        seconds = time.monotonic() - began
        await all_sent(database)
    return seconds, restart


async def all_sent(database: Database) -> None:
    """Wait until nothing is left to send."""
    began = time.monotonic()
    waiting = select(func.count()).select_from(NoticeDelivery)
    waiting = waiting.where(col(NoticeDelivery.state) == DeliveryState.waiting)
    while time.monotonic() - began < PATIENCE:
        async with database.session() as session:
            if not await session.scalar(waiting):
                return
        await asyncio.sleep(0.5)


async def figures(database: Database, receiver: Receiver, asked: argparse.Namespace) -> dict[str, Any]:
    """Count what came of it."""
    async with database.session() as session:
        told = await session.execute(
            text(
                "SELECT count(*), count(DISTINCT (event, account)), count(DISTINCT event),"
                " count(DISTINCT account) FROM notice"
            )
        )
        rows, distinct, events, people = told.one()
        ids = {str(one) for one in await session.scalars(select(col(NoticeDelivery.id)))}
    expected = 2 * asked.events * asked.people
    return {
        "events": events,
        "people": people,
        "notices": rows,
        "lost": expected - distinct,
        "doubled": rows - distinct,
        "messages": len(ids),
        "unreceived": len(ids - receiver.ids.keys()) + 2 * asked.events - len(ids),
        "received_again": sum(1 for times in receiver.ids.values() if times > 1),
    }


async def measure(url: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Run both passes on a migrated database."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(database_url=url, secret=SECRET, notice_networks="127.0.0.1/32")
    database = Database(url, pool_size=4)
    lead = await prepare(database, asked.people, f"http://127.0.0.1:{port}/in", settings)
    undisturbed, _ = await one_pass(database, settings, lead, asked, kill=False)
    killed, restart = await one_pass(database, settings, lead, asked, kill=True)
    found = await figures(database, receiver, asked)
    await database.close()
    server.close()
    return {
        "seconds": round(undisturbed, 2),
        "seconds_with_kill": round(killed, 2),
        "restart_seconds": round(restart, 2),
        **found,
    }


def main() -> None:
    """Print the figures; the last line is JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices")
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--people", type=int, default=5)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres", temporary=True) as server,
    ):
        server.create_database("notices")
        url = server.url("notices")
        migrate.upgrade(url)
        found = asyncio.run(measure(url, asked))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
