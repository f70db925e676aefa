"""A year's entitlements and statements by SQL alone, in the processor time of one backend of PostgreSQL.

For each agreement, tax and month: the base cumulated over the year, floored at 0, split between the two
parties by largest remainder (a tie goes to the origin), less the month before. Then a statement for each
county and month, by tax, with the hash of its content. A sample is worked again by the package's own split.
"""

import random
from typing import Any, Final

import asyncpg

from allocation.sharing.split import split_by_ratio
from benchmarks.ledger_ground import cpu_seconds

TAXES: Final = 6
MONTHS: Final = 12
COUNTIES: Final = 100
SAMPLE: Final = 200
LINES: Final = 6_000_000

_GROUND: Final = """
CREATE TABLE year_terms (agreement int PRIMARY KEY, origin smallint, host smallint, origin_bp bigint);
CREATE TABLE year_base (
    agreement int, tax smallint, month smallint, base_fen bigint, PRIMARY KEY (agreement, tax, month)
);
"""
_TERMS: Final = """
INSERT INTO year_terms
SELECT n, n % $2, (n + 1 + n / $2 % ($2 - 1)) % $2, 500 + n * 37 % 9000 FROM generate_series(1, $1) AS n
"""
# One in sixteen is a refund.
_BASE: Final = """
INSERT INTO year_base
SELECT a, t, m, (hashint8extended(a * 1000 + t * 100 + m, $2) & 1073741823)
       * CASE WHEN hashint8extended(m * 7919 + t + a, $2) & 15 = 0 THEN -1 ELSE 1 END
FROM generate_series(1, $1) AS a, generate_series(1, 6) AS t, generate_series(1, 12) AS m
ORDER BY a, t, m
"""
# What the month before stood at is what this month stands at less its own base.
_LINES: Final = """
CREATE TABLE year_line AS
SELECT agreement, tax, month, base - before AS shared_fen,
       base / 10000 * origin_bp + (base % 10000 * origin_bp + 5000) / 10000
       - before / 10000 * origin_bp - (before % 10000 * origin_bp + 5000) / 10000 AS origin_fen
FROM (
    SELECT agreement, tax, month, origin_bp, greatest(so_far, 0) AS base,
           greatest(so_far - base_fen, 0) AS before
    FROM (
        SELECT b.agreement, b.tax, b.month, b.base_fen, t.origin_bp,
               (sum(b.base_fen) OVER (PARTITION BY b.agreement, b.tax ORDER BY b.month))::bigint AS so_far
        FROM year_base AS b JOIN year_terms AS t ON t.agreement = b.agreement
    ) AS cumulated
) AS standing
"""
_STATEMENTS: Final = """
CREATE TABLE year_statement AS
SELECT county, month, body, sha256(convert_to(body::text, 'UTF8')) AS body_sha256
FROM (
    SELECT county, month, jsonb_object_agg(tax, jsonb_build_array(up, down)) AS body
    FROM (
        SELECT county, month, tax, coalesce(sum(fen) FILTER (WHERE NOT given), 0) AS up,
               coalesce(sum(fen) FILTER (WHERE given), 0) AS down
        FROM (
            SELECT coalesce(t.host, t.origin) AS county, l.month, l.tax, grouping(t.host) = 1 AS given,
                   sum(l.origin_fen) AS fen
            FROM year_line AS l JOIN year_terms AS t ON t.agreement = l.agreement
            GROUP BY GROUPING SETS ((t.host, l.month, l.tax), (t.origin, l.month, l.tax))
        ) AS gross
        GROUP BY county, month, tax
    ) AS sums
    GROUP BY county, month
) AS made
"""


async def year(url: str, seed: int, lines: int) -> dict[str, Any]:
    """Compute a year of at least so many lines; the ground is not counted."""
    agreements = -(-lines // (TAXES * MONTHS))
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'")
        await connection.execute(_GROUND)
        await connection.execute(_TERMS, agreements, COUNTIES)
        await connection.execute(_BASE, agreements, seed)
        await connection.execute("VACUUM ANALYZE year_base, year_terms")
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        started = cpu_seconds(pid)
        await connection.execute(_LINES)
        between = cpu_seconds(pid)
        await connection.execute("ANALYZE year_line")
        await connection.execute(_STATEMENTS)
        ended = cpu_seconds(pid)
        return {
            "year_cpu_seconds": round(ended - started, 2),
            "year_lines_cpu_seconds": round(between - started, 2),
            "year_entitlements": await connection.fetchval("SELECT count(*) FROM year_line"),
            "year_statements": await connection.fetchval("SELECT count(*) FROM year_statement"),
            "year_different_lines": await _different(connection, random.Random(seed), agreements),
        }
    finally:
        await connection.close()


async def _different(
    connection: "asyncpg.Connection[asyncpg.Record]", draw: random.Random, agreements: int
) -> int:
    """Work a sample again, line by line; how many lines are not the same."""
    rows = await connection.fetch(
        "SELECT t.agreement, b.tax, b.month, t.origin_bp, b.base_fen, l.shared_fen, l.origin_fen"
        " FROM year_terms AS t JOIN year_base AS b USING (agreement)"
        " JOIN year_line AS l USING (agreement, tax, month)"
        " WHERE t.agreement = ANY ($1) ORDER BY t.agreement, b.tax, b.month",
        [draw.randint(1, agreements) for _ in range(SAMPLE)],
    )
    different, so_far, shared, origin = 0, 0, 0, 0
    for row in rows:
        if row["month"] == 1:
            so_far, shared, origin = 0, 0, 0
        so_far += row["base_fen"]
        base = max(so_far, 0)
        part, _rest = split_by_ratio(base, row["origin_bp"])
        different += (base - shared, part - origin) != (row["shared_fen"], row["origin_fen"])
        shared, origin = base, part
    return different
