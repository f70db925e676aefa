"""What waits for a person among approvals, beside what the pool's own lists already say."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.approving import SheetState
from auth.principal import Principal, Role
from services.approvals import handovers
from services.approvals.tables import ApprovalSheet, ApprovalStep
from services.kit.i18n import lazy
from services.kit.todo import Todo

MOST = 100
"""To-dos of one kind that are listed."""


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """List steps that name this person or wait for their office, sheets come back, handovers to confirm."""
    if principal.role in {Role.auditor, Role.administrator}:
        return []
    hands = list(principal.hands)
    rows = await session.execute(
        select(ApprovalSheet, ApprovalStep)
        .join(
            ApprovalStep,
            (col(ApprovalStep.city) == col(ApprovalSheet.city))
            & (col(ApprovalStep.sheet) == col(ApprovalSheet.id)),
        )
        .where(
            col(ApprovalSheet.city) == principal.city,
            col(ApprovalSheet.state) == SheetState.open,
            col(ApprovalStep.person).in_(hands),
            col(ApprovalStep.kind) != "read",
            col(ApprovalStep.signed_by).is_(None),
        )
        .limit(MOST)
    )
    found = [_todo("sign", lazy("指定由您签批的审批单"), row, today) for row, _step in rows.all()]
    back = await session.scalars(
        select(ApprovalSheet)
        .where(
            col(ApprovalSheet.city) == principal.city,
            col(ApprovalSheet.state) == SheetState.returned,
            col(ApprovalSheet.maker).in_(hands) | col(ApprovalSheet.kept_by).in_(hands),
        )
        .order_by(col(ApprovalSheet.id).desc())
        .limit(MOST)
    )
    newest: dict[object, ApprovalSheet] = {}
    for row in back:
        newest.setdefault((row.kind, row.subject), row)
    found += [_todo("returned", lazy("退回您补正的审批单"), row, today) for row in newest.values()]
    found += [
        Todo(
            kind="approvals.handover",
            text=lazy("工作交接单待您确认：{giver}交{taker}"),
            href=f"/handovers/{row.id}",
            facts={"giver": row.giver_name, "taker": row.taker_name},
        )
        for row in await handovers.handovers(session, principal)
        if handovers.may_confirm(row, principal)
    ]
    return found


def _todo(kind: str, text: str, row: ApprovalSheet, today: date) -> Todo:
    return Todo(
        kind=f"approvals.{kind}",
        text=text,
        href=f"/approvals/{row.kind}-{row.subject}",
        due_on=row.due_on,
        overdue=row.due_on is not None and row.due_on < today,
    )
