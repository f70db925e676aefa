"""What waits for another of city finance: a request to reopen, an adjustment sheet, a second close."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.ledger.adjustments import adjustments
from services.ledger.reopening_words import LIVE, AdjustmentState, ReopeningState
from services.ledger.tables import YearReopening

ASKED_TEXT = lazy("{year} 年申请反关账，待另一人批准")
CLOSE_TEXT = lazy("{year} 年反关账后已申请重新关账，待另一人复核")
SHEET_TEXT = lazy("调整单 {number} 待另一人批准")


async def reopening_todos(session: AsyncSession, principal: Principal) -> list[Todo]:
    """What another person began and this one may decide; none of it has a day by which it is due."""
    rows = await session.execute(
        select(YearReopening)
        .where(col(YearReopening.city) == principal.city, col(YearReopening.state).in_(LIVE))
        .order_by(col(YearReopening.year))
    )
    found = []
    for one in rows.scalars():
        if one.state is ReopeningState.requested and can_check(principal, one.requested_by):
            found.append(_todo("reopening", ASKED_TEXT, f"/statements/reopenings/{one.year}", year=one.year))
        elif one.state is ReopeningState.closing and can_check(principal, one.close_asked_by):
            found.append(_todo("close", CLOSE_TEXT, f"/statements/close/{one.year}", year=one.year))
    for sheet in await adjustments(session, principal.city, AdjustmentState.made):
        if can_check(principal, sheet.made_by):
            href = f"/statements/adjustments/{sheet.id}"
            found.append(_todo("adjustment", SHEET_TEXT, href, number=sheet.number))
    return found


def _todo(kind: str, text: str, href: str, **facts: object) -> Todo:
    return Todo(kind=f"ledger.{kind}", text=text, href=href, due_on=None, overdue=False, facts=facts)
