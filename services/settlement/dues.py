"""What a closed year leaves to settle, line by line, and what stays out of the net.

A line is one agreement, tax and year of receipts between two counties. What it owes is what the year's own
months booked for it; both counties' statements say it. What a reopened year's later version takes up was
booked in a later month and moves with that month's year, so that it is paid once. What is left to settle is
the difference to what earlier settlements of the year posted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.netting import Due
from allocation.sharing.statement import Direction
from allocation.sharing.taxes import Tax
from services.ledger.objections_held import disputed_lines, reserved_lines
from services.ledger.states import CloseState, StatementKind, StatementState
from services.ledger.tables import Statement, YearClose
from services.settlement.tables import Settlement, SettlementLine
from services.settlement.words import Held, SettlementState


class Key(NamedTuple):
    """What a line is of. `debtor` is the host, `creditor` the origin."""

    agreement: UUID
    debtor: str
    creditor: str
    tax: str
    tax_year: int
    agreement_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was booked for a line: in the year's own months, and for it since."""

    code: str
    project: str
    own_fen: int
    late_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """One line: what the year booked, what of it is settled, and why it is held, if it is.

    `facts` names the line in both counties' statements.
    """

    key: Key
    code: str
    project: str
    stated_fen: int
    settled_fen: int
    held: Held | None
    facts: dict[str, Any]

    @property
    def fen(self) -> int:
        """What is left to settle."""
        return self.stated_fen - self.settled_fen

    @property
    def due(self) -> Due:
        """What is left, as the rules of netting see it."""
        return Due(self.key.debtor, self.key.creditor, self.fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearDues:
    """All of a year: its live statements, whether they are closed, and the lines with something left."""

    year: int
    closed: bool
    statements: tuple[Statement, ...]
    lines: tuple[DueLine, ...]

    @property
    def open(self) -> list[DueLine]:
        """The lines that a settlement takes in."""
        return [line for line in self.lines if line.held is None]

    @property
    def held(self) -> list[DueLine]:
        """The lines that stay out of the net."""
        return [line for line in self.lines if line.held is not None]


_Sides = dict[Direction, tuple[Statement, dict[str, Any]]]

_BOOKED = text(
    """
    SELECT e.agreement, e.host, e.origin, e.tax, left(e.month, 4)::int, e.agreement_year, a.code, p.code,
           coalesce(sum(e.origin_fen) FILTER (WHERE left(r.period, 4) = :year), 0)::bigint,
           coalesce(sum(e.origin_fen) FILTER (WHERE left(r.period, 4) > :year), 0)::bigint
    FROM entitlement_line e
    JOIN calc_run r ON r.city = e.city AND r.id = e.run
    JOIN agreement a ON a.city = e.city AND a.id = e.agreement
    JOIN project p ON p.city = a.city AND p.id = a.project
    JOIN region debtor ON debtor.city = e.city AND debtor.code = e.host
    JOIN region creditor ON creditor.city = e.city AND creditor.code = e.origin
    WHERE e.city = :city AND (left(r.period, 4) = :year OR left(e.month, 4) = :year)
    GROUP BY e.agreement, e.host, e.origin, e.tax, left(e.month, 4), e.agreement_year, a.code, p.code
    """
)
"""By line, of counties of the city alone: parties outside it settle by their own route."""


async def read_year(session: AsyncSession, city: str, year: int) -> YearDues:
    """Read what a year leaves to settle; its close is held, so that of two proposals one waits."""
    statements = await live_statements(session, city, year)
    close = await session.get(YearClose, {"city": city, "year": year}, with_for_update=True)
    closed = close is not None and close.state is CloseState.closed and bool(statements)
    booked = await _booked(session, city, year)
    settled = await _settled(session, city, year)
    doubts = await _doubts(session, city, year)
    ids = {found.code: key.agreement for key, found in booked.items()}
    sides: dict[Key, _Sides] = defaultdict(dict)
    for statement in statements:
        for line in statement.body["lines"]:
            if line["agreement"] in ids:
                direction = Direction(line["direction"])
                key = _key(statement.county, direction, line, ids[line["agreement"]])
                sides[key][direction] = (statement, line)
    lines = [
        _line(key, found, sides.get(key, {}), settled.get(key, 0), doubts)
        for key, found in sorted(booked.items())
    ]
    return YearDues(
        year=year,
        closed=closed and all(one.state is StatementState.closed for one in statements),
        statements=tuple(statements),
        lines=tuple(line for line in lines if line.fen),
    )


async def live_statements(session: AsyncSession, city: str, year: int) -> Sequence[Statement]:
    """The year's statements that no later version took the place of, by county."""
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
    return rows.scalars().all()


def _key(county: str, direction: Direction, line: dict[str, Any], agreement: UUID) -> Key:
    other = line["counterparty"]
    debtor, creditor = (county, other) if direction is Direction.up else (other, county)
    return Key(agreement, debtor, creditor, line["tax"], line["year"], line["agreement_year"])


def _line(
    key: Key, booked: Booked, sides: _Sides, settled: int, doubts: Mapping[tuple[UUID, int], Held]
) -> DueLine:
    """Set a line beside both counties' statements; where one says otherwise, the line is held."""
    found = [doubts.get((statement.id, line["line"])) for statement, line in sides.values()]
    held = min((one for one in found if one is not None), default=None)
    said = {line["fen"] for _, line in sides.values()}
    agreed = said <= {booked.own_fen} or said <= {booked.own_fen + booked.late_fen}
    if not agreed or (booked.own_fen and len(sides) != len(Direction)):
        held = Held.differs
    return DueLine(
        key=key,
        code=booked.code,
        project=booked.project,
        stated_fen=booked.own_fen,
        settled_fen=settled,
        held=held,
        facts={
            side.value: {"statement": statement.number, "version": statement.version, "line": line["line"]}
            for side, (statement, line) in sides.items()
        },
    )


async def _booked(session: AsyncSession, city: str, year: int) -> dict[Key, Booked]:
    """What was booked in the year's months and, for the year, later."""
    rows = await session.execute(_BOOKED, {"city": city, "year": str(year)})
    return {
        Key(agreement, host, origin, Tax(tax).value, tax_year, agreement_year): Booked(
            code=code, project=project, own_fen=own, late_fen=late if tax_year == year else 0
        )
        for agreement, host, origin, tax, tax_year, agreement_year, code, project, own, late in rows
    }


async def _settled(session: AsyncSession, city: str, year: int) -> dict[Key, int]:
    """What the year's posted settlements settled, by line."""
    keys = (
        col(SettlementLine.agreement),
        col(SettlementLine.debtor),
        col(SettlementLine.creditor),
        col(SettlementLine.tax),
        col(SettlementLine.tax_year),
        col(SettlementLine.agreement_year),
    )
    rows = await session.execute(
        select(*keys, func.sum(col(SettlementLine.fen)))
        .join(
            Settlement,
            (col(Settlement.city) == col(SettlementLine.city))
            & (col(Settlement.id) == col(SettlementLine.settlement)),
        )
        .where(
            col(SettlementLine.city) == city,
            col(Settlement.year) == year,
            col(Settlement.state) == SettlementState.posted,
        )
        .group_by(*keys)
    )
    return {
        Key(agreement, debtor, creditor, tax.value, tax_year, agreement_year): int(fen)
        for agreement, debtor, creditor, tax, tax_year, agreement_year, fen in rows
    }


async def _doubts(session: AsyncSession, city: str, year: int) -> dict[tuple[UUID, int], Held]:
    """The lines that a county objects to or holds in doubt, by statement and line."""
    reserved = {(one.statement, one.line): Held.reserved for one in await reserved_lines(session, city, year)}
    disputed = {(one.statement, one.line): Held.disputed for one in await disputed_lines(session, city, year)}
    return reserved | disputed
