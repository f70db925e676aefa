"""Closed lists of what a run stores beside its value, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.matching.fairness import Measure
from allocation.matching.fairness_report import FairRule
from allocation.matching.floors import ClashReason
from services.kit.i18n import lazy


class BoundScope(StrEnum):
    """What a bound covers: every allowed pair, or only those that were kept."""

    all = "all"
    pruned = "pruned"


class CutShort(StrEnum):
    """Why a run ended before its effort was used up; its best result so far was kept."""

    time = "time"
    memory = "memory"


class CreditKind(StrEnum):
    """Why a hold was booked on the balances."""

    given = "given"
    released = "released"


SCOPES: Final[Mapping[BoundScope, str]] = MappingProxyType(
    {
        BoundScope.all: lazy("全部可行组合"),
        BoundScope.pruned: lazy("仅保留的组合"),
    }
)

CUTS: Final[Mapping[CutShort, str]] = MappingProxyType(
    {
        CutShort.time: lazy("到达时间上限，保留当时最好的方案"),
        CutShort.memory: lazy("到达内存上限，保留当时最好的方案"),
    }
)

STAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "start": lazy("启动求解进程"),
        "fairness": lazy("计算均衡规则及其代价"),
        "warm": lazy("在原方案上修补"),
        "prices": lazy("计算影子价格"),
        "round": lazy("生成初始方案"),
        "search": lazy("改进方案"),
        "repair": lazy("局部精确求解"),
        "prove": lazy("证明最优"),
        "explain": lazy("说明理由"),
        "alternatives": lazy("比较其他承接地"),
    }
)

ROUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "exact": lazy("精确求解"),
        "pool+exact": lazy("定价搜索后精确求解"),
        "tight+exact": lazy("紧约束搜索后精确求解"),
        "pool": lazy("定价后搜索"),
        "tight": lazy("全部必须落位：紧约束搜索"),
        "warm": lazy("在原方案上修补"),
    }
)

FAIR_RULES: Final[Mapping[FairRule, str]] = MappingProxyType(
    {
        FairRule.CEILING: lazy("承接上限"),
        FairRule.FLOOR: lazy("承接下限"),
        FairRule.BALANCE: lazy("贡献系数"),
        FairRule.ALL: lazy("全部均衡规则"),
    }
)

MEASURES: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.LEADS: lazy("项目个数"),
        Measure.INVESTMENT: lazy("投资额"),
    }
)

CLASHES: Final[Mapping[ClashReason, str]] = MappingProxyType(
    {
        ClashReason.CEILING: lazy("原因：下限高于它自己的上限 {possible} 个。"),
        ClashReason.TOO_FEW_LEADS: lazy("原因：能去的项目太少，合计最多 {possible} 个。"),
        ClashReason.CAPACITY: lazy("原因：项目够，承接能力不够，合计按 {possible} 个执行。"),
    }
)
"""Why floors clash."""
