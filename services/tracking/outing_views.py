"""What the log of trips and the weekly board show."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from allocation.tracking.words import OutingRole


class OutingView(BaseModel):
    """One trip. `withdrawn` is the reason why it does not count, none while it does."""

    id: UUID
    unit: str
    unit_name: str
    role: OutingRole
    post: str
    from_on: date
    to_on: date
    days: int
    place: str
    visits: int
    result: str
    firms: list[str]
    by_name: str
    withdrawn: str | None
    may_withdraw: bool


class OutingsAnswer(BaseModel):
    """Trips, the latest first."""

    as_of: date
    items: list[OutingView]


class BoardLine(BaseModel):
    """A unit's days out of one role. A day counts once; `short_days` is what its month still lacks."""

    unit: str
    unit_name: str
    role: OutingRole
    week_days: int
    month_days: int
    asked_days: int
    short_days: int
    visits: int


class BoardAnswer(BaseModel):
    """The board of a week: by role, the most days of the month first. `over`: the month has ended."""

    as_of: date
    week_first: date
    week_last: date
    month: str
    over: bool
    items: list[BoardLine]
