"""What time it is: moments in UTC, business dates in Asia/Shanghai, and a city's own business date.

A demo's data folder has a business date that stands still; production uses the real date.
"""

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


class Clock:
    """The time of the process. Tests pass a clock that stands still."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed

    def now(self) -> datetime:
        """Tell the moment, in UTC."""
        return self._fixed or datetime.now(UTC)

    async def today(self, session: AsyncSession, city: str) -> date:
        """Tell the city's business date: its own setting where it has one, else the date in Shanghai.

        The real date comes from the database's clock, so that all processes agree.
        """
        row = await session.execute(
            text("SELECT business_date, clock_timestamp() FROM city WHERE city = :city"), {"city": city}
        )
        found = row.one_or_none()
        if found is not None and found[0] is not None:
            return date.fromisoformat(str(found[0]))
        moment: datetime = self._fixed or (found[1] if found is not None else self.now())
        return moment.astimezone(BUSINESS_ZONE).date()


def get_clock(request: Request) -> Clock:
    """Give a request the application's clock."""
    clock: Clock = request.app.state.clock
    return clock


ClockDep = Annotated[Clock, Depends(get_clock)]
