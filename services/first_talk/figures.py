"""How many conflicts there were, how they ended, and how many days a ruling took."""

from datetime import date
from statistics import median_low

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.first_talk import can_conduct
from auth.principal import Principal
from services.first_talk.errors import NotForYou
from services.first_talk.schemas import Figures
from services.first_talk.tables import Case, Ruling, RulingSaid
from services.first_talk.words import OPEN_STATES, CaseState, RulingCheck


async def figures(session: AsyncSession, principal: Principal, since: date, until: date) -> Figures:
    """Count the cases filed or closed from one day to another, both included, and those open now.

    Days to a ruling are calendar days from the opening to the confirmation; the median is the lower one.

    Raises:
        NotForYou: the asker is not the city's office.
    """
    if not can_conduct(principal):
        raise NotForYou
    rows = (
        await session.scalars(
            select(Case).where(
                col(Case.city) == principal.city,
                or_(col(Case.closed_on).is_(None), col(Case.closed_on) >= since),
                col(Case.filed_on) <= until,
            )
        )
    ).all()
    closed = [row for row in rows if row.closed_on is not None and row.closed_on <= until]
    ruled = [row for row in closed if row.state is CaseState.ruled]
    days = sorted(
        (row.closed_on - row.admitted_on).days
        for row in ruled
        if row.closed_on is not None and row.admitted_on is not None
    )
    return Figures(
        since=since,
        until=until,
        filed=sum(since <= row.filed_on for row in rows),
        open=sum(row.state in OPEN_STATES for row in rows),
        ruled=len(ruled),
        settled=sum(row.state is CaseState.settled for row in closed),
        withdrawn=sum(row.state is CaseState.withdrawn for row in closed),
        refused=sum(row.state is CaseState.refused for row in closed),
        by_ground=await _by_ground(session, principal.city, since, until),
        median_days=median_low(days) if days else None,
        longest_days=days[-1] if days else None,
        late_rulings=sum(
            row.closed_on > row.ruling_due
            for row in ruled
            if row.closed_on is not None and row.ruling_due is not None
        ),
    )


async def _by_ground(session: AsyncSession, city: str, since: date, until: date) -> dict[str, int]:
    grounds = await session.scalars(
        select(col(Ruling.ground))
        .join(
            RulingSaid,
            (col(RulingSaid.city) == col(Ruling.city)) & (col(RulingSaid.ruling) == col(Ruling.id)),
        )
        .where(
            col(Ruling.city) == city,
            col(RulingSaid.outcome) == RulingCheck.confirmed,
            col(RulingSaid.on_date).between(since, until),
        )
        .order_by(col(Ruling.ground))
    )
    found: dict[str, int] = {}
    for ground in grounds:
        found[ground.value] = found.get(ground.value, 0) + 1
    return found
