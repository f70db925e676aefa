"""A funnel: steps that grow fewer, and the least rate that each is to reach of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from allocation.figures import percent
from services.kit.charts.svg import (
    BLUE,
    PAPER,
    RED,
    SOFT,
    Chart,
    Frame,
    line,
    node,
    picture,
    rect,
    scaled,
    text,
)

_STEP: Final = 46
_LEFT: Final = 116
_LENGTH: Final = 330
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
    drawn = Markup("")
    for place, step in enumerate(steps):
        y = 6 + place * _STEP
        wide = scaled(step.value, most, _LENGTH)
        drawn += text(frame, (_LEFT - 8, y + 21), step.label, anchor="end")
        drawn += rect((_LEFT, y + 3, wide, 28), BLUE)
        inside = wide > 60  # noqa: PLR2004 -- a number of six digits fits
        drawn += text(
            frame,
            (_LEFT + 8 if inside else _LEFT + wide + 6, y + 22),
            step.text,
            bold=True,
            fill=PAPER if inside else SOFT,
        )
        if place + 1 < len(steps):
            after = scaled(steps[place + 1].value, most, _LENGTH)
            shape = f"M{_LEFT} {y + 31}H{_LEFT + wide}L{_LEFT + after} {y + 3 + _STEP}H{_LEFT}Z"
            drawn += node("path", {"d": shape, "fill": "#e6f0fa"})
        if step.floor_bp is not None:
            drawn += _floor(frame, y, _LEFT + scaled(_least(steps, place), most, _LENGTH))
        drawn += _saying(frame, y, step, words)
    return Chart(
        frame=frame,
        svg=picture(frame, 6 + len(steps) * _STEP, drawn),
        heads=(words.step, words.number, words.rate, words.floor, f"{words.met} / {words.missed}"),
        rows=tuple(_row(step, words) for step in steps),
    )


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


def _saying(frame: Frame, y: int, step: Step, words: FunnelWords) -> Markup:
    """The rate and its floor, in words at the right."""
    x = _LEFT + _LENGTH + 14
    out = Markup("")
    if step.rate:
        out += text(frame, (x, y + 14), f"{words.rate} {step.rate}")
    if step.floor_bp is not None:
        said = f"{words.floor} {percent(step.floor_bp)}"
        if step.met is not None:
            said += f" · {words.met if step.met else words.missed}"
        out += text(frame, (x, y + 31), said, fill=RED if step.met is False else SOFT, bold=step.met is False)
    return out


def _row(step: Step, words: FunnelWords) -> tuple[str, ...]:
    met = "—" if step.met is None else (words.met if step.met else words.missed)
    floor = "—" if step.floor_bp is None else percent(step.floor_bp)
    return (step.label, step.text, step.rate or "—", floor, met)
