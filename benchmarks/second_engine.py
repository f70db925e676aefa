"""The same entitlements by another road: whole years of many agreements, computed by DuckDB in SQL.

`allocation.sharing` computes one agreement at a time in Python; this computes all agreements at once,
month by month, by relations. It shares no code with it but the words of the terms, so that a slip in one
shows as a difference. It knows what most agreements are: two parties, one version of terms, a ratio for
each calendar year, incentives, a carried base, a cap over all years.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import duckdb
import numpy as np

from allocation.sharing.entitlement import Incentive, Line, Retained
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Terms, YearBasis

_TABLES: Final = """
CREATE TABLE agreement (id BIGINT, years INT, effective_on DATE, cap BIGINT, deduct BOOLEAN, carry BOOLEAN);
CREATE TABLE ratio (id BIGINT, number INT, bp BIGINT);
CREATE TABLE covered (id BIGINT, tax INT, place INT);
CREATE TABLE kinds (id BIGINT, kind INT);
CREATE TABLE receipt (id BIGINT, paid_on DATE, tax INT, kind INT, fen BIGINT);
CREATE TABLE incentive (id BIGINT, paid_on DATE, fen BIGINT);
"""

_PLACES: Final = range(1, len(Tax) + 1)


def _each(template: str, joint: str = ", ", places: Iterable[int] = _PLACES) -> str:
    """Repeat a piece of SQL for each place in the listed order of taxes; `#` stands for the place."""
    return joint.join(template.replace("#", str(place)) for place in places)


def _filled(old: str, limit: str) -> str:
    """Give out `most` up to each limit in order, and take back in the other order, keeping what was given."""
    return _each(
        f"""(kept# + CASE WHEN most >= total THEN least({limit}# - kept#, greatest(0, most - total - before#))
                          ELSE -least(kept#, greatest(0, total - most - behind#)) END)::BIGINT AS {old}#"""
    )


def _kept(old: str, limit: str) -> str:
    """What stays at each place, the sum, and the room before and the gifts behind each place."""
    kept = _each(f"least({old}#_, {limit}#) AS kept#")
    total = _each("kept#", " + ")
    before = ", ".join(
        "0" + _each(f" + {limit}# - kept#", "", range(1, place)) + f" AS before{place}" for place in _PLACES
    )
    behind = ", ".join(
        "0" + _each(" + kept#", "", range(place + 1, len(Tax) + 1)) + f" AS behind{place}"
        for place in _PLACES
    )
    return f"{kept}, {total} AS total, {before}, {behind}"


_MONTHS: Final = f"""
CREATE TABLE counted AS
    SELECT r.id, r.paid_on, c.place, r.fen
    FROM receipt r JOIN agreement a USING (id) JOIN covered c USING (id, tax) JOIN kinds k USING (id, kind)
    WHERE r.paid_on >= a.effective_on;
CREATE TABLE clock AS
    SELECT id, min(paid_on) AS start FROM counted WHERE fen > 0 GROUP BY id;
CREATE TABLE month_base AS
    SELECT id, year(paid_on) - year(start) + 1 AS number, month(paid_on) AS month,
           {_each("coalesce(sum(fen) FILTER (place = #), 0)::BIGINT AS paid#")}
    FROM counted JOIN clock USING (id) WHERE paid_on >= start
    GROUP BY ALL ORDER BY number, month;
CREATE TABLE month_given AS
    SELECT i.id, year(i.paid_on) - year(start) + 1 AS number, month(i.paid_on) AS month,
           sum(i.fen)::BIGINT AS fen
    FROM incentive i JOIN clock USING (id) JOIN agreement a USING (id)
    WHERE a.deduct AND i.paid_on >= a.effective_on
    GROUP BY ALL ORDER BY number, month;
CREATE TABLE standing AS
    SELECT id, 0 AS number, 0 AS month, 0::BIGINT AS bp, cap, 0::BIGINT AS given,
           {_each("0::BIGINT AS carried#")},
           {_each("0::BIGINT AS base#, 0::BIGINT AS deducted#, 0::BIGINT AS shared#, 0::BIGINT AS origin#")}
    FROM clock JOIN agreement USING (id);
"""  # noqa: S608 -- pieces of this module's own text, no value of a user

_YEAR: Final = f"""
INSERT INTO standing BY NAME
    SELECT s.id, s.number + 1 AS number, 0 AS month, r.bp, s.cap - ({_each("s.origin#", " + ")}) AS cap,
           CASE WHEN a.carry THEN greatest(0, s.given - ({_each("s.deducted#", " + ")})) ELSE 0 END AS given,
           {_each("CASE WHEN a.carry THEN least(0, s.carried# + s.base#) ELSE 0 END AS carried#")},
           {_each("0 AS base#, 0 AS deducted#, 0 AS shared#, 0 AS origin#")}
    FROM standing s JOIN agreement a USING (id) JOIN ratio r ON r.id = s.id AND r.number = s.number + 1
    WHERE s.number = $number - 1 AND s.month = $month AND a.years >= $number
"""  # noqa: S608 -- pieces of this module's own text, no value of a user
"""A year begins with what the last month of the year before hands on."""

_MONTH: Final = f"""
INSERT INTO standing BY NAME
WITH now AS (
    SELECT s.id, s.bp, s.cap, s.given + coalesce(g.fen, 0) AS given, {_each("s.carried#")},
           {_each("s.base# + coalesce(b.paid#, 0) AS base#")},
           {_each("greatest(0, s.carried# + s.base# + coalesce(b.paid#, 0)) AS whole#")},
           {_each("s.deducted# AS deducted#_, s.origin# AS origin#_")}
    FROM standing s
    LEFT JOIN (FROM month_base WHERE number = $number AND month = $month) b USING (id)
    LEFT JOIN (FROM month_given WHERE number = $number AND month = $month) g USING (id)
    WHERE s.number = $number AND s.month = $month - 1
), deducting AS (
    SELECT *, greatest(0, given) AS most, {_kept("deducted", "whole")} FROM now
), deducted AS (
    SELECT * EXCLUDE (most, total, {_each("kept#, before#, behind#")}), {_filled("deducted", "whole")}
    FROM deducting
), shared AS (
    SELECT *, {_each("whole# - deducted# AS shared#")} FROM deducted
), split AS (
    SELECT *, {_each("((2 * shared#::HUGEINT * bp + 10000) // 20000)::BIGINT AS due#")} FROM shared
), capping AS (
    SELECT *, CASE WHEN cap IS NULL THEN {_each("due#", " + ")} ELSE greatest(0, cap) END AS most,
           {_kept("origin", "due")}
    FROM split
)
SELECT id, $number AS number, $month AS month, bp, cap, given,
       {_each("carried#, base#, deducted#, shared#")}, {_filled("origin", "due")}
FROM capping
"""  # noqa: S608 -- pieces of this module's own text, no value of a user

_LINES: Final = "CREATE TABLE line AS " + _each(  # noqa: S608 -- the same
    """SELECT m.id, m.number, tax, year(start) + m.number - 1 AS year, m.month, m.base# - p.base# AS base,
              m.deducted# - p.deducted# AS deducted, m.shared# - p.shared# AS shared,
              m.origin# - p.origin# AS origin, m.shared# - p.shared# - m.origin# + p.origin# AS host
       FROM standing m JOIN standing p ON p.id = m.id AND p.number = m.number AND p.month = m.month - 1
       JOIN clock ON clock.id = m.id JOIN covered c ON c.id = m.id AND c.place = #
       WHERE (m.base#, m.deducted#, m.shared#, m.origin#)
             IS DISTINCT FROM (p.base#, p.deducted#, p.shared#, p.origin#)""",
    " UNION ALL ",
)

_TAXES: Final = {tax: place for place, tax in enumerate(Tax)}
_KINDS: Final = {kind: place for place, kind in enumerate(ReceiptKind)}


def load(connection: duckdb.DuckDBPyConnection, terms: Mapping[int, Terms]) -> None:
    """Write agreements by number.

    Raises:
        ValueError: an agreement counts its years otherwise than by the calendar.
    """
    if any(one.year_basis is not YearBasis.calendar for one in terms.values()):
        raise ValueError("whole years are calendar years here")
    connection.execute(_TABLES)
    for number, one in terms.items():
        connection.execute(
            "INSERT INTO agreement VALUES (?, ?, ?, ?, ?, ?)",
            [number, one.years, one.effective_on, one.cap_fen, one.deduct_incentives, one.carry_forward],
        )
    fill(
        connection,
        "ratio",
        [(a, n, bp) for a, one in terms.items() for n, bp in enumerate(one.ratios_bp, 1)],
    )
    fill(
        connection,
        "covered",
        [(a, _TAXES[tax], place) for a, one in terms.items() for place, tax in enumerate(one.taxes, 1)],
    )
    fill(connection, "kinds", [(a, _KINDS[kind]) for a, one in terms.items() for kind in one.kinds])


def load_receipts(connection: duckdb.DuckDBPyConnection, receipts: Mapping[int, Sequence[Retained]]) -> None:
    """Write the county-retained parts of receipts by agreement."""
    rows = (
        (a, _days(one.paid_on), _TAXES[one.tax], _KINDS[one.kind], one.fen)
        for a, ones in receipts.items()
        for one in ones
    )
    fill(connection, "receipt", rows, day=1)


def load_incentives(
    connection: duckdb.DuckDBPyConnection, incentives: Mapping[int, Sequence[Incentive]]
) -> None:
    """Write incentives by agreement."""
    rows = ((a, _days(one.paid_on), one.fen) for a, ones in incentives.items() for one in ones)
    fill(connection, "incentive", rows, day=1)


def fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[Sequence[int]],
    *,
    day: int | None = None,
) -> None:
    """Write rows of integers; the column `day`, if named, counts days since 1970."""
    found = np.array(list(rows), np.int64)
    if not len(found):
        return
    columns: dict[str, Any] = {f"c{place}": column for place, column in enumerate(found.T.copy())}
    if day is not None:
        columns[f"c{day}"] = columns[f"c{day}"].astype("datetime64[D]").astype("datetime64[s]")
    connection.register("given_rows", columns)
    connection.table("given_rows").insert_into(table)
    connection.unregister("given_rows")


def compute(connection: duckdb.DuckDBPyConnection) -> int:
    """Work out all years of all agreements, in `line`; tell how many lines there are."""
    connection.execute(_MONTHS)
    ((last,),) = connection.sql("SELECT coalesce(max(years), 0) FROM agreement").fetchall()
    connection.execute("PREPARE year AS " + _YEAR)
    connection.execute("PREPARE month AS " + _MONTH)
    for number in range(1, last + 1):
        connection.execute(f"EXECUTE year(number := {number}, month := {12 if number > 1 else 0})")
        for month in range(1, 13):
            connection.execute(f"EXECUTE month(number := {number}, month := {month})")
    connection.execute(_LINES)
    ((count,),) = connection.sql("SELECT count(*) FROM line").fetchall()
    return int(count)


def lines(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, ...]]:
    """Read the lines: agreement, agreement year, tax, year, month, base, deducted, shared, origin, host."""
    return connection.sql("FROM line ORDER BY id, number, tax, month").fetchall()


def as_row(agreement: int, line: Line) -> tuple[int, ...]:
    """Write a line of the first engine as the second engine writes its own."""
    year, month = map(int, line.month.split("-"))
    figures = line.amounts
    return (
        agreement,
        line.agreement_year,
        _TAXES[line.tax],
        year,
        month,
        figures.base,
        figures.deducted,
        figures.shared,
        figures.origin,
        figures.host,
    )


def _days(day: Any) -> int:
    return int(day.toordinal()) - 719_163
