"""A layout as a document: strict models that refuse what they do not know."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from allocation.libraries import Clause, Condition, Fact, Library, Node, Objects, Position
from allocation.lifecycle import SIGNED_STATES, State
from allocation.statistics.rates import RateCode
from services.libraries.words import CodeShows, Column, Order, Page, Title

FORMAT = "yipanqi.layout/1"

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Industry = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Whole = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]
Days = Annotated[int, Field(ge=0, le=36_500, strict=True)]
Words = Annotated[list[Line], Field(min_length=1, max_length=50)]


class Strict(BaseModel):
    """The base of the document: nothing unknown, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ConditionIn(Strict):
    """One question about one fact; exactly one test. Figures in 万元, 亩, m² or pieces."""

    fact: Fact
    one_of: Words | None = None
    none_of: Words | None = None
    at_least: Whole | None = None
    below: Whole | None = None
    reached: bool | None = None
    days_at_least: Days | None = None
    days_below: Days | None = None
    this_year: bool | None = None

    def condition(self) -> Condition:
        """Return the condition as the rules take it."""
        return Condition(
            fact=self.fact,
            one_of=None if self.one_of is None else frozenset(self.one_of),
            none_of=None if self.none_of is None else frozenset(self.none_of),
            at_least=self.at_least,
            below=self.below,
            reached=self.reached,
            days_at_least=self.days_at_least,
            days_below=self.days_below,
            this_year=self.this_year,
        )

    @classmethod
    def of(cls, condition: Condition) -> Self:
        """Return a condition of the rules as the document writes it."""
        return cls(
            fact=condition.fact,
            one_of=None if condition.one_of is None else sorted(condition.one_of),
            none_of=None if condition.none_of is None else sorted(condition.none_of),
            at_least=condition.at_least,
            below=condition.below,
            reached=condition.reached,
            days_at_least=condition.days_at_least,
            days_below=condition.days_below,
            this_year=condition.this_year,
        )


class ClauseIn(Strict):
    """Conditions that hold together, and what the city calls that."""

    because: Line
    all: Annotated[list[ConditionIn], Field(min_length=1, max_length=10)]


class LibraryIn(Strict):
    """A library (库): what it holds, when something enters and when it leaves, and how it is shown."""

    key: Key
    name: Line
    objects: Objects
    desk: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    """Who works it, such as 商务部门."""
    note: Sentence = ""
    enter: Annotated[list[ClauseIn], Field(min_length=1, max_length=10)]
    leave: Annotated[list[ClauseIn], Field(max_length=10)] = []
    order: Order = Order.since
    columns: Annotated[list[Column], Field(min_length=1, max_length=10)]

    def library(self) -> Library:
        """Return the library as the rules take it."""
        also = (_UNSIGNED,) if self.objects is Objects.leads else ()
        return Library(self.key, self.objects, _clauses(self.enter, also), _clauses(self.leave))


_UNSIGNED = Condition(fact=Fact.stage, none_of=frozenset(SIGNED_STATES | {State.ended}))
"""A lead is a project not yet signed."""


def _clauses(given: list[ClauseIn], also: tuple[Condition, ...] = ()) -> tuple[Clause, ...]:
    return tuple(Clause(one.because, (*(item.condition() for item in one.all), *also)) for one in given)


class NodeIn(Strict):
    """A node of a chain map and the four-digit classes that belong to it."""

    key: Key
    title: Line
    position: Position
    industries: Annotated[list[Industry], Field(min_length=1, max_length=50)]

    def node(self) -> Node:
        """Return the node as the rules take it."""
        return Node(self.key, self.title, self.position, frozenset(self.industries))


class ChainIn(Strict):
    """What a city calls one of its chains, and its nodes if it has drawn them."""

    chain: Line
    """The chain's name in the city's table of chains."""
    title: Line
    nodes: Annotated[list[NodeIn], Field(max_length=30)] = []


class LinkIn(Strict):
    """A map or table of the city: its name there, and the page here that is it."""

    title: Line
    page: Page


class CodeIn(Strict):
    """What the city calls the project's code (一码), and what is written under it."""

    title: Line
    shows: CodeShows = CodeShows.code_name


class RateIn(Strict):
    """A rate that the city watches and its name there; its floor is the city's dated setting."""

    rate: RateCode
    title: Line


Group = Annotated[list[Key], Field(min_length=1, max_length=20)]


class LayoutIn(Strict):
    """A city's layout: its libraries, names, titles, maps and tables."""

    format: Literal["yipanqi.layout/1"]
    name: Line
    stages: Annotated[dict[State, Line], Field(max_length=30)] = {}
    """What the city calls a stage, where it is not the program's own word."""
    chains: Annotated[list[ChainIn], Field(max_length=30)] = []
    titles: Annotated[dict[Title, Line], Field(max_length=10)] = {}
    maps: Annotated[list[LinkIn], Field(max_length=6)] = []
    tables: Annotated[list[LinkIn], Field(max_length=6)] = []
    code: CodeIn
    rates: Annotated[list[RateIn], Field(max_length=6)] = []
    libraries: Annotated[list[LibraryIn], Field(min_length=1, max_length=20)]
    exclusive: Annotated[list[Group], Field(max_length=10)] = []
    """Groups of libraries of which nothing is in two."""
    covering: Annotated[list[Group], Field(max_length=10)] = []
    """Groups of libraries of which everything of their kind is in one at least."""


class LayoutForm(Strict):
    """A new version of the layout, in force from a day on once another person has confirmed it."""

    effective_from: date
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    layout: LayoutIn


class LayoutTrial(Strict):
    """A layout to try on the city's data."""

    layout: LayoutIn


class LayoutAnswer(BaseModel):
    """One version. `revision` is the newest version's number, which a next one or a confirmation names."""

    version: int
    effective_from: date
    layout: LayoutIn
    note: str
    made_by: str
    made_on: date
    confirmed_by: str | None
    confirmed_on: date | None
    in_force: bool
    may_confirm: bool
    revision: int


class LayoutsAnswer(BaseModel):
    """All versions, newest first; and the layout in force, which is the program's own while there is none."""

    items: list[LayoutAnswer]
    in_force: LayoutIn
    in_force_version: int | None
    revision: int


class HeldCount(BaseModel):
    """How many a library would hold, and what that changes."""

    key: str
    name: str
    objects: Objects
    count: int
    investment_wan: int | None
    now: int | None
    """How many the library of this key holds in the layout in force; none where there is none."""
    entering: int
    leaving: int


class Renaming(StrEnum):
    """What of a layout may be called otherwise."""

    layout = "layout"
    library = "library"
    stage = "stage"
    chain = "chain"
    paper = "paper"
    code = "code"
    map = "map"
    table = "table"
    rate = "rate"


class Renamed(BaseModel):
    """What would be called otherwise; empty words mean: as the program calls it, or not at all."""

    what: Renaming
    key: str
    now: str
    then: str


class GroupCount(BaseModel):
    """Of a group of libraries: how many things break what the layout says of it."""

    libraries: list[str]
    count: int


class PreviewAnswer(BaseModel):
    """A layout tried on the city's data: what each library would hold and change, and what would not fit."""

    as_of: date
    libraries: list[HeldCount]
    dropped: list[HeldCount]
    """Libraries in force that would be no more, or hold something else."""
    renamed: list[Renamed]
    overlaps: list[GroupCount]
    uncovered: list[GroupCount]
