"""What the register of firms' names takes and gives."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.firms.words import NameKind

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
CreditCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]


class AliasForm(BaseModel):
    """Another name of the firm that has a credit code: an old or short one, a subsidiary, a parent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    credit_code: CreditCode
    name: Line
    kind: NameKind


class AliasAnswer(BaseModel):
    """A recorded name."""

    id: UUID
    credit_code: str
    name: str
    kind: NameKind
    county: str
    recorded_on: date
    ended_on: date | None


class Aliases(BaseModel):
    """Recorded names, newest first: one's own county's, or all of them for the city."""

    items: list[AliasAnswer]


class CheckAnswer(BaseModel):
    """One question whether a firm is registered."""

    by_name: str
    office: str
    county: str
    name: str
    credit_code: str
    found: int
    at: datetime


class Checks(BaseModel):
    """Who asked for which firms, newest first."""

    items: list[CheckAnswer]
