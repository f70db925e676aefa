"""Projects that come back under another name: a like firm, line of work, size and land, in other years.

An alarm, never a verdict: a second stage of one plant looks the same and is told apart by whoever opens both.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final, Generic, TypeVar

from allocation.names.comparing import Comparison, by_code, compare_parsed
from allocation.names.keys import keys
from allocation.names.likeness import WHOLE
from allocation.names.parsing import CompanyName
from allocation.names.words import Alike, Verdict

DIVISION: Final = 2
"""Digits of an industry code that name its division."""

CROWDED: Final = 400
"""A key that more projects share says nothing and is passed over; credit codes never are."""

Key = TypeVar("Key", bound=Hashable)


class Trait(StrEnum):
    """What two projects have in common beside the firm."""

    industry = "industry"  # all four digits
    investment = "investment"
    land = "land"
    name = "name"  # the project's own name


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking(Generic[Key]):
    """One project. Money in fen, land in hundredths of a mu; `over` once signed, ended, lost or withdrawn."""

    key: Key
    firm: CompanyName
    credit_code: str
    title: str
    industry: str
    investment_fen: int
    land_mu: int
    registered_on: date
    over: bool
    final: bool
    """Ended, lost or withdrawn: it may come back in the same year."""


@dataclass(frozen=True, slots=True)
class Repackaged(Generic[Key]):
    """A later project that looks like an earlier one that is over."""

    earlier: Undertaking[Key]
    later: Undertaking[Key]
    firm: Comparison
    traits: tuple[Trait, ...]


def repackaged(rows: Sequence[Undertaking[Key]], tolerance_bp: int) -> list[Repackaged[Key]]:
    """Find the later of each pair that looks like one project, the likest firm first.

    Args:
        rows: all projects of a city.
        tolerance_bp: by how much investment or land may differ, of the larger, in basis points.
    """
    found = []
    for one, other in _pairs(rows):
        earlier, later = sorted((one, other), key=lambda row: (row.registered_on, str(row.key)))
        pair = _looked_at(earlier, later, tolerance_bp)
        if pair is not None:
            found.append(pair)
    return sorted(
        found, key=lambda pair: (-pair.firm.likeness, pair.later.registered_on, str(pair.later.key))
    )


def _pairs(rows: Sequence[Undertaking[Key]]) -> list[tuple[Undertaking[Key], Undertaking[Key]]]:
    """Return the pairs that share a credit code or a key of the firm's name."""
    together: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in keys(row.firm):
            together[key].append(place)
        if row.credit_code:
            together[f"={row.credit_code}"].append(place)
    pairs = {
        pair
        for key, places in together.items()
        if len(places) <= CROWDED or key.startswith("=")
        for pair in combinations(places, 2)
    }
    return [(rows[one], rows[other]) for one, other in sorted(pairs)]


def _looked_at(
    earlier: Undertaking[Key], later: Undertaking[Key], tolerance_bp: int
) -> Repackaged[Key] | None:
    """Return the pair if it looks like one project."""
    another_year = later.registered_on.year > earlier.registered_on.year
    if not earlier.over or not (another_year or earlier.final):
        return None
    if earlier.industry[:DIVISION] != later.industry[:DIVISION]:
        return None
    sizes = (
        (Trait.investment, _like(earlier.investment_fen, later.investment_fen, tolerance_bp)),
        (Trait.land, _like(earlier.land_mu, later.land_mu, tolerance_bp)),
    )
    traits = [trait for trait, like in sizes if like]
    both_have_land = earlier.land_mu > 0 and later.land_mu > 0
    if len(traits) < (2 if both_have_land else 1):
        return None
    if by_code(earlier.credit_code, later.credit_code):
        firm = Comparison(Verdict.same, Alike.credit_code, WHOLE)
    else:
        firm = compare_parsed(earlier.firm, later.firm)
    if firm.verdict is Verdict.different:
        return None
    if earlier.industry == later.industry:
        traits.append(Trait.industry)
    if earlier.title == later.title:
        traits.append(Trait.name)
    return Repackaged(earlier, later, firm, tuple(traits))


def _like(one: int, other: int, tolerance_bp: int) -> bool:
    """Tell whether two sizes differ by no more than the tolerance of the larger; nothing is like nothing."""
    return min(one, other) > 0 and abs(one - other) * WHOLE <= tolerance_bp * max(one, other)
