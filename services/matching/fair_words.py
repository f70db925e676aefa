"""Closed lists of fairness over months and of what lying gains, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.matching.fairness_watch import Verdict
from allocation.matching.misreport import Kind
from services.kit.i18n import lazy


class Series(StrEnum):
    """Which projects the watch counts."""

    all = "all"
    major = "major"


VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.LESS: lazy("长期偏少"),
        Verdict.MORE: lazy("长期偏多"),
        Verdict.USUAL: lazy("未见异常"),
        Verdict.SHORT: lazy("月数不够"),
        Verdict.NO_SHARE: lazy("无应得份额"),
    }
)

SERIES: Final[Mapping[Series, str]] = MappingProxyType(
    {
        Series.all: lazy("全部项目"),
        Series.major: lazy("重大项目"),
    }
)

LIES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.TIERS: lazy("把更多行业说成本园区首位产业"),
        Kind.LAND_LESS: lazy("少报可供用地"),
        Kind.LAND_MORE: lazy("多报可供用地"),
        Kind.NEED: lazy("夸大本地线索的用地需求"),
    }
)
