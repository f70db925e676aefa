"""What the pool refuses with.

DomainError
├── NotFound
│   ├── NoSuchProject       none, or none that this person may know of
│   ├── NoSuchPark          the host's park is not in the city
│   └── UnknownCode         a loaded row names a project that is not there
├── Forbidden
│   └── NotYours            the thing is seen, but is another's to act on
├── Conflict
│   ├── MoveRefused         the project's state or its facts stand against the move; `reasons` names all
│   ├── ChainOpen           several people sign this move, on its approval sheet
│   ├── OverOffered         more than the park has left beside what it has promised
│   ├── AlreadyHeld         another host has the hold
│   ├── NameBeforeTerms     the name was asked for before the floor terms were accepted
│   ├── NameNotAgreed       the terms are accepted; investor or origin have not agreed yet
│   ├── LimitReached        a limit of the county stands against it; `limits` names all
│   │   ├── HoldCapReached, CoolingDown, ApplicationCapReached, InQuarantine
│   └── NoRoom              the park cannot carry it beside what it already holds
└── Invalid
├── BadProject          the form's content breaks a rule
└── BadFilter           a filter or order that is not for this person
"""

from typing import Any

from allocation.lifecycle import Reason
from allocation.pool_limits import Limit
from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy
from services.projects.pool_words import LIMITS
from services.projects.words import REASONS


class NoSuchProject(NotFound):
    """There is no such project, or none that this person may know of: the answer is the same."""

    slug = "no-such-project"
    title = lazy("没有这个项目")


class NoSuchPark(NotFound):
    """There is no such park in the city."""

    slug = "no-such-park"
    title = lazy("没有这个园区")


class UnknownCode(NotFound):
    """A loaded row names a project that is not there."""

    slug = "unknown-project-code"
    title = lazy("登记编号不存在")
    detail = lazy("没有登记编号为 {code} 的项目")


class NotYours(Forbidden):
    """The thing is seen, but is another's to act on."""

    slug = "not-yours"
    title = lazy("该事项不由本单位办理")


class MoveRefused(Conflict):
    """A move is refused. Every reason is named.

    Args:
        reasons: all reasons against the move.
    """

    slug = "move-refused"
    title = lazy("当前不能进行此操作")

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        places = [FieldError("", reason.value, REASONS[reason]) for reason in reasons]
        super().__init__(errors=places, reasons=[reason.value for reason in reasons])
        self.reasons = reasons


class ChainOpen(Conflict):
    """Several people sign this move; it is made by the last signature on its approval sheet `sheet`."""

    slug = "approval-chain-open"
    title = lazy("该事项须按审批流程逐级签批，请到审批单办理")


class OverOffered(Conflict):
    """More is offered than the park, the plot or the hall has left beside what it has promised."""

    slug = "over-offered"
    title = lazy("超过可承诺的余量")


class AlreadyHeld(Conflict):
    """Another host has the hold, or the project is no longer up for decision."""

    slug = "already-held"
    title = lazy("该项目已被持有或状态已变化")


class NameBeforeTerms(Conflict):
    """The name is asked for, and the floor terms are not accepted yet."""

    slug = "name-before-terms"
    title = lazy("接受保底条件之前不揭示名称")


class NameNotAgreed(Conflict):
    """The floor terms are accepted, and the investor or the origin has not agreed yet."""

    slug = "name-not-agreed"
    title = lazy("投资方和首谈地同意之后才揭示名称")


class LimitReached(Conflict):
    """A limit of the pool stands against a county. Every limit is named.

    Args:
        limits: all limits that stand against it.
        facts: the figures behind them.
    """

    slug = "limit-reached"
    title = lazy("超出共享池限额")

    def __init__(self, limits: tuple[Limit, ...], **facts: Any) -> None:
        places = [FieldError("", limit.value, LIMITS[limit]) for limit in limits]
        super().__init__(errors=places, limits=[limit.value for limit in limits], **facts)
        self.limits = limits


class HoldCapReached(LimitReached):
    """The county holds as many leads without evidence of progress as it may."""

    slug = "hold-cap-reached"
    title = lazy("无进展佐证的持有项目已达上限")


class CoolingDown(LimitReached):
    """A hold of the county failed lately."""

    slug = "cooling-down"
    title = lazy("上次持有失败后的冷静期未满")


class ApplicationCapReached(LimitReached):
    """The county applied as often today as it may."""

    slug = "application-cap-reached"
    title = lazy("今日申领已达上限")


class InQuarantine(LimitReached):
    """The lead is too new in the pool to be applied for."""

    slug = "in-quarantine"
    title = lazy("线索入池静置期未满")


class BadProject(Invalid):
    """The content of a form breaks a rule."""

    slug = "bad-project"
    title = lazy("填写内容有误")


class DuplicatesOpen(Invalid):
    """Another county filed a like firm before: the city accepts with a reason.

    Args:
        count: how many warnings are open.
    """

    slug = "duplicates-open"
    title = lazy("受理前须处理重复提示")
    detail = lazy("有 {count} 条其他县区的重复提示未处理，受理须写明理由")

    def __init__(self, *, count: int) -> None:
        place = FieldError("/reason", "duplicates_open", lazy("有重复提示未处理，受理须写明理由"))
        super().__init__(errors=[place], count=count)


class NoSuchWarning(NotFound):
    """There is no such warning of a duplicate."""

    slug = "no-such-duplicate"
    title = lazy("没有这条重复提示")


class WarningAnswered(Conflict):
    """The warning was answered, or no longer holds."""

    slug = "duplicate-answered"
    title = lazy("该重复提示已处理")


class BadFilter(Invalid):
    """A filter or an order that is not for this person."""

    slug = "bad-filter"
    title = lazy("不支持该筛选或排序条件")
