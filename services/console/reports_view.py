"""A report laid out for its page: a table of stages, rows of other figures, the funnel and the counties."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from allocation.figures import percent
from allocation.statistics.course import Step as Stage
from allocation.statistics.periods import Window
from allocation.statistics.rates import PARTS, Kind, RateCode
from services.kit.charts import Bar, Chart, Frame, FunnelWords, Mark, Step, funnel, league
from services.kit.i18n import Locale, gettext, lazy
from services.reports.figures import NOTHING, WORDS, kind_words, number, parts
from services.reports.schemas import Figure, League, Report, Unit
from services.reports.spec import ELAPSED
from services.reports.specs import SPECS
from services.reports.words import STEPS, WINDOWS, SectionCode

FUNNEL: Final = (
    (Stage.contracted, RateCode.contract),
    (Stage.incorporated, RateCode.registration),
    (Stage.ready, RateCode.ready),
    (Stage.started, RateCode.start),
)
"""The steps below 签约, each with the rate that leads to it."""


BELOW: Final = lazy("低于底线")
BEHIND: Final = lazy("低于序时进度")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a table: how it is written, where its rows are, and under which words it is flagged."""

    text: str
    href: str
    low: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of figures under one name; `unit` and `kind` say what they count."""

    name: str
    kind: str
    unit: str
    cells: tuple[Cell, ...]
    above: str = ""
    below: str = ""
    floor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section with the headings of its columns."""

    title: str
    note: str
    windows: list[tuple[str, str]]
    lines: tuple[Line, ...]


def link(report: Report, figure: Figure) -> str:
    """Return the page of a figure's rows."""
    asked = f"?region={figure.region}" if figure.region and figure.region != report.region else ""
    return f"/reports/{report.period}/figures/{figure.code}{asked}"


def _cell(report: Report, figure: Figure) -> Cell:
    said = number(figure)
    sign = "%" if figure.unit is Unit.rate and said != NOTHING else ""
    low = BEHIND if SPECS[figure.code].floor == ELAPSED else BELOW
    return Cell(f"{said}{sign}", link(report, figure), low if figure.below_floor else "")


def sections(report: Report, locale: Locale) -> list[Part]:
    """Lay out the sections: stages with all windows side by side, others figure by figure."""
    found = []
    for section in report.sections:
        wide = section.code in {SectionCode.stages, SectionCode.funds}
        windows = tuple(Window) if wide else ()
        found.append(
            Part(
                title=section.title,
                note=section.note,
                windows=[(gettext(WINDOWS[window], locale), "num") for window in windows],
                lines=tuple(
                    _wide(report, section.figures, locale) if wide else _long(report, section.figures, locale)
                ),
            )
        )
    return found


def _wide(report: Report, figures: Sequence[Figure], locale: Locale) -> Iterable[Line]:
    """Put figures that differ in their window alone side by side; where there is none, an empty cell."""
    rows: dict[tuple[str, Kind], dict[Window | None, Figure]] = {}
    for one in figures:
        rows.setdefault((one.name, one.kind), {})[one.window] = one
    for (name, _kind), mine in rows.items():
        yield Line(
            name=name,
            kind=kind_words(next(iter(mine.values())), locale),
            unit=gettext(WORDS[next(iter(mine.values())).unit], locale),
            cells=tuple(
                _cell(report, mine[window]) if window in mine else Cell("", "", "") for window in Window
            ),
        )


def _long(report: Report, figures: Sequence[Figure], locale: Locale) -> Iterable[Line]:
    for one in figures:
        above, below = parts(one)
        window = f"（{gettext(WINDOWS[one.window], locale)}）" if one.window is Window.now else ""
        yield Line(
            name=f"{one.name}{window}",
            kind=kind_words(one, locale),
            unit=gettext(WORDS[one.unit], locale),
            cells=(_cell(report, one),),
            above=above,
            below=below,
            floor=percent(one.floor_bp) if one.floor_bp is not None else "",
        )


def funnel_of(report: Report, locale: Locale) -> Chart:
    """Draw the year's signed projects step by step, each with its rate and floor."""
    signed = report.figure(f"{RateCode.contract}.count").rate
    steps = [
        Step(
            label=gettext(STEPS[Stage.signed], locale),
            value=signed.denominator if signed else 0,
            text=f"{signed.denominator if signed else 0:,}",
        )
    ]
    for stage, code in FUNNEL:
        figure = report.figure(f"{code}.count")
        rate = figure.rate
        if rate is None:
            continue
        steps.append(
            Step(
                label=gettext(STEPS[stage], locale),
                value=rate.numerator,
                text=f"{rate.numerator:,}",
                rate=percent(rate.basis_points) if rate.basis_points is not None else "",
                rate_bp=rate.basis_points,
                floor_bp=figure.floor_bp,
                of=rate.denominator if PARTS[code][1] is Stage.signed else None,
            )
        )
    return funnel(
        Frame(name="funnel", title=gettext(lazy("本年签约项目的转化（按个数）"), locale), locale=locale),
        steps,
        FunnelWords(
            step=gettext(lazy("阶段"), locale),
            number=gettext(lazy("项目（个）"), locale),
            rate=gettext(lazy("转化率"), locale),
            floor=gettext(lazy("底线"), locale),
            met=gettext(lazy("达到"), locale),
            missed=gettext(lazy("低于底线"), locale),
        ),
    )


def chosen_league(report: Report, code: str) -> League | None:
    """Return the counties by a figure; what is no such figure is as if not given."""
    known = {one.code: one for one in report.leagues}
    return known.get(code) or next(iter(known.values()), None)


def league_of(shown: League, locale: Locale) -> Chart:
    """Draw the counties by a figure, the first first, with its floor."""
    first = shown.lines[0].figure
    title = _title(shown, locale)
    heads = (gettext(lazy("县区"), locale), gettext(WORDS[first.unit], locale))
    bars = [Bar(line.region_name, _length(line.figure), number(line.figure)) for line in shown.lines]
    mark = Mark(first.floor_bp, percent(first.floor_bp)) if first.floor_bp and first.rate else None
    return league(Frame(name="league", title=title, locale=locale), bars, heads=heads, mark=mark)


def _length(figure: Figure) -> int:
    value = figure.value if figure.rate is None else figure.rate.basis_points
    return max(value or 0, 0)


def league_choices(report: Report, locale: Locale) -> list[tuple[str, str]]:
    """Return the figures by which the counties may be shown."""
    return [(one.code, _title(one, locale)) for one in report.leagues]


def _title(shown: League, locale: Locale) -> str:
    """Name what the counties are compared by, with its kind where it has one."""
    kind = kind_words(shown.lines[0].figure, locale)
    return gettext(lazy("{name}（{kind}）"), locale, name=shown.title, kind=kind) if kind else shown.title
