"""Parts of wholes side by side: how old what is pending is, what a sum is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from markupsafe import Markup

from services.kit.charts.svg import (
    PAPER,
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
    shared,
    shortened,
    text,
    width_of,
)

_ROW: Final = 28
_LABELS: Final = 170


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: its name and the size of each part (0 or more), in the order of the parts."""

    label: str
    values: tuple[int, ...]


def stacked(
    frame: Frame,
    stacks: Sequence[Stack],
    parts: Sequence[str],
    *,
    heads: tuple[str, str],
    written: Callable[[int], str] = "{:,}".format,
) -> Chart:
    """Draw each whole as a bar of its parts, all on one scale; a part that has room carries its number.

    Args:
        frame: name, title, language.
        stacks: the rows.
        parts: what the parts are called, six at most.
        heads: the table's headings for the name and for the whole; parts stand between them.
        written: how a number is written.

    Raises:
        ValueError: a value is negative, a row has other parts, or there are too many parts.
    """
    if any(len(stack.values) != len(parts) for stack in stacks):
        raise ValueError("a row of other parts")
    labels = min(max((width_of(stack.label) for stack in stacks), default=0), _LABELS)
    totals = [sum(stack.values) for stack in stacks]
    most = max(totals, default=0)
    left = labels + 16
    length = WIDTH - left - width_of(written(most)) - 16
    drawn = hatches(frame, len(parts)) + legend(frame, parts, 16)
    for place, (stack, total) in enumerate(zip(stacks, totals, strict=True)):
        y = 28 + place * _ROW
        drawn += text(frame, (left - 8, y + 17), shortened(stack.label, labels), anchor="end")
        whole = scaled(total, most, length)
        widths = shared(stack.values, whole)
        for part, (value, start, width) in enumerate(
            zip(stack.values, accumulate(widths, initial=left), widths, strict=False)
        ):
            drawn += _part(frame, (start, y + 3, width, 20), part, written(value))
        drawn += text(frame, (left + whole + 6, y + 17), written(total))
    return Chart(
        frame=frame,
        svg=picture(frame, 28 + len(stacks) * _ROW + 4, drawn),
        heads=(heads[0], *parts, heads[1]),
        rows=tuple(
            (stack.label, *map(written, stack.values), written(total))
            for stack, total in zip(stacks, totals, strict=True)
        ),
    )


def _part(frame: Frame, box: tuple[int, int, int, int], part: int, said: str) -> Markup:
    x, y, width, height = box
    if width == 0:
        return Markup("")
    out = rect(box, fill_of(frame, part), stroke=SOFT, stroke_width="0.5")
    if width > width_of(said) + 6:
        middle = (x + width // 2, y + height - 5)
        if part == 0:
            out += text(frame, middle, said, anchor="middle", fill=PAPER)
        else:
            out += text(frame, middle, said, anchor="middle", halo=True)
    return out
