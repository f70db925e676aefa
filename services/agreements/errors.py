"""What the papers refuse with.

DomainError
├── NotFound
│   ├── NoSuchAgreement      none, or none that this person may know of
│   ├── NoSuchConfirmation   likewise
│   ├── NoSuchSignature      likewise
│   └── UnknownProject       a 登记编号 that is not there
├── Forbidden
│   └── NotYourPaper         the paper is seen, but the act is another's
├── Conflict
│   ├── WrongState           the paper's state does not allow it
│   ├── AlreadyAgreed        the project has a live paper of this kind
│   ├── NotHeld              the project has no host that holds it
│   └── OtherParties         a loaded row contradicts the stored agreement
└── Invalid
    ├── BadTerms             the terms contradict themselves
    ├── BelowFloor           the terms undercut the floor terms of the transfer
    ├── FavoursFirm          a clause returns money to the firm
    ├── Incomplete           minutes or consent are missing
    └── BadScan              not a PDF, PNG or JPEG, or too large
"""

from collections.abc import Sequence

from allocation.sharing.terms import TermsProblem
from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class NoSuchAgreement(NotFound):
    """There is no such agreement, or none that this person may know of."""

    slug = "no-such-agreement"
    title = lazy("没有这份协议")


class NoSuchConfirmation(NotFound):
    """There is no such confirmation, or none that this person may know of."""

    slug = "no-such-confirmation"
    title = lazy("没有这份确认书")


class NoSuchSignature(NotFound):
    """There is no such signature or scan on this paper."""

    slug = "no-such-signature"
    title = lazy("没有这份签署记录")


class UnknownProject(NotFound):
    """A loaded row names a project that is not there."""

    slug = "agreement-unknown-project"
    title = lazy("协议所列项目不存在")
    detail = lazy("没有登记编号为 {code} 的项目")


class NotYourPaper(Forbidden):
    """The paper is seen, but the act is another's."""

    slug = "not-your-paper"
    title = lazy("该文书事项不由您办理")


class WrongState(Conflict):
    """The paper's state does not allow it."""

    slug = "paper-wrong-state"
    title = lazy("文书当前状态不允许此操作")


class AlreadyAgreed(Conflict):
    """The project has a live paper of this kind."""

    slug = "already-agreed"
    title = lazy("该项目已有未终止的同类文书")


class NotHeld(Conflict):
    """The project has no host that holds it."""

    slug = "project-not-held"
    title = lazy("项目尚未经市级审定，不能订立文书")


class OtherParties(Conflict):
    """A loaded row contradicts the stored agreement of that number."""

    slug = "agreement-other-parties"
    title = lazy("与已存协议不一致")
    detail = lazy("协议 {code} 的项目、双方或状态与已存的不一致")


_TERMS_PROBLEMS = {
    "not_a_region_code": lazy("不是六位行政区划代码"),
    "same_as_origin": lazy("落地地不能与首谈地相同"),
    "out_of_range": lazy("超出允许范围"),
    "not_one_per_year": lazy("分享比例应每年一个"),
    "not_constant": lazy("该办法各年比例应相同，逐年不同请选“逐年比例”"),
    "not_positive": lazy("应大于零"),
    "empty_or_repeated": lazy("不能为空或重复"),
    "required_by_method": lazy("该办法要求扣除政策兑现"),
}


class BadTerms(Invalid):
    """The terms contradict themselves; every fault is named at its field."""

    slug = "bad-terms"
    title = lazy("协议条款有误")

    def __init__(self, problems: Sequence[TermsProblem], *, code: str = "") -> None:
        places = [
            FieldError(f"/{problem.field}", problem.code, _TERMS_PROBLEMS[problem.code])
            for problem in problems
        ]
        super().__init__(errors=places, code=code)


class BelowFloor(Invalid):
    """The terms undercut the floor terms of the transfer."""

    slug = "below-floor"
    title = lazy("条款低于首谈地的保底条件")


class FavoursFirm(Invalid):
    """A clause returns money to the firm by the tax it pays, or ties it to the place."""

    slug = "favours-firm"
    title = lazy("条款涉嫌违反公平竞争审查规定")


class Incomplete(Invalid):
    """What an agreement needs before it is signed is missing."""

    slug = "paper-incomplete"
    title = lazy("签署前要件不齐")


class BadScan(Invalid):
    """What was uploaded is not a scan of a paper."""

    slug = "bad-scan"
    title = lazy("签署扫描件不符合要求")
