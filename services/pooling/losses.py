"""流失市外: leads that went to another city or came to nothing, by reason and year."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Action
from auth import policy
from auth.errors import NotPermitted
from auth.principal import Principal
from services.pooling.answers import LossesAnswer, LossLine
from services.projects.tables import Project, ProjectMove


async def losses(session: AsyncSession, principal: Principal, year: int) -> LossesAnswer:
    """Return the leads lost in a year, most first.

    Raises:
        NotPermitted: only the city's office reads the figures of all counties.
    """
    if not policy.can_decide(principal):
        raise NotPermitted
    reason = col(ProjectMove.facts)["reason"].astext
    rows = await session.execute(
        select(reason, func.count(), func.sum(col(Project.investment_fen)))
        .join(
            Project,
            (col(Project.city) == col(ProjectMove.city)) & (col(Project.id) == col(ProjectMove.project)),
        )
        .where(
            col(ProjectMove.city) == principal.city,
            col(ProjectMove.action) == Action.lose,
            col(ProjectMove.on_date).between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(reason)
    )
    lines = [LossLine(reason=why, count=count, investment_fen=int(fen)) for why, count, fen in rows]
    lines.sort(key=lambda line: (-line.count, line.reason))
    return LossesAnswer(
        year=year,
        lines=lines,
        count=sum(line.count for line in lines),
        investment_fen=sum(line.investment_fen for line in lines),
    )
