"""A report as a workbook: its figures with their parts, the counties' places, its corrections."""

from collections.abc import Iterator, Sequence
from typing import Final

from allocation.figures import percent
from services.interchange.writing import SheetOut, write_workbook
from services.kit.i18n import Locale, gettext, lazy
from services.reports.figures import WORDS, amount, kind_words, number, parts
from services.reports.schemas import Figure, Report
from services.reports.words import PERIODS, STATES, WINDOWS

FIGURES: Final = (
    lazy("部分"),
    lazy("指标"),
    lazy("口径"),
    lazy("期间"),
    lazy("数值"),
    lazy("计量单位"),
    lazy("分子"),
    lazy("分母"),
    lazy("底线（%）"),
    lazy("低于底线"),
    lazy("统计日"),
    lazy("状态"),
)
PLACES: Final = (lazy("指标"), lazy("口径"), lazy("名次"), lazy("县区"), *FIGURES[4:8], lazy("低于底线"))
CORRECTIONS: Final = (
    lazy("更正的期间"),
    lazy("指标"),
    lazy("口径"),
    lazy("原报"),
    lazy("更正后"),
    lazy("增减"),
    lazy("计量单位"),
)
YES: Final = lazy("是")
DASH: Final = "—"


def workbook(report: Report, locale: Locale) -> bytes:
    """Write a report in the reader's language; every number stands with its unit, its kind and its day."""
    return write_workbook(
        _sheet(lazy("概况"), (lazy("事项"), lazy("内容")), list(_summary(report, locale)), locale, ()),
        _sheet(lazy("指标"), FIGURES, list(_figures(report, locale)), locale, (4, 6, 7, 8)),
        _sheet(lazy("县区名次"), PLACES, list(_places(report, locale)), locale, (2, 4, 6, 7)),
        _sheet(lazy("更正"), CORRECTIONS, list(_corrections(report, locale)), locale, (3, 4, 5)),
    )


def _summary(report: Report, locale: Locale) -> Iterator[list[str]]:
    yield [gettext(lazy("报告"), locale), f"{gettext(PERIODS[report.kind], locale)} {report.period}"]
    yield [gettext(lazy("城市"), locale), report.city_name]
    yield [gettext(lazy("统计日"), locale), str(report.as_of)]
    yield [gettext(lazy("状态"), locale), gettext(STATES[report.state], locale)]
    if report.sha256:
        yield [gettext(lazy("封存校验码"), locale), report.sha256]
    for sentence in report.sentences:
        yield [gettext(lazy("分析"), locale), sentence]
    for section in report.sections:
        yield [gettext(lazy("口径说明"), locale), f"{section.title}：{section.note}"]


def _figures(report: Report, locale: Locale) -> Iterator[list[str]]:
    for section in report.sections:
        for one in section.figures:
            yield [
                section.title,
                one.name,
                kind_words(one, locale),
                gettext(WINDOWS[one.window], locale) if one.window else "",
                *_number(one, locale),
                percent(one.floor_bp).removesuffix("%") if one.floor_bp is not None else "",
                gettext(YES, locale) if one.below_floor else "",
                str(one.as_of),
                gettext(STATES[report.state], locale),
            ]


def _number(one: Figure, locale: Locale) -> list[str]:
    """Write a figure's number, unit and parts as cells that a spreadsheet reads as numbers."""
    cells = [number(one), gettext(WORDS[one.unit], locale), *parts(one)]
    return ["" if cell == DASH else cell.replace(",", "") for cell in cells]


def _places(report: Report, locale: Locale) -> Iterator[list[str]]:
    for league in report.leagues:
        for line in league.lines:
            yield [
                league.title,
                kind_words(line.figure, locale),
                str(line.rank or ""),
                line.region_name,
                *_number(line.figure, locale),
                gettext(YES, locale) if line.figure.below_floor else "",
            ]


def _corrections(report: Report, locale: Locale) -> Iterator[list[str]]:
    for one in report.corrections:
        said = (one.stated, one.corrected, one.figure.value or 0)
        yield [
            one.period,
            one.figure.name,
            kind_words(one.figure, locale),
            *(amount(value, one.figure.unit).replace(",", "") for value in said),
            gettext(WORDS[one.figure.unit], locale),
        ]


def _sheet(
    name: str, header: Sequence[str], rows: list[list[str]], locale: Locale, numbers: tuple[int, ...]
) -> SheetOut:
    numeric = tuple(column in numbers for column in range(len(header)))
    return SheetOut(gettext(name, locale), [[gettext(text, locale) for text in header], *rows], numeric)
