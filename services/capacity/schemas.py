"""Capacity as the API and the pages show it, and what they take.

Land in hundredths of a mu, halls in m², energy in tce a year, water in t/d, COD in kg a year.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.capacity import Measure

_MOST = 2**40
Amount = Annotated[int, Field(ge=0, lt=_MOST)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern="^[0-9A-Za-z-]+$")]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class Strict(BaseModel):
    """A form: nothing unknown, no blanks around texts."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Source(StrEnum):
    """What a figure is made of: an application, a commitment letter, a hold, a use outside the program."""

    application = "application"
    commitment = "commitment"
    hold = "hold"
    outside = "outside"


class Line(BaseModel):
    """One row of a figure; `name` is the lead's code name, or who uses it outside the program."""

    source: Source
    project: str | None
    name: str
    plot: str | None
    hall: str | None
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    cod_kg: int
    on: date


class Figure(BaseModel):
    """The arithmetic of one measure: total - offered - accepted - outside = free.

    `offered` is what applications and letters offer; of it `committed` binds. `unbound` may still be
    promised. `overlapping`: more is offered than there is. For other counties only the total is told.
    """

    measure: Measure
    total: int
    offered: int | None
    committed: int | None
    accepted: int | None
    outside: int | None
    free: int | None
    unbound: int | None
    overlapping: bool


class StockLine(BaseModel):
    """A plot or hall: what it has (hundredths of a mu, or m²), since when, and when it was last verified.

    `left` is what is not promised of it. Stock that is stale or not true takes no part in matching.
    """

    kind: str
    code: str
    area: int
    ready_on: date
    verified_on: date
    unverified_days: int
    stale: bool
    untrue_on: date | None
    untrue_reason: str | None
    rechecked: bool
    left: int | None


class QuarterLine(BaseModel):
    """A quarter of the plan of supply: land and halls that become ready in it, and in all by its end."""

    year: int
    number: int
    new_land_mu: int
    land_mu: int
    taken_land_mu: int | None
    left_land_mu: int | None
    new_hall_m2: int
    hall_m2: int


class UseView(BaseModel):
    """A use outside the program."""

    id: UUID
    plot: str | None
    hall: str | None
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    cod_kg: int
    used_by: str
    since: date
    until: date | None
    evidence: str
    recorded_on: date
    recorded_name: str
    ended_on: date | None
    end_reason: str
    counts: bool
    revision: int


class ParkCapacity(BaseModel):
    """A park's capacity: the arithmetic, the rows behind it, its stock and its plan of supply.

    `rows`, `outside` and what is left are told to the park's own county and the city alone.
    """

    park: str
    name: str
    owner: str
    owner_name: str
    on: date
    figures: list[Figure]
    rows: list[Line]
    stock: list[StockLine]
    quarters: list[QuarterLine]
    outside: list[UseView]
    recheck_year: int
    rechecked: int
    may_keep: bool


class VerifyForm(Strict):
    """Whether a plot or hall is still as stored; what is not true needs its reason."""

    still_true: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class AvailabilityForm(Strict):
    """From when a plot or hall can be handed over, and why that changes."""

    ready_on: date
    reason: Words


class OutsideForm(Strict):
    """A use outside the program."""

    plot: Code | None = None
    hall: Code | None = None
    land_mu: Amount = 0
    hall_m2: Amount = 0
    energy_tce: Amount = 0
    water_td: Amount = 0
    cod_kg: Amount = 0
    used_by: Annotated[str, Field(min_length=1, max_length=100)]
    since: date
    until: date | None = None
    evidence: Words


class EndForm(Strict):
    """Why a use outside the program is over."""

    reason: Words
