"""Flows between units: who passes to whom, as ribbons as wide as what flows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from services.kit.charts.svg import (
    BLUE,
    INK,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    node,
    picture,
    rect,
    shared,
    shortened,
    text,
)

_NAMES: Final = 150
_NODE: Final = 12
_SLOT: Final = 20
"""A unit takes so much height at least, so that its name has a line of its own."""
_GAP: Final = 6
_LEGIBLE: Final = 14


@dataclass(frozen=True, slots=True)
class Link:
    """So much goes from one unit to another; units by the names that are shown."""

    source: str
    target: str
    value: int
    text: str


def flows(
    frame: Frame,
    links: Sequence[Link],
    *,
    heads: tuple[str, str, str],
    ends: tuple[str, str],
    written: Callable[[int], str] = "{:,}".format,
) -> Chart:
    """Draw sources at the left, targets at the right, ribbons between them.

    Args:
        frame: name, title, language.
        links: what flows; links of nothing are left out of the picture and the table.
        heads: the table's headings: from, to, how much.
        ends: what stands above the left and the right side.
        written: how a unit's sum is written.

    Raises:
        ValueError: a value is negative, or two links go the same way.
    """
    some = [link for link in links if link.value]
    if len({(link.source, link.target) for link in some}) != len(some):
        raise ValueError("two links go the same way")
    sources = list(dict.fromkeys(link.source for link in some))
    targets = list(dict.fromkeys(link.target for link in some))
    length = max(len(sources), len(targets), 3) * 40
    starts = _side(sources, [(link.source, link.value) for link in some], length)
    stops = _side(targets, [(link.target, link.value) for link in some], length)
    bottom = max(
        [place + max(height, _SLOT) for place, height, _ in (*starts.values(), *stops.values())] + [40]
    )
    left, right = _NAMES, WIDTH - _NAMES - _NODE
    drawn = text(frame, (left + _NODE, 16), ends[0], anchor="end", fill=SOFT)
    drawn += text(frame, (right, 16), ends[1], fill=SOFT)
    ribbons, numbers = Markup(""), Markup("")
    cuts = (_cuts(some, "source", starts), _cuts(some, "target", stops))
    for link, (y0, h0), (y1, h1) in zip(some, *cuts, strict=True):
        ribbons += _ribbon((left + _NODE, y0, h0), (right, y1, h1), link)
        if min(h0, h1) >= _LEGIBLE:
            numbers += text(frame, (left + _NODE + 6, y0 + h0 // 2 + 5), link.text, size=12, halo=True)
    drawn += ribbons + numbers
    for side, x in ((starts, left), (stops, right)):
        for name, (y, height, total) in side.items():
            at = (x - 6, "end") if side is starts else (x + _NODE + 6, "start")
            said = f"{name} {written(total)}"
            drawn += rect((x, y, _NODE, max(height, 1)), BLUE)
            words = shortened(said, _NAMES - 10)
            drawn += text(
                frame,
                (at[0], y + max(height, _SLOT) // 2 + 5),
                words,
                anchor="end" if side is starts else "start",
            )
    return Chart(
        frame=frame,
        svg=picture(frame, bottom + 8, drawn),
        heads=heads,
        rows=tuple((link.source, link.target, link.text) for link in some),
    )


def _side(
    names: Sequence[str], values: Sequence[tuple[str, int]], length: int
) -> dict[str, tuple[int, int, int]]:
    """Where each unit stands: its upper edge, its height, its sum."""
    totals = [sum(value for owner, value in values if owner == name) for name in names]
    out, y = {}, 26
    for name, height, total in zip(names, shared(totals, length), totals, strict=True):
        out[name] = (y, height, total)
        y += max(height, _SLOT) + _GAP
    return out


def _cuts(links: Sequence[Link], end: str, side: dict[str, tuple[int, int, int]]) -> list[tuple[int, int]]:
    """For each link where its ribbon leaves or enters: edge and height; a unit's add up to its own."""
    out: dict[int, tuple[int, int]] = {}
    for name, (y, height, _) in side.items():
        own = [place for place, link in enumerate(links) if getattr(link, end) == name]
        at = y
        for place, part in zip(own, shared([links[place].value for place in own], height), strict=True):
            out[place] = (at, part)
            at += part
    return [out[place] for place in range(len(links))]


def _ribbon(start: tuple[int, int, int], stop: tuple[int, int, int], link: Link) -> Markup:
    (x0, y0, h0), (x1, y1, h1) = start, stop
    middle = (x0 + x1) // 2
    shape = (
        f"M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}V{y1 + max(h1, 1)}"
        f"C{middle} {y1 + max(h1, 1)} {middle} {y0 + max(h0, 1)} {x0} {y0 + max(h0, 1)}Z"
    )
    return node(
        "path",
        {"d": shape, "fill": BLUE, "fill-opacity": "0.28", "stroke": INK, "stroke-width": "0.4"},
        node("title", {}, f"{link.source} → {link.target} {link.text}"),
    )
