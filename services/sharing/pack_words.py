"""How a rule pack's settings are written: money in 万元, shares in per cent, parties by their names."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from allocation.figures import percent, wan
from allocation.sharing.formulas.figures import Unit, read_number, show
from allocation.sharing.packs import LawName, Pack, PackKind
from services.kit.i18n import Locale, gettext, lazy
from services.sharing.pack_sayings import Figure

KINDS: Final[Mapping[PackKind, str]] = MappingProxyType(
    {PackKind.agreement: lazy("协议条款"), PackKind.formula: lazy("计算公式")}
)
LAWS: Final[Mapping[LawName, str]] = MappingProxyType(
    {LawName.splitting: lazy("把项目拆成两个不能多得"), LawName.origin: lazy("错登首谈地不能多得")}
)
_UNITS: Final[Mapping[str, Callable[[Any, Locale], str]]] = MappingProxyType(
    {
        "fen": lambda fen, locale: gettext(lazy("{n} 万元"), locale, n=wan(fen)),
        "years": lambda years, locale: gettext(lazy("{n} 年"), locale, n=years),
        "basis points": lambda share, _: percent(share),
        "ratio": lambda raw, _: show(read_number(raw, "ratio"), Unit.ratio),
        "number": lambda raw, _: show(read_number(raw, "number"), Unit.number),
    }
)


def value_of(pack: Pack, figure: Figure, locale: Locale) -> str:
    """Write what stands in a setting: a figure, several, or one for each party; or that it must be filled in.

    A unit that is not known here is written behind its figure.
    """
    if figure.default is None:
        return gettext(lazy("必填"), locale)
    names = {party["code"]: party.get("name", party["code"]) for party in pack.terms.get("parties", ())}

    def one(value: Any) -> str:
        write = _UNITS.get(figure.unit)
        return f"{value} {figure.unit}" if write is None else write(value, locale)

    if isinstance(figure.default, dict):
        parts = [f"{names.get(code, code)} {one(value)}" for code, value in figure.default.items()]
    else:
        values = figure.default if isinstance(figure.default, list) else [figure.default]
        parts = [one(value) for value in values]
    return gettext(lazy("、"), locale).join(parts)
