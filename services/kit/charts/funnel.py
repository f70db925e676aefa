"""A funnel: steps that grow fewer, and the least rate that each is to reach of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from markupsafe import Markup

from allocation.figures import percent
from services.kit.charts.svg import (
    BLUE,
    PAPER,
    RED,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    line,
    node,
    picture,
    rect,
    scaled,
    text,
    width_of,
)

_STEP: Final = 46
_LEFT: Final = 116
_LENGTH: Final = 330
_SHORTEST: Final = 160
"""Bars give way to long words down to this length; then the picture grows."""
_GAP: Final = 8
_BOLD: Final = 105
"""Bold words in hundredths of plain ones' width."""
_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        label: its name.
        value: how many reached it.
        text: how that number is written.
        rate: how the rate to the step before is written; empty for the first, or where there is none.
        rate_bp: that rate in basis points; it decides whether the floor is met.
        floor_bp: the least rate in basis points, if there is one.
        of: the value that rate and floor are counted from, where it is not the step before.
    """

    label: str
    value: int
    text: str
    rate: str = ""
    rate_bp: int | None = None
    floor_bp: int | None = None
    of: int | None = None

    @property
    def met(self) -> bool | None:
        """Whether the floor is met; unknown without floor or rate."""
        if self.floor_bp is None or self.rate_bp is None:
            return None
        return self.rate_bp >= self.floor_bp


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelWords:
    """Headings and words: the step, its number, its rate, its floor, whether it is met."""

    step: str
    number: str
    rate: str
    floor: str
    met: str
    missed: str


def funnel(frame: Frame, steps: Sequence[Step], words: FunnelWords) -> Chart:
    """Draw the steps as bars from one edge; a dashed mark shows how long each would be at its floor.

    Raises:
        ValueError: a value is negative.
    """
    most = max((max(step.value, _least(steps, place)) for place, step in enumerate(steps)), default=0)
    room = _room(steps, words)
    left, length = room.left, room.length
    drawn = Markup("")
    for place, step in enumerate(steps):
        y = 6 + place * _STEP
        wide = scaled(step.value, most, length)
        drawn += text(frame, (left - _GAP, y + 21), step.label, anchor="end")
        drawn += rect((left, y + 3, wide, 28), BLUE)
        inside = wide > 60  # noqa: PLR2004 -- a number of six digits fits
        drawn += text(
            frame,
            (left + 8 if inside else left + wide + 6, y + 22),
            step.text,
            bold=True,
            fill=PAPER if inside else SOFT,
        )
        if place + 1 < len(steps):
            after = scaled(steps[place + 1].value, most, length)
            shape = f"M{left} {y + 31}H{left + wide}L{left + after} {y + 3 + _STEP}H{left}Z"
            drawn += node("path", {"d": shape, "fill": "#e6f0fa"})
        if step.floor_bp is not None:
            drawn += _floor(frame, y, left + scaled(_least(steps, place), most, length))
        drawn += _saying(frame, (left + length + 14, y), step, words)
    return Chart(
        frame=frame,
        svg=picture(frame, 6 + len(steps) * _STEP, drawn, width=room.width),
        heads=(words.step, words.number, words.rate, words.floor, f"{words.met} / {words.missed}"),
        rows=tuple(_row(step, words) for step in steps),
    )


class _Room(NamedTuple):
    """Where the bars begin, how long the longest may be, and how wide the picture is."""

    left: int
    length: int
    width: int


def _room(steps: Sequence[Step], words: FunnelWords) -> _Room:
    """Leave the longest label and the longest saying whole; the bars take what is left between them."""
    labels = max((width_of(step.label) for step in steps), default=0)
    sayings = (_sayings(step, words) for step in steps)
    said = max((width_of(one) * _BOLD // 100 for one in chain.from_iterable(sayings)), default=0)
    left, right = max(_LEFT, labels + 2 * _GAP), 14 + said + _GAP
    length = max(min(_LENGTH, WIDTH - left - right), _SHORTEST)
    return _Room(left, length, max(WIDTH, left + length + right))


def _least(steps: Sequence[Step], place: int) -> int:
    """How many the floor asks for at a step, rounded up."""
    step = steps[place]
    if step.floor_bp is None:
        return 0
    before = step.of if step.of is not None else (steps[place - 1].value if place else step.value)
    return -(-before * step.floor_bp // _WHOLE)


def _floor(frame: Frame, y: int, x: int) -> Markup:
    return node(
        "g",
        {"data-floor": frame.name},
        line((x, y - 2), (x, y + 36), PAPER, stroke_width=4),
        line((x, y - 2), (x, y + 36), RED, stroke_width=2, stroke_dasharray="4 2"),
    )


def _sayings(step: Step, words: FunnelWords) -> tuple[str, str]:
    """The rate, and its floor with whether it is met; empty where there is none."""
    rate = f"{words.rate} {step.rate}" if step.rate else ""
    if step.floor_bp is None:
        return rate, ""
    met = "" if step.met is None else f" · {words.met if step.met else words.missed}"
    return rate, f"{words.floor} {percent(step.floor_bp)}{met}"


def _saying(frame: Frame, at: tuple[int, int], step: Step, words: FunnelWords) -> Markup:
    """The rate and its floor, in words at the right."""
    x, y = at
    rate, floor = _sayings(step, words)
    out = text(frame, (x, y + 14), rate) if rate else Markup("")
    if floor:
        missed = step.met is False
        out += text(frame, (x, y + 31), floor, fill=RED if missed else SOFT, bold=missed)
    return out


def _row(step: Step, words: FunnelWords) -> tuple[str, ...]:
    met = "—" if step.met is None else (words.met if step.met else words.missed)
    floor = "—" if step.floor_bp is None else percent(step.floor_bp)
    return (step.label, step.text, step.rate or "—", floor, met)
