"""How a report's figures are written: 个, 万元, 天, 分, and rates with what they divide by what."""

from typing import Final

from allocation import figures
from allocation.statistics.rates import Kind
from allocation.units import WHOLE
from services.kit.i18n import Locale, gettext, lazy
from services.reports.schemas import Figure, Unit
from services.reports.words import KINDS

NOTHING: Final = "—"
WORDS: Final = {
    Unit.items: lazy("个"),
    Unit.fen: lazy("万元"),
    Unit.rate: lazy("%"),
    Unit.mean_days: lazy("天"),
    Unit.days: lazy("天"),
    Unit.mu: lazy("亩"),
    Unit.points: lazy("分"),
}
"""The unit that a figure's number is written in."""

KINDLESS: Final = frozenset({Unit.mean_days, Unit.days, Unit.points})
"""Units of which nobody would ask whether projects or money were added up."""

TENTHS: Final = WHOLE // 10


def number(figure: Figure) -> str:
    """Write a figure's number without its unit; `—` where there is nothing to divide by."""
    if figure.rate is not None:
        bp = figure.rate.basis_points
        if bp is None:
            return NOTHING
        if figure.unit is Unit.mean_days:
            return figures.written((bp + TENTHS // 2) // TENTHS, 1, 1)
        return figures.percent(bp).removesuffix("%")
    return amount(figure.value or 0, figure.unit)


def amount(value: int, unit: Unit) -> str:
    """Write a whole number kept in a unit: fen in 万元, hundredths of a mu in mu."""
    match unit:
        case Unit.fen:
            return figures.wan(value)
        case Unit.mu:
            return figures.mu(value)
        case Unit.points:
            return figures.written(value, 2, 2)
        case _:
            return f"{value:,}"


def parts(figure: Figure) -> tuple[str, str]:
    """Write what a rate divides by what; two empty words where the figure is no rate."""
    if figure.rate is None:
        return "", ""
    if figure.unit is Unit.mean_days:
        return f"{figure.rate.numerator:,}", f"{figure.rate.denominator:,}"
    unit = Unit.items if figure.rate.kind is Kind.count else Unit.fen
    return amount(figure.rate.numerator, unit), amount(figure.rate.denominator, unit)


def kind_words(figure: Figure, locale: Locale) -> str:
    """Say whether a figure counts projects or adds up money; empty for days and points, which do neither."""
    return "" if figure.unit in KINDLESS else gettext(KINDS[figure.kind], locale)


def shown(figure: Figure, locale: Locale) -> str:
    """Write a figure with its unit, a rate with its parts: `46.23%（49/106）`, `1,234万元`, `12个`."""
    said = number(figure)
    if said == NOTHING:
        return said
    if figure.unit is Unit.rate:
        above, below = parts(figure)
        return gettext(lazy("{rate}%（{above}/{below}）"), locale, rate=said, above=above, below=below)
    return gettext(lazy("{number}{unit}"), locale, number=said, unit=gettext(WORDS[figure.unit], locale))
