"""The figures beside projects: money shared, credit, friction, losses, alarms and fairness."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from allocation.sharing.terms import CreditRule
from allocation.statistics.course import Step
from allocation.statistics.periods import Window
from allocation.statistics.rates import Kind
from services.kit.i18n import lazy
from services.reports.schemas import Unit
from services.reports.spec import Refs, Spec
from services.reports.words import SectionCode

_BOTH: Final = (Kind.count, Kind.amount)
_COUNT: Final = (Kind.count,)
_AMOUNT: Final = (Kind.amount,)

DATED: Final[Mapping[str, tuple[str, SectionCode, Refs, tuple[Kind, ...], bool]]] = MappingProxyType(
    {
        "money_received": (lazy("首谈地分得"), SectionCode.money, Refs.entitlement, _AMOUNT, False),
        "money_given": (lazy("落地地让渡"), SectionCode.money, Refs.entitlement, _AMOUNT, False),
        "lost": (lazy("流失市外"), SectionCode.lost, Refs.lost, _BOTH, False),
        "lost_unshared": (lazy("其中从未入池共享"), SectionCode.lost, Refs.lost, _BOTH, False),
        "conflicts_filed": (lazy("首谈争议提出"), SectionCode.friction, Refs.case, _COUNT, True),
        "conflicts_ruled": (lazy("首谈争议裁定"), SectionCode.friction, Refs.case, _COUNT, True),
        "repeated": (lazy("重复签约预警"), SectionCode.alarms, Refs.project, _BOTH, True),
        "promises_asked": (lazy("政策诉求"), SectionCode.friction, Refs.promise, _BOTH, False),
        "promises_refused": (lazy("其中审查未通过"), SectionCode.friction, Refs.promise, _BOTH, False),
    }
)
"""What has a day: name, section, what its rows are, how it is added up, whether it is the city's alone."""


CREDIT: Final[Mapping[CreditRule, tuple[str, str]]] = MappingProxyType(
    {
        CreditRule.origin_full: (lazy("首谈地全额（县区合计）"), lazy("首谈地全额（全市不重复）")),
        CreditRule.split_evenly: (lazy("各计50%（县区合计）"), lazy("各计50%（全市不重复）")),
        CreditRule.both_full: (lazy("双方全额（县区合计）"), lazy("双方全额（全市不重复）")),
    }
)
"""The doctrines by which agreements count: in the counties, and in the city, each value once."""


WEIGHS: Final = {"conflicts_filed": Unit.items, "conflicts_ruled": Unit.days}
"""What the rows of some figures weigh; those of all others are money."""


def _dated() -> Iterator[Spec]:
    for name, (said, section, refs, kinds, city_only) in DATED.items():
        for window in (Window.now, Window.ytd):
            for kind in kinds:
                yield Spec(
                    code=f"{name}.{window}.{kind.value}",
                    name=said,
                    section=section,
                    unit=Unit.items if kind is Kind.count else Unit.fen,
                    kind=kind,
                    above=f"{name}.{window}",
                    window=window,
                    refs=refs,
                    city_only=city_only,
                    weighs=WEIGHS.get(name, Unit.fen),
                )


def _single() -> Iterator[Spec]:
    yield Spec(
        code="ruling_days.ytd.amount",
        name=lazy("裁定平均用时"),
        section=SectionCode.friction,
        unit=Unit.mean_days,
        kind=Kind.amount,
        above="conflicts_ruled.ytd",
        below="conflicts_ruled.ytd",
        below_kind=Kind.count,
        window=Window.ytd,
        refs=Refs.case,
        city_only=True,
        weighs=Unit.days,
    )
    yield Spec(
        code="chased.ytd.count",
        name=lazy("被多个县区同时追逐的企业"),
        section=SectionCode.friction,
        unit=Unit.items,
        kind=Kind.count,
        above="chased.ytd",
        window=Window.ytd,
        refs=Refs.firm,
        weighs=Unit.items,
        city_only=True,
    )
    yield Spec(
        code="score.amount",
        name=lazy("考核得分"),
        section=SectionCode.score,
        unit=Unit.points,
        kind=Kind.amount,
        above="score",
        public=True,
        refs=Refs.component,
        weighs=Unit.points,
        whole=False,
    )


def _saved() -> Iterator[Spec]:
    """Projects that a transfer kept: another county hosts them than brought them."""
    for window in (Window.now, Window.ytd):
        for kind in Kind:
            yield Spec(
                code=f"saved.{window}.{kind.value}",
                name=lazy("由流转留在市内的项目"),
                section=SectionCode.friction,
                unit=Unit.items if kind is Kind.count else Unit.fen,
                kind=kind,
                above=f"{Step.transferred}.{window}",
                window=window,
            )


def _credit() -> Iterator[Spec]:
    """By doctrine: what the counties count together, and what the city counts, each value once."""
    for rule, (counties, city) in CREDIT.items():
        for name, said, alone in (("credit_counties", counties, False), ("credit_city", city, True)):
            yield Spec(
                code=f"{name}_{rule}.ytd.amount",
                name=said,
                section=SectionCode.credit,
                unit=Unit.fen,
                kind=Kind.amount,
                above=f"{name}_{rule}.ytd",
                window=Window.ytd,
                refs=Refs.agreement,
                city_only=alone,
            )


def _standing(code: str, name: str, section: SectionCode, **more: Any) -> Spec:
    """Return a figure of what stands on the day: it has no window."""
    return Spec(
        code=f"{code}.count",
        name=name,
        section=section,
        unit=Unit.items,
        shown_kind=Kind.count,
        above=code,
        **{"kind": Kind.count, **more},
    )


STANDING: Final = (
    _standing("idle_land", lazy("签约满期未开工的用地项目"), SectionCode.alarms, weighs=Unit.mu),
    _standing("repackaged", lazy("重新包装预警"), SectionCode.alarms, city_only=True),
    _standing(
        "fair_given",
        lazy("逐月匹配建议承接"),
        SectionCode.fairness,
        kind=Kind.amount,
        refs=Refs.county,
        weighs=Unit.items,
        city_only=True,
    ),
    _standing(
        "fair_flagged",
        lazy("承接长期偏离份额的县区"),
        SectionCode.fairness,
        refs=Refs.county,
        weighs=Unit.items,
        city_only=True,
    ),
)
BESIDE: Final = (*_dated(), *_saved(), *_single(), *_credit(), *STANDING)
"""In reading order."""
