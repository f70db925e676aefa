"""Closed lists of what comes before a lead, with the words that pages use for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class Purpose(StrEnum):
    """What a contact with a firm is for."""

    introduce = "introduce"
    visit = "visit"
    site = "site"
    talks = "talks"
    follow_up = "follow_up"


class PersonRole(StrEnum):
    """Who leads the contact, by office and never by name."""

    county_head = "county_head"
    deputy_head = "deputy_head"
    bureau_head = "bureau_head"
    park_head = "park_head"
    team_head = "team_head"
    officer = "officer"


class ContactState(StrEnum):
    """A contact is filed, waits for the firm's other callers, or was taken back."""

    filed = "filed"
    queued = "queued"
    withdrawn = "withdrawn"


class ContactResult(StrEnum):
    """What came of a contact."""

    interested = "interested"
    follow = "follow"
    registered = "registered"
    declined = "declined"
    cancelled = "cancelled"


class OfferFrom(StrEnum):
    """Who leaves an idea."""

    investor = "investor"
    citizen = "citizen"


class OfferState(StrEnum):
    """How far an idea left by the public has come."""

    received = "received"
    responded = "responded"
    assigned = "assigned"
    filed = "filed"
    refused = "refused"
    withdrawn = "withdrawn"


OPEN_OFFERS: Final = frozenset({OfferState.received, OfferState.responded})
"""States in which the city's office has still to judge."""


class OfferRefusal(StrEnum):
    """Why an idea is not taken up."""

    out_of_scope = "out_of_scope"
    not_real = "not_real"
    known = "known"
    forbidden = "forbidden"
    incomplete = "incomplete"


class OfferAction(StrEnum):
    """What was done with an idea."""

    receive = "receive"
    respond = "respond"
    assign = "assign"
    refuse = "refuse"
    file = "file"
    withdraw = "withdraw"
    read_contact = "read_contact"
    erase_contact = "erase_contact"


class Counted(StrEnum):
    """What is counted of people without an account."""

    offer = "offer"
    all_offers = "all_offers"
    look = "look"


class RelocationGround(StrEnum):
    """Why a firm moves inside the city."""

    own_choice = "own_choice"
    planning = "planning"
    environment = "environment"
    safety = "safety"


PURPOSES: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.introduce: lazy("政策推介"),
        Purpose.visit: lazy("上门拜访"),
        Purpose.site: lazy("邀请实地考察"),
        Purpose.talks: lazy("项目洽谈"),
        Purpose.follow_up: lazy("后续跟进"),
    }
)

PERSON_ROLES: Final[Mapping[PersonRole, str]] = MappingProxyType(
    {
        PersonRole.county_head: lazy("县（区）主要领导"),
        PersonRole.deputy_head: lazy("县（区）分管领导"),
        PersonRole.bureau_head: lazy("招商局负责人"),
        PersonRole.park_head: lazy("园区负责人"),
        PersonRole.team_head: lazy("招商工作队负责人"),
        PersonRole.officer: lazy("经办人员"),
    }
)

CONTACT_STATES: Final[Mapping[ContactState, str]] = MappingProxyType(
    {
        ContactState.filed: lazy("已备案"),
        ContactState.queued: lazy("排队等候"),
        ContactState.withdrawn: lazy("已撤销"),
    }
)

CONTACT_RESULTS: Final[Mapping[ContactResult, str]] = MappingProxyType(
    {
        ContactResult.interested: lazy("有投资意向"),
        ContactResult.follow: lazy("需继续跟进"),
        ContactResult.registered: lazy("已登记线索"),
        ContactResult.declined: lazy("无投资意向"),
        ContactResult.cancelled: lazy("未成行"),
    }
)

OFFER_FROM: Final[Mapping[OfferFrom, str]] = MappingProxyType(
    {OfferFrom.investor: lazy("投资方"), OfferFrom.citizen: lazy("其他提供线索的人")}
)

OFFER_STATES: Final[Mapping[OfferState, str]] = MappingProxyType(
    {
        OfferState.received: lazy("已收到，待响应"),
        OfferState.responded: lazy("已响应，正在研判"),
        OfferState.assigned: lazy("已交县区对接"),
        OfferState.filed: lazy("已登记为项目线索"),
        OfferState.refused: lazy("未采纳"),
        OfferState.withdrawn: lazy("提交人已撤回"),
    }
)

OFFER_REFUSALS: Final[Mapping[OfferRefusal, str]] = MappingProxyType(
    {
        OfferRefusal.out_of_scope: lazy("不属于受理范围"),
        OfferRefusal.not_real: lazy("经核实信息不实"),
        OfferRefusal.known: lazy("该项目已在办理"),
        OfferRefusal.forbidden: lazy("不符合产业准入要求"),
        OfferRefusal.incomplete: lazy("信息不全且无法联系"),
    }
)

RELOCATION_GROUNDS: Final[Mapping[RelocationGround, str]] = MappingProxyType(
    {
        RelocationGround.own_choice: lazy("企业自主迁移"),
        RelocationGround.planning: lazy("因规划调整迁移"),
        RelocationGround.environment: lazy("因环保要求迁移"),
        RelocationGround.safety: lazy("因安全要求迁移"),
    }
)

CONSENT_VERSION: Final = "2027-01"
CONSENT_TEXT: Final = lazy(
    "我同意市招商主管部门为办理本次事项使用我填写的联系人和电话：只用于与我联系，只由市级经办人员查看且每次查看留痕，"
    "办结后按期删除；不向县区、园区和其他单位提供。我可以随时凭查询码撤回，撤回即删除联系方式。"
)
"""What a person agrees to who leaves a contact; changing the text takes a new version."""
