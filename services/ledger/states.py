"""The closed lists of the ledger: periods, statements, their states and the steps between them."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.sharing.postings import Unit as Unit  # noqa: PLC0414 -- it belongs to this list
from services.kit.i18n import lazy

ENGINE: Final = "sharing-1"
"""The version of the calculation. A new one must change no settled figure."""


class PeriodState(StrEnum):
    """Whether a month can be booked in."""

    open = "open"
    closed = "closed"


class JournalKind(StrEnum):
    """Why a journal was written.

    `share` books what agreements share, `adjustment` what an approved adjustment sheet changes, `settlement`
    moves dues to the city's clearing, `payment` records what was paid, `credit` counts for assessment, and
    `reversal` takes back a journal of any other kind.
    """

    share = "share"
    reversal = "reversal"
    adjustment = "adjustment"
    settlement = "settlement"
    payment = "payment"
    credit = "credit"


class BatchKind(StrEnum):
    """What a batch brought."""

    receipts = "receipts"
    incentives = "incentives"


class StatementKind(StrEnum):
    """测算单 of a month, 对账单 of a quarter, 年终结算单 of a year."""

    month = "month"
    quarter = "quarter"
    year = "year"

    @property
    def zh(self) -> str:
        """The paper's name, a message id."""
        return KIND_NAMES[self]


KIND_NAMES: Final = MappingProxyType(
    {
        StatementKind.month: lazy("测算单"),
        StatementKind.quarter: lazy("对账单"),
        StatementKind.year: lazy("年终结算单"),
    }
)


class StatementState(StrEnum):
    """Where a statement stands. A month's is only ever computed or superseded."""

    computed = "computed"
    draft = "draft"
    checked = "checked"
    reviewed = "reviewed"
    issued = "issued"
    disputed = "disputed"
    confirmed = "confirmed"
    closed = "closed"
    superseded = "superseded"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return STATE_NAMES[self]


STATE_NAMES: Final = MappingProxyType(
    {
        StatementState.computed: lazy("已测算"),
        StatementState.draft: lazy("已编制"),
        StatementState.checked: lazy("已复核"),
        StatementState.reviewed: lazy("已审核"),
        StatementState.issued: lazy("已签发"),
        StatementState.disputed: lazy("有异议"),
        StatementState.confirmed: lazy("已确认"),
        StatementState.closed: lazy("已关账"),
        StatementState.superseded: lazy("已被新版取代"),
    }
)


class StatementAction(StrEnum):
    """What happened to a statement."""

    compute = "compute"
    prepare = "prepare"
    check = "check"
    review = "review"
    approve = "approve"
    confirm = "confirm"
    confirm_by_rule = "confirm_by_rule"
    object = "object"
    withdraw = "withdraw"
    uphold = "uphold"
    accept = "accept"
    resolve = "resolve"
    ask_reject = "ask_reject"
    reject = "reject"
    reissue = "reissue"
    supersede = "supersede"
    reopen = "reopen"
    close = "close"
    scan = "scan"
    check_scan = "check_scan"
    return_scan = "return_scan"

    @property
    def zh(self) -> str:
        """The action's name, a message id."""
        return ACTION_NAMES[self]


ACTION_NAMES: Final = MappingProxyType(
    {
        StatementAction.compute: lazy("测算"),
        StatementAction.prepare: lazy("编制"),
        StatementAction.check: lazy("复核"),
        StatementAction.review: lazy("审核"),
        StatementAction.approve: lazy("批准签发"),
        StatementAction.confirm: lazy("确认"),
        StatementAction.confirm_by_rule: lazy("按规则视同确认"),
        StatementAction.object: lazy("提出异议"),
        StatementAction.withdraw: lazy("撤回异议"),
        StatementAction.uphold: lazy("维持原单"),
        StatementAction.accept: lazy("采纳异议"),
        StatementAction.resolve: lazy("处理存疑"),
        StatementAction.ask_reject: lazy("请退回，我方有误"),
        StatementAction.reject: lazy("应签发方请求退回"),
        StatementAction.reissue: lazy("重新编制"),
        StatementAction.supersede: lazy("被新版取代"),
        StatementAction.reopen: lazy("反关账"),
        StatementAction.close: lazy("关账"),
        StatementAction.scan: lazy("上传盖章扫描件"),
        StatementAction.check_scan: lazy("复核盖章扫描件"),
        StatementAction.return_scan: lazy("退回盖章扫描件"),
    }
)


class CloseState(StrEnum):
    """A year's close: one closes, another checks."""

    requested = "requested"
    closed = "closed"
