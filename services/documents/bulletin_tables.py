"""The tables of a bulletin: a report's figures as written numbers, the same for paper and workbook."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from allocation.figures import percent
from allocation.statistics.periods import Window
from allocation.statistics.rates import Kind
from services.documents.bulletin_charts import unit_name
from services.reports.figures import WORDS, amount, number, parts
from services.reports.schemas import Figure, LeagueLine, Report, Section, Unit
from services.reports.words import KINDS, WINDOWS

COUNTIES: Final = (
    ("signed.ytd.count", "新签约（个）"),
    ("signed.ytd.amount", "新签约总投资（万元）"),
    ("contract_rate.count", "合同率（%）"),
    ("registration_rate.count", "注册率（%）"),
    ("ready_rate.count", "达到开工条件率（%）"),
    ("start_rate.count", "开工率（%）"),
    ("funds.ytd.amount", "到位资金（万元）"),
    ("score.amount", "考核得分"),
)
"""What counties are shown by, side by side; a report may lack some."""

Cell = Callable[[LeagueLine | None], str]
"""Writes a county's place or figure, if it has one."""

RATED: Final = ("指标", "口径", "比率（%）", "分子", "分母", "单位", "底线（%）", "与底线比")


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinTable:
    """A table of written cells; `numbers` says of each column whether it holds numbers.

    Raises:
        ValueError: a row has more or fewer cells than there are headings.
    """

    heading: str
    heads: tuple[str, ...]
    numbers: tuple[bool, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        shapes = {len(self.heads), len(self.numbers), len(self.widths), *map(len, self.rows)}
        if len(shapes) != 1:
            raise ValueError(f"{self.heading}: rows and headings differ")


def tables(report: Report) -> Iterator[BulletinTable]:
    """Write a report's figures: each part's figures by their spans, its rates, the counties, corrections."""
    for section in report.sections:
        yield from section_tables(section)
    if report.leagues:
        yield _counties(report, "县区指标", _said, "各县区按落地计，比率按个数。")
        yield _counties(report, "县区名次", _placed, "同值同名次，其后名次顺延；没有分母的不排。")
    if report.corrections:
        yield _corrections(report)


def section_tables(section: Section) -> Iterator[BulletinTable]:
    """Write one part: its values by span, and its rates with what they divide."""
    values = [one for one in section.figures if one.unit is not Unit.rate]
    rates = [one for one in section.figures if one.unit is Unit.rate]
    if values:
        yield _spans(section, values)
    if rates:
        yield BulletinTable(
            heading=section.title,
            heads=RATED,
            numbers=(False, False, True, True, True, False, True, False),
            widths=(32, 9, 10, 14, 14, 6, 9, 10),
            rows=tuple(_rated(one) for one in rates),
            note=section.note,
        )


def _spans(section: Section, values: Sequence[Figure]) -> BulletinTable:
    spans = [window for window in Window if any(one.window is window for one in values)]
    bare = any(one.window is None for one in values)
    rows: dict[tuple[str, str], dict[Window | None, str]] = {}
    for one in values:
        rows.setdefault((one.name, WORDS[one.unit]), {})[one.window] = number(one)
    columns: list[Window | None] = [*([None] if bare else []), *spans]
    heads = ["数值" if window is None else WINDOWS[window] for window in columns]
    return BulletinTable(
        heading=section.title,
        heads=("指标", "单位", *heads),
        numbers=(False, False, *(True for _ in columns)),
        widths=(24, 8, *(14 for _ in columns)),
        rows=tuple(
            (name, unit, *(cells.get(window, "") for window in columns))
            for (name, unit), cells in rows.items()
        ),
        note=section.note,
    )


def _rated(one: Figure) -> tuple[str, ...]:
    floor = "" if one.floor_bp is None else percent(one.floor_bp).removesuffix("%")
    below = "" if one.floor_bp is None else ("低于" if one.below_floor else "不低于")
    unit = WORDS[Unit.items if one.kind is Kind.count else Unit.fen]
    return (one.name, KINDS[one.kind], number(one), *parts(one), unit, floor, below)


def _said(line: LeagueLine | None) -> str:
    return "" if line is None else number(line.figure)


def _placed(line: LeagueLine | None) -> str:
    return "" if line is None or line.rank is None else str(line.rank)


def _counties(report: Report, heading: str, cell: Cell, note: str) -> BulletinTable:
    shown = {one.code: {line.region: line for line in one.lines} for one in report.leagues}
    columns = [(code, name) for code, name in COUNTIES if code in shown]
    names = {line.region: unit_name(report, line, "zh") for one in report.leagues for line in one.lines}
    return BulletinTable(
        heading=heading,
        heads=("县区", *(name for _, name in columns)),
        numbers=(False, *(True for _ in columns)),
        widths=(12, *(12 for _ in columns)),
        rows=tuple(
            (name, *(cell(shown[code].get(region)) for code, _ in columns))
            for region, name in sorted(names.items(), key=lambda one: (one[0] == report.city, one[0]))
        ),
        note=note,
    )


def _corrections(report: Report) -> BulletinTable:
    """Write what frozen earlier periods would show today (更正)."""
    return BulletinTable(
        heading="更正",
        heads=("期间", "指标", "口径", "原报", "更正后", "增减", "单位"),
        numbers=(False, False, False, True, True, True, False),
        widths=(12, 22, 10, 14, 14, 14, 8),
        rows=tuple(
            (
                one.period,
                one.figure.name,
                KINDS[one.figure.kind],
                *(
                    amount(value, one.figure.unit)
                    for value in (one.stated, one.corrected, one.figure.value or 0)
                ),
                WORDS[one.figure.unit],
            )
            for one in report.corrections
        ),
        note="已封存的期间不改动，以后的变化在本期更正。",
    )
