"""Figures are queries: an empty city has none, and shares are rounded as people round."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.demo.figures import percent, read_figures

KEYS = [
    "city",
    "planned",
    "planned_investment_wan",
    "planned_chain",
    "planned_chain_investment_wan",
    "projects",
    "signed",
    "signed_investment_wan",
    "contracts",
    "contract_investment_wan",
    "started",
    "start_rate_percent",
    "pooled",
    "placed",
    "unplaced",
    "value",
    "bound",
    "gap_percent",
    "verified",
    "agreements",
    "receipts",
    "unmatched_receipts",
    "level_differences",
    "statements",
    "closed_years",
    "shared_fen",
    "books_balanced",
    "objections",
    "reopened",
    "second_versions",
    "settlements",
    "payment_orders",
    "paid_fen",
    "cosigning_counties",
    "sealed",
    "leads_added",
    "merged",
    "rulings",
    "files",
    "approval_acts",
    "escalations",
    "schedule_items",
    "fund_entries",
    "layouts",
    "reports_frozen",
]


async def test_a_city_without_anything_has_all_figures(session: AsyncSession) -> None:
    figures = await read_figures(session, "611000", 2026)
    assert list(figures) == KEYS
    assert figures["city"] == "611000"
    assert figures["verified"] is False
    assert figures["books_balanced"] is True
    assert {value for key, value in figures.items() if key not in {"city", "verified", "books_balanced"}} == {
        0
    }


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(49, 106, 46.23), (1, 3, 33.33), (1, 8, 12.5), (1, 800, 0.13), (0, 0, 0.0)]
)
def test_shares_round_half_up(part: int, whole: int, share: float) -> None:
    assert percent(part, whole) == share
