"""What can go wrong with objections to matches."""

from services.kit.errors import Conflict, Forbidden, NotFound
from services.kit.i18n import lazy


class NoSuchMatchObjection(NotFound):
    """There is no such objection, or none that the asker may know of."""

    slug = "no-such-match-objection"
    title = lazy("没有这份异议")


class NothingToObjectTo(NotFound):
    """There is no such proposal or decision, or none that concerns the asker's county."""

    slug = "nothing-to-object-to"
    title = lazy("没有与本县区有关的推荐或审定")


class ObjectionOpen(Conflict):
    """The county has an open objection to the same thing."""

    slug = "match-objection-open"
    title = lazy("本县区对此已有一份未答复的异议")


class MatchObjectionAnswered(Conflict):
    """The objection is answered or withdrawn."""

    slug = "match-objection-answered"
    title = lazy("异议已经办结")


class NotIndependent(Forbidden):
    """The reviewer had a hand in the match, or is not of the city's office."""

    slug = "reviewer-not-independent"
    title = lazy("复核人须为没有经手这次匹配的市统筹办人员")


class NotTheReviewer(Forbidden):
    """Another person is named to look at this objection."""

    slug = "not-the-reviewer"
    title = lazy("这份异议由指定的复核人答复")
