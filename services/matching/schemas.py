"""What comes in and goes out: strict input, and answers with no place for what a reader may not see."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from allocation.lifecycle import State
from allocation.matching.result import Rule, Status
from services.matching.run_words import BoundScope, CutShort
from services.matching.words import DecisionState, Failure, OverrideReason, RunState

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,40}$")]
DEFAULT_SECONDS = 30


class Strict(BaseModel):
    """The base of all input: nothing unknown, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RunForm(Strict):
    """A run to start.

    A `warm` one repairs the latest stored plan: at most `churn_budget` leads move beside those that lost
    their place or came, by default four for each of these.
    """

    seconds: Annotated[int, Field(ge=1, le=120, strict=True)] = DEFAULT_SECONDS
    seed: Annotated[int, Field(ge=0, lt=2**31, strict=True)] = 1
    warm: Annotated[bool, Field(strict=True)] = False
    churn_budget: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] | None = None


class DecisionForm(Strict):
    """A decision on a project."""

    run: UUID
    park: Code
    override_reason: OverrideReason | None = None
    minutes: Line = ""
    note: Text = ""


class SignatureForm(Strict):
    """The second signer's answer."""

    agree: Annotated[bool, Field(strict=True)]


class Answer(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


class RunGlimpse(Answer):
    """A run as counties see it: that it was, not what came out, which tells of others' projects."""

    view: Literal["glimpse"] = "glimpse"
    id: UUID
    state: RunState
    as_of: date | None
    created_at: datetime
    finished_at: datetime | None


class ProgressAnswer(Answer):
    """How far a run is: `share_bp` of the whole in basis points; value and bound so far, where known."""

    stage: str
    share_bp: int
    value: int | None
    bound: int | None


class RunAnswer(Answer):
    """A run as the city's office and the auditor see it.

    `gap_ppm` is |bound − value| in millionths of the value, 0 when the value is proven best; `bound_scope`
    tells whether the bound covers all allowed pairs. `move_limit` and `work_limit_ms` are what the seconds
    came to, `moves` and `work_ms` what was used. A run that was `cut_short` is the best that was found
    until then, verified like any other. `changed` and `evicted` compare a warm run with the run that it
    started from.
    """

    view: Literal["full"] = "full"
    id: UUID
    state: RunState
    as_of: date | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: int
    seed: int
    attempts: int
    round: int
    replaces: UUID | None
    snapshot_sha256: str | None
    weights: dict[str, object] | None
    versions: dict[str, object] | None
    status: Status | None
    value: int | None
    bound: int | None
    gap_ppm: int | None
    bound_scope: BoundScope | None
    route: str | None
    passes: int | None
    moves: int | None
    move_limit: int | None
    leads: int | None
    parks: int | None
    placed: int | None
    verified: bool
    limited_by_wall: bool
    work_limit_ms: int | None
    work_ms: int | None
    elapsed_ms: int | None
    peak_mb: int | None
    cut_short: CutShort | None
    progress: ProgressAnswer | None
    warm: bool
    churn_budget: int | None
    warm_from: UUID | None
    changed: int | None
    evicted: int | None
    failure: Failure | None


class MovedProject(Answer):
    """A project whose proposed host is another than in the former run; null: none."""

    project: str
    code_name: str
    before: str | None
    after: str | None


class ChangesAnswer(Answer):
    """What a warm run changed against the former one.

    How many leads came, went and were declined; parks and counties whose stock, quotas or rules are others;
    projects that moved.
    """

    former: UUID
    added: int
    withdrawn: int
    declined: int
    places: tuple[str, ...]
    moved: tuple[MovedProject, ...]


AnyRun = Annotated[RunGlimpse | RunAnswer, Field(discriminator="view")]


class PlacementAnswer(Answer):
    """What a run says of one project. `name`, `code` and `park` stand only where the reader may see them."""

    project: str
    code_name: str
    code: str | None
    name: str | None
    state: State
    land_deadline: date
    overdue: bool
    park: str | None
    county: str | None
    total: int | None
    value: int | None


class Shortfall(Answer):
    """A rule that is broken, with what was measured and what it asks, in the unit named.

    `limit` is withheld from counties where it would tell of other projects.
    """

    rule: Rule
    unit: str
    measured: int | str
    limit: int | str | None


class CandidateAnswer(Answer):
    """One of the best hosts, with the parts of its score (0–10,000 together).

    `shortfalls` is what it lacks while all other proposals stand; `price` what the whole city's value loses
    if it is taken instead of the run's answer, unknown where none was proven.
    """

    rank: int
    park: str
    county: str
    positioning: int
    fit: int
    headroom: int
    intensity: int
    tax: int
    total: int
    value: int
    price: int | None
    placed: bool
    shortfalls: tuple[Shortfall, ...]


class RejectionAnswer(Answer):
    """A park that is none of the best three, with every rule against it."""

    park: str
    county: str
    rules: tuple[Shortfall, ...]


class DecisionAnswer(Answer):
    """What was decided. `question` is the answered one on the price that could be read before signing."""

    id: UUID
    run: UUID
    project: str
    park: str
    rank: int | None
    override_reason: OverrideReason | None
    minutes: str
    note: str
    price: int | None
    question: UUID | None
    state: DecisionState
    decided_at: datetime


class MatchAnswer(Answer):
    """The explanation of one project: all of it for its origin and the city, one's own parks for a host."""

    run: UUID
    as_of: date | None
    project: str
    scope: Literal["all", "own"]
    candidates: tuple[CandidateAnswer, ...]
    rejections: tuple[RejectionAnswer, ...]
    decisions: tuple[DecisionAnswer, ...]
