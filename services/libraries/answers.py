"""What libraries answer. Money in fen, land in hundredths of a mu; bands' codes for what is masked."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from allocation.libraries import Objects, Position
from services.libraries.schemas import ConditionIn, LinkIn
from services.libraries.words import Column


class LibraryLine(BaseModel):
    """One library with its count on a day, as far as the asker sees what is in it."""

    key: str
    name: str
    objects: Objects
    desk: str
    note: str
    count: int
    investment_fen: int | None
    """Of what the asker sees exact figures of; none where nothing has any."""


class RateLine(BaseModel):
    """A rate of the projects signed in the year, of those that the asker sees in full."""

    rate: str
    title: str
    numerator: int
    denominator: int
    kind: Literal["count"] = "count"
    as_of: date
    rate_bp: int | None
    floor_bp: int | None
    below_floor: bool


class LibrariesAnswer(BaseModel):
    """All libraries of the layout in force on a day."""

    as_of: date
    layout: str
    layout_version: int | None
    """None: the program's own layout, while the city has none in force."""
    libraries: list[LibraryLine]
    rates: list[RateLine]
    maps: list[LinkIn]
    tables: list[LinkIn]


class NextAnswer(BaseModel):
    """What an exit clause still lacks, and the day on which time alone will do it."""

    because: str
    wants: list[ConditionIn]
    due: date | None


class RowAnswer(BaseModel):
    """One thing in a library: since when, by which rule, and what would move it on.

    A masked row says neither since when nor what is next: both would tell its days.
    """

    id: str
    title: str
    href: str
    masked: bool
    values: dict[Column, str | int | None]
    since: date | None
    because: str
    next: list[NextAnswer]


class LibraryAnswer(LibraryLine):
    """One library with a page of its rows."""

    as_of: date
    layout_version: int | None
    columns: list[Column]
    items: list[RowAnswer]
    next: str | None


class ChangeAnswer(BaseModel):
    """Something entered a library or left it on a day, by which clause."""

    on: date
    kind: Literal["entered", "left"]
    id: str
    title: str
    href: str
    because: str


class ChangesAnswer(BaseModel):
    """What entered and left a library from a day to a day, latest first; as the asker sees things in full."""

    key: str
    name: str
    since: date
    as_of: date
    entered: int
    left: int
    items: list[ChangeAnswer]


class ChainThing(BaseModel):
    """Something at a node of a chain."""

    id: str
    title: str
    href: str
    stage: str = ""


class NodeAnswer(BaseModel):
    """A node of a chain and what the city has there; a gap has no project."""

    key: str
    title: str
    position: Position
    industries: list[str]
    projects: list[ChainThing]
    by_stage: dict[str, int]
    parks: list[ChainThing]
    planned: list[ChainThing]
    gap: bool


class ChainAnswer(BaseModel):
    """A chain with its nodes; target firms are listed for the chain, for their class is not known."""

    chain: str
    title: str
    key_chain: bool
    nodes: list[NodeAnswer]
    targets: list[ChainThing]


class CountyChain(BaseModel):
    """What a county has of a chain; no figures of projects where the asker does not see all of them."""

    county: str
    county_name: str
    chain: str
    projects: int | None
    signed: int | None
    investment_fen: int | None
    planned: int | None
    parks: int


class ChainsAnswer(BaseModel):
    """The chain map (产业链图谱) as the asker sees it, and counties by chain (一图)."""

    as_of: date
    chains: list[ChainAnswer]
    counties: list[CountyChain]
    """Every county with every chain, counties in the city's order, chains in that of `chains`."""


class CodeAnswer(BaseModel):
    """A project's code: the address that it leads to, and what is written under it."""

    title: str
    address: str
    under: str
