"""The second world: equal to the first but for what a county must not see of others' leads.

Which leads are hidden is told here in SQL, apart from the program's own reading of the rules.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects.bands import INVESTMENT_BANDS, LAND_BANDS, Band, band_of
from tests.services.console.city import CITY
from tests.walls.world import HOST, HOST_PARK

SEEN: Final = """
SELECT p.id, p.code,
  CASE
    WHEN :county IN (p.origin, p.host_county) THEN 'open'
    WHEN EXISTS (SELECT FROM terms_acceptance t WHERE t.city = p.city AND t.project = p.id
      AND t.county = :county AND t.ended_on IS NULL AND t.revealed_at IS NOT NULL) THEN 'open'
    WHEN EXISTS (SELECT FROM terms_acceptance t WHERE t.city = p.city AND t.project = p.id
      AND t.county = :county AND t.ended_on IS NULL) THEN 'proposed'
    WHEN EXISTS (SELECT FROM proposal q WHERE q.city = p.city AND q.project = p.id
      AND q.county = :county AND q.state = 'open') THEN 'proposed'
    ELSE 'hidden'
  END AS seen
FROM project p WHERE p.city = :city ORDER BY p.code
"""
GUARDED: Final = (
    "hold",
    "terms_acceptance",
    "match_candidate",
    "match_county",
    "match_displaced",
    "match_placement",
    "match_rejection",
    "match_rule_price",
    "match_run",
    "match_question",
    "match_shortage",
    "company",
    "project_move",
    "first_talk_case",
    "first_talk_statement",
    "target_firm",
    "contact_filing",
    "intake_offer",
    "duplicate_warning",
    "file",
    "origin_bypass",
)


async def seen_by(session: AsyncSession, county: str) -> dict[str, list[Any]]:
    """The ids of leads by how much a county sees of them."""
    rows = await session.execute(text(SEEN), {"county": county, "city": CITY})
    found: dict[str, list[Any]] = {"open": [], "proposed": [], "hidden": []}
    for row in rows:
        found[row.seen].append(row.id)
    return found


def _turned(values: Sequence[Any]) -> list[Any]:
    return [*values[1:], *values[:1]]


def elsewhere(bands: tuple[Band, ...], value: int) -> int:
    """Another value of the same band."""
    band = band_of(bands, value)
    if band.high is None:
        return value + band.low // 3 + 7
    middle = (band.low + band.high) // 2
    return middle if value != middle else max(band.low, middle - 1)


async def change(session: AsyncSession, county: str, only: str | None = None) -> None:
    """Change what `county` must not see; `only` names one group of fields, else all of them.

    Identity goes round among the hidden leads (so every value still occurs in the city), exact figures move
    within their band, and what papers and runs say about them moves along.
    """
    for table in GUARDED:
        # For good: the second world is only read.
        await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    seen = await seen_by(session, county)
    masked = [*seen["hidden"], *seen["proposed"]]
    for group, ids, act in (
        ("identity", masked, _identity),
        ("origin", await _pooled(session, masked), _origin),
        ("figures", seen["hidden"], _figures),
        ("papers", seen["hidden"], _papers),
        ("doings", seen["hidden"], _doings),
        ("answers", masked, _answers),
        ("fairness", seen["hidden"], _fairness),
    ):
        if only in {None, group}:
            await act(session, ids, county)


async def _pooled(session: AsyncSession, ids: list[Any]) -> list[Any]:
    rows = await session.execute(
        text("SELECT id FROM project WHERE id = ANY(:ids) AND host_county IS NULL ORDER BY code"),
        {"ids": ids},
    )
    return list(rows.scalars())


async def _rows(session: AsyncSession, ids: list[Any], *columns: str) -> list[Any]:
    query = f"SELECT id, {', '.join(columns)} FROM project WHERE id = ANY(:ids) ORDER BY code"
    return list(await session.execute(text(query), {"ids": ids}))


async def _identity(session: AsyncSession, ids: list[Any], _county: str) -> None:
    names = ("name", "investor_name", "name_key", "investor_credit_code", "investor_registered", "channel")
    rows = await _rows(session, ids, *names)
    for row, other in zip(rows, _turned(rows), strict=True):
        values = {name: getattr(other, name) for name in names}
        assignments = ", ".join(f"{name} = :{name}" for name in names)
        await session.execute(
            text(
                f"UPDATE project SET {assignments}, registered_on = registered_on - 3,"
                " first_talk_on = first_talk_on - 3, accepted_on = accepted_on - 1,"
                " code = left(code, 9) || lpad((9999 - right(code, 4)::int)::text, 4, '0')"
                " WHERE id = :id"
            ),
            {**values, "id": row.id},
        )
    await session.execute(
        text("UPDATE company SET name = '隐' || name WHERE project = ANY(:ids)"), {"ids": ids}
    )


async def _origin(session: AsyncSession, ids: list[Any], county: str) -> None:
    rows = await _rows(session, ids, "origin")
    assert county not in {row.origin for row in rows}
    origins = sorted({row.origin for row in rows})
    following = dict(zip(origins, _turned(origins), strict=True))
    for row in rows:
        await session.execute(
            text("UPDATE project SET origin = :origin WHERE id = :id"),
            {"origin": following[row.origin], "id": row.id},
        )
        await session.execute(
            text("UPDATE transfer SET applicant = :origin WHERE project = :id"),
            {"origin": following[row.origin], "id": row.id},
        )


async def _figures(session: AsyncSession, ids: list[Any], _county: str) -> None:
    for row in await _rows(session, ids, "investment_fen", "land_mu", "industry"):
        moved: dict[str, tuple[Callable[..., int], tuple[Band, ...]]] = {
            "investment_fen": (elsewhere, INVESTMENT_BANDS),
            "land_mu": (elsewhere, LAND_BANDS),
        }
        values = {name: act(bands, getattr(row, name)) for name, (act, bands) in moved.items()}
        values["fixed_investment_fen"] = values["investment_fen"] // 2
        if row.land_mu == 0:
            values["land_mu"] = 0
        await session.execute(
            text(
                "UPDATE project SET investment_fen = :investment_fen, land_mu = :land_mu,"
                " fixed_investment_fen = :fixed_investment_fen, hall_m2 = hall_m2 + 500,"
                " energy_tce = energy_tce + 11, water_td = water_td + 7, cod_kg = cod_kg + 3,"
                " output_fen = output_fen + 100000000, tax_fen = tax_fen + 10000000,"
                " industry = left(industry, 2) || CASE right(industry, 2) WHEN '19' THEN '29' ELSE '19' END"
                " WHERE id = :id"
            ),
            {**values, "id": row.id},
        )


async def _answers(session: AsyncSession, ids: list[Any], _county: str) -> None:
    """Change what stored answers tell of others: sums, who moves and who stands in the way."""
    others = [{"lead": str(ids[0]), "before": None, "after": "6110P04"}]
    held = [{"rule": "land", "resource": None, "holders": [_holder(str(lead)) for lead in ids[:2]]}]
    await session.execute(
        text(
            "UPDATE match_question SET answer = answer || CAST(:told AS jsonb)"
            " WHERE kind IN ('would_win', 'override_price')"
        ),
        {"told": json.dumps({"moved": others})},
    )
    await session.execute(
        text("UPDATE match_question SET answer = answer || CAST(:told AS jsonb) WHERE kind = 'would_win'"),
        {"told": json.dumps({"standing": 77, "value": 99})},
    )
    await session.execute(
        text("UPDATE match_question SET answer = answer || CAST(:told AS jsonb) WHERE kind = 'why_not'"),
        {"told": json.dumps({"held": held})},
    )
    await session.execute(
        text("UPDATE match_question SET versions = '{}', elapsed_ms = elapsed_ms + 1000"),
    )


def _holder(lead: str) -> dict[str, Any]:
    return {"lead": lead, "park": "6110P01", "amount": 1234, "earlier": False}


async def _fairness(session: AsyncSession, ids: list[Any], county: str) -> None:
    """Change what runs say of other counties, and to which of these other counties leads went."""
    others = {
        "match_county": "past_leads = past_leads + 1, past_wan = past_wan + 7, given_leads = given_leads + 2,"
        " without_leads = without_leads + 1, ratio_bp = ratio_bp + 9, min_leads = min_leads + 1",
        "match_rule_price": "price = price + 3, least = least - 1, exact = NOT exact",
        "match_run": "fairness = fairness || CAST(:lowered AS jsonb)",
    }
    lowered = {"county": HOST, "asked": 3, "given": 1, "together": [HOST], "possible": 1, "reason": None}
    for table, assignments in others.items():
        where = " WHERE county <> :county" if table == "match_county" else ""
        values = {"county": county, "lowered": json.dumps({"lowered": [lowered]})}
        known = {name: value for name, value in values.items() if f":{name}" in assignments + where}
        await session.execute(text(f"UPDATE {table} SET {assignments}{where}"), known)
    # Not those at a city's park: how many went to counties in all is what a county's share is of.
    placed = (
        "project = ANY(:ids) AND park <> :to"
        " AND park IN (SELECT code FROM park WHERE owner NOT IN (:county, :city))"
    )
    facts = {"ids": ids, "to": HOST_PARK, "county": county, "city": CITY}
    await session.execute(
        text(
            "INSERT INTO match_displaced (city, run, project, without_park, with_park)"
            f" SELECT city, run, project, NULL, park FROM match_placement WHERE {placed} LIMIT 2"
        ),
        facts,
    )
    moved = await session.execute(text(f"UPDATE match_placement SET park = :to WHERE {placed}"), facts)
    assert moved.rowcount, "somebody else's lead must have moved"


async def _doings(session: AsyncSession, ids: list[Any], county: str) -> None:
    """Change what others dispute, whom they call on, what they were offered, what they keep on file."""
    cases = "(SELECT case_id FROM first_talk_party WHERE project = ANY(:ids))"
    changes = {
        "first_talk_case": f"claim = claim || '改', hearing_place = '改' WHERE id IN {cases}",
        "first_talk_statement": f"words = words || '改', evidence = '改' WHERE case_id IN {cases}",
        "target_firm": "firm_name = '隐' || firm_name, name_key = '隐' || name_key, reason = '改'"
        " WHERE owner NOT IN (:county, :city)",
        "contact_filing": "firm_name = '隐' || firm_name, name_key = '隐' || name_key, note = '改',"
        " contact_on = contact_on - 2 WHERE county <> :county",
        "intake_offer": "firm_name = '隐' || firm_name, idea = '改', reply = '改' WHERE county <> :county",
        "duplicate_warning": "likeness = likeness - 300, warned_on = warned_on - 2 WHERE project = ANY(:ids)",
        "file": "name = '改' || name, note = '改' WHERE office <> :county",
        "origin_bypass": "what = what || '改', evidence = '改' WHERE project = ANY(:ids)",
    }
    facts = {"ids": ids, "county": county, "city": CITY}
    for table, change in changes.items():
        known = {name: value for name, value in facts.items() if f":{name}" in change}
        done = await session.execute(text(f"UPDATE {table} SET {change}"), known)
        assert done.rowcount, f"nothing of {table} is there to be hidden"


async def _papers(session: AsyncSession, ids: list[Any], _county: str) -> None:
    changes = {
        "transfer": "evidence = evidence || '二', floor_ratio_bp = floor_ratio_bp / 2 + 1, remark = '改',"
        " floor_years = floor_years + 1, upfront_fen = upfront_fen + 5, recall_days = recall_days + 2",
        "commitment": "land_mu = land_mu + 9, energy_tce = energy_tce + 5, promises = '另有约定'",
        "project_move": 'facts = facts || \'{"note": "隐"}\'',
        "match_candidate": "value = value + 5, price = price + 3",
        "match_rejection": "measured = CASE WHEN measured ~ '^[0-9]+$' THEN measured || 1 ELSE measured END",
        "hold": "land_mu = land_mu + 100, energy_tce = energy_tce + 5, cod_kg = cod_kg + 3",
        "paid_in": "amount = amount + 13",
    }
    for table, assignments in changes.items():
        query = f"UPDATE {table} SET {assignments} WHERE project = ANY(:ids)"
        await session.execute(text(query), {"ids": ids})
