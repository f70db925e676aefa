"""What the audit refuses with.

DomainError
├── NotFound
│   ├── NoSuchLetter      there is no such letter, or none that this person may know of
│   └── NotUnlocked       no letter of this auditor covers the project now
├── Forbidden
│   └── NotYourAudit      these questions are the auditor's and the city's two offices'
├── Conflict
│   └── LetterKept        the letter was checked or ended already
└── Invalid
    └── BadLetter         the letter names no auditor, another county, or a time that ends before it begins
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchLetter(NotFound):
    """There is no such letter, or none that this person may know of."""

    slug = "no-such-letter"
    title = lazy("没有这份审计通知书")


class NotUnlocked(NotFound):
    """No letter of this auditor covers the project now; whether there is one is not told either."""

    slug = "name-not-unlocked"
    title = lazy("没有覆盖该项目的有效审计通知书")


class NotYourAudit(Forbidden):
    """These questions read over all counties."""

    slug = "not-your-audit"
    title = lazy("审计检查由审计、市财政和市级统筹办理")


class LetterKept(Conflict):
    """The letter was checked or ended already."""

    slug = "letter-kept"
    title = lazy("该审计通知书已复核或已终止")


class BadLetter(Invalid):
    """The letter cannot be recorded so."""

    slug = "bad-letter"
    title = lazy("审计通知书登记有误")
