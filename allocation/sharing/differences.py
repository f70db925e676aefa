"""Two versions of terms side by side: every field of both, ratios year by year, the free text in parts.

Nothing is left out: what is equal stands there too and says so, so that a reader sees the whole of both.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from allocation.sharing.terms import Terms

RATIO = "ratios_bp"

FIELDS = (
    "method",
    "origin",
    "host",
    "years",
    RATIO,
    "cap_fen",
    "effective_on",
    "taxes",
    "kinds",
    "deduct_incentives",
    "carry_forward",
    "year_basis",
    "tax_clock",
    "credit_clock",
    "credit_rule",
)
"""Every field of `Terms`, in the order in which a reader goes through them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A field of both terms, as plain JSON values. `year` counts agreement years, for the ratios alone.

    A year that one of the terms does not have is None there.
    """

    field: str
    year: int | None
    before: Any
    after: Any

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return bool(self.before != self.after)


class Piece(StrEnum):
    """What became of a piece of text."""

    same = "same"
    gone = "gone"
    new = "new"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the free text: in both, only before, or only after."""

    piece: Piece
    text: str


def compare_terms(before: Terms, after: Terms) -> tuple[Row, ...]:
    """Lay two terms side by side, field by field."""
    old, new = before.to_json(), after.to_json()
    rows: list[Row] = []
    for field in FIELDS:
        if field == RATIO:
            pairs = zip_longest(old[field], new[field])
            rows += [Row(field, year, *pair) for year, pair in enumerate(pairs, start=1)]
        else:
            rows.append(Row(field, None, old[field], new[field]))
    return tuple(rows)


def compare_text(before: str, after: str) -> tuple[Part, ...]:
    """Cut two texts into what is in both and what is in one, by characters.

    The parts that are `same` or `gone` make up `before`, those that are `same` or `new` make up `after`.
    """
    parts: list[Part] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, low, high, start, end in matcher.get_opcodes():
        if tag == "equal":
            parts.append(Part(Piece.same, before[low:high]))
            continue
        if high > low:
            parts.append(Part(Piece.gone, before[low:high]))
        if end > start:
            parts.append(Part(Piece.new, after[start:end]))
    return tuple(parts)
