"""What questions answer: models with no place for what a reader may not see.

Units are those of the API: hundredths of a mu, m², tce, t/d, kg, fen; values are score × weight. A field
that is None was withheld or is not known; `at_most` stands in the place of an exact amount that would tell
what other projects take.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from allocation.matching.answer_parts import Lever
from allocation.matching.result import Rule, Status
from services.matching.questions.words import QuestionFailure, QuestionKind, QuestionState
from services.matching.schemas import Answer, CandidateAnswer, Shortfall


class ChangeAnswer(Answer):
    """One figure that is moved: needs and floors fall, all else rises (below zero: the other way).

    `owner` is a park's or county's code, or the project's public id; `on` the day by which new land or halls
    stand ready.
    """

    lever: Lever
    owner: str
    unit: str
    amount: int | None
    at_most: int | None = None
    on: date | None = None
    industry: str | None = None


class MovedAnswer(Answer):
    """A project whose host differs between two plans; None is the pool."""

    project: str
    code_name: str
    name: str | None
    before: str | None
    after: str | None


class PlanAnswer(Answer):
    """One solve in figures; proven where `status` is optimal."""

    status: Status
    value: int | None
    bound: int | None
    placed: int


class PartsAnswer(Answer):
    """The parts of a score, 0–10,000 together."""

    positioning: int
    fit: int
    headroom: int
    intensity: int
    tax: int


class CostAnswer(Answer):
    """What a project draws of a scarce limit, and what that is worth by the run's prices (an estimate)."""

    owner: str
    resource: str
    amount: int
    cost: int


class SideAnswer(Answer):
    """A project at one park: its score, its value there, and what it would take from others."""

    park: str
    parts: PartsAnswer | None
    value: int | None
    costs: tuple[CostAnswer, ...] = ()
    reduced: int | None = None


class MissingAnswer(Answer):
    """A limit that is too small while all other placements stay; `short` is withheld from counties."""

    rule: Rule
    unit: str
    need: int
    short: int | None


class HolderAnswer(Answer):
    """Another project that draws on a limit; `earlier`: it held the park before the run."""

    project: str
    code_name: str
    name: str | None
    park: str
    amount: int
    earlier: bool


class HeldAnswer(Answer):
    """Who draws on a limit that is too small, largest first; for the city's eyes only."""

    rule: Rule
    unit: str
    holders: tuple[HolderAnswer, ...]


class WhyNotAnswer(Answer):
    """Why a project is not at a park: rules it breaks by itself, what is too little beside the others."""

    kind: Literal["why_not"] = "why_not"
    host: str | None
    blockers: tuple[Shortfall, ...]
    missing: tuple[MissingAnswer, ...]
    here: SideAnswer | None
    there: SideAnswer
    held: tuple[HeldAnswer, ...] = ()


class WouldWinAnswer(Answer):
    """What would have to change for a project to be placed at a park, and at which level that was tried.

    `wins`: at level 0 that it fits while nothing moves, at levels 1 and 2 that the pool was solved again and
    the project is placed there. `minimal`: proven that no smaller amount wins. `barred`: rules that no
    amount mends.
    """

    kind: Literal["would_win"] = "would_win"
    level: Literal[0, 1, 2]
    wins: bool
    barred: tuple[Shortfall, ...]
    changes: tuple[ChangeAnswer, ...]
    exact: bool
    minimal: bool
    up_to: int | None = None
    standing: int | None = None
    value: int | None = None
    moved: tuple[MovedAnswer, ...] = ()


class OverridePriceAnswer(Answer):
    """What it costs the whole city to place a project at a park against the run, and who else moves.

    `bent` are hard rules that the pair breaks: then there is no plan with it and no price. `exact`: both
    plans are proven best, so `loss` is the true price.
    """

    kind: Literal["override_price"] = "override_price"
    bent: tuple[Shortfall, ...]
    standing: PlanAnswer | None
    forced: PlanAnswer | None
    loss: int | None
    exact: bool
    moved: tuple[MovedAnswer, ...]


class AlternativeAnswer(Answer):
    """Another host, everything else solved again around it."""

    rank: int
    side: SideAnswer
    loss: int | None
    exact: bool
    moved: tuple[MovedAnswer, ...]


class AlternativesAnswer(Answer):
    """The best other hosts of a project."""

    kind: Literal["alternatives"] = "alternatives"
    host: str | None
    alternatives: tuple[AlternativeAnswer, ...]


Pair = tuple[int, int]
"""A figure (before, after)."""


class TallyAnswer(Answer):
    """What a county or park takes in both plans; the city's own parks stand under its code."""

    owner: str
    leads: Pair
    investment_fen: Pair
    land_mu: Pair
    hall_m2: Pair
    energy_tce: Pair
    water_td: Pair
    cod_kg: Pair


class ScenarioAnswer(Answer):
    """Two pools solved the same way, side by side.

    `gain` compares each plan by the weights of its own pool; `gain_before` the new plan by the old weights.
    """

    kind: Literal["scenario"] = "scenario"
    before: PlanAnswer
    after: PlanAnswer
    gain: int | None
    gain_before: int | None
    exact: bool
    moved: tuple[MovedAnswer, ...]
    counties: tuple[TallyAnswer, ...]
    parks: tuple[TallyAnswer, ...]


AnyAnswer = Annotated[
    WhyNotAnswer | WouldWinAnswer | OverridePriceAnswer | AlternativesAnswer | ScenarioAnswer,
    Field(discriminator="kind"),
]


class QuestionAnswer(Answer):
    """A question and, once it is worked out, its stored answer. `asked` tells a scenario's own changes."""

    id: UUID
    run: UUID
    kind: QuestionKind
    project: str | None
    park: str | None
    level: int | None
    asked: dict[str, Any]
    state: QuestionState
    failure: QuestionFailure | None
    snapshot_sha256: str | None
    created_at: datetime
    finished_at: datetime | None
    answer: AnyAnswer | None


class ParkStanding(Answer):
    """How one park stood for a project in a run, as stored with it.

    `proposed`: the run places it here. `open`: it could be here as all else stands. `crowded`: it could, but
    what others take leaves too little. `blocked`: rules stand whoever else is placed. `others` counts the
    run's other projects at this park, under 3 withheld from counties.
    """

    park: str
    county: str
    standing: Literal["proposed", "open", "crowded", "blocked"]
    ranked: CandidateAnswer | None
    rules: tuple[Shortfall, ...]
    shortage: WouldWinAnswer | None
    others: int | None
    questions: tuple[QuestionAnswer, ...]


class WhyNotCard(Answer):
    """Why a project is not at a county's parks, or at one park, from what was stored with the run."""

    run: UUID
    as_of: date | None
    project: str
    host: str | None
    parks: tuple[ParkStanding, ...]
