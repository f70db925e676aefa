"""Words, worked examples and the picture of the page of advice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from allocation.sharing.advice.case import Advice, AdviceMethod
from allocation.sharing.advice.refusal import Fault, Refusal
from services.kit.i18n import Locale, gettext, lazy
from services.sharing.advice_games import field_of, groups
from services.sharing.words import FAULTS

FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {"claims": lazy("可分的不够"), "values": lazy("合作的收益"), "costs": lazy("合办的成本")}
)

GAMES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "values": {
            "about": lazy(
                "两到四方合作（如几县合办园区），填每一组单独合作各能得多少，看公认的规则怎样分全部收益。"
                "只供协商参考，不产生约束，也不保存。"
            ),
            "figures": lazy("每一组能得多少"),
            "alone": lazy("单独能得"),
            "objection": lazy("{group}自己合作能得 {worth}，此法只给 {given}。"),
            "hollow": lazy("没有一种分法能让每一组都不吃亏（核心为空）：只靠分全部收益，总有几方宁愿单干。"),
        },
        "costs": {
            "about": lazy(
                "两到四方合办一件事（如合建管网、厂房），填只为每一组办各要花多少，看公认的规则怎样分摊全部成本。"
                "只供协商参考，不产生约束，也不保存。"
            ),
            "figures": lazy("只为每一组办要花多少"),
            "alone": lazy("单独办"),
            "objection": lazy("{group}自己办只要 {worth}，此法却要付 {given}。"),
            "hollow": lazy(
                "没有一种分摊能让每一组都不吃亏（核心为空）：只靠分摊全部成本，总有几方宁愿自己办。"
            ),
        },
    }
)

_NAMES: Final = (lazy("甲县"), lazy("乙县"), lazy("丙县"), lazy("丁县"))
_CLAIMS: Final = ("200", ("100", "200", "300"))
_GAMES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "values": {
            "worth-1": "100",
            "worth-2": "60",
            "worth-3": "20",
            "worth-12": "200",
            "worth-13": "280",
            "worth-23": "150",
            "worth-123": "400",
        },
        "costs": {
            "worth-1": "60",
            "worth-2": "50",
            "worth-3": "40",
            "worth-12": "90",
            "worth-13": "85",
            "worth-23": "65",
            "worth-123": "110",
        },
    }
)
"""Made up: in both, the division in proportion leaves two parties worse off than on their own."""

EXAMPLE_SIZE: Final = 3
WIDE: Final = 440
"""Units of the picture from the least figure to the largest."""

_OWN_WORDS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.not_a_number: lazy("应为数字，如 40、3.25 或 100/3"),
        Fault.missing_key: lazy("请填写"),
    }
)
"""What is said on a form, where files are told of keys and texts."""

_NEGATIVE: Final = lazy("有一方单独的数为负，没有比例可依")


def said(refusal: Refusal, locale: Locale) -> str:
    """Say why a field or a rule is refused."""
    own = _OWN_WORDS.get(refusal.fault, FAULTS[refusal.fault])
    if refusal.fault is Fault.negative and refusal.place[:1] in {("values",), ("costs",)}:
        own = _NEGATIVE
    return gettext(own, locale, **{key: str(value) for key, value in refusal.facts.items()})


def names_of(locale: Locale) -> list[str]:
    """The names that parties have until somebody types others."""
    return [gettext(name, locale) for name in _NAMES]


def labels_of(names: Sequence[str], locale: Locale) -> dict[str, str]:
    """What every field of a game is called, by its name: those of the parties, then those of the groups."""
    found = {
        f"party-{number}": gettext(lazy("第 {n} 方"), locale, n=number) for number in range(1, len(names) + 1)
    }
    for group in groups(len(names)):
        members = gettext(lazy("、"), locale).join(names[number - 1] for number in group)
        if len(group) == len(names):
            words = lazy("全部各方一起")
        else:
            words = lazy("{party}单独") if len(group) == 1 else lazy("{party}一起")
        found[field_of(group)] = gettext(words, locale, party=members)
    return found


def claims_example(locale: Locale) -> tuple[str, list[tuple[str, str]]]:
    """The question of the Talmud: 200 for claims of 100, 200 and 300."""
    estate, claims = _CLAIMS
    return estate, list(zip(names_of(locale), claims, strict=False))


def game_example(form: str, locale: Locale) -> dict[str, str]:
    """Names and figures by field of three counties that host together."""
    names = names_of(locale)[:EXAMPLE_SIZE]
    return {f"party-{number}": name for number, name in enumerate(names, start=1)} | dict(_GAMES[form])


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the picture: where it begins, from 0, and how wide it is, both of `WIDE`."""

    start: int
    width: int


def chart_of(
    parties: Sequence[str], methods: Sequence[AdviceMethod], found: Mapping[AdviceMethod, Advice]
) -> tuple[int, dict[str, list[Bar]]]:
    """Draw a bar a party and rule on one scale; what is negative stands left of nothing.

    Returns:
        Where nothing is, from the left, and the bars of each party in the order of the methods.
    """
    shares = [found[method].shares[party] for party in parties for method in methods]
    least, most = min([Fraction(0), *shares]), max([Fraction(0), *shares])
    span = most - least or Fraction(1)
    nothing = int(-least * WIDE / span)
    bars = {}
    for party in parties:
        widths = [int(found[method].shares[party] * WIDE / span) for method in methods]
        bars[party] = [Bar(nothing + min(0, width), abs(width)) for width in widths]
    return nothing, bars
