"""The charts of a bulletin and of the leaders' sheet, from a report's figures and today's lists."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from allocation import figures
from allocation.capacity import Measure
from allocation.sharing.reconciling import Band, band_of
from allocation.statistics.rates import Kind, RateCode
from allocation.tracking.words import Segment
from allocation.units import WHOLE
from services.capacity.schemas import ParkCapacity
from services.kit.charts import (
    Bar,
    Chart,
    Frame,
    FunnelWords,
    Room,
    Stack,
    Step,
    capacity,
    funnel,
    league,
    stacked,
)
from services.kit.i18n import Locale, gettext, lazy
from services.maps.drawing import Arrow, draw
from services.maps.drawing import Unit as Area
from services.maps.schemas import MapIndicators
from services.maps.service import LoadedMap
from services.reports.figures import NOTHING, number
from services.reports.schemas import Figure, LeagueLine, Report
from services.tracking.queries import SegmentRow
from services.tracking.words import SEGMENTS

STEPS: Final = (
    (RateCode.contract, lazy("合同")),
    (RateCode.registration, lazy("已注册")),
    (RateCode.ready, lazy("达到开工条件")),
    (RateCode.start, lazy("开工")),
    (RateCode.production, lazy("投产")),
)
"""What each rate's numerator is called in the funnel."""

BANDS: Final = {
    Band.days_30: lazy("30 天内"),
    Band.days_90: lazy("31–90 天"),
    Band.days_180: lazy("91–180 天"),
    Band.older: lazy("180 天以上"),
}


def funnel_chart(report: Report, locale: Locale) -> Chart:
    """Draw the projects signed in the year from step to step, with the city's floors.

    Each rate is drawn beside what it divides; a rate that only rounds up to its floor misses it.
    """
    found = [(words, report.figure(f"{code}.{Kind.count.value}")) for code, words in STEPS]
    signed = _below(found[0][1])
    steps = [Step(label=gettext(lazy("签约"), locale), value=signed, text=f"{signed:,}")]
    steps += [_step(gettext(words, locale), figure) for words, figure in found]
    words = FunnelWords(
        step=gettext(lazy("阶段"), locale),
        number=gettext(lazy("项目（个）"), locale),
        rate=gettext(lazy("比率"), locale),
        floor=gettext(lazy("底线"), locale),
        met=gettext(lazy("达到"), locale),
        missed=gettext(lazy("未达到"), locale),
    )
    title = gettext(lazy("本年签约项目转化（按个数）"), locale)
    return funnel(Frame(name="funnel", title=title, locale=locale), steps, words)


def _step(label: str, figure: Figure) -> Step:
    above, below = figure.rate.numerator if figure.rate else 0, _below(figure)
    shown = number(figure)
    return Step(
        label=label,
        value=above,
        text=f"{above:,}",
        rate=f"{shown}%" if below else shown,
        rate_bp=above * WHOLE // below if below else None,
        floor_bp=figure.floor_bp,
        of=below,
    )


def _below(figure: Figure) -> int:
    return figure.rate.denominator if figure.rate else 0


def league_chart(report: Report, code: str, title: str, locale: Locale) -> Chart | None:
    """Draw counties by a count or an amount, the first first; None where one sees no other county's.

    What is below nothing, as funds may be after a correction, has no length; its number stands.
    """
    found = next((one for one in report.leagues if one.code == code), None)
    if found is None or not found.lines:
        return None
    words = gettext(title, locale)
    bars = [
        Bar(unit_name(report, line, locale), max(line.figure.value or 0, 0), number(line.figure))
        for line in found.lines
    ]
    name = code.replace(".", "-").replace("_", "-")
    return league(
        Frame(name=name, title=words, locale=locale), bars, heads=(gettext(lazy("县区"), locale), words)
    )


def unit_name(report: Report, line: LeagueLine, locale: Locale) -> str:
    """Return what a line's unit is called: the city's own units, which no county has, are 市本级."""
    return gettext(lazy("市本级"), locale) if line.region == report.city else line.region_name


def ageing_chart(rows: Iterable[SegmentRow], locale: Locale) -> Chart:
    """Draw the three ledgers (在谈未签约, 签约未开工, 开工未建成) by how long projects have stood in each."""
    counted = Counter((row.segment, band_of(row.segment_days)) for row in rows)
    return stacked(
        Frame(name="ageing", title=gettext(lazy("三本台账停留天数（个）"), locale), locale=locale),
        [
            Stack(gettext(SEGMENTS[one], locale), tuple(counted[one, band] for band in BANDS))
            for one in Segment
        ],
        [gettext(words, locale) for words in BANDS.values()],
        heads=(gettext(lazy("台账"), locale), gettext(lazy("合计"), locale)),
    )


def rooms_chart(parks: Sequence[ParkCapacity], locale: Locale) -> Chart | None:
    """Draw what parks have of industrial land and what is spoken for; None where one sees no park's."""
    rooms = [_room(park) for park in parks]
    seen = [room for room in rooms if room is not None]
    if not seen:
        return None
    written: Callable[[int], str] = figures.mu
    heads = (lazy("园区"), lazy("总量"), lazy("已推荐"), lazy("已持有"), lazy("平台外占用"))
    words = tuple(gettext(head, locale) for head in heads)
    return capacity(
        Frame(name="rooms", title=gettext(lazy("园区工业用地承载（亩）"), locale), locale=locale),
        seen,
        heads=(words[0], words[1], words[2], words[3], words[4]),
        written=written,
    )


def _room(park: ParkCapacity) -> Room | None:
    land = next(one for one in park.figures if one.measure is Measure.land_mu)
    if land.offered is None or land.accepted is None or land.outside is None:
        return None
    return Room(
        label=park.name, total=land.total, offered=land.offered, accepted=land.accepted, used=land.outside
    )


def map_chart(found: MapIndicators, loaded: LoadedMap | None, locale: Locale) -> Chart:
    """Draw counties by what they took in, and what flows between them, as far as the reader sees."""
    values = [row.inflow or 0 for row in found.counties]
    title = gettext(lazy("县区承接与流向（个）"), locale)
    frame = Frame(name="flow-map", title=title, locale=locale)
    heads = (lazy("县区"), lazy("流出（个）"), lazy("承接（个）"), lazy("落地（个）"))
    return Chart(
        frame=frame,
        svg=draw(
            frame,
            loaded,
            [
                Area(code=row.region, name=row.name, value=row.inflow, text=_count(row.inflow))
                for row in found.counties
            ],
            [Arrow(origin=row.origin, host=row.host, count=row.count) for row in found.flows],
            _count(max(values, default=0)),
        ),
        heads=tuple(gettext(head, locale) for head in heads),
        rows=tuple(
            (row.name, _count(row.outflow), _count(row.inflow), _count(row.signed)) for row in found.counties
        ),
    )


def map_credit(found: MapIndicators, locale: Locale) -> str:
    """Say where the boundaries come from, or that there are none."""
    if found.map is None:
        return gettext(lazy("未导入县区边界，方块位置不代表方位"), locale)
    if found.map.sketch:
        return gettext(lazy("边界来源：{source}；示意图"), locale, source=found.map.source)
    return gettext(
        lazy("边界来源：{source}；审图号：{approval}"),
        locale,
        source=found.map.source,
        approval=found.map.approval,
    )


def _count(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}"
