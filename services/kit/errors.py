"""What can go wrong, as classes with facts and a slug.

    DomainError
    ├── BadRequest            the request cannot be read
    ├── Unauthenticated       nobody is signed in
    ├── Forbidden             this person may not
    │   └── SamePerson        this person took the step before
    ├── NotFound              there is no such thing, or none that this person may know of
    ├── Conflict              the state of things does not allow it
    ├── Stale                 somebody else changed it first
    ├── TooLarge              more than is taken at once
    ├── Invalid               the content breaks a rule; `errors` names the places
    ├── PreconditionRequired  the version seen must be named
    ├── TooMany               too often; come back later
    └── Unavailable           not now; come back later

Slices subclass these. Only `problem.py` knows status codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from services.kit.i18n import lazy


@dataclass(frozen=True, slots=True)
class FieldError:
    """One place in the input that breaks a rule: a JSON pointer, a stable code, a sentence (a message id)."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """The root. `facts` fill the placeholders of `detail` and stand in the problem document.

    Args:
        errors: the places in the input that break a rule.
        retry_after: seconds after which to try again.
        facts: values that the message names; never an input that was not checked.
    """

    slug: ClassVar[str] = "error"
    title: ClassVar[str] = lazy("出错了")
    detail: ClassVar[str] = ""

    def __init__(
        self, *, errors: Sequence[FieldError] = (), retry_after: int | None = None, **facts: Any
    ) -> None:
        super().__init__(self.slug, facts)
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.facts = facts


class BadRequest(DomainError):
    """The request cannot be read."""

    slug = "bad-request"
    title = lazy("请求无法读取")


class Unauthenticated(DomainError):
    """Nobody is signed in."""

    slug = "unauthenticated"
    title = lazy("请先登录")


class Forbidden(DomainError):
    """This person may not."""

    slug = "forbidden"
    title = lazy("没有权限")


class SamePerson(Forbidden):
    """Of two steps that check each other, the second must be another person's."""

    slug = "same-person"
    title = lazy("这一步须由另一人办理")


class NotFound(DomainError):
    """There is no such thing, or none that this person may know of."""

    slug = "not-found"
    title = lazy("没有找到")


class Conflict(DomainError):
    """The state of things does not allow it."""

    slug = "conflict"
    title = lazy("当前状态不允许")


class Stale(DomainError):
    """Somebody else changed it first."""

    slug = "stale"
    title = lazy("内容已被他人修改，请刷新后再试")


class TooLarge(DomainError):
    """More than is taken at once."""

    slug = "too-large"
    title = lazy("内容过大")


class Invalid(DomainError):
    """The content breaks a rule."""

    slug = "invalid"
    title = lazy("内容不符合要求")


class PreconditionRequired(DomainError):
    """The version seen must be named with If-Match."""

    slug = "precondition-required"
    title = lazy("请先读取最新版本（If-Match）")


class TooMany(DomainError):
    """Too often."""

    slug = "too-many"
    title = lazy("操作过于频繁，请稍后再试")


class Unavailable(DomainError):
    """Not now."""

    slug = "unavailable"
    title = lazy("服务暂时不可用，请稍后再试")
