"""What does not go smoothly: objections to a year's statements, receipts that the treasury corrects late."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.ledger.imports import write_receipts
from services.ledger.inputs import ReceiptInput
from services.ledger.objections import Objection, object_to
from services.ledger.objections_answers import Reply, answer, withdraw
from services.ledger.objections_repo import cases_of
from services.ledger.objections_words import Outcome
from services.ledger.states import StatementState
from services.ledger.tables import Statement

MONTHS = 3
"""How many closed months the correction reaches."""

SHORT_FEN = 1_000_000
"""By how much the first figures were too small, in fen."""

_LATE = """
SELECT DISTINCT ON (left(r.paid_on::text, 7)) r.*
FROM (
    SELECT DISTINCT ON (ticket) * FROM receipt_version
    WHERE city = :city AND extract(year FROM paid_on) = :year
    ORDER BY ticket, revision DESC
) AS r
JOIN company c ON c.city = r.city AND c.credit_code = r.credit_code
JOIN agreement a ON a.city = c.city AND a.project = c.project AND a.host = r.treasury
WHERE a.code = (
    SELECT a.code FROM agreement a
    JOIN company c ON c.city = a.city AND c.project = a.project
    JOIN receipt_version r ON r.city = c.city AND r.credit_code = c.credit_code AND r.treasury = a.host
    WHERE a.city = :city AND extract(year FROM r.paid_on) = :year AND r.kind = 'normal'
        AND r.county_fen > :least
    GROUP BY a.code HAVING count(DISTINCT left(r.paid_on::text, 7)) >= :months
    ORDER BY sum(r.county_fen) DESC, a.code LIMIT 1
) AND r.kind = 'normal' AND r.county_fen > :least
ORDER BY left(r.paid_on::text, 7) DESC, r.ticket LIMIT :months
"""
_FIELDS = (
    *("ticket", "tax_period", "paid_on", "treasury", "credit_code", "taxpayer", "tax", "subject", "kind"),
    *("amount_fen", "central_fen", "province_fen", "city_fen", "county_fen"),
)


async def late_receipts(session: AsyncSession, city: str, year: int) -> list[ReceiptInput]:
    """Return one receipt in each of the last months of a year under one agreement, as they rightly are."""
    asked = {"city": city, "year": year, "least": 2 * SHORT_FEN, "months": MONTHS}
    rows = (await session.execute(text(_LATE), asked)).mappings().all()
    return [ReceiptInput(**{name: row[name] for name in _FIELDS}) for row in rows]


async def report_short(session: AsyncSession, crew: Crew, right: Sequence[ReceiptInput]) -> None:
    """Load the first figures: the county's part, and with it the sum, is reported too small."""
    await write_receipts(session, crew.finance()[0], [_short(row) for row in right])


async def correct(session: AsyncSession, crew: Crew, right: Sequence[ReceiptInput]) -> None:
    """Load the treasury's correction: the same tickets with their right figures, as a revision."""
    await write_receipts(session, crew.finance()[0], right)


def _short(row: ReceiptInput) -> ReceiptInput:
    facts: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    facts["amount_fen"] -= SHORT_FEN
    facts["county_fen"] -= SHORT_FEN
    return ReceiptInput(**facts)


async def dispute(
    session: AsyncSession, crew: Crew, statements: Sequence[Statement], today: date
) -> Mapping[str, int]:
    """Let three counties object: one is answered, one withdraws, one holds its line in doubt.

    Returns:
        How many objections were upheld against, withdrawn, and reserved.
    """
    done = {"upheld": 0, "withdrawn": 0, "reserved": 0}
    counties = [one for one in statements if one.county != crew.city and one.body["lines"]]
    for statement, what in zip(counties, done, strict=False):
        if statement.state is not StatementState.issued:
            continue
        person = crew.one(Role.county_finance, statement.county)
        held = await _object(session, person, statement, today, reserved=what == "reserved")
        if what == "reserved":
            done[what] += 1
            continue
        [case] = (await cases_of(session, [held]))[held.id]
        if what == "upheld":
            reply = Reply(outcome=Outcome.upheld, reason="与国库明细逐笔核对一致，维持原单")
            await answer(session, crew.finance()[1], held.id, case.record.id, reply, today, held.revision)
        else:
            await withdraw(session, person, held.id, case.record.id, "已核对清楚", today, held.revision)
        done[what] += 1
    return done


async def _object(
    session: AsyncSession, person: Principal, statement: Statement, today: date, *, reserved: bool
) -> Statement:
    """Object to the last line: the county holds another figure right."""
    line = statement.body["lines"][-1]
    objection = Objection(
        reason="本县入库数与单列数不一致，请核对",
        line=line["line"],
        reserved=reserved,
        expected_fen=line["fen"] + SHORT_FEN,
    )
    return await object_to(session, person, statement.id, objection, today, statement.revision)
