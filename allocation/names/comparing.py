"""Whether two firms' names are one firm's: a verdict, what makes them alike, and how alike they are.

The rules, the first that fits:

1. one credit code: same; two different codes never make a name `same` by themselves.
2. equal core, trade and places: same.
3. what counts a family's firms (第一, 城东) differs: different.
4. equal core: a branch, a group, a short name, another place, a line of work that fits; else different.
5. cores one slip apart (by sound, by shape, a character dropped or swapped in a long core) in the same line.
6. anything else is different.
"""

from dataclasses import dataclass
from typing import Final

from allocation.names.likeness import WHOLE, contains_in_order, likeness
from allocation.names.parsing import NO_PLACES, SHORTEST_CORE, CompanyName, Places, parse
from allocation.names.shapes import look_alike
from allocation.names.sound import sound_alike
from allocation.names.vocabulary import COUNTS, GENERIC
from allocation.names.words import Alike, Verdict

SAME_FROM: Final = 9_000
"""Likeness of `same` is at or above it, of `near` below it."""

NEAR_FROM: Final = 6_000
"""Likeness of `near` is at or above it, of `different` below it."""

LONGEST_CORE: Final = 4
"""A 字号 is hardly ever longer: what is holds unknown words. A short name takes some of these four."""

LONG_CORE: Final = 3
"""From this length a dropped or swapped character of the core is a slip; two characters say too little."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer: `likeness` is in ten-thousandths, `verdict` follows from it."""

    verdict: Verdict
    alike: Alike
    likeness: int

    @classmethod
    def of(cls, alike: Alike, likeness: int) -> "Comparison":
        """Make the answer whose verdict follows from a likeness."""
        same, near = likeness >= SAME_FROM, likeness >= NEAR_FROM
        return cls(Verdict.same if same else Verdict.near if near else Verdict.different, alike, likeness)


def by_code(one: str, other: str) -> bool:
    """Tell whether two credit codes are given and the same."""
    return bool(one) and one == other


def compare(
    one: str, other: str, *, codes: tuple[str, str] = ("", ""), own_places: Places = NO_PLACES
) -> Comparison:
    """Compare two names; the order makes no difference.

    Args:
        one: a name as it was typed.
        other: another.
        codes: their credit codes where known, else empty.
        own_places: short names of the city's own counties.
    """
    if by_code(*codes):
        return Comparison(Verdict.same, Alike.credit_code, WHOLE)
    return compare_parsed(parse(one, own_places), parse(other, own_places))


def compare_parsed(one: CompanyName, other: CompanyName) -> Comparison:
    """Compare two names that are taken apart."""
    return _answer(_alike(one, other), one, other)


_BASE: Final = {
    Alike.identical: (SAME_FROM, WHOLE),
    Alike.branch: (SAME_FROM, 9_500),
    Alike.place: (7_500, 8_900),
    Alike.short_name: (7_500, 8_900),
    Alike.group: (7_000, 8_500),
    Alike.related: (6_500, 8_400),
    Alike.sound: (7_000, 8_900),
    Alike.shape: (7_000, 8_900),
    Alike.slip: (6_500, 8_500),
    Alike.nothing: (0, NEAR_FROM - 1),
}
"""The likeness that a ground gives: from where the trunks share nothing to where they are equal."""


def _answer(alike: Alike, one: CompanyName, other: CompanyName) -> Comparison:
    low, high = _BASE[alike]
    level = low + (high - low) * likeness(one.trunk, other.trunk) // WHOLE
    return Comparison.of(alike, level)


def _alike(one: CompanyName, other: CompanyName) -> Alike:
    if one.counts != other.counts:
        return Alike.nothing
    if one.core == other.core:
        return _of_one_core(one, other)
    if _heads(one, other) or _heads(other, one):
        return Alike.group
    if _abbreviates(one, other) or _abbreviates(other, one):
        return Alike.short_name
    if _places_clash(one, other):
        return Alike.nothing
    found = Alike.nothing
    if _same_line(one, other):
        sure = bool(one.fields and other.fields) and max(len(one.core), len(other.core)) <= LONGEST_CORE
        found = _slip(one.core, other.core, sure=sure)
    return found if found is not Alike.nothing else _slip(one.trunk, other.trunk, sure=False)


def _heads(head: CompanyName, other: CompanyName) -> bool:
    """Tell whether a group without a line of work may head a firm whose line is no known word."""
    longer = len(other.core) - len(head.core)
    unread = len(other.core) > LONGEST_CORE or not other.fields
    return head.group and not head.fields and unread and longer > 1 and _begins(head, other)


def _begins(short: CompanyName, long: CompanyName) -> bool:
    return len(short.core) >= SHORTEST_CORE and long.core.startswith(short.core)


def _of_one_core(one: CompanyName, other: CompanyName) -> Alike:
    if one.trade == other.trade:
        if _places_clash(one, other):
            return Alike.branch if one.branch or other.branch else Alike.place
        return Alike.branch if one.branch != other.branch else Alike.identical
    if one.group or other.group:
        return Alike.group
    if one.fields and other.fields and not one.fields & other.fields:
        return Alike.nothing
    if one.is_short or other.is_short:
        return Alike.short_name
    return Alike.related


def _abbreviates(short: CompanyName, long: CompanyName) -> bool:
    """Tell whether a name without a legal form is short for a longer core: 东同 for 东方同辉."""
    if not short.is_short or len(short.core) >= len(long.core) or len(long.core) <= LONG_CORE:
        return False
    if short.fields and not short.fields & long.fields:
        return False
    return _begins(short, long) or (
        short.core[:1] == long.core[:1] and contains_in_order(long.core[:LONGEST_CORE], short.core)
    )


def _same_line(one: CompanyName, other: CompanyName) -> bool:
    """Tell whether two names may be of one line of work: only there a slip is a slip."""
    if one.fields or other.fields:
        return bool(one.fields & other.fields) or (
            not (one.fields and other.fields) and bool(one.words & other.words)
        )
    return one.trade == other.trade or bool(one.words & other.words & GENERIC)


def _places_clash(one: CompanyName, other: CompanyName) -> bool:
    """Tell whether both names name places, and none is the same."""
    return bool(one.places and other.places) and not set(one.places) & set(other.places)


def _slip(one: str, other: str, *, sure: bool) -> Alike:
    """Tell by what slip one text leads to another.

    Args:
        one: a core, or core and trade.
        other: the same of the other name.
        sure: whether the texts are cores alone; else the first two characters may be a core, which a
            third would make another's.
    """
    if len(one) == len(other):
        return _slip_in_place(one, other, sure=sure)
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1 or len(short) < LONG_CORE or not contains_in_order(long, short):
        return Alike.nothing
    return Alike.slip if sure or long[:LONG_CORE] == short[:LONG_CORE] else Alike.nothing


def _slip_in_place(one: str, other: str, *, sure: bool) -> Alike:
    places = [place for place in range(len(one)) if one[place] != other[place]]
    if {one[place] for place in places} | {other[place] for place in places} <= COUNTS:
        return Alike.nothing
    if len(places) == 2 and len(one) >= LONG_CORE:  # noqa: PLR2004 -- a swap is of two
        first, second = places
        swapped = second == first + 1 and one[first] == other[second] and one[second] == other[first]
        if swapped and (sure or first > 0):
            return Alike.slip
    if len(places) > max(1, len(one) // 2 if sure else 1):
        return Alike.nothing
    if all(sound_alike(one[place], other[place]) for place in places):
        return Alike.sound
    if len(places) == 1 and look_alike(one[places[0]], other[places[0]]):
        return Alike.shape
    return Alike.nothing
