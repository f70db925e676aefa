"""Closed lists of reports, with their Chinese words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.statistics.course import Step
from allocation.statistics.periods import PeriodKind, Window
from allocation.statistics.rates import Kind, RateCode
from services.kit.i18n import lazy


class SectionCode(StrEnum):
    """The parts of a report."""

    stages = "stages"
    rates = "rates"
    funds = "funds"
    goals = "goals"
    score = "score"
    money = "money"
    credit = "credit"
    friction = "friction"
    lost = "lost"
    alarms = "alarms"
    fairness = "fairness"


class ReportState(StrEnum):
    """A report is open (初步), asked to be frozen, or frozen."""

    open = "open"
    asked = "asked"
    frozen = "frozen"


class AwardState(StrEnum):
    """An award is drawn up, confirmed by a second person, or withdrawn before that."""

    drawn_up = "drawn_up"
    confirmed = "confirmed"
    withdrawn = "withdrawn"


STEPS: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.registered: lazy("新增线索"),
        Step.pooled: lazy("入池"),
        Step.transferred: lazy("流转落地"),
        Step.signed: lazy("新签约"),
        Step.contracted: lazy("签订合同"),
        Step.incorporated: lazy("注册公司"),
        Step.ready: lazy("达到开工条件"),
        Step.started: lazy("开工"),
        Step.counted: lazy("纳统"),
        Step.completed: lazy("竣工"),
        Step.produced: lazy("投产"),
        Step.full_output: lazy("达产"),
    }
)

RATES: Final[Mapping[RateCode, str]] = MappingProxyType(
    {
        RateCode.contract: lazy("合同率"),
        RateCode.registration: lazy("注册率"),
        RateCode.ready: lazy("达到开工条件率"),
        RateCode.start: lazy("开工率"),
        RateCode.performance: lazy("履约率"),
        RateCode.production: lazy("投产率"),
    }
)

WINDOWS: Final[Mapping[Window, str]] = MappingProxyType(
    {
        Window.now: lazy("本期"),
        Window.ytd: lazy("本年累计"),
        Window.before: lazy("上期"),
        Window.year_ago: lazy("上年同期"),
        Window.ytd_year_ago: lazy("上年同期累计"),
    }
)

KINDS: Final[Mapping[Kind, str]] = MappingProxyType({Kind.count: lazy("按个数"), Kind.amount: lazy("按金额")})

PERIODS: Final[Mapping[PeriodKind, str]] = MappingProxyType(
    {
        PeriodKind.month: lazy("月统计"),
        PeriodKind.quarter: lazy("季通报"),
        PeriodKind.year: lazy("年考核"),
    }
)

STATES: Final[Mapping[ReportState, str]] = MappingProxyType(
    {
        ReportState.open: lazy("初步"),
        ReportState.asked: lazy("初步（待封存）"),
        ReportState.frozen: lazy("已封存"),
    }
)

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "value": lazy("明细"),
        "numerator": lazy("分子"),
        "denominator": lazy("分母"),
        "plus": lazy("新计入的"),
        "minus": lazy("不再计入的"),
    }
)

AWARDS: Final[Mapping[AwardState, str]] = MappingProxyType(
    {
        AwardState.drawn_up: lazy("已拟定，待确认"),
        AwardState.confirmed: lazy("已确认"),
        AwardState.withdrawn: lazy("已撤回"),
    }
)

SECTIONS: Final[Mapping[SectionCode, str]] = MappingProxyType(
    {
        SectionCode.stages: lazy("各阶段项目"),
        SectionCode.rates: lazy("合同率、注册率、达到开工条件率等"),
        SectionCode.funds: lazy("到位资金"),
        SectionCode.goals: lazy("年度目标进度"),
        SectionCode.score: lazy("考核得分"),
        SectionCode.money: lazy("分享资金"),
        SectionCode.credit: lazy("考核计入"),
        SectionCode.friction: lazy("减少内耗"),
        SectionCode.lost: lazy("流失账"),
        SectionCode.alarms: lazy("预警"),
        SectionCode.fairness: lazy("县区均衡"),
    }
)

NOTES: Final[Mapping[SectionCode, str]] = MappingProxyType(
    {
        SectionCode.stages: lazy("线索和入池计入首谈县区，其余计入落地县区；投资额为项目总投资。"),
        SectionCode.rates: lazy("按本年签约的项目计算，截至统计日；分子、分母和口径随率列出。"),
        SectionCode.funds: lazy("按到位月份计入落地县区；外币按当月汇率折算，没有汇率的不计。"),
        SectionCode.goals: lazy("完成数除以全年目标；低于序时进度的标出，供约谈提醒。"),
        SectionCode.score: lazy("按各项权重加权，单项最高满分；没有分母的一项不计，其权重摊给其余各项。"),
        SectionCode.money: lazy("按账簿记账月份，与账簿一致。"),
        SectionCode.credit: lazy("本年已计入的考核指标；年度认定之前为暂计，各县区之和可能大于全市。"),
        SectionCode.friction: lazy("政策诉求按要素承诺清单中的资金计；未通过指财政审核或合法性审查退回。"),
        SectionCode.lost: lazy("计入首谈县区；从未入池共享的，说明本可由其他县区承接而未共享。"),
        SectionCode.alarms: lazy(
            "预警不是结论，须打开明细核实：重复签约指同一企业此前已在其他县区或其他年度签约；"
            "用地项目签约满一年未开工的列出；重新包装预警列入季通报和年考核。"
        ),
        SectionCode.fairness: lazy("按最近十二个月每月最后一次匹配的建议统计，与县区均衡页一致。"),
    }
)

FUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "funds": lazy("到位资金"),
        "funds_province_outside": lazy("其中省际资金"),
        "funds_province_inside": lazy("其中省内资金"),
        "funds_foreign": lazy("其中外资"),
    }
)
