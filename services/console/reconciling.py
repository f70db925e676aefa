"""What the pages of reconciling share: their tabs, names, and the period that is shown."""

from datetime import date
from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.statement import months_of
from allocation.sharing.taxes import Tax
from auth.money import can_issue_statement, can_reconcile
from auth.principal import Principal
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.ledger import repo as ledger
from services.reconciliation.words import DifferenceState

TABS = (
    ("/reconciliation", lazy("比对")),
    ("/reconciliation/differences", lazy("差异")),
    ("/reconciliation/sheets", lazy("对账单")),
    ("/reconciliation/levels", lazy("国库核对表")),
    ("/reconciliation/incentives", lazy("政策兑现表")),
)
TONES = {
    DifferenceState.open: "warn",
    DifferenceState.explained: "info",
    DifferenceState.resolved: "ok",
}


def tabs(path: str, locale: Locale) -> list[tuple[str, str, bool]]:
    """The tabs of reconciling, with the current one marked."""
    return [(href, gettext(text, locale), href == path) for href, text in TABS]


def chosen_months(period: str, today: date) -> tuple[str, tuple[str, ...]]:
    """The period asked for and its months; the quarter before the business date where it names none."""
    try:
        return period, months_of(period)
    except ValueError:
        quarter, year = (today.month - 1) // 3, today.year
        period = f"{year}Q{quarter}" if quarter else f"{year - 1}Q4"
        return period, months_of(period)


async def common(request: Request, principal: Principal, session: AsyncSession, path: str) -> dict[str, Any]:
    """What every page of reconciling shows."""
    return {
        "tabs": tabs(path, locale_of(request)),
        "names": await ledger.region_names(session, principal.city),
        "taxes": {tax.value: tax.zh for tax in Tax},
        "tones": TONES,
        "may_issue": can_issue_statement(principal),
        "may_state": can_reconcile(principal, principal.county or principal.city),
    }
