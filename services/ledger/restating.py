"""A reopened year's papers: what the year comes to with all that was booked for it since its close.

The year's months stay closed. What changed was booked in an open month and names its own; the year's next
version takes it up and shows the old figure, the new one and the difference. The money of the difference
moves with the year in which it was booked, so it is paid once.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.statement import months_of
from services.ledger.beside import LateFacts, Restated
from services.ledger.calculation import Knowledge
from services.ledger.reopening_errors import NotReopened
from services.ledger.reopening_words import REOPENED
from services.ledger.sheets import CONTENT, Books, read_books
from services.ledger.states import PeriodState, StatementAction, StatementKind
from services.ledger.tables import Period, Statement, StatementEvent, YearReopening

ALL_MONTHS: Final = "9999-12"
YEAR_DIGITS: Final = 4


async def reopened(session: AsyncSession, city: str, year: int) -> YearReopening | None:
    """The reopening under which a closed year's papers may have a next version."""
    rows = await session.execute(
        select(YearReopening).where(
            col(YearReopening.city) == city,
            col(YearReopening.year) == year,
            col(YearReopening.state).in_(REOPENED),
        )
    )
    return rows.scalar_one_or_none()


async def may_state(session: AsyncSession, city: str, period: str) -> None:
    """Check that papers of a period may be prepared: it is not closed, or its year is reopened.

    Raises:
        NotReopened: the period is closed for good; a quarter's papers always are with its year.
    """
    last = await session.get(Period, {"city": city, "code": months_of(period)[-1]})
    if last is None or last.state is PeriodState.open:
        return
    if len(period) != YEAR_DIGITS or await reopened(session, city, int(period)) is None:
        raise NotReopened(period=period)


async def books_for(session: AsyncSession, knowledge: Knowledge, period: str) -> Books:
    """Read what a period's papers are made from; of a reopened year with all that was booked for it since."""
    found = None
    if len(period) == YEAR_DIGITS:
        found = await reopened(session, knowledge.city, int(period))
    if found is None:
        return await read_books(session, knowledge, months_of(period)[-1])
    books = await read_books(session, knowledge, ALL_MONTHS)
    was = await closed_bodies(session, knowledge.city, period)
    return restated(books, period, facts_of(found), was)


def facts_of(found: YearReopening) -> dict[str, Any]:
    """What a paper says of the reopening that it was made under."""
    return {
        "id": str(found.id),
        "reason": found.reason.value,
        "words": found.words,
        "document_no": found.document_no,
        "on": found.decided_on.isoformat() if found.decided_on else "",
    }


async def closed_bodies(
    session: AsyncSession, city: str, period: str, below: int | None = None
) -> dict[str, tuple[str, dict[str, Any]]]:
    """The year's papers as last closed, by county: hash and body; of versions below one, or of all."""
    query = (
        select(col(Statement.county), col(Statement.body_sha256), col(Statement.body))
        .join(
            StatementEvent,
            (col(StatementEvent.city) == col(Statement.city))
            & (col(StatementEvent.statement) == col(Statement.id)),
        )
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.period) == period,
            col(StatementEvent.action) == StatementAction.close,
        )
        .order_by(col(Statement.version))
    )
    if below is not None:
        query = query.where(col(Statement.version) < below)
    rows = await session.execute(query)
    return {county: (sha256, body) for county, sha256, body in rows}


def restated(
    books: Books, year: str, facts: dict[str, Any], was: Mapping[str, tuple[str, dict[str, Any]]]
) -> Books:
    """Let a closed year's books take up what later months booked for it, and nothing else of later months."""
    months = months_of(year)
    entries = []
    late: dict[tuple[str, str, int], LateFacts] = {}
    for entry, row in books.entries:
        if entry.booked > months[-1]:
            if entry.month not in months:
                continue
            place = (entry.agreement, entry.tax.value, entry.agreement_year)
            found = late.setdefault(place, LateFacts(set(), set()))
            found.causes.add(row["cause"])
            found.booked.add(entry.booked)
            entries.append((replace(entry, booked=months[-1]), row))
        else:
            entries.append((entry, row))
    by_agreement = defaultdict(list)
    for entry, row in entries:
        by_agreement[entry.agreement].append((entry, row))
    return replace(
        books,
        entries=entries,
        by_agreement=by_agreement,
        restated=Restated(facts=facts, was=was, late=late),
    )


def says_the_same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a stored paper says what a new one would: its content, and what it is set beside.

    A paper made before the reopening, or under an earlier one, says the same where no figure differs.
    """
    if old.get("reopened") != new.get("reopened"):
        old, new = _plain(old), _plain(new)
    return all(old.get(part) == new.get(part) for part in CONTENT)


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """A paper without what sets it beside an earlier one."""
    beside = {"was_fen", "difference_fen", "booked_in"}
    lines = [{key: value for key, value in line.items() if key not in beside} for line in body["lines"]]
    return {**body, "lines": lines}
