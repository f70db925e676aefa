"""Closed lists of what a run stores beside its value, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class BoundScope(StrEnum):
    """What a bound covers: every allowed pair, or only those that were kept."""

    all = "all"
    pruned = "pruned"


class CutShort(StrEnum):
    """Why a run ended before its effort was used up; its best result so far was kept."""

    time = "time"
    memory = "memory"


class FairRule(StrEnum):
    """A rule of fairness whose price is told."""

    ceiling = "ceiling"
    floor = "floor"
    credit = "credit"


class CreditKind(StrEnum):
    """Why a county's balance changed."""

    earned = "earned"
    spent = "spent"


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
        "prices": lazy("计算影子价格"),
        "round": lazy("生成初始方案"),
        "search": lazy("改进方案"),
        "repair": lazy("局部精确求解"),
        "prove": lazy("证明最优"),
        "explain": lazy("说明理由"),
        "alternatives": lazy("比较其他承接地"),
    }
)

FAIR_RULES: Final[Mapping[FairRule, str]] = MappingProxyType(
    {
        FairRule.ceiling: lazy("承接上限"),
        FairRule.floor: lazy("承接下限"),
        FairRule.credit: lazy("贡献系数"),
    }
)

CREDITS: Final[Mapping[CreditKind, str]] = MappingProxyType(
    {
        CreditKind.earned: lazy("本地线索落户外地"),
        CreditKind.spent: lazy("用于承接项目"),
    }
)
