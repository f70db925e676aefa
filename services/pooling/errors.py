"""What can go wrong around the pool.

NotFound
├── NoSuchMeeting, NoSuchItem, NoSuchReport, NoSuchReferral
└── NoSuchCode            no live code of an investor: unknown, revoked and expired ones are not told apart
Conflict
├── MeetingConcluded      the minutes are on record; nothing is added any more
├── OpinionGiven          this body has given its opinion on the item
├── TooFewOpinions        the minutes assign what too few have written about
├── NotMajor              the joint meeting assigns major projects only
├── ReportRuled           the report was ruled on before
├── AlreadyReferred       the lead stands in the province's pool
└── NotToRefer            the lead is not with the city any more, or a host holds it
Invalid
└── BadPooling            the form's content breaks a rule
"""

from services.kit.errors import Conflict, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchMeeting(NotFound):
    """There is no such joint meeting."""

    slug = "no-such-meeting"
    title = lazy("没有这次联席会议")


class NoSuchItem(NotFound):
    """There is no such item, or the project waits for no opinion of this county."""

    slug = "no-such-item"
    title = lazy("没有这项议题")


class NoSuchReport(NotFound):
    """There is no such report."""

    slug = "no-such-report"
    title = lazy("没有这份反映")


class NoSuchReferral(NotFound):
    """The lead was not handed to the province."""

    slug = "no-such-referral"
    title = lazy("没有报省记录")


class NoSuchCode(NotFound):
    """No live code of an investor; unknown, revoked and expired ones are not told apart."""

    slug = "no-such-code"
    title = lazy("查询码无效或已失效")


class MeetingConcluded(Conflict):
    """The minutes are on record; nothing is added any more."""

    slug = "meeting-concluded"
    title = lazy("会议纪要已登记，不能再补充")


class OpinionGiven(Conflict):
    """This body has given its opinion on the item."""

    slug = "opinion-given"
    title = lazy("该单位已提出书面意见")


class TooFewOpinions(Conflict):
    """The minutes assign what too few have written about."""

    slug = "too-few-opinions"
    title = lazy("书面意见份数不足")
    detail = lazy("书面意见 {given} 份，至少需要 {needed} 份")


class NotMajor(Conflict):
    """The joint meeting assigns major projects only."""

    slug = "not-major"
    title = lazy("未达到重大项目标准，不由联席会议统筹")


class ReportRuled(Conflict):
    """The report was ruled on before."""

    slug = "report-ruled"
    title = lazy("该反映已有结论")


class AlreadyReferred(Conflict):
    """The lead stands in the province's pool."""

    slug = "already-referred"
    title = lazy("该线索已报省级统筹")


class NotToRefer(Conflict):
    """A host holds the lead, or it has left the city's pool."""

    slug = "not-to-refer"
    title = lazy("该线索当前不能报省级统筹")


class BadPooling(Invalid):
    """The form's content breaks a rule."""

    slug = "bad-pooling"
    title = lazy("填写内容有误")
