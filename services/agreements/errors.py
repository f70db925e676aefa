"""What the papers refuse with.

DomainError
├── NotFound
│   ├── NoSuchAgreement      none, or none that this person may know of
│   ├── NoSuchConfirmation   likewise
│   ├── NoSuchSignature      likewise
│   ├── NoSuchProposal       likewise
│   ├── NoSuchParty          no such declared party outside the city
│   └── UnknownProject       a 登记编号 that is not there
├── Forbidden
│   └── NotYourPaper         the paper is seen, but the act is another's
├── Conflict
│   ├── WrongState           the paper's state does not allow it
│   ├── AlreadyAgreed        the project has a live paper of this kind
│   ├── NotHeld              the project has no host that holds it
│   ├── NotAgreed            the other side has not accepted the last proposal
│   ├── PartyKept            a checked party outside the city does not change
│   └── OtherParties         a loaded row contradicts the stored agreement
└── Invalid
    ├── BadTerms             the terms contradict themselves
    ├── BelowFloor           the terms undercut the floor terms of the transfer
    ├── FavoursFirm          a clause returns money to the firm
    ├── OverlappingTerms     terms already hold for a part of that time
    ├── UndeclaredParty      a party outside the city that nobody declared
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


class NoSuchProposal(NotFound):
    """There is no such version or proposal of this agreement."""

    slug = "no-such-proposal"
    title = lazy("没有这一版或这份修改稿")


class NoSuchParty(NotFound):
    """Nobody declared such a party outside the city."""

    slug = "no-such-party"
    title = lazy("没有这个市外签约方")


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


class NotAgreed(Conflict):
    """Both sides proposed terms, and the last ones are not accepted by the other side."""

    slug = "terms-not-agreed"
    title = lazy("对方尚未同意最后一份修改稿")


class PartyKept(Conflict):
    """A party outside the city that was checked is kept as it is."""

    slug = "party-kept"
    title = lazy("已复核的市外签约方不能更改")


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


class UndeclaredParty(Invalid):
    """A party outside the city takes part only when it was declared, checked, and names its route."""

    slug = "undeclared-party"
    title = lazy("市外签约方未经申报")
    detail = lazy("{code} 不是本市县区，也不是经申报并复核的市外签约方")


class OverlappingTerms(Invalid):
    """Terms of the project already hold for a part of the time that these would hold for."""

    slug = "overlapping-terms"
    title = lazy("协议条款的有效期重叠")
    detail = lazy("该项目在 {day} 起已有生效条款，不能再以更早或同一时期的条款订立")


class Incomplete(Invalid):
    """What an agreement needs before it is signed is missing."""

    slug = "paper-incomplete"
    title = lazy("签署前要件不齐")


class BadScan(Invalid):
    """What was uploaded is not a scan of a paper."""

    slug = "bad-scan"
    title = lazy("签署扫描件不符合要求")
