"""Places in a league table: equal figures share a place, and the place after them is left out."""

from collections.abc import Mapping
from fractions import Fraction


def places(worth: Mapping[str, tuple[int, int] | None]) -> dict[str, int | None]:
    """Give each its place, the greatest first; who has no figure has no place.

    Fractions are compared exactly: two that only look alike when rounded do not share a place.

    Args:
        worth: by name, a figure as numerator and denominator above 0, or None.
    """
    exact = {name: Fraction(*parts) for name, parts in worth.items() if parts is not None}
    return {
        name: 1 + sum(other > exact[name] for other in exact.values()) if name in exact else None
        for name in worth
    }
