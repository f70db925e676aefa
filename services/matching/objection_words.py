"""Closed lists of objections to matches, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class Ground(StrEnum):
    """What a county holds against a proposal or a decision."""

    stock = "stock"
    score = "score"
    rule = "rule"
    order = "order"
    override = "override"
    interest = "interest"
    other = "other"


class Standing(StrEnum):
    """As what a county is concerned."""

    origin = "origin"
    applicant = "applicant"
    candidate = "candidate"


class Outcome(StrEnum):
    """How an objection ended."""

    upheld = "upheld"
    dismissed = "dismissed"
    withdrawn = "withdrawn"


class Consequence(StrEnum):
    """What an upheld objection led to."""

    none = "none"
    decision_returned = "decision_returned"
    hold_released = "hold_released"
    run_requested = "run_requested"


class Side(StrEnum):
    """Who speaks in the thread."""

    county = "county"
    city = "city"


GROUNDS: Final[Mapping[Ground, str]] = MappingProxyType(
    {
        Ground.stock: lazy("用地、厂房或要素数据有误"),
        Ground.score: lazy("评分与事实不符"),
        Ground.rule: lazy("准入规则适用有误"),
        Ground.order: lazy("首谈或申领次序有误"),
        Ground.override: lazy("改选理由不成立"),
        Ground.interest: lazy("经办人应当回避"),
        Ground.other: lazy("其他理由"),
    }
)
STANDINGS: Final[Mapping[Standing, str]] = MappingProxyType(
    {
        Standing.origin: lazy("首谈单位"),
        Standing.applicant: lazy("申领单位"),
        Standing.candidate: lazy("推荐承接单位"),
    }
)
OUTCOMES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.upheld: lazy("异议成立"),
        Outcome.dismissed: lazy("异议不成立"),
        Outcome.withdrawn: lazy("已撤回"),
    }
)
CONSEQUENCES: Final[Mapping[Consequence, str]] = MappingProxyType(
    {
        Consequence.none: lazy("维持现状并记录"),
        Consequence.decision_returned: lazy("审定意见退回重议"),
        Consequence.hold_released: lazy("解除持有，退回重新审定"),
        Consequence.run_requested: lazy("重新运行匹配"),
    }
)
