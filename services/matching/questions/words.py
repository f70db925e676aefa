"""Closed lists of questions on a run, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from allocation.matching.answer_parts import Lever
from services.kit.i18n import lazy


class QuestionKind(StrEnum):
    """What is asked; the names are those of `allocation.matching.answer_record.KINDS`."""

    why_not = "why_not"  # why is this lead not at that park
    would_win = "would_win"  # what would have to change for it to be there
    override_price = "override_price"  # what it costs all to place it there against the run
    alternatives = "alternatives"  # its best other hosts, all else solved again
    scenario = "scenario"  # what other weights or more land would change


class QuestionState(StrEnum):
    """A question waits, is worked on, has its stored answer, or has failed."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"


class QuestionFailure(StrEnum):
    """Why a question has no answer."""

    worker_lost = "worker_lost"
    out_of_time = "out_of_time"
    out_of_memory = "out_of_memory"
    crashed = "crashed"
    not_verified = "not_verified"


class Level(IntEnum):
    """How far a would-win answer looks.

    0: what is short while nothing else moves. 1: that change applied and the whole pool solved again. 2: the
    smallest change that still wins when the whole pool is solved again.
    """

    shortage = 0
    resolved = 1
    smallest = 2


QUESTION_KINDS: Final[Mapping[QuestionKind, str]] = MappingProxyType(
    {
        QuestionKind.why_not: lazy("为什么不是这里"),
        QuestionKind.would_win: lazy("怎样才能落位"),
        QuestionKind.override_price: lazy("改选代价"),
        QuestionKind.alternatives: lazy("备选承接地"),
        QuestionKind.scenario: lazy("情景对比"),
    }
)

QUESTION_STATES: Final[Mapping[QuestionState, str]] = MappingProxyType(
    {
        QuestionState.queued: lazy("排队中"),
        QuestionState.running: lazy("测算中"),
        QuestionState.done: lazy("已算出"),
        QuestionState.failed: lazy("没有算出"),
    }
)

QUESTION_FAILURES: Final[Mapping[QuestionFailure, str]] = MappingProxyType(
    {
        QuestionFailure.worker_lost: lazy("求解进程两次中断"),
        QuestionFailure.out_of_time: lazy("超出时间限制"),
        QuestionFailure.out_of_memory: lazy("超出内存限制"),
        QuestionFailure.crashed: lazy("求解进程异常退出"),
        QuestionFailure.not_verified: lazy("结果未通过独立核验，未予采用"),
    }
)

LEVELS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.shortage: lazy("其他安排都不动"),
        Level.resolved: lazy("补足后全市重新求解"),
        Level.smallest: lazy("全市重新求解的最小改动"),
    }
)

CHANGES: Final[Mapping[Lever, str]] = MappingProxyType(
    {
        Lever.LAND: lazy("再有 {n} 亩净地（{day} 前可供）"),
        Lever.HALL: lazy("再有 {n} 平方米厂房（{day} 前可用）"),
        Lever.ENERGY: lazy("园区能耗余量再多 {n} 吨标准煤/年"),
        Lever.WATER: lazy("园区供水余量再多 {n} 吨/日"),
        Lever.COD: lazy("园区 COD 余量再多 {n} 千克/年"),
        Lever.TIER: lazy("把该行业列为园区的主导或首位产业（提高 {n} 档）"),
        Lever.INVESTMENT_FLOOR: lazy("园区投资强度下限降低 {n} 万元/亩"),
        Lever.TAX_FLOOR: lazy("园区亩均税收下限降低 {n} 万元/亩"),
        Lever.COUNTY_LAND: lazy("县区用地指标再多 {n} 亩"),
        Lever.COUNTY_ENERGY: lazy("县区能耗指标再多 {n} 吨标准煤/年"),
        Lever.COUNTY_COD: lazy("县区 COD 容量再多 {n} 千克/年"),
        Lever.COUNTY_LEADS: lazy("县区承接数量上限再多 {n} 个"),
        Lever.COUNTY_INVESTMENT: lazy("县区承接投资额上限再多 {n} 万元"),
        Lever.LEAD_LAND: lazy("项目用地减少 {n} 亩"),
        Lever.LEAD_HALL: lazy("项目厂房减少 {n} 平方米"),
        Lever.LEAD_ENERGY: lazy("项目能耗减少 {n} 吨标准煤/年"),
        Lever.LEAD_WATER: lazy("项目用水减少 {n} 吨/日"),
        Lever.LEAD_COD: lazy("项目 COD 排放减少 {n} 千克/年"),
        Lever.LEAD_INVESTMENT: lazy("项目固定资产投资再多 {n} 万元"),
        Lever.LEAD_TAX: lazy("项目年税收再多 {n} 万元"),
        Lever.LEAD_DEADLINE: lazy("最迟供地日期推后 {n} 天"),
        Lever.CAPACITY: lazy("承接能力再多 {n}"),
    }
)
"""What has to change, in words, with how much and, for new land and halls, by when."""

STANDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "proposed": lazy("推荐落位"),
        "open": lazy("可以落位"),
        "crowded": lazy("其他项目落位后不够"),
        "blocked": lazy("不符合条件"),
    }
)

LEVERS: Final[Mapping[Lever, str]] = MappingProxyType(
    {
        Lever.LAND: lazy("净地"),
        Lever.HALL: lazy("厂房"),
        Lever.ENERGY: lazy("能耗余量"),
        Lever.WATER: lazy("供水余量"),
        Lever.COD: lazy("COD 余量"),
    }
)
"""Figures of a park that a scenario may change."""

RESOURCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "land": (lazy("净地（{day} 前可供）"), "mu"),
        "hall": (lazy("厂房（{day} 前可用）"), "m2"),
        "energy": (lazy("能耗余量"), "tce"),
        "water": (lazy("供水余量"), "td"),
        "cod": (lazy("COD 余量"), "kg"),
        "investment": (lazy("承接投资额上限"), "wan"),
        "leads": (lazy("承接数量上限"), "leads"),
    }
)
"""Limits that have a price, by the name as compiled without its day; each with the unit of its amounts."""
