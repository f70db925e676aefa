"""The lines that a settlement leaves out: reserved (存疑) or disputed in the live statements of a year.

A line stands in two counties' statements, as 上解 in the host's and as 补助 in the origin's. Where either
side holds it in doubt, both sides' amounts stay out; `key` is the same on both sides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.ledger.objections_repo import WHOLE, Case, cases_of
from services.ledger.states import StatementKind, StatementState
from services.ledger.tables import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A line of a county's live year statement that an objection holds.

    `fen` is the line's amount; `direction` is the county's: `up` gives, `down` receives.
    """

    county: str
    statement: UUID
    line: int
    direction: str
    agreement: str
    tax: str
    year: int
    agreement_year: int
    counterparty: str
    fen: int
    objection: UUID

    @property
    def key(self) -> tuple[str, str, int, int, frozenset[str]]:
        """Agreement, tax, year, agreement year and the two counties: the same on both sides."""
        pair = frozenset((self.county, self.counterparty))
        return self.agreement, self.tax, self.year, self.agreement_year, pair


async def reserved_lines(session: AsyncSession, city: str, year: int) -> list[HeldLine]:
    """The lines reserved in the live statements of a year, each once a statement, by county and line.

    A reservation holds while it is open, and when it was accepted until a new version corrects the line.
    """
    return await _held(session, city, year, lambda case, statement: case.holds(statement))


async def disputed_lines(session: AsyncSession, city: str, year: int) -> list[HeldLine]:
    """The lines with an open objection without reservation, as `reserved_lines`."""
    return await _held(session, city, year, lambda case, _: case.open and not case.record.reserved)


async def _held(
    session: AsyncSession, city: str, year: int, counts: Callable[[Case, Statement], bool]
) -> list[HeldLine]:
    rows = await session.execute(
        select(Statement)
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.period) == str(year),
            col(Statement.state) != StatementState.superseded,
        )
        .order_by(col(Statement.county))
    )
    statements = rows.scalars().all()
    cases = await cases_of(session, statements)
    found: list[HeldLine] = []
    for statement in statements:
        held: dict[int, UUID] = {}
        for case in cases[statement.id]:
            if counts(case, statement):
                for number in _lines(case, statement):
                    held.setdefault(number, case.record.id)
        found += [_line(statement, number, held[number]) for number in sorted(held)]
    return found


def _lines(case: Case, statement: Statement) -> list[int]:
    """The numbers of the lines that an objection concerns: one, all of them, or none that is left."""
    number = case.line_in(statement.body)
    if number == WHOLE:
        return [line["line"] for line in statement.body["lines"]]
    return [] if number is None else [number]


def _line(statement: Statement, number: int, objection: UUID) -> HeldLine:
    line = statement.body["lines"][number - 1]
    return HeldLine(
        county=statement.county,
        statement=statement.id,
        line=number,
        direction=line["direction"],
        agreement=line["agreement"],
        tax=line["tax"],
        year=line["year"],
        agreement_year=line["agreement_year"],
        counterparty=line["counterparty"],
        fen=line["fen"],
        objection=objection,
    )
