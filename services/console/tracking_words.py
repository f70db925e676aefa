"""The words and tones that pages of tracking show."""

from typing import Any, Final

from allocation.tracking.words import ItemState
from services.compliance.words import ITEM_KINDS, SOURCES
from services.projects.words import STATE_LABELS
from services.tracking import words
from services.tracking.kinds import ReviewOutcome

WORDS: Final[dict[str, Any]] = {
    "segments": words.SEGMENTS,
    "departments": words.DEPARTMENTS,
    "item_states": words.ITEM_STATES,
    "item_steps": words.ITEM_STEPS,
    "stages": STATE_LABELS,
    "sponsor_roles": words.SPONSOR_ROLES,
    "coordinations": words.COORDINATIONS,
    "block_kinds": words.BLOCK_KINDS,
    "occasions": words.OCCASIONS,
    "findings": words.FINDINGS,
    "cultivation": words.CULTIVATION,
    "outing_roles": words.OUTING_ROLES,
    "outcomes": words.REVIEW_OUTCOMES,
    "promise_kinds": ITEM_KINDS,
    "sources": SOURCES,
}
ITEM_TONES: Final = {
    ItemState.opened: "info",
    ItemState.done: "warn",
    ItemState.verified: "warn",
    ItemState.closed: "ok",
}
OUTCOME_TONES: Final = {
    ReviewOutcome.affordable: "ok",
    ReviewOutcome.watch: "warn",
    ReviewOutcome.reduce: "bad",
}
