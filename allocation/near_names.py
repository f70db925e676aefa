"""Names that are the same or differ by one character, found without comparing every pair.

Each name stands under itself and under every form of it that lacks one character; two names within one
insertion, deletion or substitution share such a form (symmetric deletion).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar

SHORTEST: Final = 5
"""Of shorter names one character is too great a part: they must be equal."""

COUNTING: Final = frozenset("0123456789一二三四五六七八九十甲乙丙丁东南西北")
"""What tells firms of a family apart (第一建筑, 第二建筑): names that differ in these alone are two."""

Key = TypeVar("Key", bound=Hashable)


def near(one: str, other: str) -> bool:
    """Tell whether two names are equal, or differ by one character that is no mere count or direction."""
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    same_length = len(short) == len(long)
    if short[start + same_length :] != long[start + 1 :]:
        return False
    differing = {long[start]} | ({short[start]} if same_length else set())
    return not differing <= COUNTING


def groups(names: Mapping[Key, str]) -> list[list[Key]]:
    """Put together whose names are near, directly or through others; only groups of two and more."""
    forms: dict[str, list[Key]] = defaultdict(list)
    for key, name in names.items():
        for form in _forms(name):
            forms[form].append(key)
    chief: dict[Key, Key] = {key: key for key in names}

    def head(key: Key) -> Key:
        while chief[key] != key:
            chief[key] = chief[chief[key]]
            key = chief[key]
        return key

    for keys in forms.values():
        for place, key in enumerate(keys):
            for other in keys[:place]:
                if head(key) != head(other) and near(names[key], names[other]):
                    chief[head(key)] = head(other)
    found: dict[Key, list[Key]] = defaultdict(list)
    for key in names:
        found[head(key)].append(key)
    return [keys for keys in found.values() if len(keys) > 1]


def _forms(name: str) -> Iterable[str]:
    """The name, and every form of it that lacks one character."""
    if len(name) < SHORTEST:
        return {name}
    return {name, *(name[:place] + name[place + 1 :] for place in range(len(name)))}
