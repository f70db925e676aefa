"""月分析: what changed against the last period and a year ago, in plain sentences that judge nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from allocation.figures import percent, wan
from allocation.statistics.course import Step
from allocation.statistics.rates import Kind, Rate
from services.kit.i18n import Locale, gettext, lazy
from services.reports.schemas import Unit
from services.reports.specs import SPECS
from services.reports.stating import Stated
from services.reports.words import STEPS

STEPS_TOLD: Final = (Step.registered, Step.signed, Step.contracted, Step.started, Step.produced)

COUNTED: Final = lazy("{name}{now}个、总投资{wan}万元；{before}，{year_ago}；本年累计{ytd}个。")
FUNDS: Final = lazy("到位资金{now}万元；{before}，{year_ago}；本年累计{ytd}万元。")
MORE_BEFORE: Final = lazy("比上期多{by}")
LESS_BEFORE: Final = lazy("比上期少{by}")
SAME_BEFORE: Final = lazy("与上期相同")
MORE_AGO: Final = lazy("比上年同期多{by}")
LESS_AGO: Final = lazy("比上年同期少{by}")
SAME_AGO: Final = lazy("与上年同期相同")
RATE: Final = lazy("{name}（按个数）{rate}，即{above}/{below}，{floor}。")
ABOVE: Final = lazy("不低于底线{floor}")
BELOW: Final = lazy("低于底线{floor}")
UNITS_BELOW: Final = lazy("{name}（按个数）低于底线的县区：{units}。")

Known = Mapping[tuple[str, str | None], Stated]


def sentences(
    figures: Sequence[Stated], as_of: date, region: str | None, names: Mapping[str, str], locale: Locale
) -> Iterator[str]:
    """Write what a reader of one region (null: the whole city) is told of the period."""
    known: Known = {(one.code, one.region): one for one in figures}
    for step in STEPS_TOLD:
        yield _counted(known, step, region, locale)
    if ("funds.now.amount", region) in known:
        yield _funds(known, region, locale)
    yield from _rates(known, as_of, region, names, locale)


def _value(known: Known, code: str, region: str | None) -> int:
    return known[code, region].value


def _counted(known: Known, step: Step, region: str | None, locale: Locale) -> str:
    now, before, year_ago, ytd = (
        _value(known, f"{step}.{window}.count", region) for window in ("now", "before", "year_ago", "ytd")
    )
    return gettext(
        COUNTED,
        locale,
        name=gettext(STEPS[step], locale),
        now=now,
        wan=wan(_value(known, f"{step}.now.amount", region)),
        before=_against(now - before, (MORE_BEFORE, LESS_BEFORE, SAME_BEFORE), Unit.items, locale),
        year_ago=_against(now - year_ago, (MORE_AGO, LESS_AGO, SAME_AGO), Unit.items, locale),
        ytd=ytd,
    )


def _funds(known: Known, region: str | None, locale: Locale) -> str:
    now, before, year_ago, ytd = (
        _value(known, f"funds.{window}.amount", region) for window in ("now", "before", "year_ago", "ytd")
    )
    return gettext(
        FUNDS,
        locale,
        now=wan(now),
        before=_against(now - before, (MORE_BEFORE, LESS_BEFORE, SAME_BEFORE), Unit.fen, locale),
        year_ago=_against(now - year_ago, (MORE_AGO, LESS_AGO, SAME_AGO), Unit.fen, locale),
        ytd=wan(ytd),
    )


def _against(change: int, words: tuple[str, str, str], unit: Unit, locale: Locale) -> str:
    more, less, same = words
    if change == 0:
        return gettext(same, locale)
    by = gettext(lazy("{n}万元"), locale, n=wan(abs(change)))
    if unit is Unit.items:
        by = gettext(lazy("{n}个"), locale, n=abs(change))
    return gettext(more if change > 0 else less, locale, by=by)


def _rates(
    known: Known, as_of: date, region: str | None, names: Mapping[str, str], locale: Locale
) -> Iterator[str]:
    floored = [spec for spec in SPECS.values() if spec.floor and spec.kind is Kind.count and spec.public]
    for spec in floored:
        one = known.get((spec.code, region))
        if one is None or one.floor_bp is None or spec.refs_below is not None:
            continue
        name, floor = gettext(spec.name, locale), percent(one.floor_bp)
        rate = _rate(one, as_of)
        if rate.basis_points is not None:
            yield gettext(
                RATE,
                locale,
                name=name,
                rate=percent(rate.basis_points),
                above=rate.numerator,
                below=rate.denominator,
                floor=gettext(BELOW if rate.below(one.floor_bp) else ABOVE, locale, floor=floor),
            )
        if region is None:
            low = [
                said
                for code, said in names.items()
                if (other := known.get((spec.code, code))) is not None
                and _rate(other, as_of).below(one.floor_bp)
            ]
            if low:
                units = gettext(lazy("、"), locale).join(low)
                yield gettext(UNITS_BELOW, locale, name=name, units=units)


def _rate(one: Stated, as_of: date) -> Rate:
    return Rate(one.value, one.below or 0, Kind.count, as_of)
