"""Closed lists of questions on a run, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

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
