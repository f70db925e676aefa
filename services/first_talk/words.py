"""Closed lists of cases between counties, with the Chinese words that pages and papers use for them."""

from enum import StrEnum
from typing import Final

from allocation.precedence import Ground
from services.kit.i18n import lazy


class CaseState(StrEnum):
    """A case is asked for by a county, opened by the city, and ends once, in one of four ways."""

    filed = "filed"
    open = "open"
    refused = "refused"
    ruled = "ruled"
    settled = "settled"
    withdrawn = "withdrawn"

    @property
    def zh(self) -> str:
        """The words, a message id."""
        return _STATES[self]


class CaseAction(StrEnum):
    """One step of a case, as its history names it."""

    file = "file"
    admit = "admit"
    refuse = "refuse"
    state = "state"
    hear = "hear"
    offer = "offer"
    agree = "agree"
    settle = "settle"
    withdraw = "withdraw"
    propose = "propose"
    reject = "reject"
    rule = "rule"

    @property
    def zh(self) -> str:
        """The words, a message id."""
        return _ACTIONS[self]


class Outcome(StrEnum):
    """What became of a party's lead."""

    holder = "holder"
    closed = "closed"
    merged = "merged"
    support = "support"
    resumed = "resumed"

    @property
    def zh(self) -> str:
        """The words, a message id."""
        return _OUTCOMES[self]


class Effect(StrEnum):
    """What a ruling or settlement orders for the leads that do not keep their protection."""

    closed = "closed"
    merged = "merged"
    support = "support"

    @property
    def zh(self) -> str:
        """The words, a message id."""
        return _OUTCOMES[Outcome(self.value)]


class RulingCheck(StrEnum):
    """What the second person says to a proposed ruling."""

    confirmed = "confirmed"
    rejected = "rejected"


OPEN_STATES: Final = frozenset({CaseState.filed, CaseState.open})
RULED_ON: Final = (
    Ground.agreement,
    Ground.earlier_acceptance,
    Ground.follow_up,
    Ground.others_lapsed,
    Ground.ruling,
)
"""The grounds that a ruling may name: the steps of the order, the last being the meeting's own weighing."""

_STATES: Final = {
    CaseState.filed: lazy("待立案"),
    CaseState.open: lazy("审理中"),
    CaseState.refused: lazy("不予立案"),
    CaseState.ruled: lazy("已裁定"),
    CaseState.settled: lazy("已和解"),
    CaseState.withdrawn: lazy("已撤回"),
}
_ACTIONS: Final = {
    CaseAction.file: lazy("提出争议"),
    CaseAction.admit: lazy("立案，各方线索中止"),
    CaseAction.refuse: lazy("不予立案"),
    CaseAction.state: lazy("提交陈述和证据"),
    CaseAction.hear: lazy("确定听取意见日期"),
    CaseAction.offer: lazy("提出和解方案"),
    CaseAction.agree: lazy("同意和解方案"),
    CaseAction.settle: lazy("确认和解"),
    CaseAction.withdraw: lazy("撤回争议"),
    CaseAction.propose: lazy("拟定裁定"),
    CaseAction.reject: lazy("退回拟定的裁定"),
    CaseAction.rule: lazy("裁定生效"),
}
_OUTCOMES: Final = {
    Outcome.holder: lazy("保有首谈保护"),
    Outcome.closed: lazy("线索关闭"),
    Outcome.merged: lazy("作为保有方线索的重复登记关闭，经过各自保留"),
    Outcome.support: lazy("线索关闭，转为配合保有方"),
    Outcome.resumed: lazy("恢复争议前状态"),
}
