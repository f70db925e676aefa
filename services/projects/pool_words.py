"""Closed lists of what a decision in the pool rests on, with the Chinese words for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.pool_limits import Limit
from services.kit.i18n import lazy


class ProgressKind(StrEnum):
    """What proves that a held project moves; notes and calls do not."""

    visit_record = "visit_record"
    land_letter = "land_letter"
    filing_receipt = "filing_receipt"


class Position(StrEnum):
    """What a written opinion comes to."""

    support = "support"
    conditional = "conditional"
    oppose = "oppose"


class Department(StrEnum):
    """Departments of the city that give a joint meeting their written opinions."""

    reform = "reform"
    natural_resources = "natural_resources"
    ecology = "ecology"
    finance = "finance"
    industry = "industry"
    housing = "housing"
    emergency = "emergency"
    water = "water"


class LossReason(StrEnum):
    """Why a lead went to another city, or came to nothing."""

    no_land = "no_land"
    no_energy = "no_energy"
    no_environment = "no_environment"
    cost = "cost"
    location = "location"
    supply_chain = "supply_chain"
    too_slow = "too_slow"
    funding = "funding"
    cancelled = "cancelled"


LIMITS: Final[Mapping[Limit, str]] = MappingProxyType(
    {
        Limit.hold_cap_reached: lazy("无进展佐证的持有项目已达上限"),
        Limit.cooling_down: lazy("上次持有失败后的冷静期未满"),
        Limit.application_cap_reached: lazy("今日申领已达上限"),
        Limit.quarantined: lazy("线索入池静置期未满"),
    }
)

PROGRESS_KINDS: Final[Mapping[ProgressKind, str]] = MappingProxyType(
    {
        ProgressKind.visit_record: lazy("考察记录"),
        ProgressKind.land_letter: lazy("供地文书"),
        ProgressKind.filing_receipt: lazy("备案或报批文件"),
    }
)

POSITIONS: Final[Mapping[Position, str]] = MappingProxyType(
    {
        Position.support: lazy("同意"),
        Position.conditional: lazy("附条件同意"),
        Position.oppose: lazy("不同意"),
    }
)

DEPARTMENTS: Final[Mapping[Department, str]] = MappingProxyType(
    {
        Department.reform: lazy("市发展改革部门"),
        Department.natural_resources: lazy("市自然资源部门"),
        Department.ecology: lazy("市生态环境部门"),
        Department.finance: lazy("市财政部门"),
        Department.industry: lazy("市工业和信息化部门"),
        Department.housing: lazy("市住房城乡建设部门"),
        Department.emergency: lazy("市应急管理部门"),
        Department.water: lazy("市水利部门"),
    }
)

LOSS_REASONS: Final[Mapping[LossReason, str]] = MappingProxyType(
    {
        LossReason.no_land: lazy("用地或厂房不足"),
        LossReason.no_energy: lazy("能耗指标不能满足"),
        LossReason.no_environment: lazy("环境容量不能满足"),
        LossReason.cost: lazy("外地综合成本更低"),
        LossReason.location: lazy("区位和交通原因"),
        LossReason.supply_chain: lazy("外地产业配套更全"),
        LossReason.too_slow: lazy("办理时间过长"),
        LossReason.funding: lazy("投资方资金原因"),
        LossReason.cancelled: lazy("投资方取消投资"),
    }
)
"""Closed: what a loss is counted under. Costs are named, never a favour that was refused."""
