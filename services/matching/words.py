"""Closed lists of match runs and decisions, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.matching.result import Rule, Status
from services.kit.i18n import lazy


class RunState(StrEnum):
    """A run waits, is solved, is stored, has failed, or gave way to a newer one since its inputs changed."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    superseded = "superseded"


class Failure(StrEnum):
    """Why a run failed."""

    worker_lost = "worker_lost"
    out_of_time = "out_of_time"
    out_of_memory = "out_of_memory"
    crashed = "crashed"
    not_verified = "not_verified"
    no_result = "no_result"
    infeasible = "infeasible"
    inputs_changing = "inputs_changing"


class OverrideReason(StrEnum):
    """Why the city decides for another host than the first rank."""

    meeting = "meeting"
    investor_choice = "investor_choice"
    supply_chain = "supply_chain"
    balance = "balance"
    safety = "safety"
    other = "other"


class DecisionState(StrEnum):
    """A decision is final, waits for a second signer, was refused by them, or went back by an objection."""

    waiting = "waiting"
    final = "final"
    refused = "refused"
    returned = "returned"


class DecidingBody(StrEnum):
    """Who decided: the city's office alone, a special meeting by its minutes, or the joint meeting."""

    office = "office"
    special_meeting = "special_meeting"
    joint_meeting = "joint_meeting"


RUN_STATES: Final[Mapping[RunState, str]] = MappingProxyType(
    {
        RunState.queued: lazy("排队中"),
        RunState.running: lazy("运行中"),
        RunState.done: lazy("已完成"),
        RunState.failed: lazy("失败"),
        RunState.superseded: lazy("已被新运行取代"),
    }
)

STATUSES: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.OPTIMAL: lazy("最优（已证明）"),
        Status.FEASIBLE: lazy("可行（未证明最优）"),
        Status.INFEASIBLE: lazy("无可行方案"),
        Status.UNKNOWN: lazy("未得出结果"),
    }
)

FAILURES: Final[Mapping[Failure, str]] = MappingProxyType(
    {
        Failure.worker_lost: lazy("求解进程两次中断"),
        Failure.out_of_time: lazy("超出时间限制"),
        Failure.out_of_memory: lazy("超出内存限制"),
        Failure.crashed: lazy("求解进程异常退出"),
        Failure.not_verified: lazy("结果未通过独立核验，未予采用"),
        Failure.no_result: lazy("时限内没有得出方案"),
        Failure.infeasible: lazy("各项约束互相矛盾，没有可行方案"),
        Failure.inputs_changing: lazy("运行期间数据多次变动，请稍后再运行"),
    }
)

OVERRIDES: Final[Mapping[OverrideReason, str]] = MappingProxyType(
    {
        OverrideReason.meeting: lazy("专题会议决定"),
        OverrideReason.investor_choice: lazy("投资方选择"),
        OverrideReason.supply_chain: lazy("产业配套需要"),
        OverrideReason.balance: lazy("区域统筹平衡"),
        OverrideReason.safety: lazy("安全或环保要求"),
        OverrideReason.other: lazy("其他（须第二人签署）"),
    }
)

DECIDING_BODIES: Final[Mapping[DecidingBody, str]] = MappingProxyType(
    {
        DecidingBody.office: lazy("市统筹办"),
        DecidingBody.special_meeting: lazy("专题会议"),
        DecidingBody.joint_meeting: lazy("招商工作联席会议"),
    }
)

RULES: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.ORIGIN: lazy("首谈单位自己的园区"),
        Rule.HELD: lazy("已由其他地方承接"),
        Rule.DECLINED: lazy("该地已婉拒此项目"),
        Rule.FORBIDDEN: lazy("园区禁入行业"),
        Rule.POSITIONING: lazy("产业定位不符"),
        Rule.INTENSITY: lazy("投资强度低于下限"),
        Rule.TAX: lazy("亩均税收低于下限"),
        Rule.LAND: lazy("到期可供用地不足"),
        Rule.HALL: lazy("到期可供厂房不足"),
        Rule.STALE_LAND: lazy("其余用地久未核实"),
        Rule.STALE_HALL: lazy("其余厂房久未核实"),
        Rule.ENERGY: lazy("园区能耗余量不足"),
        Rule.WATER: lazy("园区供水余量不足"),
        Rule.COD: lazy("园区 COD 余量不足"),
        Rule.COUNTY_LAND: lazy("县区用地指标不足"),
        Rule.COUNTY_ENERGY: lazy("县区能耗指标不足"),
        Rule.COUNTY_COD: lazy("县区 COD 容量不足"),
        Rule.COUNTY_LEADS: lazy("县区承接数量已达均衡上限"),
        Rule.COUNTY_INVESTMENT: lazy("县区承接投资额已达均衡上限"),
        Rule.OUTRANKED: lazy("可承接，得分排在前三名之后"),
    }
)

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "positioning": lazy("产业定位"),
        "fit": lazy("载体适配"),
        "headroom": lazy("要素余量"),
        "intensity": lazy("投资强度"),
        "tax": lazy("亩均税收"),
    }
)
