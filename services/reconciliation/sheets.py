"""The quarter's 对账单 between two counties: figures compared, differences and reasons, shares booked.

It is kept as a frozen body with its hash. A county acknowledges the newest version by that hash, or notes a
difference; neither moves money.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import sha256_of
from allocation.sharing.reconciling import Side
from allocation.sharing.statement import months_of
from auth.money import can_issue_statement
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.known import last_known
from services.kit.tables import uuid7
from services.ledger import repo as ledger_repo
from services.ledger import service as ledger
from services.ledger.drafting import kind_of
from services.ledger.errors import NoPeriod
from services.ledger.states import StatementKind
from services.ledger.tables import Statement
from services.reconciliation import repo
from services.reconciliation.comparing import Row, refresh, rows_of
from services.reconciliation.errors import ReconcilingNotForYou
from services.reconciliation.tables import ReconciliationSheet
from services.reconciliation.words import DifferenceState

Pair = tuple[str, str]
CONTENT = ("rows", "totals", "shares", "statements")
"""What makes a new version: the figures, not the date on which they were put together."""


async def prepare_quarter(
    session: AsyncSession, principal: Principal, period: str, today: date
) -> list[ReconciliationSheet]:
    """Prepare the 对账单 of a finished quarter for every two counties that share tax.

    The counties' own quarter statements are prepared first, so that the shares shown are those booked. A pair
    whose newest version says the same keeps it; another gets a new version, to be acknowledged anew.

    Raises:
        ReconcilingNotForYou: the principal is not the city's finance.
        NoPeriod: the text names no quarter.
        PeriodNotEnded: the quarter is not over.
        NotComputed: something due in the quarter is not booked yet.
    """
    if not can_issue_statement(principal):
        raise ReconcilingNotForYou
    if kind_of(period) is not StatementKind.quarter:
        raise NoPeriod
    statements = await ledger.prepare(session, principal, period, today)
    months = months_of(period)
    await refresh(session, principal, months, today)
    rows = await rows_of(session, principal.city, await repo.agreements(session, principal.city), months)
    names = await ledger_repo.region_names(session, principal.city)
    shares = _shares(statements)
    made = []
    for pair in sorted(_pairs(rows) | {pair for pair, _ in shares}):
        body = {
            "city": principal.city,
            "city_name": names[principal.city],
            "period": period,
            "counties": [{"code": code, "name": names[code]} for code in pair],
            "rows": [_row(row) for row in rows if _pair(row) == pair],
            "totals": _totals([row for row in rows if _pair(row) == pair]),
            "shares": [share for one, share in shares if one == pair],
            "statements": [
                {
                    "county": one.county,
                    "number": one.number,
                    "version": one.version,
                    "sha256": one.body_sha256,
                }
                for one in statements
                if one.county in pair
            ],
        }
        made.append(await _keep(session, principal, pair, body, today))
    return made


async def _keep(
    session: AsyncSession, principal: Principal, pair: Pair, body: dict[str, Any], today: date
) -> ReconciliationSheet:
    """Write a pair's new version, or keep the newest where it says the same."""
    content = sha256_of("reconciliation-content", {part: body[part] for part in CONTENT})
    last = await newest(session, principal.city, pair, body["period"])
    if last is not None and last.content_sha256 == content:
        return last
    version = 1 if last is None else last.version + 1
    number = f"DZ-{pair[0]}-{pair[1]}-{body['period']}"
    known = await last_known(session, principal.city)
    whole = body | {
        "number": number,
        "version": version,
        "known": known,
        "made_on": today.isoformat(),
        "made_by": principal.name,
    }
    sheet = ReconciliationSheet(
        city=principal.city,
        id=uuid7(),
        county_a=pair[0],
        county_b=pair[1],
        period=body["period"],
        version=version,
        number=number,
        known=known,
        body=whole,
        content_sha256=content,
        body_sha256=sha256_of("reconciliation", whole),
        made_on=today,
        made_by=principal.account,
        made_by_name=principal.name,
    )
    session.add(sheet)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="reconciliation.sheet_prepared",
        entity="reconciliation_sheet",
        entity_id=sheet.id,
        after={"number": number, "version": version, "sha256": sheet.body_sha256},
    )
    return sheet


async def newest(session: AsyncSession, city: str, pair: Pair, period: str) -> ReconciliationSheet | None:
    """The newest version of a pair's 对账单, held for this transaction."""
    rows = await session.scalars(
        select(ReconciliationSheet)
        .where(
            col(ReconciliationSheet.city) == city,
            col(ReconciliationSheet.county_a) == pair[0],
            col(ReconciliationSheet.county_b) == pair[1],
            col(ReconciliationSheet.period) == period,
        )
        .order_by(col(ReconciliationSheet.version).desc())
        .limit(1)
        .with_for_update()
    )
    return rows.one_or_none()


def _pair(row: Row) -> Pair:
    first, second = sorted((row.agreement.origin, row.agreement.host))
    return first, second


def _pairs(rows: Iterable[Row]) -> set[Pair]:
    return {_pair(row) for row in rows}


def _row(row: Row) -> dict[str, Any]:
    """One place as it goes on the paper; how old its difference is follows from the two dates."""
    place, kept = row.compared.place, row.difference
    return {
        "agreement": row.agreement.code,
        "agreement_id": str(row.agreement.id),
        "project": row.agreement.project_code,
        "origin": row.agreement.origin,
        "host": row.agreement.host,
        "tax": place.tax.value,
        "subject": place.tax.subject,
        "month": place.month,
        **{f"{side.value}_fen": row.compared.figures[side] for side in Side},
        "spread_fen": row.compared.spread_fen,
        "difference": None
        if kept is None
        else {
            "id": str(kept.id),
            "number": kept.number,
            "opened_on": kept.opened_on.isoformat(),
            "state": kept.state.value,
            "reason": kept.reason.value if kept.reason else None,
            "words": kept.words,
        },
    }


def _totals(rows: Sequence[Row]) -> dict[str, int]:
    """Sums by side over the places of which it has spoken, and how many places differ and are open."""
    sums = {f"{side.value}_fen": sum(row.compared.figures[side] or 0 for row in rows) for side in Side}
    return sums | {
        "differing": sum(row.compared.differs for row in rows),
        "unresolved": sum(
            row.difference is not None and row.difference.state is not DifferenceState.resolved
            for row in rows
        ),
    }


def _shares(statements: Sequence[Statement]) -> list[tuple[Pair, dict[str, Any]]]:
    """What the quarter's statements book between two counties, by agreement, from the host's side (上解)."""
    found: list[tuple[Pair, dict[str, Any]]] = []
    for one in statements:
        sums: dict[tuple[str, str], int] = {}
        for line in one.body["lines"]:
            if line["direction"] == "up":
                key = (line["agreement"], line["counterparty"])
                sums[key] = sums.get(key, 0) + line["fen"]
        for (agreement, origin), fen in sorted(sums.items()):
            first, second = sorted((one.county, origin))
            share = {"agreement": agreement, "host": one.county, "origin": origin, "fen": fen}
            found.append(((first, second), share))
    return found
