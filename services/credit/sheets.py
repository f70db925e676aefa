"""指标认定表 of a year: what its months count for whom, made from the lines that were booked."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.credit import repo
from services.ledger.agreed import Agreed, agreements_as_known
from services.ledger.repo import region_names

CONTENT = ("lines", "counties", "totals")
"""The parts that say what counts; a new version is due when one of them changes."""

_LINES = """
SELECT agreement, indicator, sum(value)::bigint AS value, sum(origin_value)::bigint AS origin_value,
       sum(host_value)::bigint AS host_value, max(agreement_version) AS version
FROM credit_line WHERE city = :city AND left(month, 4)::int = :year
GROUP BY agreement, indicator
HAVING sum(value) <> 0 OR sum(origin_value) <> 0 OR sum(host_value) <> 0
"""


async def body_of(
    session: AsyncSession, city: str, year: int, known: int, *, number: str, version: int, made_on: date
) -> dict[str, Any]:
    """The whole content of a year's sheet; plain facts, values in fen."""
    names = await region_names(session, city)
    agreed = {one.id: one for one in await agreements_as_known(session, city, known)}
    rows = (await session.execute(text(_LINES), {"city": city, "year": year})).mappings().all()
    lines = sorted(
        (_line(agreed[row["agreement"]], dict(row), names) for row in rows),
        key=lambda line: (line["indicator"], line["agreement"]),
    )
    return {
        "kind": "credit",
        "number": number,
        "version": version,
        "city": city,
        "city_name": names[city],
        "year": year,
        "made_on": made_on.isoformat(),
        "known": known,
        "lines": [line | {"line": place} for place, line in enumerate(lines, start=1)],
        "counties": _counties(lines, names),
        "totals": _totals(lines),
        "foreign_rows": await repo.foreign_rows(session, city, list(agreed.values()), year),
    }


def _line(one: Agreed, row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "agreement": one.code,
        "agreement_version": row["version"],
        "project": one.project_code,
        "project_name": one.project_name,
        "origin": one.origin,
        "origin_name": names[one.origin],
        "host": one.host,
        "host_name": names[one.host],
        "rule": one.terms.credit_rule.value,
        "indicator": row["indicator"],
        "value": row["value"],
        "origin_value": row["origin_value"],
        "host_value": row["host_value"],
    }


def _counties(lines: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What each county counts, as origin and as host, by indicator."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: {"as_origin": 0, "as_host": 0})
    for line in lines:
        sums[line["indicator"], line["origin"]]["as_origin"] += line["origin_value"]
        sums[line["indicator"], line["host"]]["as_host"] += line["host_value"]
    return [
        {
            "indicator": indicator,
            "county": county,
            "county_name": names[county],
            **both,
            "total": both["as_origin"] + both["as_host"],
        }
        for (indicator, county), both in sorted(sums.items())
    ]


def _totals(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The city's own total, each value once, beside the sum over the counties."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"city": 0, "counties": 0})
    for line in lines:
        sums[line["indicator"]]["city"] += line["value"]
        sums[line["indicator"]]["counties"] += line["origin_value"] + line["host_value"]
    return [
        {"indicator": indicator, **both, "double": both["counties"] - both["city"]}
        for indicator, both in sorted(sums.items())
    ]
