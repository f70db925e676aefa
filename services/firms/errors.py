"""What the register of firms' names refuses with.

DomainError
├── NotFound
│   └── NoSuchName      none, or none that this person may know of
├── TooMany
│   └── TooManyChecks   this person asked for too many firms within a day
└── Invalid
    └── BadName         the name is the firm's own, is recorded already, or the code is none
"""

from services.kit.errors import Invalid, NotFound, TooMany
from services.kit.i18n import lazy


class NoSuchName(NotFound):
    """There is no such recorded name, or none that this person may know of."""

    slug = "no-such-firm-name"
    title = lazy("没有这个企业名称备案")


class TooManyChecks(TooMany):
    """This person asked for too many firms within a day. Registering is not affected."""

    slug = "too-many-firm-checks"
    title = lazy("一天内查重次数过多，登记不受影响")


class BadName(Invalid):
    """The name cannot be recorded."""

    slug = "bad-firm-name"
    title = lazy("企业名称不符合要求")
