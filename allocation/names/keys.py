"""Keys that alike names share, so that a name is compared with few others and not with all.

Two names that `comparing` calls alike share a key, but for slips that reach from the core into the trade. A
key is short and says its kind, so that the store can number it.
"""

from collections.abc import Iterator

from allocation.names.parsing import SHORTEST_CORE, CompanyName
from allocation.names.shapes import groups_of
from allocation.names.sound import blurred, heard, readings


def keys(name: CompanyName) -> frozenset[str]:
    """Return the keys under which a name is kept and looked for."""
    return frozenset(_keys(name))


def _keys(name: CompanyName) -> Iterator[str]:
    core, trunk = name.core, name.trunk
    yield f"c{core}"
    yield f"p{heard(core)}"
    # A slip in the trade: the head and the end are left, or the first three.
    yield f"k{trunk[:2]}{trunk[-1:]}"
    yield f"k{trunk[:3]}"
    if len(core) > SHORTEST_CORE:
        yield from (f"d{core[:place]}{core[place + 1 :]}" for place in range(len(core)))
    elif len(core) == SHORTEST_CORE:
        # Of two characters one says too little: the other one's look-alikes and readings stand beside it.
        for place, character in enumerate(core):
            other = core[1 - place]
            yield from (f"h{place}{group}{other}" for group in groups_of(character))
            yield from (f"p{_heard(place, sound, other)}" for sound in readings(character)[1:])
    yield from _short(name)


def _heard(place: int, sound: str, other: str) -> str:
    """Return how two characters sound when the one at `place` is read another way."""
    return f"{heard(other)} {blurred(sound)}" if place else f"{blurred(sound)} {heard(other)}"


def _short(name: CompanyName) -> Iterator[str]:
    """Short names: of a long core its head, and its first character with one of the next three."""
    core = name.core
    if len(core) > 3:  # noqa: PLR2004 -- shorter cores are hardly ever shortened
        for other in core[1:4]:
            yield f"a{core[0]}{other}"
        if not name.fields:
            # What looks like a long core may be a short one and a line of work that is not a known word.
            yield from (f"c{core[:length]}" for length in (2, 3, 4))
        yield f"d{core[:3]}"
    elif core and name.is_short:
        yield f"a{core[0]}{core[-1]}"
        yield f"d{core}"
