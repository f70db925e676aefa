"""What every chart is drawn with: elements that escape, texts with their language, lengths that add up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from markupsafe import Markup, escape

WIDTH: Final = 640
"""Every chart is so wide in its own units; text is 13 of them, and a page shows it one to one."""
TEXT: Final = 13
INK: Final = "#1b2026"
SOFT: Final = "#4d5966"
LINE: Final = "#d3d9e0"
BLUE: Final = "#0b57a4"
RED: Final = "#b3121f"
PAPER: Final = "#ffffff"
FAMILY: Final = "Noto Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
FILLS: Final = ("#0b57a4", "#7fb2e5", "#2e7d5b", "#e0a53a", "#7b5ea7", "#9aa5b1")
"""The colours of parts, in their order; from the second on each is hatched in its own way too."""
_HATCHES: Final = ("M0 8L8 0", "M0 4H8", "M4 0V8", "M0 0L8 8", "M0 0L8 8M0 8L8 0")
_BROKEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_WIDE: Final = 0x2E80
"""From this character on (the CJK blocks) a character is as wide as it is high."""

Value = str | int | None
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a chart is: a name for its ids (letters, digits, hyphens), its title, more words, the language."""

    name: str
    title: str
    about: str = ""
    locale: Literal["zh", "en"] = "zh"

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9-]*", self.name):
            raise ValueError(f"{self.name!r} cannot name a chart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawn chart: a whole SVG file, and the same figures as a table (first column words, others right)."""

    frame: Frame
    svg: Markup
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def node(tag: str, attributes: dict[str, object] | None = None, *children: str) -> Markup:
    """One element.  Attributes that are None are left out; children that are no markup are escaped."""
    given = Markup("").join(
        Markup(' {}="{}"').format(Markup(key), clean(value))  # noqa: S704 -- names stand in the code
        for key, value in (attributes or {}).items()
        if value is not None
    )
    inner = Markup("").join(
        child if isinstance(child, Markup) else escape(clean(child)) for child in children
    )
    if not children:
        return Markup("<{}{}/>").format(Markup(tag), given)  # noqa: S704 -- as above
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), given, inner)  # noqa: S704 -- as above


def clean(value: object) -> str:
    """A text without the characters that no XML file may hold."""
    return _BROKEN.sub("\ufffd", str(value))


def text(
    frame: Frame,
    at: tuple[int, int],
    words: str,
    *,
    anchor: Anchor = "start",
    fill: str = INK,
    size: int = TEXT,
    bold: bool = False,
    halo: bool = False,
) -> Markup:
    """Words at a place (their baseline); Chinese words in an English chart are marked as such.

    With ``halo`` they keep a white edge, to be read on any ground.
    """
    return node(
        "text",
        {
            "x": at[0],
            "y": at[1],
            "text-anchor": None if anchor == "start" else anchor,
            "fill": fill,
            "font-size": None if size == TEXT else size,
            "font-weight": "bold" if bold else None,
            "stroke": PAPER if halo else None,
            "stroke-width": 3 if halo else None,
            "paint-order": "stroke" if halo else None,
            "lang": language(frame, words),
        },
        words,
    )


def language(frame: Frame, words: str) -> str | None:
    """The language mark that words need in this chart."""
    return "zh-CN" if frame.locale == "en" and _CHINESE.search(words) else None


def rect(box: tuple[int, int, int, int], fill: str, **attributes: object) -> Markup:
    """A filled box: x, y, width, height."""
    x, y, width, height = box
    more = {key.replace("_", "-"): value for key, value in attributes.items()}
    return node("rect", {"x": x, "y": y, "width": width, "height": height, "fill": fill, **more})


def line(start: tuple[int, int], end: tuple[int, int], stroke: str, **attributes: object) -> Markup:
    """A straight line; ``dashed`` and the like are plain SVG attributes with underscores."""
    more = {key.replace("_", "-"): value for key, value in attributes.items()}
    return node(
        "line", {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1], "stroke": stroke, **more}
    )


def fill_of(frame: Frame, part: int) -> str:
    """The fill of a part, counted from 0: plain for the first, hatched for the others."""
    return FILLS[0] if part == 0 else f"url(#{frame.name}-h{part})"


def hatches(frame: Frame, parts: int) -> Markup:
    """The hatched fills of a chart of so many parts.

    Raises:
        ValueError: more parts than there are fills.
    """
    if parts > len(FILLS):
        raise ValueError(f"{parts} parts, and only {len(FILLS)} fills")
    patterns = [
        node(
            "pattern",
            {"id": f"{frame.name}-h{part}", "width": 8, "height": 8, "patternUnits": "userSpaceOnUse"},
            rect((0, 0, 8, 8), FILLS[part]),
            node("path", {"d": _HATCHES[part - 1], "stroke": PAPER, "stroke-width": 1, "fill": "none"}),
        )
        for part in range(1, parts)
    ]
    return node("defs", {}, *patterns) if patterns else Markup("")


def legend(frame: Frame, words: Sequence[str], y: int, *, first: int = 0, left: int = 8) -> Markup:
    """The parts' fills with their words in one row, from ``left`` on."""
    out, x = Markup(""), left
    for part, word in enumerate(words, start=first):
        out += rect((x, y - 11, 16, 12), fill_of(frame, part), stroke=SOFT, stroke_width="0.5")
        out += text(frame, (x + 21, y), word)
        x += 21 + width_of(word) + 18
    return out


def picture(frame: Frame, height: int, *children: Markup, links: bool = False, width: int = WIDTH) -> Markup:
    """The whole file.  With ``links`` within, its parts stay reachable; else it is one picture."""
    name = frame.name
    described = frame.about != ""
    return node(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "group" if links else "img",
            "aria-labelledby": f"{name}-t",
            "aria-describedby": f"{name}-d" if described else None,
            "font-family": FAMILY,
            "font-size": TEXT,
        },
        node("title", {"id": f"{name}-t", "lang": language(frame, frame.title)}, frame.title),
        *(
            [node("desc", {"id": f"{name}-d", "lang": language(frame, frame.about)}, frame.about)]
            if described
            else []
        ),
        *children,
    )


def width_of(words: str, size: int = TEXT) -> int:
    """About how wide a text is: Chinese characters are square, others a little over half."""
    return sum(size if ord(one) >= _WIDE else size * 58 // 100 for one in words)


def shortened(words: str, width: int, size: int = TEXT) -> str:
    """Words that fit a width, with an ellipsis where they did not; the table has them whole."""
    if width_of(words, size) <= width:
        return words
    kept = words
    while kept and width_of(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…"


def shared(values: Sequence[int], length: int) -> list[int]:
    """Divide a length in proportion to whole numbers; the parts add up to it (to 0 where all are 0).

    Each end is where the running sum falls, so that no part is off by more than one.

    Raises:
        ValueError: a value is negative.
    """
    if any(value < 0 for value in values):
        raise ValueError("a length below nothing")
    whole = sum(values)
    ends, running = [0], 0
    for value in values:
        running += value
        ends.append(running * length // whole if whole else 0)
    return [after - before for before, after in pairwise(ends)]


def scaled(value: int, most: int, length: int) -> int:
    """How long a value is where ``most`` is ``length``; what is not nothing shows at least one unit.

    Raises:
        ValueError: the value is negative or above ``most``.
    """
    if not 0 <= value <= most:
        raise ValueError(f"{value} does not lie between 0 and {most}")
    return max(value * length // most, 1) if value else 0
