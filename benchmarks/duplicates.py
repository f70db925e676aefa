"""One filing against a city's names: `python -m benchmarks.duplicates [--names 1000000] [--filings 240]`.

A PostgreSQL of its own with every migration takes in made-up names of firms (`benchmarks.names`), the
second name of each labelled pair among them, and recorded aliases. Then

* every labelled pair is filed by its first name through `services.firms.finding.find`: whether that leads to
  the second is counted as precision and recall, end to end;
* filings are timed one by one, each in a transaction of its own: keys, query, comparison. Half are first
  names of pairs, half are names that the store has not seen.

`chance` is how many other names a filing finds besides, which are alike by chance. The last line is one JSON
object; the exit code is 1 below the wanted figures.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import asyncpg

from benchmarks.name_pairs import Names, Pair
from benchmarks.name_words import COUNTIES
from benchmarks.names import judged
from benchmarks.repackaged import figures as repackaged_figures
from services.firms.finding import Match, find
from services.firms.indexing import keys_of
from services.kit import migrate
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.tables import uuid7

CITY: Final = "999000"
PAIRS: Final = 2_400
DAY: Final = date(2027, 1, 15)
OWN: Final = frozenset(COUNTIES)
LOT: Final = 20_000
WANTED: Final = {"precision": 0.95, "recall": 0.90, "ms": 50.0}
SETTINGS: Final = {"shared_buffers": "256MB", "maintenance_work_mem": "256MB", "max_wal_size": "4GB"}
COLUMNS: Final = (
    *("city", "id", "subject_kind", "subject", "name", "kind", "credit_code", "keys", "county"),
    *("recorded_by", "recorded_on"),
)
Row = tuple[Any, ...]


def main() -> None:
    """Load, file, time and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates")
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--filings", type=int, default=240)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    found = asyncio.run(_measured(asked.names, asked.filings, asked.seed))
    print(json.dumps(found))
    good = (
        found["precision"] >= WANTED["precision"]
        and found["recall"] >= WANTED["recall"]
        and found["ms"] <= WANTED["ms"]
    )
    sys.exit(0 if good else 1)


async def _measured(count: int, filings: int, seed: int) -> dict[str, Any]:
    names = Names(seed, held_out=True)
    pairs = names.pairs(PAIRS)
    targets: dict[Pair, UUID] = {}
    with TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings=SETTINGS, temporary=True)
        await asyncio.to_thread(server.start)
        try:
            await asyncio.to_thread(server.create_database, "names")
            url = server.url("names")
            await asyncio.to_thread(migrate.upgrade, url)
            await _load(url, names, pairs, targets, count)
            database = Database(url)
            try:
                told = await _file(database, pairs, targets)
                timed = await _time(database, names, pairs, filings)
            finally:
                await database.close()
        finally:
            await asyncio.to_thread(server.stop)
    return {**told, **timed, "names": count, "seed": seed, **repackaged_figures(seed=seed)}


async def _load(url: str, names: Names, pairs: Sequence[Pair], targets: dict[Pair, UUID], count: int) -> None:
    """Copy the names in; the index is made afterwards, as one would for so many."""
    client = await asyncpg.connect(url)
    started = time.perf_counter()
    try:
        await client.execute("DROP INDEX ix_firm_name_keys")
        await client.execute(
            "SET session_replication_role = replica"
        )  # bare rows: their city is of no concern
        await client.executemany(
            "INSERT INTO region (city, code, name, kind, has_treasury, energy_quota_tce,"
            " cod_quota_kg, land_quota_mu) VALUES ($1, $2, $3, 'county', true, 0, 0, 0)",
            [(CITY, f"9990{number:02}", f"{name}县") for number, name in enumerate(COUNTIES, start=1)],
        )
        rows = _rows(names, pairs, targets, count)
        done = 0
        while lot := list(islice(rows, LOT)):
            await client.copy_records_to_table("firm_name", records=lot, columns=list(COLUMNS))
            done += len(lot)
            if done % (LOT * 5) == 0:
                print(f"{done:>9} names in {time.perf_counter() - started:.0f} s", flush=True)
        await client.execute(
            "CREATE INDEX ix_firm_name_keys ON firm_name USING gin (keys) WITH (fastupdate = off)"
        )
        await client.execute("VACUUM ANALYZE firm_name")
        print(f"indexed after {time.perf_counter() - started:.0f} s", flush=True)
    finally:
        await client.close()


def _rows(names: Names, pairs: Sequence[Pair], targets: dict[Pair, UUID], count: int) -> Iterator[Row]:
    for number, pair in enumerate(pairs):
        subject, code = uuid7(), f"9161{number:014d}"
        targets[pair] = subject
        yield _row(subject, pair.other, "project", code)
        if pair.alias:
            yield _row(uuid7(), pair.alias, "alias", code)
    for number in range(count - len(pairs)):
        # Every other one is of the few characters that the pairs are of, so that these are crowded.
        yield _row(uuid7(), names.firm(wide=number % 2 == 0).name, "project", "")


def _row(subject: UUID, name: str, kind: str, code: str) -> Row:
    recorded = (subject, DAY) if kind == "alias" else (None, None)
    own = "former" if kind == "alias" else "current"
    keys = keys_of(CITY, name, OWN)
    return (CITY, subject, kind, subject, name, own, code, keys, "", *recorded)


async def _file(database: Database, pairs: Sequence[Pair], targets: dict[Pair, UUID]) -> dict[str, Any]:
    """File every first name; tell how often the second is found."""
    found: dict[Pair, list[Match]] = {}
    for number, pair in enumerate(pairs, start=1):
        async with database.session() as session:
            found[pair] = await find(session, CITY, pair.one, "")
        if number % 400 == 0:
            print(f"{number:>9} pairs filed", flush=True)
    told = judged(pairs, lambda pair: any(match.project == targets[pair] for match in found[pair]))
    others = sum(match.project != targets[pair] for pair in pairs for match in found[pair])
    return {**told, "chance": round(others / len(pairs), 2)}


async def _time(database: Database, names: Names, pairs: Sequence[Pair], filings: int) -> dict[str, Any]:
    """Time filings one by one: known firms under other names, and firms never seen."""
    asked = [pair.one for pair in names.draw.sample(list(pairs), filings // 2)]
    asked += [names.firm().name for _ in range(filings - len(asked))]
    names.draw.shuffle(asked)
    spent = []
    for name in asked:
        async with database.session() as session:
            started = time.perf_counter()
            await find(session, CITY, name, "")
            spent.append((time.perf_counter() - started) * 1_000)
    return {
        "ms": round(median(spent), 1),
        "ms_p95": round(quantiles(spent, n=20)[-1], 1),
        "ms_worst": round(max(spent), 1),
        "filings": len(spent),
    }


if __name__ == "__main__":
    main()
