"""What a bulletin and the leaders' sheet say, as frozen records made from a report: no query, no clock.

The bulletin says nothing but its report, so that a frozen report always prints the same bytes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from allocation.statistics.periods import Period, PeriodKind
from services.documents.bulletin_charts import funnel_chart, league_chart, unit_name
from services.documents.bulletin_tables import BulletinTable, tables
from services.kit.charts import Chart
from services.kit.i18n import Locale, lazy
from services.reports.figures import number, parts, shown
from services.reports.schemas import Figure, Report, Unit

PAPER: Final = {
    PeriodKind.month: "招商引资月度专报",
    PeriodKind.quarter: "招商引资季度通报",
    PeriodKind.year: "招商引资年度考核",
}
"""What the paper is called where the city's layout gives no title of its own."""

ZH: Final[Locale] = "zh"
PLACES: Final = (
    ("signed.ytd.count", lazy("各县区本年新签约（个）")),
    ("funds.ytd.amount", lazy("各县区本年到位资金（万元）")),
)
TILES: Final = (
    *("signed.ytd.count", "signed.ytd.amount", "funds.ytd.amount", "funds_rate.amount"),
    *("contract_rate.count", "registration_rate.count", "ready_rate.count", "start_rate.count"),
)
FLOORED: Final = ("contract_rate.count", "registration_rate.count", "ready_rate.count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart on a paper: its title and its SVG."""

    title: str
    svg: str

    @classmethod
    def of(cls, chart: Chart) -> "Drawing":
        """Take a chart onto a paper."""
        return cls(title=chart.frame.title, svg=str(chart.svg))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure on the leaders' sheet: its name, number and unit, what stands below, whether it is red."""

    name: str
    number: str
    unit: str
    below: str
    red: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinSheet:
    """月度专报. `draft` says that the period is not frozen; `sha256` names the frozen report.

    `verify` is empty: a bulletin is checked by its report's hash.
    """

    title: str
    number: str
    city_name: str
    span: str
    made_on: date
    state: str
    draft: bool
    sha256: str
    sentences: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    tables: tuple[BulletinTable, ...]
    draft_word: str = "初步"
    verify: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadersSheet:
    """领导一页纸: a period's main figures, what is red, and how things stand today, on one A4 sheet.

    `drawings` are of the period's report, `today` of the day `on`.
    """

    title: str
    number: str
    city_name: str
    span: str
    made_on: date
    state: str
    draft: bool
    sha256: str
    tiles: tuple[Tile, ...]
    red: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    on: date
    today: tuple[Drawing, ...]
    credit: str
    draft_word: str = "初步"
    verify: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """How things stand on a day, as far as one sees them: charts, the map's source, who is late."""

    on: date
    charts: tuple[Chart, ...]
    credit: str
    late: tuple[str, ...]


def bulletin_sheet(report: Report, title: str | None, owner: str) -> BulletinSheet:
    """Make the bulletin of a report in Chinese.

    Args:
        report: the report, in Chinese.
        title: what the city's layout calls the paper; None where it does not say.
        owner: whose figures these are: the city's name, or a county's.
    """
    charts = [funnel_chart(report, ZH), *(league_chart(report, code, name, ZH) for code, name in PLACES)]
    return BulletinSheet(
        title=title_of(report, title, owner),
        number=number_of("ZB", report),
        city_name=report.city_name,
        span=span_of(report.period),
        made_on=report.as_of,
        state=state_of(report),
        draft=report.preliminary,
        sha256=report.sha256 or "",
        sentences=tuple(report.sentences),
        drawings=tuple(Drawing.of(chart) for chart in charts if chart is not None),
        tables=tuple(tables(report)),
    )


def leaders_sheet(report: Report, owner: str, now: Today) -> LeadersSheet:
    """Make the leaders' sheet of a report in Chinese.

    Args:
        report: the report, in Chinese.
        owner: whose figures these are.
        now: how things stand today.
    """
    charts = [funnel_chart(report, ZH), *(league_chart(report, code, name, ZH) for code, name in PLACES)]
    return LeadersSheet(
        title=f"{owner}招商引资一页通",
        number=number_of("YT", report),
        city_name=report.city_name,
        span=span_of(report.period),
        made_on=report.as_of,
        state=state_of(report),
        draft=report.preliminary,
        sha256=report.sha256 or "",
        tiles=tuple(tile(report.figure(code)) for code in TILES),
        red=(*red_items(report), *now.late),
        drawings=tuple(Drawing.of(chart) for chart in charts if chart is not None),
        on=now.on,
        today=tuple(Drawing.of(chart) for chart in now.charts),
        credit=now.credit,
    )


def title_of(report: Report, title: str | None, owner: str) -> str:
    """Return the paper's title: the layout's for the city's own, else whose it is and what."""
    if title is not None and report.region is None:
        return title
    return owner + PAPER[report.kind]


def number_of(prefix: str, report: Report) -> str:
    """Return a paper's number: ZB-611000-2026-12."""
    return f"{prefix}-{report.region or report.city}-{report.period}"


def span_of(code: str) -> str:
    """Write a period: 2026年12月, 2026年第4季度, 2026年."""
    period = Period.parse(code)
    match period.kind:
        case PeriodKind.month:
            return f"{period.last.year}年{period.last.month}月"
        case PeriodKind.quarter:
            return f"{period.last.year}年第{period.code[-1]}季度"
        case PeriodKind.year:
            return f"{period.last.year}年"


def state_of(report: Report) -> str:
    """Say whether the figures may still change."""
    return "初步数据，本期尚未封存" if report.preliminary else "本期已封存"


def tile(figure: Figure) -> Tile:
    """Write a figure as a tile."""
    above, below = parts(figure)
    said = ""
    if figure.unit is Unit.rate:
        said = f"{above}/{below}"
    if figure.floor_bp is not None:
        said += f"　底线 {figure.floor_bp // 100}%，{'低于' if figure.below_floor else '不低于'}"
    unit = {Unit.items: "个", Unit.fen: "万元", Unit.rate: "%"}.get(figure.unit, "")
    name = {"signed.ytd.count": "本年新签约", "signed.ytd.amount": "本年新签约总投资"}.get(
        figure.code, "本年到位资金" if figure.code == "funds.ytd.amount" else figure.name
    )
    return Tile(name=name, number=number(figure), unit=unit, below=said, red=figure.below_floor)


def red_items(report: Report) -> tuple[str, ...]:
    """Say what is below its floor: the report's own rates, and which counties; goals behind the year."""
    said = []
    for code in FLOORED:
        own = report.figure(code)
        if own.below_floor:
            said.append(f"{own.name}{shown(own, ZH)}，低于底线")
        found = next((one for one in report.leagues if one.code == code), None)
        lines = found.lines if found else []
        low = [unit_name(report, line, ZH) for line in lines if line.figure.below_floor]
        if low:
            said.append(f"{own.name}低于底线的县区：{'、'.join(low)}")
    goals = [one for section in report.sections if section.code == "goals" for one in section.figures]
    behind = [f"{one.name}{shown(one, ZH)}" for one in goals if one.below_floor]
    if behind:
        said.append(f"低于序时进度的目标：{'；'.join(behind)}")
    lost = report.figure("lost.ytd.count")
    if lost.value:
        money = number(report.figure("lost.ytd.amount"))
        said.append(f"本年流失市外 {lost.value} 个、{money} 万元")
    return tuple(said)
