"""What is refused before a lead.

DomainError
├── NotFound
│   ├── NoSuchTarget        none, or none that this person may know of
│   ├── NoSuchContact       the same
│   ├── NoSuchOffer         the same, for those with an account
│   └── UnknownCode         a tracking code that is no offer's
├── Forbidden
│   └── NotYourRegion       another region's list, contact or move
├── Conflict
│   ├── FirmListed          the list holds the firm already
│   ├── ListFull            the list holds as many firms as it may
│   ├── FirmCrowded         as many counties as allowed call on the firm already; only number and end are told
│   ├── ContactClosed       a contact that is no longer in the state for this
│   └── OfferClosed         an offer that is no longer in the state for this
├── Invalid
│   └── BadIntake           the content breaks a rule
└── TooMany
    └── TooManyOffers       too many from one address, or in all
"""

from datetime import date

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from services.kit.i18n import lazy


class NoSuchTarget(NotFound):
    """There is no such firm on a list that this person may see."""

    slug = "no-such-target"
    title = lazy("没有这家目标企业")


class NoSuchContact(NotFound):
    """There is no such contact, or none that this person may see."""

    slug = "no-such-contact"
    title = lazy("没有这条接触备案")


class NoSuchOffer(NotFound):
    """There is no such offer, or none that this person may see."""

    slug = "no-such-offer"
    title = lazy("没有这件公开受理")


class UnknownCode(NotFound):
    """The tracking code is no offer's. A wrong code and a code of another form are not told apart."""

    slug = "unknown-tracking-code"
    title = lazy("没有与此查询码相符的事项")


class NotYourRegion(Forbidden):
    """The list, contact or move is another region's."""

    slug = "not-your-region"
    title = lazy("只能办理本单位的事项")


class FirmListed(Conflict):
    """The list holds the firm already."""

    slug = "firm-listed"
    title = lazy("该企业已在本单位清单中")


class ListFull(Conflict):
    """The list holds as many firms as it may."""

    slug = "target-list-full"
    title = lazy("目标企业清单已满")
    detail = lazy("清单最多列 {most} 家，请先移出不再跟进的企业")


class FirmCrowded(Conflict):
    """As many counties as allowed call on the firm already. Who they are is not told.

    Args:
        counties: how many.
        until: the last closed day.
        free_from: the first open day.
    """

    slug = "firm-crowded"
    title = lazy("接触该企业的县区已达上限")
    detail = lazy("该时段内已有 {counties} 个县区备案接触该企业，到 {until} 为止；可改期或排队")

    def __init__(self, counties: int, until: date, free_from: date) -> None:
        super().__init__(counties=counties, until=until.isoformat(), free_from=free_from.isoformat())


class ContactClosed(Conflict):
    """The contact is no longer in the state for this."""

    slug = "contact-closed"
    title = lazy("该接触备案已不能这样办理")


class OfferClosed(Conflict):
    """The offer is no longer in the state for this."""

    slug = "offer-closed"
    title = lazy("该事项已办结或已登记，不能这样办理")


class BadIntake(Invalid):
    """The content breaks a rule."""

    slug = "bad-intake"
    title = lazy("填写内容有误")


class TooManyOffers(TooMany):
    """Too many from one address, or in all."""

    slug = "too-many-offers"
    title = lazy("提交或查询过于频繁，请稍后再试")
