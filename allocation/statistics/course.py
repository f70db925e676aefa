"""How a project went: the day of each step, and what it counts for."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """What a month counts of projects, in the order of their lives."""

    registered = "registered"  # 新增线索
    pooled = "pooled"  # 入池
    transferred = "transferred"  # 流转落地: signed by another county than brought it
    signed = "signed"  # 签约
    contracted = "contracted"  # 合同
    incorporated = "incorporated"  # 注册
    ready = "ready"  # 达到开工条件
    started = "started"  # 开工
    counted = "counted"  # 纳统
    completed = "completed"  # 竣工
    produced = "produced"  # 投产
    full_output = "full_output"  # 达产


LEAD_STEPS = frozenset({Step.registered, Step.pooled})
"""Steps that count for who brought the lead; all later ones count for the host."""


class Course(NamedTuple):
    """A project's days by step, with its investment in fen.

    Attributes:
        ref: what the project is addressed by.
        origin: the county that brought it.
        host: the county that has it; the origin where none is named.
        investment_fen: the total investment.
        days: the day of each step that it reached.
        industry: the four-digit class; '' where it does not matter.
    """

    ref: str
    origin: str
    host: str
    investment_fen: int
    days: Mapping[Step, date]
    industry: str = ""

    def region(self, step: Step) -> str:
        """Return the county that a step counts for."""
        return self.origin if step in LEAD_STEPS else self.host
