"""What waits for a person: the entry that each slice offers and the home page adds up."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing that waits.

    Attributes:
        kind: a stable slug, such as `projects.review`.
        text: a message id, with `{placeholders}` that `facts` fill.
        href: the page where it is done.
        due_on: the business date by which it is due.
        overdue: whether that date has passed.
        facts: values of the placeholders.
    """

    kind: str
    text: str
    href: str
    due_on: date | None = None
    overdue: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
