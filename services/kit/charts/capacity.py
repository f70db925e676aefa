"""What parks have and what of it is spoken for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from services.kit.charts.svg import (
    SOFT,
    WIDTH,
    Chart,
    Frame,
    fill_of,
    hatches,
    legend,
    picture,
    rect,
    scaled,
    shortened,
    text,
    width_of,
)

_ROW: Final = 54
_LABELS: Final = 170


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One park, in one unit of measure: in all, offered, accepted, used; the last three may overlap."""

    label: str
    total: int
    offered: int
    accepted: int
    used: int


def capacity(
    frame: Frame,
    rooms: Sequence[Room],
    *,
    heads: tuple[str, str, str, str, str],
    written: Callable[[int], str] = "{:,}".format,
) -> Chart:
    """Draw each park as an outline of all it has, with a bar for what is offered, accepted, used.

    What goes beyond the whole goes beyond the outline, as it is.

    Args:
        frame: name, title, language.
        rooms: the parks.
        heads: the table's headings: park, in all, offered, accepted, used; the last three are the legend too.
        written: how a number is written.

    Raises:
        ValueError: a value is negative.
    """
    labels = min(max((width_of(room.label) for room in rooms), default=0), _LABELS)
    most = max((max(room.total, room.offered, room.accepted, room.used) for room in rooms), default=0)
    left = labels + 16
    length = WIDTH - left - width_of(f"{heads[1]} {written(most)}") - 20
    drawn = hatches(frame, 3) + legend(frame, heads[2:], 16)
    for place, room in enumerate(rooms):
        y = 26 + place * _ROW
        whole = scaled(room.total, most, length)
        drawn += text(frame, (left - 8, y + 28), shortened(room.label, labels), anchor="end")
        drawn += rect((left, y + 2, whole, 46), "#eef2f6", stroke=SOFT)
        ends = [whole]
        for part, value in enumerate((room.offered, room.accepted, room.used)):
            wide = scaled(value, most, length)
            at = y + 4 + part * 15
            drawn += rect((left, at, wide, 12), fill_of(frame, part), stroke=SOFT, stroke_width="0.5")
            drawn += text(frame, (left + wide + 4, at + 11), written(value), size=11, halo=True)
            ends.append(wide + 4 + width_of(written(value), 11))
        drawn += text(frame, (left + max(ends) + 8, y + 28), f"{heads[1]} {written(room.total)}")
    return Chart(
        frame=frame,
        svg=picture(frame, 26 + len(rooms) * _ROW + 4, drawn),
        heads=heads,
        rows=tuple(
            (room.label, *map(written, (room.total, room.offered, room.accepted, room.used)))
            for room in rooms
        ),
    )
