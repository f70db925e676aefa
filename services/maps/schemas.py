"""The map's figures as the API shows them: counts of projects, investment in fen, land in 1/100 mu."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel


class Indicator(StrEnum):
    """What a map may colour counties by."""

    outflow = "outflow"
    inflow = "inflow"
    signed = "signed"
    land = "land"


class CountyFigures(BaseModel):
    """One county, or the city's own parks; figures that this person does not see are null."""

    region: str
    name: str
    outflow: int | None
    """流出: signed projects first talked to here and hosted elsewhere in the city."""
    outflow_fen: int | None
    inflow: int | None
    """承接: signed projects hosted here and first talked to elsewhere in the city."""
    inflow_fen: int | None
    signed: int | None
    """落地: all signed projects hosted here."""
    land: int
    """可用土地: ready industrial land in the parks of this county, before what is held."""

    def of(self, indicator: Indicator) -> int | None:
        """One figure."""
        value: int | None = getattr(self, indicator.value)
        return value


class Flow(BaseModel):
    """Signed projects that one county passed on to another."""

    origin: str
    host: str
    count: int
    investment_fen: int


class MapCredit(BaseModel):
    """Where the boundaries come from; null where the city loaded none and squares stand in."""

    version: int
    source: str
    approval: str
    sketch: bool


class MapIndicators(BaseModel):
    """Figures by county and flows between counties, as of a day, as far as this person sees them."""

    as_of: date
    counties: list[CountyFigures]
    flows: list[Flow]
    map: MapCredit | None
