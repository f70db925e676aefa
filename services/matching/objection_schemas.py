"""What comes in and goes out about objections to matches."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.kit.inputs import Strict
from services.matching.objection_words import Consequence, Ground, Outcome, Side, Standing
from services.matching.schemas import Answer

Words = Annotated[str, Field(min_length=1, max_length=2000)]
Perhaps = Annotated[str, Field(max_length=2000)]


class MatchObjectionForm(Strict):
    """What a county holds against a proposal or a decision. `file`: one's own upload, as evidence."""

    ground: Annotated[Ground, Field(strict=False)]
    reasons: Words
    evidence: Perhaps = ""
    file: UUID | None = Field(default=None, strict=False)


class ReviewerForm(Strict):
    """Who looks at an objection."""

    reviewer: UUID = Field(strict=False)


class MatchAnswerForm(Strict):
    """The reviewer's answer with its reasons. `rerun`: an upheld objection asks for a new run."""

    upheld: bool
    reason: Words
    rerun: bool = False


class WithdrawalForm(Strict):
    """Why a county takes its objection back."""

    reason: Words


class MessageForm(Strict):
    """Something said in the thread. `file`: one's own upload."""

    text: Perhaps = ""
    file: UUID | None = Field(default=None, strict=False)


class MessageAnswer(Answer):
    """A message of the thread."""

    id: UUID
    side: Side
    text: str
    file: UUID | None
    by_name: str
    on_date: date
    at: datetime


class MatchObjectionAnswerView(Answer):
    """An objection with who looks at it, by when, how it ended, and its thread.

    `late`: it came after its period; it is looked at all the same. `overdue`: the answer is. `reviewer`: who
    decides it. `may_*`: what the reader may do now.
    """

    id: UUID
    project: str
    code_name: str
    decision: UUID | None
    county: str
    standing: Standing
    ground: Ground
    reasons: str
    evidence: str
    by_name: str
    on_date: date
    due_on: date
    late: bool
    answer_by: date
    overdue: bool
    reviewer: str | None
    outcome: Outcome | None
    consequence: Consequence | None
    reason: str
    answered_by: str
    answered_on: date | None
    messages: tuple[MessageAnswer, ...]
    may_name: bool
    may_answer: bool
    may_withdraw: bool
    may_say: bool


class ConcernAnswer(Answer):
    """A proposal or decision that a county may object to. `late`: its period is over."""

    project: str
    code_name: str
    decision: UUID | None
    standing: Standing
    due_on: date
    late: bool
    open: bool
    """Whether the county has an unanswered objection to it."""


class ObjectionsAnswer(Answer):
    """What this reader may object to, and the objections that this reader may read."""

    concerns: tuple[ConcernAnswer, ...]
    items: tuple[MatchObjectionAnswerView, ...]


class ReviewerAnswer(Answer):
    """One of the city's office who had no hand in the match."""

    account: UUID
    name: str
