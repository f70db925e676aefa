"""What can go wrong with the records of compliance."""

from services.kit.errors import Conflict, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchSheet(NotFound):
    """There is no such list of promises, or none that the asker may read."""

    slug = "no-such-commitment-sheet"
    title = lazy("没有这份承诺事项清单")


class SheetReplaced(Conflict):
    """A newer list or letter stands; this one is no longer looked at."""

    slug = "commitment-sheet-replaced"
    title = lazy("承诺事项清单已被新的清单取代，请按最新清单办理")


class OpinionGiven(Conflict):
    """This opinion on the list is on record already; a changed list takes a new one."""

    slug = "promise-opinion-given"
    title = lazy("这份清单已有该项意见，修改须重新登记清单")


class BadCompliance(Invalid):
    """The record lacks something or contradicts itself."""

    slug = "bad-compliance-record"
    title = lazy("合规记录填写不完整")


class NoSuchFinding(NotFound):
    """No such passage was found in any text of the case."""

    slug = "no-such-finding"
    title = lazy("没有这条条款提示")


class ClearanceAnswered(Conflict):
    """The second person has answered."""

    slug = "clearance-answered"
    title = lazy("该说明已由第二人答复")


class ComplianceMissing(Conflict):
    """Something must be on record before the city decides; `errors` lists each and says where to mend it."""

    slug = "compliance-missing"
    title = lazy("合规记录不全，不能审定")


class ForbiddenClause(Conflict):
    """A text holds a clause that fair competition forbids; `errors` cites the articles."""

    slug = "forbidden-clause"
    title = lazy("文字含有公平竞争审查禁止的条款")
