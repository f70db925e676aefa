"""How alike two writings are, in ten-thousandths. The one importer of RapidFuzz.

Distances are whole numbers (RapidFuzz counts edits); shares are cut down to whole ten-thousandths, so equal
names give equal figures on every machine.
"""

from typing import Final

from rapidfuzz.distance import OSA, LCSseq

WHOLE: Final = 10_000


def edits(one: str, other: str) -> int:
    """Count the least insertions, deletions, substitutions and swaps of neighbours between two texts."""
    return int(OSA.distance(one, other))


def likeness(one: str, other: str) -> int:
    """Return how alike two texts are: 10,000 when equal, 0 when they share nothing."""
    longest = max(len(one), len(other))
    return WHOLE if not longest else WHOLE * (longest - edits(one, other)) // longest


def contains_in_order(long: str, short: str) -> bool:
    """Tell whether all characters of the shorter text stand in the longer one in the same order."""
    return int(LCSseq.similarity(long, short)) == len(short)
