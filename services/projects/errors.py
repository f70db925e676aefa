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
│   ├── AlreadyHeld         another host has the hold
│   └── NoRoom              the park cannot carry it beside what it already holds
└── Invalid
├── BadProject          the form's content breaks a rule
└── BadFilter           a filter or order that is not for this person
"""

from allocation.lifecycle import Reason
from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy
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


class AlreadyHeld(Conflict):
    """Another host has the hold, or the project is no longer up for decision."""

    slug = "already-held"
    title = lazy("该项目已被持有或状态已变化")


class BadProject(Invalid):
    """The content of a form breaks a rule."""

    slug = "bad-project"
    title = lazy("填写内容有误")


class BadFilter(Invalid):
    """A filter or an order that is not for this person."""

    slug = "bad-filter"
    title = lazy("不支持该筛选或排序条件")
