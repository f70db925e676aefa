"""What came of the story, asked of the database: nothing here is remembered from the run."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ledger.books import books_balanced, shared_fen
from services.ledger.closing import closed_years
from services.ledger.receipts import level_differences, receipt_count, unmatched

FEN_A_WAN = 1_000_000

PLANNED = """
SELECT count(*) AS planned, coalesce(sum(investment_fen), 0)::bigint AS planned_fen,
       count(*) FILTER (WHERE keyed) AS planned_chain,
       coalesce(sum(investment_fen) FILTER (WHERE keyed), 0)::bigint AS planned_chain_fen
FROM (SELECT p.investment_fen, EXISTS (
          SELECT FROM chain_industry c
          WHERE c.city = p.city AND c.chain = p.chain AND c.edition = p.edition
            AND c.industry = p.industry AND c.key_chain) AS keyed
      FROM planned_project p WHERE p.city = :city) AS planned
"""

PROJECTS = """
SELECT count(*) AS projects,
       count(*) FILTER (WHERE fresh) AS signed,
       coalesce(sum(investment_fen) FILTER (WHERE fresh), 0)::bigint AS signed_fen,
       count(*) FILTER (WHERE fresh AND contracted_on IS NOT NULL) AS contracts,
       coalesce(sum(investment_fen) FILTER (WHERE fresh AND contracted_on IS NOT NULL), 0)::bigint
           AS contracts_fen,
       count(*) FILTER (WHERE fresh AND started_on IS NOT NULL) AS started
FROM (SELECT investment_fen, contracted_on, started_on,
             coalesce(extract(year FROM signed_on) = :year, false) AS fresh
      FROM project WHERE city = :city AND created_at < coalesce(
          (SELECT min(created_at) FROM match_run WHERE city = :city), 'infinity')) AS counted
"""
"""Those that came with the folder: what the chapters add later is counted apart."""

ROAD = """
SELECT (SELECT count(*) FROM project WHERE city = :city AND created_at >= (
            SELECT min(created_at) FROM match_run WHERE city = :city)) AS leads_added,
       (SELECT count(*) FROM project_merge WHERE city = :city) AS merged,
       (SELECT count(*) FROM first_talk_ruling WHERE city = :city) AS rulings,
       (SELECT count(*) FROM file WHERE city = :city) AS files,
       (SELECT count(*) FROM approval_act WHERE city = :city) AS approval_acts,
       (SELECT count(*) FROM clock_escalation WHERE city = :city) AS escalations,
       (SELECT count(*) FROM schedule_item WHERE city = :city) AS schedule_items,
       (SELECT count(*) FROM fund_entry WHERE city = :city) AS fund_entries,
       (SELECT count(*) FROM library_layout_confirmation WHERE city = :city) AS layouts,
       (SELECT count(*) FROM report_frozen WHERE city = :city) AS reports_frozen
"""

PAPERS = """
SELECT (SELECT count(*) FROM transfer WHERE city = :city AND requested_by IS NULL) AS pooled,
       (SELECT count(*) FROM agreement WHERE city = :city AND imported) AS agreements,
       (SELECT count(DISTINCT (kind, county, period)) FROM statement
        WHERE city = :city AND state <> 'superseded' AND kind <> 'quarter') AS statements
"""

MONEY = """
SELECT (SELECT count(*) FROM objection WHERE city = :city) AS objections,
       (SELECT count(*) FROM year_reopening WHERE city = :city AND state = 'closed') AS reopened,
       (SELECT count(*) FROM statement WHERE city = :city AND kind = 'year' AND state = 'closed'
        AND version > 1) AS second_versions,
       (SELECT count(*) FROM settlement WHERE city = :city AND state = 'posted') AS settlements,
       (SELECT count(*) FROM payment_order WHERE city = :city) AS payment_orders,
       (SELECT coalesce(sum(fen), 0)::bigint FROM payment
        WHERE city = :city AND state = 'posted') AS paid_fen,
       (SELECT count(DISTINCT key) FROM cosignature WHERE city = :city) AS cosigning_counties,
       (SELECT count(*) FROM seal WHERE city = :city) AS sealed
"""

MATCH = """
SELECT r.placed, r.leads - r.placed AS unplaced, r.value, r.bound, r.gap_ppm, r.verified
FROM match_run r WHERE r.city = :city AND r.state = 'done' ORDER BY r.finished_at DESC, r.id DESC LIMIT 1
"""
PPM_A_PERCENT = 10_000


def percent(part: int, whole: int) -> float:
    """Return a share in percent with two decimals, rounded half up; 0 of nothing is 0."""
    if whole == 0:
        return 0.0
    exact = Decimal(part * 100) / Decimal(whole)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


async def read_figures(session: AsyncSession, city: str, year: int) -> dict[str, Any]:
    """Return the demo's figures under the names that `--once` prints, all but the seconds.

    Money in 万元 is rounded down; `shared_fen` is exact. "Signed" are the projects signed in `year`.
    """
    asked = {"city": city, "year": year}
    planned = (await session.execute(text(PLANNED), {"city": city})).mappings().one()
    projects = (await session.execute(text(PROJECTS), asked)).mappings().one()
    papers = (await session.execute(text(PAPERS), {"city": city})).mappings().one()
    money = (await session.execute(text(MONEY), {"city": city})).mappings().one()
    road = (await session.execute(text(ROAD), {"city": city})).mappings().one()
    return {
        "city": city,
        "planned": planned["planned"],
        "planned_investment_wan": planned["planned_fen"] // FEN_A_WAN,
        "planned_chain": planned["planned_chain"],
        "planned_chain_investment_wan": planned["planned_chain_fen"] // FEN_A_WAN,
        "projects": projects["projects"],
        "signed": projects["signed"],
        "signed_investment_wan": projects["signed_fen"] // FEN_A_WAN,
        "contracts": projects["contracts"],
        "contract_investment_wan": projects["contracts_fen"] // FEN_A_WAN,
        "started": projects["started"],
        "start_rate_percent": percent(projects["started"], projects["signed"]),
        "pooled": papers["pooled"],
        **await _match(session, city),
        "agreements": papers["agreements"],
        "receipts": await receipt_count(session, city),
        "unmatched_receipts": len(await unmatched(session, city)),
        "level_differences": len(await level_differences(session, city)),
        "statements": papers["statements"],
        "closed_years": len(await closed_years(session, city)),
        "shared_fen": await shared_fen(session, city),
        "books_balanced": await books_balanced(session, city),
        **money,
        **road,
    }


async def _match(session: AsyncSession, city: str) -> dict[str, Any]:
    """Return what the last finished run found; a city without one has no value and no proof."""
    found = (await session.execute(text(MATCH), {"city": city})).mappings().one_or_none()
    if found is None:
        return {"placed": 0, "unplaced": 0, "value": 0, "bound": 0, "gap_percent": 0, "verified": False}
    percents = {"gap_percent": found["gap_ppm"] / PPM_A_PERCENT if found["gap_ppm"] else 0}
    counted = {name: found[name] for name in ("placed", "unplaced", "value", "bound")}
    return counted | percents | {"verified": found["verified"]}
