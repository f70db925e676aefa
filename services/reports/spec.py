"""What a figure is: of which rows it is made, in which unit, under which heading."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from allocation.statistics.goals import Actor
from allocation.statistics.periods import Window
from allocation.statistics.rates import Kind
from services.reports.schemas import Unit
from services.reports.words import SectionCode


class Refs(StrEnum):
    """What the rows of a figure are."""

    project = "project"
    lost = "lost"
    target = "target"
    entitlement = "entitlement"
    agreement = "agreement"
    case = "case"
    firm = "firm"
    promise = "promise"
    component = "component"
    county = "county"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A figure: the rows `above` added up by its kind, over those `below` where it is a rate or a mean.

    `floor` names the city's setting below which it is flagged; `public` says that the city may show it of
    every county; `city_only` that it is of the city alone; `whole` that the counties add up to something.
    `refs` tells what the rows are, `actor` whose target it is where that is no county,
    `weighs` what the amount of a row is.
    """

    code: str
    name: str
    section: SectionCode
    unit: Unit
    kind: Kind
    above: str
    shown_kind: Kind | None = None
    below: str | None = None
    below_kind: Kind | None = None
    window: Window | None = None
    floor: str | None = None
    public: bool = False
    refs: Refs = Refs.project
    refs_below: Refs | None = None
    city_only: bool = False
    whole: bool = True
    actor: Actor | None = None
    weighs: Unit = Unit.fen


ELAPSED: Final = "elapsed"
"""The floor of a target: the part of the year that is over (序时进度)."""
