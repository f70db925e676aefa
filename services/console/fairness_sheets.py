"""The workbook of 县区均衡: what each of the latest runs says, and what the months say together."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.interchange.amounts import show_decimal
from services.interchange.writing import SheetOut
from services.kit.i18n import Locale, gettext, lazy
from services.matching.fair_schemas import RunFairness, WatchAnswer
from services.matching.fair_words import SERIES, VERDICTS

RUNS: Final = (
    lazy("数据截至"),
    lazy("县区"),
    lazy("应得份额（%）"),
    lazy("近期已承接"),
    lazy("本次承接"),
    lazy("不设规则时"),
    lazy("承接比（%）"),
)
MONTHS: Final = (
    lazy("起"),
    lazy("止"),
    lazy("月数"),
    lazy("范围"),
    lazy("县区"),
    lazy("应得份额（%）"),
    lazy("实得份额（%）"),
    lazy("应得（个）"),
    lazy("实得（个）"),
    lazy("全市（个）"),
    lazy("实得与应得之比（%）"),
    lazy("偶然概率不超过（%）"),
    lazy("结论"),
)


def both_sheets(
    runs: Sequence[RunFairness], months: WatchAnswer, names: Mapping[str, str], locale: Locale
) -> tuple[SheetOut, SheetOut]:
    """Write both sheets in the reader's language; units stand in the headings."""
    lines = [
        [
            str(said.as_of),
            names.get(line.county, line.county),
            _percent(line.share_bp),
            str(line.past_leads),
            str(line.given_leads),
            str(line.without_leads),
            _percent(line.ratio_bp),
        ]
        for said in runs
        for line in said.counties
    ]
    over_time = [
        [
            str(months.first),
            str(months.last),
            str(line.months),
            gettext(SERIES[series.kind], locale),
            names.get(line.county, line.county),
            _percent(line.share_bp),
            _percent(line.received_bp),
            show_decimal(line.due_bp, 4, 2),
            str(line.leads),
            str(series.total),
            _percent(line.ratio_bp),
            show_decimal(line.chance_ppm, 4, 4),
            gettext(VERDICTS[line.verdict], locale),
        ]
        for series in months.series
        for line in series.counties
    ]
    return (
        _sheet(lazy("县区均衡"), RUNS, lines, locale, frozenset({0, 1})),
        _sheet(lazy("逐月监测"), MONTHS, over_time, locale, frozenset({0, 1, 3, 4, len(MONTHS) - 1})),
    )


def _percent(basis_points: int | None) -> str:
    return "" if basis_points is None else show_decimal(basis_points, 2, 2)


def _sheet(
    name: str, header: Sequence[str], rows: Sequence[Sequence[str]], locale: Locale, words: frozenset[int]
) -> SheetOut:
    numeric = tuple(column not in words for column in range(len(header)))
    return SheetOut(gettext(name, locale), [[gettext(text, locale) for text in header], *rows], numeric)
