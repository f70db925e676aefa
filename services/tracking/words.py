"""The Chinese words of tracking's closed lists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from allocation.tracking.words import BlockKind, Department, ItemState, ItemStep, OutingRole, Segment
from services.kit.i18n import lazy
from services.tracking.kinds import (
    CoordinationKind,
    CultivationStage,
    Finding,
    Occasion,
    ReviewOutcome,
    SponsorRole,
)

SEGMENTS: Final[Mapping[Segment, str]] = MappingProxyType(
    {
        Segment.talking: lazy("在谈未签约"),
        Segment.signed: lazy("签约未开工"),
        Segment.building: lazy("开工未建成"),
    }
)
DEPARTMENTS: Final[Mapping[Department, str]] = MappingProxyType(
    {
        Department.commerce: lazy("商务（招商）部门"),
        Department.reform: lazy("发展改革部门"),
        Department.industry: lazy("工业和信息化部门"),
        Department.land: lazy("自然资源部门"),
        Department.housing: lazy("住房和城乡建设部门"),
        Department.ecology: lazy("生态环境部门"),
        Department.water: lazy("水利部门"),
        Department.power: lazy("供电单位"),
        Department.finance: lazy("财政和金融部门"),
        Department.market: lazy("市场监管部门"),
        Department.statistics: lazy("统计部门"),
        Department.park: lazy("园区管委会"),
    }
)
ITEM_STATES: Final[Mapping[ItemState, str]] = MappingProxyType(
    {
        ItemState.opened: lazy("待办结"),
        ItemState.done: lazy("已办，待核实"),
        ItemState.verified: lazy("已核实，待销号"),
        ItemState.closed: lazy("已销号"),
    }
)
ITEM_STEPS: Final[Mapping[ItemStep, str]] = MappingProxyType(
    {
        ItemStep.finish: lazy("报办结"),
        ItemStep.send_back: lazy("核实不通过，退回"),
        ItemStep.verify: lazy("核实属实"),
        ItemStep.close: lazy("销号"),
        ItemStep.reopen: lazy("重新打开"),
    }
)
BLOCK_KINDS: Final[Mapping[BlockKind, str]] = MappingProxyType(
    {
        BlockKind.land: lazy("受阻：用地"),
        BlockKind.water: lazy("受阻：用水"),
        BlockKind.energy: lazy("受阻：能耗"),
        BlockKind.power: lazy("受阻：用电"),
        BlockKind.environment: lazy("受阻：环评"),
        BlockKind.financing: lazy("受阻：融资"),
        BlockKind.other: lazy("受阻：其他"),
    }
)
OUTING_ROLES: Final[Mapping[OutingRole, str]] = MappingProxyType(
    {
        OutingRole.leader: lazy("党政主要领导"),
        OutingRole.deputy: lazy("分管领导带队"),
        OutingRole.bureau: lazy("招商部门带队"),
    }
)
SPONSOR_ROLES: Final[Mapping[SponsorRole, str]] = MappingProxyType(
    {
        SponsorRole.leader: lazy("一名领导包抓"),
        SponsorRole.department: lazy("一个部门牵头"),
        SponsorRole.team: lazy("一个专班服务"),
        SponsorRole.plan: lazy("一套方案推进"),
        SponsorRole.butler: lazy("一名专员代办"),
    }
)
COORDINATIONS: Final[Mapping[CoordinationKind, str]] = MappingProxyType(
    {
        CoordinationKind.visit: lazy("走访项目"),
        CoordinationKind.meeting: lazy("召开协调会"),
        CoordinationKind.settled: lazy("解决问题"),
    }
)
OCCASIONS: Final[Mapping[Occasion, str]] = MappingProxyType(
    {Occasion.signing: lazy("签约后回看"), Occasion.production: lazy("投产后回看")}
)
FINDINGS: Final[Mapping[Finding, str]] = MappingProxyType(
    {
        Finding.as_agreed: lazy("与约定相符"),
        Finding.slower: lazy("进度滞后"),
        Finding.smaller: lazy("投资或产出缩水"),
        Finding.idle: lazy("停滞未动"),
        Finding.changed: lazy("内容变更"),
    }
)
CULTIVATION: Final[Mapping[CultivationStage, str]] = MappingProxyType(
    {
        CultivationStage.cultivated: lazy("在库培育"),
        CultivationStage.above_scale: lazy("规上企业"),
    }
)
REVIEW_OUTCOMES: Final[Mapping[ReviewOutcome, str]] = MappingProxyType(
    {
        ReviewOutcome.affordable: lazy("财力可以承受"),
        ReviewOutcome.watch: lazy("列入关注"),
        ReviewOutcome.reduce: lazy("须调减承诺"),
    }
)
