"""What a statement says: its body, made from the very rows that were posted.

A body is plain facts (text, integers, lists) in canonical form, frozen with its hash. Lines, gross sums and
the journal come from the same entitlement lines, so that paper and books cannot differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.amounts import Amounts
from allocation.sharing.base import LevelTable, level_difference
from allocation.sharing.statement import Direction, Entry, Sheet, SheetLine, months_of, sheet
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.years import last_day_of, month_of
from services.ledger import repo
from services.ledger.agreed import Agreed
from services.ledger.beside import Restated, beside
from services.ledger.calculation import Knowledge, amounts_facts, retained_of, shared_here
from services.ledger.outside import Route, names_and_routes, outside_part, parted
from services.ledger.states import ENGINE, StatementKind

CONTENT = ("lines", "subjects", "taxes", "deductions", "outside")
"""The parts of a body that say what is settled; a new version is due when one of them changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All that statements of one city are made from, read once; `restated` for a reopened year alone."""

    city: str
    known: int
    names: Mapping[str, str]
    agreements: Mapping[str, Agreed]
    entries: Sequence[tuple[Entry, Mapping[str, Any]]]
    by_agreement: Mapping[str, Sequence[tuple[Entry, Mapping[str, Any]]]]
    receipts: Mapping[str, Sequence[Mapping[str, Any]]]
    incentives: Mapping[str, Sequence[Mapping[str, Any]]]
    levels: LevelTable
    restated: Restated | None = None
    outside: Mapping[str, Route] = field(default_factory=dict)

    def parties(self, period: str) -> list[str]:
        """The counties that have something booked in a period, in the order of their codes."""
        months = months_of(period)
        found = {
            county
            for entry, _ in self.entries
            if entry.booked in months
            for county in (entry.origin, entry.host)
            if county not in self.outside
        }
        return sorted(found)


_LINES = """
SELECT a.code AS agreement, e.origin, e.host, e.tax, e.agreement_year, e.month, r.period AS booked,
       e.base_fen, e.deducted_fen, e.shared_fen, e.origin_fen, e.host_fen, e.agreement_version,
       (e.facts->>'ratio_bp')::int AS ratio_bp, e.facts->>'clock_start' AS clock_start,
       e.facts->>'cause' AS cause
FROM entitlement_line e
JOIN calc_run r ON r.city = e.city AND r.id = e.run
JOIN agreement a ON a.city = e.city AND a.id = e.agreement
WHERE e.city = :city AND r.period <= :last AND r.known <= :known
ORDER BY a.code, r.known, e.seq
"""


async def read_books(session: AsyncSession, knowledge: Knowledge, last: str) -> Books:
    """Read what statements up to the month `last` are made from."""
    city = knowledge.city
    rows = await session.execute(text(_LINES), {"city": city, "last": last, "known": knowledge.known})
    entries = [(_entry(row), row) for row in map(dict, rows.mappings())]
    by_agreement: dict[str, list[tuple[Entry, Mapping[str, Any]]]] = defaultdict(list)
    for entry, row in entries:
        by_agreement[entry.agreement].append((entry, row))
    names, routes = await names_and_routes(session, city)
    return Books(
        city=city,
        known=knowledge.known,
        names=names,
        outside=routes,
        agreements={one.code: one for one in knowledge.agreements},
        entries=entries,
        by_agreement=by_agreement,
        receipts=knowledge.receipts,
        incentives=knowledge.incentives,
        levels=knowledge.levels,
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        agreement=row["agreement"],
        origin=row["origin"],
        host=row["host"],
        tax=Tax(row["tax"]),
        agreement_year=row["agreement_year"],
        month=row["month"],
        booked=row["booked"],
        amounts=Amounts(
            base=row["base_fen"],
            deducted=row["deducted_fen"],
            shared=row["shared_fen"],
            origin=row["origin_fen"],
            host=row["host_fen"],
        ),
    )


def body_of(
    books: Books, kind: StatementKind, county: str, period: str, *, number: str, version: int, made_on: date
) -> dict[str, Any]:
    """The whole content of a county's statement."""
    whole = sheet(county, period, [entry for entry, _ in books.entries])
    made, away = parted(whole, books.outside)
    first_away = len(made.lines) + 1
    away_lines = [_line(books, line, period, place) for place, line in enumerate(away.lines, first_away)]
    up, down = made.gross(Direction.up), made.gross(Direction.down)
    body = {
        "kind": kind.value,
        "number": number,
        "version": version,
        "city": books.city,
        "city_name": books.names[books.city],
        "county": county,
        "county_name": books.names[county],
        "period": period,
        "made_on": made_on.isoformat(),
        "known": books.known,
        "engine": ENGINE,
        "lines": [_line(books, line, period, index) for index, line in enumerate(made.lines, start=1)],
        "subjects": _subjects(made),
        "taxes": _taxes(books, whole, period),
        "deductions": _deductions(books, whole, period),
        "level_differences": _level_differences(books, county, period),
        "up_fen": up,
        "down_fen": down,
        "net_fen": down - up,
        **outside_part(away, away_lines, books.outside),
    }
    return body if books.restated is None else beside(body, books.restated)


def _line(books: Books, line: SheetLine, period: str, number: int) -> dict[str, Any]:
    """One line: what is settled, what it is part of, and what was settled of it before."""
    agreed = books.agreements[line.agreement]
    own = [
        (entry, row)
        for entry, row in books.by_agreement[line.agreement]
        if entry.tax is line.tax
        and entry.agreement_year == line.agreement_year
        and int(entry.month[:4]) == line.year
    ]
    cumulative = sum((entry.amounts for entry, _ in own), Amounts())
    newest = own[-1][1]
    months = months_of(period)
    causes = {row["cause"] for entry, row in own if entry.booked in months and entry.month < months[0]}
    used = sum(entry.amounts.origin for entry, _ in books.by_agreement[line.agreement])
    return {
        "line": number,
        "direction": line.direction.value,
        "agreement": line.agreement,
        "agreement_id": str(agreed.id),
        "agreement_version": newest["agreement_version"],
        "project": agreed.project_code,
        "project_name": agreed.project_name,
        "counterparty": line.counterparty,
        "counterparty_name": books.names[line.counterparty],
        "tax": line.tax.value,
        "subject": line.tax.subject,
        "year": line.year,
        "agreement_year": line.agreement_year,
        "ratio_bp": max(row["ratio_bp"] for _, row in own),
        "clock_start": newest["clock_start"],
        "earlier": line.earlier,
        "causes": sorted(causes) if line.earlier else [],
        **amounts_facts(line.amounts),
        "cumulative": amounts_facts(cumulative),
        "before_fen": cumulative.origin - line.amounts.origin,
        "cap_fen": agreed.terms.cap_fen,
        "cap_used_fen": used,
        "fen": line.fen,
    }


def _subjects(made: Sheet) -> list[dict[str, Any]]:
    """Gross by budget subject: the settlement's own, with the tax that bears it."""
    return [
        {
            "direction": direction.value,
            "code": direction.subject,
            "name": direction.subject_name,
            "tax": tax.value,
            "tax_subject": tax.subject,
            "fen": fen,
        }
        for direction in Direction
        for tax, fen in made.by_tax(direction).items()
    ]


def _agreements_of(books: Books, made: Sheet) -> Iterable[Agreed]:
    return [books.agreements[code] for code in sorted({line.agreement for line in made.lines})]


def _taxes(books: Books, made: Sheet, period: str) -> list[dict[str, Any]]:
    """What was paid in during the period.

    by agreement and tax, and how the levels share it; no firm's receipt.
    """
    months = months_of(period)
    found: dict[tuple[str, Tax], dict[str, int]] = {}
    for agreed in _agreements_of(books, made):
        for row in books.receipts.get(agreed.credit_code or "", ()):
            if month_of(row["paid_on"]) not in months or not shared_here(agreed, row):
                continue
            retained = retained_of(row, books.levels, books.city)
            sums = found.setdefault((agreed.code, retained.tax), defaultdict(int))
            counted = retained.kind in agreed.terms.kinds and retained.tax in agreed.terms.taxes
            sums["receipts"] += 1
            sums["amount_fen"] += row["amount_fen"]
            sums["refund_fen"] += row["amount_fen"] if row["kind"] == ReceiptKind.credit_refund else 0
            for level in ("central_fen", "province_fen", "city_fen", "county_fen"):
                sums[level] += row[level] or 0
            sums["retained_fen"] += retained.fen if counted else 0
            sums["excluded_fen"] += 0 if counted else retained.fen
    order = list(Tax)
    return [
        {"agreement": code, "tax": tax.value, "subject": tax.subject, "year": int(period[:4]), **sums}
        for (code, tax), sums in sorted(found.items(), key=lambda item: (item[0][0], order.index(item[0][1])))
    ]


def _deductions(books: Books, made: Sheet, period: str) -> list[dict[str, Any]]:
    """The incentives of the period, by their documents."""
    months = months_of(period)
    return [
        {
            "agreement": agreed.code,
            "document_no": row["document_no"],
            "paid_on": row["paid_on"].isoformat(),
            "amount_fen": row["amount_fen"],
        }
        for agreed in _agreements_of(books, made)
        for row in books.incentives.get(agreed.credit_code or "", ())
        if row["county"] == agreed.host and month_of(row["paid_on"]) in months
    ]


def _level_differences(books: Books, county: str, period: str) -> int:
    """The receipts of the county's own treasury whose split is not the expected one."""
    months = months_of(period)
    return sum(
        1
        for rows in books.receipts.values()
        for row in rows
        if row["treasury"] == county
        and month_of(row["paid_on"]) in months
        and level_difference(repo.receipt_of(row), books.levels, books.city) is not None
    )


def last_day(period: str) -> date:
    """The last day of a month, quarter or year."""
    return last_day_of(months_of(period)[-1])
