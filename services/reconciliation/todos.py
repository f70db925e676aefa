"""What waits in reconciling: papers to acknowledge, differences to explain or resolve, incentives."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.statement import months_of
from auth.money import can_issue_statement, can_reconcile
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.reconciliation import answers, differences, incentives
from services.reconciliation.words import DifferenceState

ACKNOWLEDGE_DAYS = 15
"""A 对账单 is looked at within so many days of its making; later it is flagged, nothing is locked."""
EXPLAIN_DAYS = 30
"""A difference is explained within its first band of age."""

ACKNOWLEDGE = lazy("{period} 对账单待核对：{number}")
EXPLAIN = lazy("双边核对差异待说明：{count} 项")
RESOLVE = lazy("双边核对差异待办结：{count} 项")
CHECK = lazy("政策兑现待核对：{count} 笔")


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """What waits for this person."""
    if can_issue_statement(principal):
        return await _differences(session, principal, today, DifferenceState.explained)
    if principal.county is None or not can_reconcile(principal, principal.county):
        return []
    return [
        *await _papers(session, principal, today),
        *await _differences(session, principal, today, DifferenceState.open),
        *await _incentives(session, principal, today),
    ]


async def _papers(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    found = []
    for one in await answers.sheets(session, principal):
        if one.may_acknowledge:
            due = one.sheet.made_on + timedelta(ACKNOWLEDGE_DAYS)
            found.append(
                Todo(
                    kind="reconciliation.acknowledge",
                    text=ACKNOWLEDGE,
                    href=f"/reconciliation/sheets/{one.sheet.id}",
                    due_on=due,
                    overdue=today > due,
                    facts={"period": one.sheet.period, "number": one.sheet.number},
                )
            )
    return found


async def _differences(
    session: AsyncSession, principal: Principal, today: date, state: DifferenceState
) -> list[Todo]:
    rows = await differences.aged(session, principal, today, state=state)
    if not rows:
        return []
    due = min(row.difference.opened_on for row in rows) + timedelta(EXPLAIN_DAYS)
    return [
        Todo(
            kind=f"reconciliation.{state.value}",
            text=EXPLAIN if state is DifferenceState.open else RESOLVE,
            href=f"/reconciliation/differences?state={state.value}",
            due_on=due,
            overdue=today > due,
            facts={"count": len(rows)},
        )
    ]


async def _incentives(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Incentives of this year and the last that nobody of the origin has looked at."""
    months = (*months_of(str(today.year - 1)), *months_of(str(today.year)))
    rows = await incentives.incentive_rows(session, principal, months)
    waiting = [row for row in rows if row.may_check and row.action is None]
    if not waiting:
        return []
    return [
        Todo(
            kind="reconciliation.incentives",
            text=CHECK,
            href=f"/reconciliation/incentives?period={max(row.paid_on.year for row in waiting)}",
            facts={"count": len(waiting)},
        )
    ]
