"""The report of a month of a city with many projects: `python -m benchmarks.reports [--projects 20000]`.

A PostgreSQL of its own takes in the example city; its projects are then copied, each under a firm's name made
up from the seed and some days apart, with the funds they paid in, until there are as many as asked for. The
report of December is counted and written for the city's office, with all its rows at hand, several times;
so is the workbook. `seconds` is the median from the question to the report. The last line is one JSON object;
the exit code is 1 above the wanted seconds, or if the report is not what is counted in the table itself.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import asyncpg

from auth.principal import Principal, Role
from benchmarks.name_pairs import Names
from services.interchange.folder import commit_folder, plan_folder
from services.kit import migrate
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.reports import service
from services.reports.sheets import workbook

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "shangluo"
CITY: Final = "611000"
DAY: Final = date(2027, 1, 15)
PERIOD: Final = "2026-12"
WANTED: Final = 2.0
SETTINGS: Final = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
OFFICE: Final = Principal(UUID(int=1), CITY, Role.city_office, CITY, CITY, "市统筹办")

# Bare rows: what guards a lead's way is of no concern here.
COPIES: Final = """
INSERT INTO project SELECT (jsonb_populate_record(p, jsonb_build_object(
    'id', gen_random_uuid(), 'code', p.code || '-' || n.n, 'public_id', substr(md5(p.code || n.n), 1, 20),
    'name', f.name || '项目', 'investor_name', f.name, 'name_key', f.name, 'investor_credit_code', '',
    'registered_on', p.registered_on - n.n % 300,
    'signed_on', p.signed_on - n.n % 300, 'contracted_on', p.contracted_on - n.n % 300,
    'incorporated_on', p.incorporated_on - n.n % 300, 'ready_on', p.ready_on - n.n % 300,
    'started_on', p.started_on - n.n % 300
))).*
FROM project AS p
JOIN (SELECT id, row_number() OVER (ORDER BY code) AS place FROM project) AS r ON r.id = p.id
CROSS JOIN generate_series(1, $1::int) AS n (n)
JOIN unnest($2::text[]) WITH ORDINALITY AS f (name, number) ON f.number = (n.n - 1) * $3::int + r.place
"""
COUNTED: Final = """
SELECT count(*), coalesce(sum(investment_fen), 0)::bigint FROM project
WHERE signed_on BETWEEN '2026-12-01' AND '2026-12-31'
"""


def main() -> None:
    """Load, count, time and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports")
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    found = asyncio.run(_measured(asked.projects, asked.rounds, asked.seed))
    print(json.dumps(found))
    sys.exit(0 if found["seconds"] <= WANTED and found["equal"] == "yes" else 1)


async def _measured(projects: int, rounds: int, seed: int) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings=SETTINGS, temporary=True)
        await asyncio.to_thread(server.start)
        try:
            await asyncio.to_thread(server.create_database, "reports")
            url = server.url("reports")
            await asyncio.to_thread(migrate.upgrade, url)
            database = Database(url)
            try:
                async with database.session() as session:
                    await commit_folder(session, await plan_folder(session, EXAMPLE), business_date=DAY)
                await _copies(url, projects, seed)
                return await _time(database, url, rounds) | {"seed": seed}
            finally:
                await database.close()
        finally:
            await asyncio.to_thread(server.stop)


async def _copies(url: str, projects: int, seed: int) -> None:
    client = await asyncpg.connect(url)
    try:
        there = await client.fetchval("SELECT count(*) FROM project")
        times = max(projects // there - 1, 0)
        names, draw = Names(seed, held_out=True), random.Random(seed)
        made = [names.firm(wide=True).name for _ in range(times * there)]
        draw.shuffle(made)
        await client.execute("SET session_replication_role = replica")
        await client.execute(COPIES, times, made, there)
        await client.execute("VACUUM ANALYZE project")
    finally:
        await client.close()


async def _time(database: Database, url: str, rounds: int) -> dict[str, Any]:
    seconds, sheets, cpu = [], [], []
    for _ in range(rounds):
        async with database.session() as session:
            started, busy = time.perf_counter(), time.process_time()
            report = await service.month_report(session, OFFICE, PERIOD)
            between = time.perf_counter()
            cpu.append(time.process_time() - busy)
            size = len(await asyncio.to_thread(workbook, report, "zh"))
            sheets.append(time.perf_counter() - between)
            seconds.append(between - started)
    client = await asyncpg.connect(url)
    try:
        count, fen = await client.fetchrow(COUNTED) or (0, 0)
        projects = await client.fetchval("SELECT count(*) FROM project")
    finally:
        await client.close()
    told = report.figure("signed.now.count").value, report.figure("signed.now.amount").value
    return {
        "projects": projects,
        "seconds": round(median(seconds), 2),
        "slowest_seconds": round(max(seconds), 2),
        "cpu_seconds": round(median(cpu), 2),
        "workbook_seconds": round(median(sheets), 2),
        "workbook_bytes": size,
        "figures": sum(len(section.figures) for section in report.sections),
        "rates": sum(one.rate is not None for section in report.sections for one in section.figures),
        "equal": "yes" if told == (count, fen) else "no",
    }


if __name__ == "__main__":
    main()
