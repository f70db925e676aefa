"""Clocks and the report on who is late, as the API and the pages show them. Days are calendar days."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from allocation.clock_table import ClockKind, Colour, Debtor, Superior
from allocation.lifecycle import State


class ClockView(BaseModel):
    """A clock that runs on a lead.

    `name` is the code name for those who may not know more. `county` owes the step (the city's own code for
    the city). A clock past its day is due now: `days_left` is 0 and `days_late` tells how long; it locks
    nothing. `provisional`: the calendar up to the day may still change (暂定).
    """

    project: str
    name: str
    state: State
    kind: ClockKind
    debtor: Debtor
    county: str
    county_name: str
    park: str | None
    started_on: date
    due_on: date
    days_left: int
    days_late: int
    overdue: bool
    colour: Colour
    provisional: bool
    escalated_to: list[Superior]


class ClockFilter(BaseModel):
    """Which clocks are meant: of a kind, of a region, only late ones, only those brought to a superior."""

    model_config = ConfigDict(extra="forbid")

    kind: ClockKind | None = None
    county: Annotated[str | None, Field(max_length=6, pattern="^[0-9]*$")] = None
    late: bool = False
    escalated: bool = False

    def takes(self, clock: ClockView) -> bool:
        """Tell whether a clock is meant."""
        return (
            self.kind in {None, clock.kind}
            and self.county in {None, "", clock.county}
            and (clock.overdue or not self.late)
            and (bool(clock.escalated_to) or not self.escalated)
        )


class KindLine(BaseModel):
    """Of one kind: how many run, how many are late, the share in basis points, the longest in days."""

    kind: ClockKind
    running: int
    late: int
    late_bp: int
    worst_days: int
    escalated: int


class Idle(BaseModel):
    """What is kept without evidence of progress: how many of all, and the longest in days."""

    kept: int
    idle: int
    oldest_days: int


class UnitLine(BaseModel):
    """One county, or the city itself: its clocks, and what it hoards (囤积)."""

    county: str
    county_name: str
    running: int
    late: int
    late_bp: int
    worst_days: int
    escalated: int
    holds: Idle
    protections: Idle
    kinds: list[KindLine]


class OverdueReport(BaseModel):
    """Who is late and who hoards, on a day; a county finds only itself."""

    on: date
    follow_up_days: int
    hold_progress_days: int
    units: list[UnitLine]


class ExpertForm(BaseModel):
    """Whom the county asks about a registration, and what."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, Field(min_length=1, max_length=500)]
