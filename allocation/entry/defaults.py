"""The rules that a city begins with. All figures are examples after published ones; a city sets its own.

Sources: the documents named in each citation. What refuses is what lies outside the pool's scope; what a
city weighs case by case (land, tax, energy, environment) is flagged.
"""

from fractions import Fraction
from typing import Final

from allocation.entry.rules import Rule
from allocation.entry.words import (
    INSIDE,
    SIGNED,
    Comparison,
    Effect,
    EnvironmentClass,
    Measure,
    ProjectKind,
)

MANUFACTURING: Final = tuple(str(division) for division in range(13, 44))
"""Divisions 13 to 43 of GB/T 4754-2017."""

DATA: Final = ("64", "65")
"""Internet and software: 互联网和相关服务, 软件和信息技术服务业."""

OVERCAPACITY: Final = ("3011", "3041", "3110", "3120", "3216")
"""Cement, flat glass, iron, steel, aluminium smelting in GB/T 4754-2017."""


def _number(code: str, measure: Measure, comparison: Comparison, threshold: str, **rest: object) -> Rule:
    return Rule(
        code=code,
        measure=measure,
        comparison=comparison,
        threshold=Fraction(threshold),
        **rest,  # type: ignore[arg-type] # effect, industries, citation as Rule names them
    )


def _none_of(code: str, measure: Measure, listed: tuple[str, ...], effect: Effect, citation: str) -> Rule:
    return Rule(
        code=code,
        measure=measure,
        comparison=Comparison.none_of,
        listed=listed,
        effect=effect,
        citation=citation,
    )


DEFAULT_RULES: Final = (
    _none_of(
        "excluded_kinds",
        Measure.kind,
        tuple(kind.value for kind in ProjectKind if kind is not ProjectKind.industrial),
        Effect.refuse,
        "参照昆明市招商引资项目跨区域协作管理办法（试行）适用条件",
    ),
    _none_of(
        "real_estate_industry",
        Measure.industry,
        ("70",),
        Effect.refuse,
        "参照昆明市招商引资项目跨区域协作管理办法（试行）适用条件",
    ),
    _none_of(
        "relocation",
        Measure.registered,
        (INSIDE,),
        Effect.refuse,
        "市域内迁移不作为招商引资项目，按市内迁移办理；参照温政办〔2021〕30号",
    ),
    _none_of(
        "signed_before",
        Measure.signed,
        (SIGNED,),
        Effect.refuse,
        "不重复统计；参照明政办〔2006〕95号",
    ),
    _number(
        "investment_floor",
        Measure.investment,
        Comparison.at_least,
        "10000",
        effect=Effect.refuse,
        citation="报备门槛 1 亿元；参照江府办函〔2024〕37号",
    ),
    _number(
        "fixed_floor_manufacturing",
        Measure.fixed_investment,
        Comparison.at_least,
        "6000",
        effect=Effect.refuse,
        industries=MANUFACTURING,
        citation="制造业固定资产投资 6,000 万元；参照宣城市线索管理通知（2024-01）",
    ),
    _number(
        "fixed_floor_data",
        Measure.fixed_investment,
        Comparison.at_least,
        "3000",
        effect=Effect.refuse,
        industries=DATA,
        citation="大数据项目固定资产投资 3,000 万元；参照宣城市线索管理通知（2024-01）",
    ),
    _none_of(
        "forbidden_industries",
        Measure.industry,
        OVERCAPACITY,
        Effect.refuse,
        "产能严重过剩行业；国发〔2013〕41号",
    ),
    _number(
        "intensity_floor",
        Measure.intensity,
        Comparison.at_least,
        "100",
        effect=Effect.flag,
        citation="市级投资强度下限（示例值），园区另有规定的从其规定",
    ),
    _number(
        "tax_floor",
        Measure.tax_per_mu,
        Comparison.at_least,
        "5",
        effect=Effect.flag,
        citation="市级亩均税收下限（示例值），园区另有规定的从其规定",
    ),
    _number(
        "energy_ceiling",
        Measure.energy_per_output,
        Comparison.at_most,
        "0.5",
        effect=Effect.flag,
        citation="单位产值能耗上限（示例值）",
    ),
    _none_of(
        "environment_report",
        Measure.environment,
        (EnvironmentClass.report.value,),
        Effect.flag,
        "编制环境影响报告书的项目提示；建设项目环境影响评价分类管理名录（2021 年版）",
    ),
)
"""The first version of every city's rules."""
