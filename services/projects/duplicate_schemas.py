"""What the city's office asks and reads of filings that may be one firm's."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from allocation.lifecycle import State
from allocation.names import Alike
from services.projects.schemas import Filled, Strict
from services.projects.tables import WarningState


class FindingForm(Strict):
    """What the city makes of a warning: it took note, or found two firms. Both need a reason."""

    finding: Literal["noted", "different"]
    reason: Filled


class Side(BaseModel):
    """One of the two filings. Land in hundredths of a mu, money in fen."""

    id: str
    code: str
    name: str
    investor_name: str
    investor_credit_code: str
    origin: str
    industry: str
    investment_fen: int
    land_mu: int
    hall_m2: int
    registered_on: date
    first_talk_on: date | None
    accepted_on: date | None
    protected_until: date | None
    state: State


class WarningView(BaseModel):
    """A warning with both filings: the later one, which was warned, and the one that stood."""

    id: UUID
    alike: Alike
    likeness: int
    """In ten-thousandths."""
    state: WarningState
    warned_on: date
    noted_name: str
    noted_on: date | None
    reason: str
    later: Side
    earlier: Side


class WarningList(BaseModel):
    """Warnings, the newest first."""

    items: list[WarningView]
