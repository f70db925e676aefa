"""What the ledger costs beside its ceiling: `python -m benchmarks.ledger [--short]`.

The ceiling is the least that PostgreSQL can be asked to keep: one row with a primary key and one unique id.
On a server of its own, with every migration and commits on the disk, short bursts of the ledger and of its
ceiling take turns, and each figure is the median over the rounds of one burst beside the next.

* single: a journal of two legs a transaction, four clients at once, beside one row a transaction.
* batch: 1,000 journals of four legs a transaction on one connection, leg rows a second beside rows of the
  ceiling in batches of 1,000.
* hot: the same, all between two counties, beside the batch between any two.
* batch with totals: 1,000 journals of two legs and, before the commit, what they brought each account.
* sealing: processor time of putting five batches into the evidence log in one pass beside that of posting
  them, server and program together.
* year: see `benchmarks.ledger_year`.

The last line is one JSON object; the exit code is 1 where the books are not whole afterwards, a journal was
not sealed, or a line of the year is another than the package's.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import Any, Final
from uuid import uuid4

import asyncpg

from auth.principal import Principal
from benchmarks import ledger_ground as grounds
from benchmarks.ledger_ground import CITY, Ground, cpu_seconds, ground
from benchmarks.ledger_year import LINES, year
from services.evidence.sealing import BATCH as LIMIT
from services.evidence.sealing import seal_pending
from services.kit.database import Database
from services.ledger.books import balances
from services.ledger.posting import JournalEntry, post_batch

CLIENTS: Final = 4
BATCH: Final = 1000
WARMING: Final = 3
EACH: Final = 250
A_PASS: Final = 5
"""Batches that are posted before they are sealed in one pass: the worker looks every few seconds."""
"""Transactions of each client in a burst."""
TOTALS: Final = """
SELECT account, sum(amount_fen)::bigint FROM leg
WHERE city = $1 AND journal = ANY ($2::uuid[]) GROUP BY account
"""
Connection = Any


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger")
    parser.add_argument("--short", action="store_true", help="few rounds and a year of 60,000 entitlements")
    parser.add_argument("--rounds", type=int, help="rounds of bursts (30)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rounds = asked.rounds or (4 if asked.short else 30)
    figures = asyncio.run(_measured(asked.seed, rounds, 60_000 if asked.short else LINES))
    for name, figure in figures.items():
        print(f"{name:>28}  {figure}")
    print(json.dumps(figures))
    whole = figures["books_balance"] and figures["all_sealed"] and figures["year_different_lines"] == 0
    sys.exit(0 if whole else 1)


async def _measured(seed: int, rounds: int, lines: int) -> dict[str, Any]:
    draw = random.Random(seed)
    async with ground() as place:
        single = await _single(place, draw, rounds)
        batch = await _batches(place, draw, rounds)
        sealed = await _sealing(place, draw, max(2, rounds // 3))
        whole = await _whole(place)
        of_year = await year(place.url, seed, lines)
    figures = {**single, **batch, **sealed, **of_year, "rounds": rounds, "seed": seed, **whole}
    first = (
        "single_vs_ceiling",
        "batch_vs_ceiling",
        "batch_totals_per_s",
        "hot_vs_uniform",
        "seal_vs_posting",
        "year_cpu_seconds",
    )
    return {name: figures[name] for name in first} | figures


async def _single(place: Ground, draw: random.Random, rounds: int) -> dict[str, Any]:
    """One transaction each, four clients at once."""
    clients = [await asyncpg.connect(place.url) for _ in range(CLIENTS)]

    async def ceiling(client: Connection) -> None:
        for number in [uuid4() for _ in range(EACH)]:
            await client.execute(grounds.CEILING_ONE, number)

    async def posting(client: Connection, prepared: Sequence[list[Any]]) -> None:
        for arguments in prepared:
            await client.fetchval(grounds.POST_ONE, *arguments)

    async def burst(work: Sequence[Awaitable[None]]) -> float:
        started = time.perf_counter()
        await asyncio.gather(*work)
        return CLIENTS * EACH / (time.perf_counter() - started)

    ceilings: list[float] = []
    posted: list[float] = []
    for turn in range(WARMING + rounds):
        if turn == WARMING:
            await _learned(place)
            ceilings, posted = [], []
        prepared = [[place.one(draw, place.share(draw)[:2]) for _ in range(EACH)] for _ in range(CLIENTS)]
        least = await burst([ceiling(client) for client in clients])
        found = await burst([posting(*pair) for pair in zip(clients, prepared, strict=True)])
        ceilings.append(least)
        posted.append(found)
    for client in clients:
        await client.close()
    return {
        "single_vs_ceiling": _ratio(posted, ceilings),
        "single_per_s": round(median(posted)),
        "single_ceiling_per_s": round(median(ceilings)),
    }


async def _batches(place: Ground, draw: random.Random, rounds: int) -> dict[str, Any]:
    """Batches on one connection; rates of rows, and of journals where there are totals."""
    client = await asyncpg.connect(place.url)

    async def ceiling() -> float:
        numbers = [uuid4() for _ in range(BATCH)]
        return BATCH / await _seconds(client.execute(grounds.CEILING_BATCH, numbers))

    async def posting(*, hot: bool = False) -> float:
        arguments = place.arguments(draw, [place.share(draw, hot=hot) for _ in range(BATCH)])
        return 4 * BATCH / await _seconds(client.fetchval(grounds.POST, *arguments))

    async def with_totals() -> float:
        arguments = place.arguments(draw, [place.share(draw)[:2] for _ in range(BATCH)])

        async def both() -> None:
            async with client.transaction():
                await client.fetchval(grounds.POST, *arguments)
                await client.fetch(TOTALS, CITY, arguments[2])

        return BATCH / await _seconds(both())

    kinds: dict[str, Callable[[], Awaitable[float]]] = {
        "ceiling": ceiling,
        "uniform": posting,
        "hot": lambda: posting(hot=True),
        "totals": with_totals,
    }
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for turn in range(WARMING + rounds):
        if turn == WARMING:
            await _learned(place)
            rates = {name: [] for name in kinds}
        for name, burst in kinds.items():
            rates[name].append(await burst())
    await client.close()
    return {
        "batch_vs_ceiling": _ratio(rates["uniform"], rates["ceiling"]),
        "batch_legs_per_s": round(median(rates["uniform"])),
        "batch_ceiling_rows_per_s": round(median(rates["ceiling"])),
        "hot_vs_uniform": _ratio(rates["hot"], rates["uniform"]),
        "hot_legs_per_s": round(median(rates["hot"])),
        "batch_totals_per_s": round(median(rates["totals"])),
        "batch_totals_vs_ceiling": _ratio(rates["totals"], rates["ceiling"]),
    }


async def _learned(place: Ground) -> None:
    """Let the planner know how full the tables are, as autovacuum does within a minute of first rows."""
    client = await asyncpg.connect(place.url)
    await client.execute("ANALYZE journal, leg, ceiling, period, seal, evidence_log")
    await client.close()


async def _seconds(work: Awaitable[Any]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def _sealing(place: Ground, draw: random.Random, rounds: int) -> dict[str, Any]:
    """Post batches as the program does and seal them; processor time of this process and of its backend."""
    database = Database(place.url, pool_size=1, statement_timeout_ms=300_000)
    principal = Principal.system(CITY)
    await _sealed(database)

    async def posting() -> None:
        entries = [
            JournalEntry(
                key=f"seal/{uuid4()}",
                period=grounds.PERIOD,
                agreement=draw.choice(place.agreements),
                legs=place.share(draw),
                note="",
            )
            for _ in range(BATCH)
        ]
        async with database.session() as session:
            await post_batch(session, principal, entries)

    async def sealing() -> None:
        found.append(await _sealed(database))

    found: list[int] = []
    spent: dict[str, list[float]] = {"posting": [], "sealing": []}
    await _learned(place)
    for _ in range(rounds):
        for _ in range(A_PASS):
            spent["posting"].append(await _cpu(database, posting))
        spent["sealing"].append(await _cpu(database, sealing))
    await database.close()
    return {
        "seal_vs_posting": round(sum(spent["sealing"]) / sum(spent["posting"]), 3),
        "posting_cpu_us_per_journal": round(sum(spent["posting"]) / rounds / A_PASS / BATCH * 1e6, 1),
        "sealing_cpu_us_per_journal": round(sum(spent["sealing"]) / rounds / A_PASS / BATCH * 1e6, 1),
        "all_sealed": sum(found) == rounds * A_PASS * BATCH,
    }


async def _sealed(database: Database) -> int:
    """Seal until nothing is left; how many entries were sealed."""
    total = 0
    while True:
        async with database.session() as session:
            some = await seal_pending(session, CITY)
        total += some
        if some < LIMIT:
            return total


async def _cpu(database: Database, work: Callable[[], Awaitable[None]]) -> float:
    """Processor seconds of this process and of the one backend that it talks to."""
    async with database.engine.connect() as connection:
        pid = (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
    own, backend = time.process_time(), cpu_seconds(pid)
    await work()
    return time.process_time() - own + cpu_seconds(pid) - backend


async def _whole(place: Ground) -> dict[str, Any]:
    """Whether every county's book sums to 0, as the program itself works it out."""
    database = Database(place.url, pool_size=1)
    async with database.session() as session:
        sums: dict[str, int] = {}
        for one in await balances(session, CITY):
            sums[one.county] = sums.get(one.county, 0) + one.fen
    await database.close()
    return {"books_balance": len(sums) == len(grounds.COUNTIES) and not any(sums.values())}


def _ratio(rates: Sequence[float], besides: Sequence[float]) -> float:
    """The median of one burst's rate over that of the burst beside it."""
    return round(median(rate / beside for rate, beside in zip(rates, besides, strict=True)), 3)


if __name__ == "__main__":
    main()
