"""From boundaries in degrees to outlines on a sheet: projected, put on a grid, without needless points.

Method: equirectangular projection about the city's middle latitude, the longer side `GRID` units long, y
downwards; every point goes to the nearest point of the grid; repeated points and points exactly on the line
between their neighbours are dropped; a ring that is left with fewer than three points is dropped (an island
below a unit's size). Each point moves by itself, so a border that two counties share stays shared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

GRID: Final = 1200
"""How long the longer side of the sheet is, in units of the stored outlines."""
_CORNERS: Final = 3

Degrees = tuple[float, float]
Point = tuple[int, int]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Sheet:
    """How degrees become units of the sheet."""

    west: float
    north: float
    across: float
    scale: float
    width: int
    height: int

    def place(self, at: Degrees) -> Point:
        """Put a longitude and latitude on the grid."""
        x = (at[0] - self.west) * self.across * self.scale
        y = (self.north - at[1]) * self.scale
        return round(x), round(y)


def sheet_of(points: Iterable[Degrees]) -> Sheet:
    """Make the sheet that just holds these points.

    Raises:
        ValueError: they are all in one place.
    """
    all_points = list(points)
    west, east = min(x for x, _ in all_points), max(x for x, _ in all_points)
    south, north = min(y for _, y in all_points), max(y for _, y in all_points)
    across = cos(radians((south + north) / 2))
    longer = max((east - west) * across, north - south)
    if longer <= 0:
        raise ValueError("all points are in one place")
    scale = GRID / longer
    return Sheet(
        west, north, across, scale, round((east - west) * across * scale), round((north - south) * scale)
    )


def outline(ring: Sequence[Degrees], sheet: Sheet) -> Ring:
    """Put a ring on the grid and drop the points that say nothing; empty if too little is left of it."""
    points: Ring = []
    for at in ring:
        point = sheet.place(at)
        if not points or point != points[-1]:
            points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    kept = [
        point
        for place, point in enumerate(points)
        if not _between(points[place - 1], point, points[(place + 1) % len(points)])
    ]
    return kept if len(kept) >= _CORNERS and doubled_area(kept) else []


def _between(before: Point, point: Point, after: Point) -> bool:
    """Whether a point lies on the straight way from the one before to the one after."""
    ahead = (point[0] - before[0], point[1] - before[1])
    onward = (after[0] - point[0], after[1] - point[1])
    turn = ahead[0] * onward[1] - ahead[1] * onward[0]
    return turn == 0 and ahead[0] * onward[0] + ahead[1] * onward[1] > 0


def doubled_area(ring: Sequence[Point]) -> int:
    """Twice the area within a ring, with the sign of its turn (shoelace formula)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True))


def label_point(rings: Sequence[Ring]) -> Point:
    """A point inside the county for its name: the widest stretch half way down its largest ring."""
    largest = max(rings, key=lambda ring: abs(doubled_area(ring)))
    top, bottom = min(y for _, y in largest), max(y for _, y in largest)
    # Between two lines of the grid, so that no corner lies on it: heights are doubled.
    level = (top + bottom) // 2 * 2 + 1
    crossings = sorted(
        x0 + (level - 2 * y0) * (x1 - x0) / (2 * (y1 - y0))
        for ring in rings
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)
        if min(y0, y1) * 2 < level < max(y0, y1) * 2
    )
    stretches = [(right - left, left) for left, right in zip(crossings[::2], crossings[1::2], strict=True)]
    wide, left = max(stretches)
    return round(left + wide / 2), level // 2


def path(rings: Iterable[Ring]) -> str:
    """Rings as the data of one SVG path; holes are holes by the even-odd rule."""
    return "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in rings)
