"""From a statement's line back to the first facts, and on to journals and payment, in one answer.

Receipts by right, totals otherwise; formula; terms with signatures; decision, match run and lead.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.base import LevelTable
from allocation.sharing.statement import months_of
from allocation.sharing.terms import Terms
from allocation.sharing.years import agreement_year, month_of
from auth.money import can_see_receipts
from auth.principal import Principal
from services.kit.i18n import Locale
from services.ledger import repo
from services.ledger.agreed import Agreed, agreements_as_known
from services.ledger.calculation import retained_of, shared_here
from services.ledger.chain import TracedSum, onward, origins, summed
from services.ledger.errors import NoLine
from services.ledger.formula import explain
from services.ledger.outside import all_lines
from services.ledger.schemas import LineTrace, TracedJournal, TracedReceipt
from services.ledger.tables import Statement
from services.ledger.views import find, shown_body

_JOURNALS = """
SELECT r.period, r.id AS run, r.known, r.engine, r.input_sha256, r.output_sha256,
       sum(e.origin_fen)::bigint AS fen,
       (SELECT min(j.key) FROM journal j
        WHERE j.city = r.city AND j.run = r.id AND j.agreement = :agreement) AS key
FROM calc_run r
JOIN entitlement_line e ON e.city = r.city AND e.run = r.id AND e.agreement = :agreement
WHERE r.city = :city AND r.period = ANY(:months) AND r.known <= :known
  AND e.tax = :tax AND left(e.month, 4)::int = :year AND e.agreement_year = :agreement_year
  AND (e.month < :first) = :earlier
GROUP BY r.city, r.id, r.period, r.known, r.engine, r.input_sha256, r.output_sha256
ORDER BY r.known
"""


async def trace(
    session: AsyncSession, principal: Principal, number: UUID, line_number: int, locale: Locale
) -> LineTrace:
    """Open a line to what it was made from, as known when the statement was made.

    Firms' receipts are shown to the host's finance, the city's finance and the auditor; others see monthly
    totals.

    Raises:
        NoSuchStatement: there is none that this person may know of.
        NoLine: the statement has no such line.
    """
    statement = await find(session, principal, number)
    lines = all_lines(shown_body(principal, statement.body))
    if not 1 <= line_number <= len(lines):
        raise NoLine(line=line_number)
    line = lines[line_number - 1]
    agreed = await _agreed(session, statement, line)
    terms = next(v.terms for v in agreed.versions if v.version == line["agreement_version"])
    paid = await _receipts(session, statement, agreed, line)
    table, _ = await repo.levels_as_known(session, principal.city, statement.known)
    by_firm = can_see_receipts(principal, agreed.host)
    first = date.fromisoformat(line["clock_start"]) if line["clock_start"] else None
    receipts = (_each if by_firm else _totals)(paid, terms, table, principal.city, first)
    journals = await _journals(session, statement, agreed, line)
    return LineTrace(
        line=line,
        formula=explain(line, locale),
        agreement=agreed.id,
        agreement_code=agreed.code,
        agreement_version=line["agreement_version"],
        terms=terms.to_json(),
        receipts=receipts,
        incentives=await _incentives(session, statement, agreed, line),
        journals=journals,
        origins=await origins(session, principal, agreed, line["agreement_version"]),
        payments=await onward(session, principal, statement.id, line),
        sums=_sums(line, receipts, journals),
    )


def _sums(
    line: Mapping[str, Any], receipts: Sequence[TracedReceipt], journals: Sequence[TracedJournal]
) -> list[TracedSum]:
    """Set the chain's own sums beside the figures that stand on the paper."""
    total = line["cumulative"]
    counted = sum(row.retained_fen for row in receipts if row.counted)
    return [
        summed("receipts", total["base_fen"], counted),
        summed("parties", total["shared_fen"], total["origin_fen"] + total["host_fen"]),
        summed("cumulative", total["origin_fen"], line["before_fen"] + line["fen"]),
        summed("journals", line["fen"], sum(journal.fen for journal in journals)),
    ]


async def _agreed(session: AsyncSession, statement: Statement, line: Mapping[str, Any]) -> Agreed:
    known = await agreements_as_known(session, statement.city, statement.known)
    return next(one for one in known if one.code == line["agreement"])


async def _receipts(
    session: AsyncSession, statement: Statement, agreed: Agreed, line: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The firm's receipts of the line's tax and calendar year, up to the end of the statement's period."""
    firms = await repo.receipts_by_firm(session, statement.city, statement.known)
    last = months_of(statement.period)[-1]
    return sorted(
        (
            row
            for row in firms.get(agreed.credit_code or "", ())
            if row["tax"] == line["tax"]
            and row["paid_on"].year == line["year"]
            and month_of(row["paid_on"]) <= last
            and shared_here(agreed, row)
            and _same_year(agreed, line, row)
        ),
        key=lambda row: (row["paid_on"], row["ticket"]),
    )


def _same_year(agreed: Agreed, line: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether a receipt falls in the line's agreement year: with anniversaries a calendar year holds two."""
    if line["clock_start"] is None:
        return True
    start = date.fromisoformat(line["clock_start"])
    basis = agreed.versions[0].terms.year_basis
    number: int = line["agreement_year"]
    return agreement_year(basis, start, row["paid_on"]) == number


def _each(
    rows: Sequence[Mapping[str, Any]], terms: Terms, table: LevelTable, city: str, first: date | None
) -> list[TracedReceipt]:
    """Each receipt; what was paid before the first tax that counts, or before the terms, is not counted."""
    found = []
    for row in rows:
        retained = retained_of(row, table, city)
        found.append(
            TracedReceipt(
                ticket=row["ticket"],
                taxpayer=row["taxpayer"],
                month=month_of(row["paid_on"]),
                paid_on=row["paid_on"],
                kind=row["kind"],
                receipts=1,
                amount_fen=row["amount_fen"],
                retained_fen=retained.fen,
                counted=(
                    retained.kind in terms.kinds
                    and retained.tax in terms.taxes
                    and (first is None or row["paid_on"] >= first)
                ),
            )
        )
    return found


def _totals(
    rows: Sequence[Mapping[str, Any]], terms: Terms, table: LevelTable, city: str, first: date | None
) -> list[TracedReceipt]:
    """Monthly totals of what counts and of what does not: no ticket, no firm, no day."""
    sums: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in _each(rows, terms, table, city, first):
        total = sums[one.month, one.counted]
        total[0] += 1
        total[1] += one.amount_fen
        total[2] += one.retained_fen
    return [
        TracedReceipt(
            ticket=None,
            taxpayer=None,
            month=month,
            paid_on=None,
            kind=None,
            receipts=count,
            amount_fen=amount,
            retained_fen=retained,
            counted=counted,
        )
        for (month, counted), (count, amount, retained) in sorted(sums.items())
    ]


async def _incentives(
    session: AsyncSession, statement: Statement, agreed: Agreed, line: Mapping[str, Any]
) -> list[dict[str, Any]]:
    firms = await repo.incentives_by_firm(session, statement.city, statement.known)
    return [
        {
            "document_no": row["document_no"],
            "paid_on": row["paid_on"].isoformat(),
            "amount_fen": row["amount_fen"],
        }
        for row in firms.get(agreed.credit_code or "", ())
        if row["county"] == agreed.host and row["paid_on"].year == line["year"]
    ]


async def _journals(
    session: AsyncSession, statement: Statement, agreed: Agreed, line: Mapping[str, Any]
) -> list[TracedJournal]:
    rows = await session.execute(
        text(_JOURNALS),
        {
            "city": statement.city,
            "agreement": agreed.id,
            "months": [*months_of(statement.period), *line.get("booked_in", ())],
            "known": statement.known,
            "tax": line["tax"],
            "year": line["year"],
            "agreement_year": line["agreement_year"],
            "first": months_of(statement.period)[0],
            "earlier": line["earlier"],
        },
    )
    return [TracedJournal(**row) for row in map(dict[str, Any], rows.mappings())]
