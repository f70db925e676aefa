"""What waits for a person in the ledger: statements to check, confirm or answer, and a year to close."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.policy import can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.ledger.states import CloseState, StatementKind, StatementState
from services.ledger.tables import Statement, YearClose
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
    rows = await session.execute(
        select(col(Statement.period), col(Statement.state), func.count())
        .where(
            col(Statement.city) == principal.city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.state).in_(list(OFFICE_TEXTS)),
        )
        .group_by(col(Statement.period), col(Statement.state))
        .order_by(col(Statement.period), col(Statement.state))
    )
    found = [
        Todo(
            kind=f"ledger.{state.value}",
            text=OFFICE_TEXTS[state],
            href=f"/statements?kind=year&period={period}&state={state.value}",
            due_on=_due(period),
            overdue=today > _due(period),
            facts={"period": period, "count": count},
        )
        for period, state, count in rows
    ]
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
    return found


async def _county(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    rows = await session.execute(
        visible_to(principal, select(Statement))
        .where(col(Statement.kind) == StatementKind.year, col(Statement.state) == StatementState.issued)
        .order_by(col(Statement.period))
    )
    return [
        Todo(
            kind="ledger.confirm",
            text=COUNTY_TEXT,
            href=f"/statements/{one.id}",
            due_on=_due(one.period),
            overdue=today > _due(one.period),
            facts={"period": one.period, "county": one.body["county_name"]},
        )
        for one in rows.scalars()
    ]
