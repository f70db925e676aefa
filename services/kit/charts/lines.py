"""Months along the bottom: this year beside the last and the target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from services.kit.charts.svg import (
    BLUE,
    INK,
    LINE,
    PAPER,
    RED,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    line,
    node,
    picture,
    scaled,
    text,
    width_of,
)

_TOP: Final = 34
_HEIGHT: Final = 190
_TICKS: Final = 4
_ENDS: Final = (4, 8, 12, 16, 20, 24, 32, 40, 48, 60, 72)
_STROKES: Final[tuple[tuple[str, str | None], ...]] = ((BLUE, None), (SOFT, "6 4"), (RED, "2 3"))
"""This year whole with discs, the last dashed with squares, the target dotted without marks."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its words and a value (0 or more) for each month, None where there is none yet."""

    label: str
    values: tuple[int | None, ...]


def lines(
    frame: Frame,
    months: Sequence[str],
    series: Sequence[Series],
    *,
    head: str,
    written: Callable[[int], str] = "{:,}".format,
) -> Chart:
    """Draw up to three lines: this year, the last, the target, in this order.

    Args:
        frame: name, title, language.
        months: what stands below each place.
        series: the lines.
        head: the heading of the months' column in the table.
        written: how a number is written.

    Raises:
        ValueError: a line of other months, more than three lines, or a negative value.
    """
    if len(series) > len(_STROKES) or any(len(one.values) != len(months) for one in series):
        raise ValueError("lines that do not fit the chart")
    most = _round(max((value for one in series for value in one.values if value is not None), default=0))
    left = max(width_of(written(most * tick // _TICKS)) for tick in range(_TICKS + 1)) + 14
    step = (WIDTH - left - 30) // max(len(months) - 1, 1)
    drawn = Markup("")
    for tick in range(_TICKS + 1):
        level = most * tick // _TICKS
        y = _TOP + _HEIGHT - scaled(level, most, _HEIGHT)
        drawn += line((left, y), (WIDTH - 12, y), LINE)
        drawn += text(frame, (left - 6, y + 5), written(level), anchor="end", size=12, fill=SOFT)
    for place, month in enumerate(months):
        drawn += text(frame, (left + 12 + place * step, _TOP + _HEIGHT + 20), month, anchor="middle", size=12)
    x = left
    for kind, one in reversed(list(enumerate(series))):
        points = [
            (left + 12 + place * step, _TOP + _HEIGHT - scaled(value, most, _HEIGHT))
            for place, value in enumerate(one.values)
            if value is not None
        ]
        drawn += _drawn(points, kind)
    for kind, one in enumerate(series):
        drawn += _drawn([(x, 13), (x + 28, 13)], kind) + text(frame, (x + 36, 18), one.label)
        x += 36 + width_of(one.label) + 22
    drawn += line((left, _TOP + _HEIGHT), (WIDTH - 12, _TOP + _HEIGHT), INK)
    return Chart(
        frame=frame,
        svg=picture(frame, _TOP + _HEIGHT + 30, drawn),
        heads=(head, *(one.label for one in series)),
        rows=tuple(
            (month, *("—" if (value := one.values[place]) is None else written(value) for one in series))
            for place, month in enumerate(months)
        ),
    )


def _drawn(points: Sequence[tuple[int, int]], kind: int) -> Markup:
    stroke, dashes = _STROKES[kind]
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    out = Markup("")
    if points:
        out += node(
            "path",
            {"d": path, "fill": "none", "stroke": stroke, "stroke-width": 2, "stroke-dasharray": dashes},
        )
    for x, y in points:
        if kind == 0:
            out += node("circle", {"cx": x, "cy": y, "r": 4, "fill": stroke})
        elif kind == 1:
            box = {"x": x - 3, "y": y - 3, "width": 6, "height": 6}
            out += node("rect", {**box, "fill": PAPER, "stroke": stroke, "stroke-width": "1.5"})
    return out


def _round(most: int) -> int:
    """The next round number that the scale can end with: a fourth of it is whole too."""
    unit = 1
    while True:
        for times in _ENDS:
            if most <= times * unit:
                return times * unit
        unit *= 10
