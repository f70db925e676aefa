"""What comes in beside the moves of the pool: evidence, visits, who may be named."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.files.schemas import FileIds
from services.projects.pool_words import ProgressKind
from services.projects.schemas import Code, Filled, Line, RegionCode, Strict, Text


class AgreementForm(Strict):
    """The origin agrees that counties learn the name."""

    counties: Annotated[list[RegionCode], Field(min_length=1, max_length=50)]


class ProgressForm(Strict):
    """Evidence that a held project moves."""

    kind: ProgressKind
    document: Line
    """The document's name and number."""
    happened_on: date
    files: FileIds = Field(default_factory=list)


class VisitForm(Strict):
    """A joint visit (联合考察): who was there, and what came of it."""

    park: Code
    visited_on: date
    origin_people: Text = ""
    """Who of the origin was present; nobody: the visit is flagged."""
    host_people: Line
    investor_people: Line
    record: Filled
    files: FileIds = Field(default_factory=list)
