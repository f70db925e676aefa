"""Recomputation: everything a period's books and papers say, made again from what was known then.

Each run is calculated again from receipts, incentives, terms and level table as known at its number,
against what was booked before it; its hashes, lines and journals must come out byte for byte. Each paper is
made again from the books as they stood at its number. Journals that no run wrote (settlements, payments,
credit) are held against their own hash. Nothing is written.

Names (of the city, a county, a project) are not kept by known number: they are taken as printed.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import canonical_bytes, sha256_of
from allocation.sharing.postings import AccountKind, LegFacts
from allocation.sharing.statement import months_of
from services.ledger.calculation import Knowledge, calculate, read_knowledge
from services.ledger.drafting import kind_of
from services.ledger.posting import JournalEntry
from services.ledger.restating import ALL_MONTHS, closed_bodies, restated
from services.ledger.runs import entries_of, rows_of
from services.ledger.sheets import Books, body_of, read_books
from services.ledger.states import ENGINE, JournalKind, Unit
from services.ledger.tables import CalcRun, EntitlementLine, Journal, Statement

_LEGS: Final = """
SELECT l.journal, l.county, a.kind, a.counterparty, l.unit, l.amount_fen
FROM leg l
JOIN journal j ON j.city = l.city AND j.id = l.journal
JOIN ledger_account a ON a.city = l.city AND a.id = l.account
WHERE l.city = :city AND j.period = ANY(:months)
ORDER BY l.journal, l.seq
"""
_COLUMNS: Final = (
    "seq",
    "agreement",
    "agreement_version",
    "origin",
    "host",
    "agreement_year",
    "tax",
    "month",
    "base_fen",
    "deducted_fen",
    "shared_fen",
    "origin_fen",
    "host_fen",
    "facts",
)


@dataclass(frozen=True, slots=True)
class Differs:
    """One thing that does not come out again: its kind, its name, and what of it differs."""

    kind: str
    name: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Recomputed:
    """What was recomputed of a period, and all that differs."""

    period: str
    runs: int = 0
    lines: int = 0
    journals: int = 0
    statements: int = 0
    differences: list[Differs] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything came out as it stands."""
        return not self.differences

    def differs(self, kind: str, name: str, detail: str) -> None:
        """Note a difference."""
        self.differences.append(Differs(kind, name, detail))


async def recompute(session: AsyncSession, city: str, period: str) -> Recomputed:
    """Recompute a month, a quarter or a year with all its months and papers.

    Raises:
        NoPeriod: the text names no period.
    """
    found = Recomputed(period=period)
    async for _ in recomputing(session, found, city):
        pass
    return found


async def recomputing(session: AsyncSession, found: Recomputed, city: str) -> AsyncIterator[str]:
    """Recompute step by step, naming each run and paper when it is done; `found` grows on the way."""
    kind_of(found.period)
    months = months_of(found.period)
    journals = await _journals(session, city, months)
    for run in await _runs(session, city, months):
        await _run(session, found, run, journals)
        yield f"{run.period} {run.known}"
    _others(found, journals)
    reader = _Reader(session, city)
    for statement in await _statements(session, city, found.period):
        found.statements += 1
        await _statement(found, reader, statement)
        yield f"{statement.number} v{statement.version}"


async def _runs(session: AsyncSession, city: str, months: Sequence[str]) -> Sequence[CalcRun]:
    rows = await session.execute(
        select(CalcRun)
        .where(col(CalcRun.city) == city, col(CalcRun.period).in_(months))
        .order_by(col(CalcRun.known))
    )
    return rows.scalars().all()


async def _run(
    session: AsyncSession, found: Recomputed, run: CalcRun, journals: dict[str, tuple[Journal, JournalEntry]]
) -> None:
    """One run: what went in, what came out, its lines, its journals."""
    found.runs += 1
    name = f"{run.period}/{run.known}"
    knowledge = await read_knowledge(session, run.city, run.known)
    again = await calculate(session, knowledge, run.period, before=run.known)
    for what, stored, now in (
        ("engine", run.engine, ENGINE),
        ("input_sha256", run.input_sha256, again.input_sha256),
        ("output_sha256", run.output_sha256, again.output_sha256),
    ):
        if stored != now:
            found.differs("run", name, f"{what}: {stored} / {now}")
    await _lines(session, found, run, name, list(rows_of(again)))
    for entry in entries_of(again, run):
        standing = journals.pop(entry.key, None)
        found.journals += 1
        if standing is None:
            found.differs("journal", entry.key, "missing")
        elif (standing[0].sha256, standing[1]) != (entry.sha256, entry):
            found.differs("journal", entry.key, f"sha256: {standing[0].sha256} / {entry.sha256}")
    for key in [key for key, (journal, _) in journals.items() if journal.run == run.id]:
        del journals[key]
        found.journals += 1
        found.differs("journal", key, "not due")


async def _lines(
    session: AsyncSession, found: Recomputed, run: CalcRun, name: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """The lines of a run, column by column."""
    stored_rows = await session.execute(
        select(EntitlementLine)
        .where(col(EntitlementLine.city) == run.city, col(EntitlementLine.run) == run.id)
        .order_by(col(EntitlementLine.seq))
    )
    lines = [_columns(line) for line in stored_rows.scalars()]
    found.lines += len(lines)
    if len(lines) != run.lines or len(lines) != len(rows):
        found.differs("run", name, f"lines: {run.lines} / {len(lines)} / {len(rows)}")
    for line, row in zip(lines, rows, strict=False):
        for column in _COLUMNS:
            if line[column] != row[column]:
                found.differs("line", f"{name}/{line['seq']}", f"{column}: {line[column]} / {row[column]}")


def _columns(line: EntitlementLine) -> dict[str, Any]:
    plain = {column: getattr(line, column) for column in _COLUMNS}
    return plain | {"tax": line.tax.value}


async def _journals(
    session: AsyncSession, city: str, months: Sequence[str]
) -> dict[str, tuple[Journal, JournalEntry]]:
    """The journals of the months by key, each with the entry that its rows make."""
    legs: dict[Any, list[LegFacts]] = {}
    rows = await session.execute(text(_LEGS), {"city": city, "months": list(months)})
    for journal, county, kind, counterparty, unit, amount in rows:
        legs.setdefault(journal, []).append(
            LegFacts(county, AccountKind(kind), counterparty, amount, Unit(unit))
        )
    found = await session.execute(
        select(Journal)
        .where(col(Journal.city) == city, col(Journal.period).in_(months))
        .order_by(col(Journal.key))
    )
    return {
        one.key: (
            one,
            JournalEntry(
                key=one.key,
                kind=JournalKind(one.kind),
                period=one.period,
                agreement=one.agreement,
                legs=tuple(legs.get(one.id, ())),
                note=one.note,
                run=one.run,
                reverses=one.reverses,
            ),
        )
        for one in found.scalars()
    }


def _others(found: Recomputed, journals: Mapping[str, tuple[Journal, JournalEntry]]) -> None:
    """The journals that no run wrote: each must have the content that its hash names."""
    for key, (journal, entry) in journals.items():
        found.journals += 1
        if journal.sha256 != entry.sha256:
            found.differs("journal", key, f"sha256: {journal.sha256} / {entry.sha256}")


async def _statements(session: AsyncSession, city: str, period: str) -> Sequence[Statement]:
    """The papers of a period, of the quarters and months in it, all versions."""
    months = months_of(period)
    periods = {period, *months}
    if period == months[0][:4]:
        periods |= {f"{period}Q{number}" for number in range(1, 5)}
    rows = await session.execute(
        select(Statement)
        .where(col(Statement.city) == city, col(Statement.period).in_(periods))
        .order_by(col(Statement.known), col(Statement.number), col(Statement.version))
    )
    return rows.scalars().all()


class _Reader:
    """Reads books as of a number; the last ones read are kept, for papers of one number come together."""

    def __init__(self, session: AsyncSession, city: str) -> None:
        self._session, self._city = session, city
        self._knowledge: Knowledge | None = None
        self._books: tuple[tuple[int, str], Books] | None = None

    async def books(self, statement: Statement) -> Books:
        """The books that a paper was made from."""
        facts = statement.body.get("reopened")
        last = ALL_MONTHS if facts else months_of(statement.period)[-1]
        asked = (statement.known, last)
        if self._books is None or self._books[0] != asked:
            if self._knowledge is None or self._knowledge.known != statement.known:
                self._knowledge = await read_knowledge(self._session, self._city, statement.known)
            self._books = (asked, await read_books(self._session, self._knowledge, last))
        books = self._books[1]
        if facts:
            was = await closed_bodies(self._session, self._city, statement.period, statement.version)
            books = restated(books, statement.period, facts, was)
        return books


async def _statement(found: Recomputed, reader: _Reader, statement: Statement) -> None:
    """One paper: its body from the books of its number, byte for byte, and its hash."""
    name, stored = f"{statement.number} v{statement.version}", statement.body
    again = body_of(
        _as_printed(await reader.books(statement), stored),
        statement.kind,
        statement.county,
        statement.period,
        number=statement.number,
        version=statement.version,
        made_on=statement.made_on,
    )
    hashed = sha256_of("statement", stored)
    if hashed != statement.body_sha256:
        found.differs("statement", name, f"sha256: {statement.body_sha256} / {hashed}")
    if canonical_bytes(stored) != canonical_bytes(again):
        parts = sorted(part for part in stored.keys() | again.keys() if stored.get(part) != again.get(part))
        found.differs("statement", name, f"body: {', '.join(parts)}")


def _as_printed(books: Books, body: Mapping[str, Any]) -> Books:
    """Let books call city, counties and projects as a paper did."""
    names = {body["city"]: body["city_name"], body["county"]: body["county_name"]}
    projects = {}
    for line in cast("list[dict[str, Any]]", body["lines"]):
        names[line["counterparty"]] = line["counterparty_name"]
        projects[line["agreement"]] = line["project_name"]
    return replace(
        books,
        names={**books.names, **names},
        agreements={
            code: replace(one, project_name=projects.get(code, one.project_name))
            for code, one in books.agreements.items()
        },
    )
