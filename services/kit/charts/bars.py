"""Bars one below the other, as a league table draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from services.kit.charts.svg import (
    BLUE,
    INK,
    RED,
    WIDTH,
    Chart,
    Frame,
    line,
    picture,
    rect,
    scaled,
    shortened,
    text,
    width_of,
)

ROW: Final = 26
_LABELS: Final = 190
"""So wide may names grow; longer ones are cut here and whole in the table."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length (0 or more), and how its number is written."""

    label: str
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that all bars are measured against, such as a target or the city's mean."""

    value: int
    text: str


def league(frame: Frame, bars: Sequence[Bar], *, heads: tuple[str, str], mark: Mark | None = None) -> Chart:
    """Draw bars in the order given, on one scale.

    Args:
        frame: name, title, language.
        bars: the rows.
        heads: the table's headings for name and number.
        mark: drawn as a dashed line across all bars with its words on top.

    Raises:
        ValueError: a value is negative.
    """
    labels = min(max((width_of(bar.label) for bar in bars), default=0), _LABELS)
    numbers = max((width_of(bar.text) for bar in bars), default=0)
    left = labels + 16
    length = WIDTH - left - numbers - 16
    most = max([bar.value for bar in bars] + ([mark.value] if mark else []), default=0)
    top = 24 if mark else 4
    drawn, labelled = Markup(""), Markup("")
    for place, bar in enumerate(bars):
        y = top + place * ROW
        wide = scaled(bar.value, most, length)
        drawn += text(frame, (left - 8, y + 17), shortened(bar.label, labels), anchor="end")
        drawn += rect((left, y + 4, wide, 18), BLUE)
        labelled += text(frame, (left + wide + 6, y + 17), bar.text, halo=mark is not None)
    if mark:
        x = left + scaled(mark.value, most, length)
        side = min(max(x, left + width_of(mark.text) // 2), WIDTH - width_of(mark.text) // 2 - 2)
        drawn += line((x, top - 4), (x, top + len(bars) * ROW), RED, stroke_width=2, stroke_dasharray="5 3")
        drawn += text(frame, (side, 14), mark.text, anchor="middle", fill=RED)
    drawn += line((left, top), (left, top + len(bars) * ROW), INK) + labelled
    return Chart(
        frame=frame,
        svg=picture(frame, top + len(bars) * ROW + 6, drawn),
        heads=heads,
        rows=tuple((bar.label, bar.text) for bar in bars),
    )
