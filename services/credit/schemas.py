"""What goes in and out of the API of assessment credit; pages read the same views. Values are fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.credit.words import Bureau, SheetAction, SheetState
from services.kit.inputs import Sha256, Strict

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Number = Annotated[str, Field(min_length=1, max_length=100)]


class Count(Strict):
    """Which open month to book the count in: everything up to it is counted."""

    month: Month


class FileSheet(Strict):
    """Which year to file."""

    year: Annotated[int, Field(ge=2000, le=2100)]


class Opinion(Strict):
    """A bureau's opinion under its document number; an objection says why."""

    bureau: Annotated[Bureau, Field(strict=False)]
    agrees: bool
    document_no: Number
    words: Annotated[str, Field(max_length=500)] = ""


class Confirmation(Strict):
    """The content confirmed, by its hash, and the minutes."""

    sha256: Sha256
    minutes_no: Number


class RunView(BaseModel):
    """One count: where it was booked, what it knew, how many lines changed."""

    id: UUID
    period: str
    known: int
    lines: int
    input_sha256: str
    output_sha256: str


class EventView(BaseModel):
    """One step of a sheet."""

    action: SheetAction
    by_name: str
    office: str
    on: date
    at: datetime
    facts: dict[str, Any]


class SheetView(BaseModel):
    """指标认定表 as this person may see it: a county's lines and sums are its own."""

    id: UUID
    year: int
    version: int
    number: str
    state: SheetState
    revision: int
    made_on: date
    sha256: str
    body: dict[str, Any]
    events: list[EventView]
    actions: list[SheetAction]


class YearView(BaseModel):
    """A year as it stands: final where it is confirmed, else provisional.

    `current` tells whether everything that counts is booked. `totals` is the city's, empty for a county.
    """

    year: int
    final: bool
    current: bool
    counties: list[dict[str, Any]]
    totals: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    foreign_rows: int
    sheet: UUID | None


class Sheets(BaseModel):
    """All sheets, newest first."""

    items: list[SheetView]
