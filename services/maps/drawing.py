"""The map as SVG: counties shaded by one figure with name and number, arrows for what flows between them.

Where a city loaded no boundaries squares with names stand in, and so for what has no outline (the city's own
parks). No colour tells what words do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Final

from markupsafe import Markup

from services.kit.charts.svg import PAPER, RED, SOFT, Frame, node, picture, rect, shortened, text
from services.maps.service import LoadedMap
from services.maps.shapes import Point, path

SHADES: Final = ("#eef4fb", "#cfe1f3", "#a5c8e9", "#6fa5d8", "#3d7cbf")
UNKNOWN: Final = "#ececec"
ARROWS: Final = 12
"""So many of the largest flows are drawn; the table has them all."""
_ROOM: Final = (616, 470)
_TOP: Final = 30
_TILE: Final = (146, 74)
_COLUMNS: Final = 4
_NAME: Final = 134


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A county: what it is called, its figure (None: not shown to this reader), its words, where it leads."""

    code: str
    name: str
    value: int | None
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """So many projects went from one county to another."""

    origin: str
    host: str
    count: int


def draw(
    frame: Frame, loaded: LoadedMap | None, units: Sequence[Unit], arrows: Sequence[Arrow], most: str
) -> Markup:
    """Draw the map.

    Args:
        frame: name, title, language.
        loaded: the city's outlines, if it loaded any.
        units: the counties and, perhaps, the city's own parks.
        arrows: flows between them; those of units that are not drawn are left out.
        most: how the largest figure is written, for the scale.
    """
    highest = max((unit.value for unit in units if unit.value is not None), default=0)
    shapes = {one.county: one for one in loaded.outlines} if loaded else {}
    per_mille = min(_ROOM[0] * 1000 // loaded.width, _ROOM[1] * 1000 // loaded.height) if loaded else 0
    drawn, places = _scale(frame, most), dict[str, Point]()
    bottom = _TOP
    if loaded:
        bottom += loaded.height * per_mille // 1000 + 14
    names = Markup("")
    tiles = [unit for unit in units if unit.code not in shapes]
    for unit in units:
        if unit.code in shapes:
            shape = shapes[unit.code]
            at = (12 + shape.label[0] * per_mille // 1000, _TOP + shape.label[1] * per_mille // 1000)
            area = _outline(path(shape.rings), per_mille, _shade(unit, highest))
        else:
            at, area = _tile(tiles.index(unit), bottom, _shade(unit, highest))
        places[unit.code] = at
        drawn += _linked(unit, area)
        names += _named(frame, unit, at)
    rows = -(-len(tiles) // _COLUMNS)
    some = [arrow for arrow in arrows if {arrow.origin, arrow.host} <= places.keys() and arrow.count > 0]
    some = sorted(some, key=lambda arrow: (-arrow.count, arrow.origin, arrow.host))[:ARROWS]
    widest = max((arrow.count for arrow in some), default=1)
    for arrow in some:
        drawn += _arrow(frame, places[arrow.origin], places[arrow.host], arrow.count, widest)
    linked = any(unit.href for unit in units)
    return picture(frame, bottom + rows * (_TILE[1] + 10) + 4, drawn, names, links=linked)


def _scale(frame: Frame, most: str) -> Markup:
    """The shades from nothing to the most."""
    out = text(frame, (12, 16), "0", fill=SOFT, size=12)
    for place, shade in enumerate(SHADES):
        out += rect((26 + place * 26, 6, 26, 12), shade, stroke=SOFT, stroke_width="0.5")
    return out + text(frame, (26 + len(SHADES) * 26 + 6, 16), most, fill=SOFT, size=12)


def _shade(unit: Unit, highest: int) -> str:
    if unit.value is None:
        return UNKNOWN
    return SHADES[unit.value * (len(SHADES) - 1) // highest] if highest else SHADES[0]


def _outline(data: str, per_mille: int, fill: str) -> Markup:
    scale = f"{per_mille // 1000}.{per_mille % 1000:03d}"
    return node(
        "path",
        {
            "d": data,
            "transform": f"translate(12 {_TOP}) scale({scale})",
            "fill": fill,
            "fill-rule": "evenodd",
            "stroke": SOFT,
            "stroke-width": 2,
            "stroke-linejoin": "round",
        },
    )


def _tile(place: int, top: int, fill: str) -> tuple[Point, Markup]:
    x = 12 + place % _COLUMNS * (_TILE[0] + 10)
    y = top + place // _COLUMNS * (_TILE[1] + 10)
    return (x + _TILE[0] // 2, y + _TILE[1] // 2), rect((x, y, *_TILE), fill, stroke=SOFT, rx=4)


def _linked(unit: Unit, area: Markup) -> Markup:
    """The area with what a pointer shows; a link where there is something to see."""
    said = f"{unit.name} {unit.text}"
    titled = node("title", {}, said)
    if unit.href is None:
        return node("g", {}, titled, area)
    return node("a", {"href": unit.href, "aria-label": said}, titled, area)


def _named(frame: Frame, unit: Unit, at: Point) -> Markup:
    name = shortened(unit.name, _NAME)
    out = text(frame, (at[0], at[1] - 3), name, anchor="middle", halo=True)
    out += text(frame, (at[0], at[1] + 14), unit.text, anchor="middle", halo=True, bold=True)
    return node("g", {"pointer-events": "none"}, out)


def _arrow(frame: Frame, start: Point, end: Point, count: int, widest: int) -> Markup:
    """A bent arrow that keeps clear of the names at its ends, with its number half way."""
    bend = (
        (start[0] + end[0]) // 2 - (end[1] - start[1]) // 5,
        (start[1] + end[1]) // 2 + (end[0] - start[0]) // 5,
    )
    first = _on(start, bend, end, 14, 14)
    middle = _on(start, bend, end, 50, 50)
    last = _on(start, bend, end, 84, 84)
    control = _on(start, bend, end, 14, 84)
    width = 2 + count * 3 // widest
    back = (last[0] - control[0], last[1] - control[1])
    length = max(isqrt(back[0] ** 2 + back[1] ** 2), 1)
    size = 6 + width
    ahead = (last[0] + back[0] * size // length, last[1] + back[1] * size // length)
    side = (-back[1] * size // (2 * length), back[0] * size // (2 * length))
    head = (
        f"M{ahead[0]} {ahead[1]}L{last[0] + side[0]} {last[1] + side[1]}"
        f"L{last[0] - side[0]} {last[1] - side[1]}Z"
    )
    curve = f"M{first[0]} {first[1]}Q{control[0]} {control[1]} {last[0]} {last[1]}"
    return node(
        "g",
        {"pointer-events": "none"},
        node("path", {"d": curve, "fill": "none", "stroke": PAPER, "stroke-width": width + 2}),
        node(
            "path",
            {"d": curve, "fill": "none", "stroke": RED, "stroke-width": width, "stroke-opacity": "0.85"},
        ),
        node("path", {"d": head, "fill": RED}),
        text(frame, (middle[0], middle[1] + 4), f"{count:,}", anchor="middle", fill=RED, size=11, halo=True),
    )


def _on(start: Point, bend: Point, end: Point, one: int, other: int) -> Point:
    """The blossom of a quadratic curve: one of its points, or the control point of a part of it."""
    weights = ((100 - one) * (100 - other), one * (100 - other) + other * (100 - one), one * other)
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, (start, bend, end), strict=True)) // 10_000
        for axis in (0, 1)
    )
    return x, y
