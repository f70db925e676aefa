"""What rule packs refuse with.

DomainError
└── NotFound
    └── NoSuchPack   no rule pack of this id
"""

from services.kit.errors import NotFound
from services.kit.i18n import lazy


class NoSuchPack(NotFound):
    """There is no rule pack of this id."""

    slug = "no-such-pack"
    title = lazy("没有这个规则包")
