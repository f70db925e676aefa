"""What a county answers before its protection ends, and what the city says."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from services.files.schemas import FileIds
from services.projects.protection_words import AnswerKind, Decision, Progress
from services.projects.schemas import Filled, Strict, Text

Ref = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class AnswerForm(Strict):
    """A county's answer. Progress and a request to extend bring evidence: its kind, what it is, its day."""

    kind: AnswerKind
    evidence_kind: Progress | None = None
    evidence: Text = ""
    happened_on: date | None = None
    reason: Text = ""
    files: FileIds = Field(default_factory=list)


class ExtensionForm(Strict):
    """The city grants or refuses the extension that the county asked for."""

    outcome: Decision
    reason: Filled


class ReleaseForm(Strict):
    """The city confirms a release, with its reason."""

    reason: Filled


class ReleasesForm(Strict):
    """The city confirms the release of several leads at once: all of them, or none."""

    refs: Annotated[list[Ref], Field(min_length=1, max_length=100)]
    reason: Filled
