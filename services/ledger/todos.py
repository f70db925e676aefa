"""What waits for a person in the ledger: statements to check, confirm or answer, scans, a year to close."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.ledger.objections_words import ScanState
from services.ledger.reopening_todos import reopening_todos
from services.ledger.statement_clocks import Wait, waits
from services.ledger.states import CloseState, StatementKind, StatementState
from services.ledger.tables import SealedScan, Statement, YearClose
from services.ledger.visibility import visible_to

SETTLED_BY = (3, 31)
"""The year-end settlement is the work of January to March of the next year."""

OFFICE_TEXTS = {
    StatementState.draft: lazy("{period} 年终结算单待复核：{count} 份"),
    StatementState.checked: lazy("{period} 年终结算单待审核：{count} 份"),
    StatementState.reviewed: lazy("{period} 年终结算单待批准：{count} 份"),
    StatementState.disputed: lazy("{period} 年终结算单有异议待答复：{count} 份"),
}
COUNTY_TEXT = lazy("{period} 年终结算单待确认：{county}")
REJECT_TEXT = lazy("{period} 年终结算单请退回（市财政有误）：{county}")
SCAN_TEXT = lazy("{period} 盖章扫描件待复核：{county}")
LATE_TEXT = lazy("{period} 年终结算单逾期未答复：{count} 份")
CLOSE_TEXT = lazy("{year} 年已申请关账，待另一人复核")


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """What waits for this person."""
    if can_issue_statement(principal):
        return await _office(session, principal, today)
    if principal.county is not None and can_confirm_statement(principal, principal.county):
        return await _county(session, principal, today)
    return []


def _due(period: str) -> date:
    return date(int(period[:4]) + 1, *SETTLED_BY)


async def _office(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    states = [*OFFICE_TEXTS, StatementState.issued]
    rows = await session.execute(
        select(Statement)
        .where(
            col(Statement.city) == principal.city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.state).in_(states),
        )
        .order_by(col(Statement.period), col(Statement.state))
    )
    statements = rows.scalars().all()
    clocks = await waits(session, statements, today)
    groups: dict[tuple[str, StatementState], list[Wait | None]] = {}
    for one in statements:
        groups.setdefault((one.period, one.state), []).append(clocks.get(one.id))
    found = [
        _office_todo(period, state, ends, today)
        for (period, state), ends in groups.items()
        if state is not StatementState.issued
    ]
    for (period, state), ends in groups.items():
        late = [wait.due.on for wait in ends if wait is not None and wait.due.overdue]
        if state is StatementState.issued and late:
            found.append(
                Todo(
                    kind="ledger.late",
                    text=LATE_TEXT,
                    href=f"/statements?kind=year&period={period}&state=issued",
                    due_on=min(late),
                    overdue=True,
                    facts={"period": period, "count": len(late)},
                )
            )
    asked = await session.execute(
        select(YearClose)
        .where(
            col(YearClose.city) == principal.city,
            col(YearClose.state) == CloseState.requested,
            col(YearClose.requested_by) != principal.account,
        )
        .order_by(col(YearClose.year))
    )
    found += [
        Todo(
            kind="ledger.close",
            text=CLOSE_TEXT,
            href=f"/statements/close/{one.year}",
            due_on=_due(str(one.year)),
            overdue=today > _due(str(one.year)),
            facts={"year": one.year},
        )
        for one in asked.scalars()
    ]
    return found + await reopening_todos(session, principal)


def _office_todo(period: str, state: StatementState, ends: Sequence[Wait | None], today: date) -> Todo:
    """A period's statements at one step: due by the first answer's clock, else by the settlement's end."""
    due_on = min((wait.due.on for wait in ends if wait is not None), default=_due(period))
    return Todo(
        kind=f"ledger.{state.value}",
        text=OFFICE_TEXTS[state],
        href=f"/statements?kind=year&period={period}&state={state.value}",
        due_on=due_on,
        overdue=today > due_on,
        facts={"period": period, "count": len(ends)},
    )


async def _county(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    rows = await session.execute(
        visible_to(principal, select(Statement))
        .where(
            col(Statement.kind) == StatementKind.year,
            col(Statement.state).in_([StatementState.issued, StatementState.confirmed]),
        )
        .order_by(col(Statement.period))
    )
    statements = rows.scalars().all()
    clocks = await waits(session, statements, today)
    found = []
    for one in statements:
        wait = clocks.get(one.id)
        if wait is None:
            continue
        asked = wait.asked
        found.append(
            Todo(
                kind="ledger.reject" if asked else "ledger.confirm",
                text=REJECT_TEXT if asked else COUNTY_TEXT,
                href=f"/statements/{one.id}",
                due_on=wait.due.on,
                overdue=wait.due.overdue,
                facts={"period": one.period, "county": one.body["county_name"]},
            )
        )
    return found + await _scans(session, principal)


async def _scans(session: AsyncSession, principal: Principal) -> list[Todo]:
    """The scans that another of the county's uploaded."""
    rows = await session.execute(
        visible_to(
            principal,
            select(Statement).join(
                SealedScan,
                (col(SealedScan.city) == col(Statement.city))
                & (col(SealedScan.statement) == col(Statement.id)),
            ),
        )
        .where(
            col(SealedScan.state) == ScanState.uploaded,
            col(SealedScan.made_by) != principal.account,
            col(Statement.state) != StatementState.superseded,
        )
        .order_by(col(Statement.period))
    )
    return [
        Todo(
            kind="ledger.scan",
            text=SCAN_TEXT,
            href=f"/statements/{one.id}/scans",
            facts={"period": one.period, "county": one.body["county_name"]},
        )
        for one in rows.scalars()
    ]
