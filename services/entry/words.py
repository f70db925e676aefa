"""Closed lists of the entry rules, with the words that pages use for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.entry import Comparison, Effect, EnvironmentClass, Measure, Outcome, ProjectKind
from services.kit.i18n import lazy


class CheckStage(StrEnum):
    """At which step a lead was examined."""

    register = "register"
    correct = "correct"
    accept = "accept"


PROJECT_KINDS: Final[Mapping[ProjectKind, str]] = MappingProxyType(
    {
        ProjectKind.industrial: lazy("产业项目"),
        ProjectKind.infrastructure: lazy("公共基础设施"),
        ProjectKind.real_estate: lazy("房地产"),
        ProjectKind.registered_capital: lazy("注册资本金实缴"),
        ProjectKind.state_investment: lazy("国家投资"),
        ProjectKind.no_fixed_assets: lazy("无固定资产投入的网点"),
    }
)

ENVIRONMENT_CLASSES: Final[Mapping[EnvironmentClass, str]] = MappingProxyType(
    {
        EnvironmentClass.report: lazy("编制环境影响报告书"),
        EnvironmentClass.form: lazy("编制环境影响报告表"),
        EnvironmentClass.registration: lazy("填报环境影响登记表"),
    }
)

MEASURES: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.kind: lazy("项目类别"),
        Measure.industry: lazy("行业小类"),
        Measure.registered: lazy("投资方注册地"),
        Measure.signed: lazy("本市已签约"),
        Measure.environment: lazy("环评类别"),
        Measure.investment: lazy("总投资额"),
        Measure.fixed_investment: lazy("固定资产投资额"),
        Measure.intensity: lazy("投资强度"),
        Measure.tax_per_mu: lazy("亩均税收"),
        Measure.energy_per_output: lazy("单位产值能耗"),
    }
)

UNITS: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.investment: lazy("万元"),
        Measure.fixed_investment: lazy("万元"),
        Measure.intensity: lazy("万元/亩"),
        Measure.tax_per_mu: lazy("万元/亩"),
        Measure.energy_per_output: lazy("吨标准煤/万元"),
    }
)
"""The units of the measures that are numbers."""

COMPARISONS: Final[Mapping[Comparison, str]] = MappingProxyType(
    {
        Comparison.at_least: lazy("不低于"),
        Comparison.at_most: lazy("不高于"),
        Comparison.none_of: lazy("不得为"),
    }
)

EFFECTS: Final[Mapping[Effect, str]] = MappingProxyType(
    {Effect.refuse: lazy("不予受理"), Effect.flag: lazy("仅作提示")}
)

OUTCOMES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.passed: lazy("符合"),
        Outcome.broken: lazy("不符合"),
        Outcome.flagged: lazy("提示"),
        Outcome.unmeasured: lazy("未填报"),
    }
)

REFUSALS: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.kind: lazy("该类项目不属于报备范围"),
        Measure.industry: lazy("该行业不予准入"),
        Measure.registered: lazy("投资方已在本市注册，属市内搬迁，请按市内迁移办理"),
        Measure.signed: lazy("该投资方在本市已有签约项目；增资扩产请按增资扩产报备"),
        Measure.environment: lazy("该环评类别不予准入"),
        Measure.investment: lazy("总投资额未达到报备门槛"),
        Measure.fixed_investment: lazy("固定资产投资额未达到报备门槛"),
        Measure.intensity: lazy("投资强度低于下限"),
        Measure.tax_per_mu: lazy("亩均税收低于下限"),
        Measure.energy_per_output: lazy("单位产值能耗高于上限"),
    }
)
"""What a filing is told of a rule that refuses it; the figures stand beside it."""

FIELDS: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.kind: "/kind",
        Measure.industry: "/industry",
        Measure.registered: "/investor_registered",
        Measure.signed: "/investor_credit_code",
        Measure.environment: "/environment_class",
        Measure.investment: "/investment_fen",
        Measure.fixed_investment: "/fixed_investment_fen",
        Measure.intensity: "/land_mu",
        Measure.tax_per_mu: "/tax_fen",
        Measure.energy_per_output: "/energy_tce",
    }
)
"""The field of the registration that a measure is read from."""
