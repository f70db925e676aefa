"""Reads of what is known: receipts, incentives, level shares, what was posted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.amounts import Amounts
from allocation.sharing.base import LevelShare, LevelTable, Receipt, Split
from allocation.sharing.entitlement import Incentive
from allocation.sharing.postings import Key
from allocation.sharing.taxes import ReceiptKind, Tax
from services.ledger.tables import Period
from services.regions.tables import Region

RECEIPTS = """
SELECT DISTINCT ON (ticket) ticket, revision, known, tax_period, paid_on, treasury, credit_code, taxpayer,
tax,
       subject, kind, amount_fen, central_fen, province_fen, city_fen, county_fen, withdrawn
FROM receipt_version WHERE city = :city AND known <= :known
ORDER BY ticket, revision DESC
"""
"""The receipts as known at a number: of each ticket the newest revision by then."""

INCENTIVES = """
SELECT DISTINCT ON (credit_code, document_no) credit_code, document_no, revision, known, county, amount_fen,
paid_on FROM incentive WHERE city = :city AND known <= :known ORDER BY credit_code, document_no, revision
DESC
"""


def receipt_of(row: Mapping[str, Any]) -> Receipt:
    """A stored row as the sharing rules see it."""
    split = None
    if row["county_fen"] is not None:
        split = Split(row["central_fen"], row["province_fen"], row["city_fen"], row["county_fen"])
    return Receipt(
        ticket=row["ticket"],
        paid_on=row["paid_on"],
        treasury=row["treasury"],
        tax=Tax(row["tax"]),
        kind=ReceiptKind(row["kind"]),
        amount_fen=row["amount_fen"],
        split=split,
    )


OF_FIRMS = """
AND ticket IN (SELECT ticket FROM receipt_version WHERE city = :city AND credit_code = ANY(:firms))
"""

LEVELS = """
SELECT treasury, tax, effective_from, removed, central_bp, province_bp, city_bp, county_bp
FROM (
    SELECT DISTINCT ON (treasury, tax, effective_from) *
    FROM level_share_version WHERE city = :city AND after_known < :known
    ORDER BY treasury, tax, effective_from, revision DESC
) AS standing
"""


async def levels_as_known(session: AsyncSession, city: str, known: int) -> tuple[LevelTable, int]:
    """The level table as known at a number, and the number from which it has said so."""
    asked = {"city": city, "known": known}
    rows = await session.execute(text(LEVELS), asked)
    table = LevelTable(
        LevelShare(
            row["treasury"],
            Tax(row["tax"]),
            row["effective_from"],
            row["central_bp"],
            row["province_bp"],
            row["city_bp"],
            row["county_bp"],
        )
        for row in rows.mappings()
        if not row["removed"]
    )
    since = await session.execute(
        text(
            "SELECT coalesce(max(after_known) + 1, 0) FROM level_share_version"
            " WHERE city = :city AND after_known < :known"
        ),
        asked,
    )
    return table, int(since.scalar_one())


async def receipts_by_firm(
    session: AsyncSession, city: str, known: int, firms: Sequence[str] | None = None
) -> dict[str, list[Mapping[str, Any]]]:
    """The receipts as known, by credit code, in the order of their tickets; of some firms or of all."""
    asked: dict[str, Any] = {"city": city, "known": known}
    query = RECEIPTS
    if firms is not None:
        asked["firms"] = list(firms)
        query = RECEIPTS.replace("ORDER BY", f"{OF_FIRMS} ORDER BY")
    rows = await session.execute(text(query), asked)
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows.mappings():
        found[row["credit_code"]].append(dict(row))
    return found


async def incentives_by_firm(
    session: AsyncSession, city: str, known: int
) -> dict[str, list[Mapping[str, Any]]]:
    """The incentives as known, by credit code."""
    rows = await session.execute(text(INCENTIVES), {"city": city, "known": known})
    firms: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows.mappings():
        firms[row["credit_code"]].append(dict(row))
    return firms


def incentive_of(row: Mapping[str, Any]) -> Incentive:
    """A stored row as the sharing rules see it."""
    return Incentive(row["document_no"], row["paid_on"], row["amount_fen"])


async def region_names(session: AsyncSession, city: str) -> dict[str, str]:
    """The names of the city's regions, its own row among them, by code."""
    rows = await session.execute(select(col(Region.code), col(Region.name)).where(col(Region.city) == city))
    return dict(rows.all())


async def posted_until(
    session: AsyncSession, city: str, through: str, before: int
) -> dict[UUID, dict[Key, Amounts]]:
    """What runs before a known number posted for receipts up to a month, by agreement and key."""
    rows = await session.execute(
        text(
            "SELECT e.agreement, e.agreement_year, e.tax, e.month, sum(e.base_fen)::bigint,"
            " sum(e.deducted_fen)::bigint, sum(e.shared_fen)::bigint, sum(e.origin_fen)::bigint,"
            " sum(e.host_fen)::bigint"
            " FROM entitlement_line e JOIN calc_run r ON r.city = e.city AND r.id = e.run"
            " WHERE e.city = :city AND e.month <= :through AND r.known < :before"
            " GROUP BY e.agreement, e.agreement_year, e.tax, e.month"
        ),
        {"city": city, "through": through, "before": before},
    )
    found: dict[UUID, dict[Key, Amounts]] = defaultdict(dict)
    for agreement, year, tax, month, base, deducted, shared, origin, host in rows:
        found[agreement][Key(year, Tax(tax), month)] = Amounts(
            base=base, deducted=deducted, shared=shared, origin=origin, host=host
        )
    return found


async def period_of(session: AsyncSession, city: str, code: str) -> Period | None:
    """A month's row."""
    found: Period | None = await session.get(Period, {"city": city, "code": code}, populate_existing=True)
    return found
