"""What may be asked of a run: strict input, and its canonical form, whose hash finds a question again."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import Field, model_validator

from allocation.matching.answer_parts import Lever
from allocation.units import WHOLE
from services.matching.schemas import Code, Line, Strict

MOST_CHANGES: Final = 20
AMOUNT_LIMIT: Final = 10**9

Points = Annotated[int, Field(ge=0, le=WHOLE, strict=True)]
Amount = Annotated[int, Field(gt=-AMOUNT_LIMIT, lt=AMOUNT_LIMIT, strict=True)]

PARK_LEVERS: Final[Mapping[str, Lever]] = {
    "land_mu": Lever.LAND,
    "hall_m2": Lever.HALL,
    "energy_tce": Lever.ENERGY,
    "water_td": Lever.WATER,
    "cod_kg": Lever.COD,
}
"""The figures of a park that a scenario may change, by the names of its form."""


class OfRun(Strict):
    """The base of all questions: on which run, the latest stored one if none is named."""

    run: UUID | None = None


class PairForm(OfRun):
    """A question on a project and a park."""

    park: Code


class WouldWinForm(PairForm):
    """What would have to change: level 1 applies the shortage, level 2 looks for the smallest change."""

    level: Annotated[int, Field(ge=1, le=2, strict=True)] = 2


class AlternativesForm(OfRun):
    """A question on a project alone."""


class WeightsForm(Strict):
    """The most points of each part of the score; together 10,000."""

    positioning: Points
    fit: Points
    headroom: Points
    intensity: Points
    tax: Points

    @model_validator(mode="after")
    def check(self) -> Self:
        """Refuse points that do not add up."""
        if sum(self.model_dump().values()) != WHOLE:
            raise ValueError("the points must add up to 10,000")
        return self


class ParkChangeForm(Strict):
    """How much more (or, below zero, less) a park has: hundredths of a mu, m², tce, t/d, kg a year."""

    park: Code
    land_mu: Amount = 0
    hall_m2: Amount = 0
    energy_tce: Amount = 0
    water_td: Amount = 0
    cod_kg: Amount = 0
    ready_on: date | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        """Refuse a change that changes nothing."""
        if not any(getattr(self, name) for name in PARK_LEVERS):
            raise ValueError("nothing is changed")
        return self


class ScenarioForm(OfRun):
    """Other weights, other figures of parks, or both; all else as the run read it."""

    title: Line = ""
    weights: WeightsForm | None = None
    parks: Annotated[tuple[ParkChangeForm, ...], Field(max_length=MOST_CHANGES)] = ()

    @model_validator(mode="after")
    def check(self) -> Self:
        """Refuse a scenario that is the run itself, or names a park twice."""
        named = [change.park for change in self.parks]
        if len(set(named)) != len(named):
            raise ValueError("a park is named twice")
        if self.weights is None and not self.parks:
            raise ValueError("nothing is changed")
        return self


def scenario_asked(form: ScenarioForm) -> dict[str, Any]:
    """Write a scenario as JSON values: parks in the order of their codes, figures that stay left out."""
    changes = [
        {
            "lever": lever.value,
            "owner": change.park,
            "amount": getattr(change, name),
            "on": None
            if change.ready_on is None or lever not in {Lever.LAND, Lever.HALL}
            else change.ready_on.isoformat(),
        }
        for change in sorted(form.parks, key=lambda change: change.park)
        for name, lever in PARK_LEVERS.items()
        if getattr(change, name)
    ]
    weights = None if form.weights is None else form.weights.model_dump()
    return {"title": form.title, "weights": weights, "changes": changes}
