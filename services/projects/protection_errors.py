"""What can go wrong when a county answers for its protection, or the city does.

Conflict
├── NotProtected          the lead is not under first-negotiation protection
├── ExtensionTooLate      the protection has ended: it is not extended any more
├── ExtensionUsed         the protection has been extended as often as the city allows
└── NoRequest             there is no request for an extension that waits
Invalid
└── NotProgress           progress and requests for an extension count by evidence, not by words
"""

from services.kit.errors import Conflict, Invalid
from services.kit.i18n import lazy


class NotProtected(Conflict):
    """The lead is not under first-negotiation protection."""

    slug = "not-protected"
    title = lazy("该线索不在首谈保护之中")


class ExtensionTooLate(Conflict):
    """The protection has ended: it is not extended any more."""

    slug = "extension-after-expiry"
    title = lazy("首谈保护期已届满，不能再申请延期")
    detail = lazy("保护期已于 {until} 届满；延期须在届满之前申请")


class ExtensionUsed(Conflict):
    """The protection has been extended as often as the city allows, or a request waits already."""

    slug = "extension-used"
    title = lazy("已申请过延期，或已达到延期次数上限")


class NoRequest(Conflict):
    """There is no request for an extension that waits."""

    slug = "no-extension-request"
    title = lazy("没有待答复的延期申请")


class NotProgress(Invalid):
    """Progress and requests for an extension count by evidence, not by words."""

    slug = "progress-needs-evidence"
    title = lazy("进展和延期须附佐证，只写说明不算进展")
