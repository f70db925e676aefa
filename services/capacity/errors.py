"""What the capacity refuses with.

DomainError
├── NotFound
│   └── NoSuchUse      no such use outside the program
├── Conflict
│   └── UseEnded       it was ended before
└── Invalid
    └── BadStock       a form's content breaks a rule
"""

from services.kit.errors import Conflict, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchUse(NotFound):
    """There is no such use outside the program at this park."""

    slug = "no-such-use"
    title = lazy("没有这条平台外占用")


class UseEnded(Conflict):
    """The use outside the program was ended before."""

    slug = "use-ended"
    title = lazy("这条平台外占用已经结束")


class BadStock(Invalid):
    """The content of a form on plots, halls or their use breaks a rule."""

    slug = "bad-stock"
    title = lazy("填写内容有误")
