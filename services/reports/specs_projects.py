"""The figures of projects: stages, rates, funds and targets."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from allocation.statistics.course import Step
from allocation.statistics.goals import INDICATORS, Actor
from allocation.statistics.periods import Window
from allocation.statistics.rates import Kind, RateCode
from allocation.statistics.rowsets import parts_of
from services.kit.i18n import lazy
from services.reports.schemas import Unit
from services.reports.spec import ELAPSED, Refs, Spec
from services.reports.words import FUNDS, RATES, STEPS, SectionCode

FLOORS: Final = {
    RateCode.contract: "contract_rate_floor_bp",
    RateCode.registration: "registration_rate_floor_bp",
    RateCode.ready: "ready_rate_floor_bp",
}

GOALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        lazy("新签约项目"): "signed",
        lazy("新签约亿元以上项目"): "signed_100m",
        lazy("新签约10亿元以上项目"): "signed_1bn",
        lazy("新签约总投资"): "signed_money",
        lazy("到位资金"): "funds",
        lazy("有效线索"): "leads",
    }
)
"""The indicators that are counted here, by their names in the offices' file."""

REACHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "signed": lazy("新签约项目目标完成率"),
        "signed_100m": lazy("新签约亿元以上项目目标完成率"),
        "signed_1bn": lazy("新签约10亿元以上项目目标完成率"),
        "signed_money": lazy("新签约总投资目标完成率"),
        "funds": lazy("到位资金目标完成率"),
        "leads": lazy("有效线索目标完成率"),
    }
)
"""What part of its target is reached: named apart from the count or the sum that it divides."""


def _stages() -> Iterator[Spec]:
    for step in Step:
        for window in Window:
            for kind in Kind:
                yield Spec(
                    code=f"{step}.{window}.{kind.value}",
                    name=STEPS[step],
                    section=SectionCode.stages,
                    unit=Unit.items if kind is Kind.count else Unit.fen,
                    kind=kind,
                    above=f"{step}.{window}",
                    window=window,
                    public=step is Step.signed and window is Window.ytd,
                )


def _rates() -> Iterator[Spec]:
    for code in RateCode:
        above, below = parts_of(code)
        for kind in Kind:
            yield Spec(
                code=f"{code}.{kind.value}",
                name=RATES[code],
                section=SectionCode.rates,
                unit=Unit.rate,
                kind=kind,
                above=above,
                below=below,
                floor=FLOORS.get(code),
                public=True,
            )


def _funds() -> Iterator[Spec]:
    for name, said in FUNDS.items():
        for window in Window if name == "funds" else (Window.ytd,):
            yield Spec(
                code=f"{name}.{window}.amount",
                name=said,
                section=SectionCode.funds,
                unit=Unit.fen,
                kind=Kind.amount,
                above=f"{name}.{window}",
                window=window,
                public=name == "funds" and window is Window.ytd,
            )
    yield Spec(
        code="funds_rate.amount",
        name=lazy("资金到位率"),
        section=SectionCode.rates,
        unit=Unit.rate,
        kind=Kind.amount,
        above="cohort.funds",
        below="cohort.signed",
        public=True,
    )


def goal_name(code: str, actor: Actor) -> str:
    """Name a target's rows: a county's by its indicator alone, others' with what they are."""
    return code if actor is Actor.county else f"{code}_{actor}"


def _goals() -> Iterator[Spec]:
    for actor in Actor:
        for indicator, said in GOALS.items():
            code, counts = goal_name(said, actor), INDICATORS[indicator].kind
            yield Spec(
                code=f"goal_{code}.{counts.value}",
                name=REACHED[said],
                section=SectionCode.goals,
                unit=Unit.rate,
                kind=Kind.amount,
                shown_kind=counts,
                above=f"reached.{code}",
                below=f"goal.{code}",
                floor=ELAPSED,
                public=actor is Actor.county,
                refs_below=Refs.target,
                city_only=actor is not Actor.county,
                actor=None if actor is Actor.county else actor,
                weighs=Unit.items if counts is Kind.count else Unit.fen,
            )


PROJECTS: Final = (*_stages(), *_rates(), *_funds(), *_goals())
"""In reading order."""
