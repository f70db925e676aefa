"""Closed lists of what happens around the pool, with the Chinese words for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class Ruling(StrEnum):
    """What the city's office found of a report."""

    upheld = "upheld"
    dismissed = "dismissed"


class Door(StrEnum):
    """By which code an investor came: the origin's, or that of the public intake."""

    link = "link"
    intake = "intake"


class InvestorAction(StrEnum):
    """What an investor did; refusing costs nothing."""

    viewed = "viewed"
    agreed_pool = "agreed_pool"
    refused_pool = "refused_pool"
    agreed_counties = "agreed_counties"
    refused_counties = "refused_counties"
    agreed_host = "agreed_host"
    refused_host = "refused_host"


class ReferralReason(StrEnum):
    """Why no county of the city fits."""

    no_land = "no_land"
    no_energy = "no_energy"
    no_environment = "no_environment"
    no_chain = "no_chain"
    all_declined = "all_declined"
    investor = "investor"


class ReferralState(StrEnum):
    """Where a lead handed to the province stands: sent, taken in, returned, placed elsewhere."""

    sent = "sent"
    taken = "taken"
    returned = "returned"
    placed = "placed"


RULINGS: Final[Mapping[Ruling, str]] = MappingProxyType(
    {Ruling.upheld: lazy("属实"), Ruling.dismissed: lazy("不属实")}
)

INVESTOR_ACTIONS: Final[Mapping[InvestorAction, str]] = MappingProxyType(
    {
        InvestorAction.viewed: lazy("查看"),
        InvestorAction.agreed_pool: lazy("同意进入共享池"),
        InvestorAction.refused_pool: lazy("不同意进入共享池"),
        InvestorAction.agreed_counties: lazy("同意与县区接洽"),
        InvestorAction.refused_counties: lazy("不同意与县区接洽"),
        InvestorAction.agreed_host: lazy("选定承接方"),
        InvestorAction.refused_host: lazy("婉拒承接方"),
    }
)

REFERRAL_REASONS: Final[Mapping[ReferralReason, str]] = MappingProxyType(
    {
        ReferralReason.no_land: lazy("全市无合适用地或厂房"),
        ReferralReason.no_energy: lazy("全市能耗指标不能满足"),
        ReferralReason.no_environment: lazy("全市环境容量不能满足"),
        ReferralReason.no_chain: lazy("不符合各县区产业方向"),
        ReferralReason.all_declined: lazy("各县区均已婉拒"),
        ReferralReason.investor: lazy("投资方要求在省内另选"),
    }
)

REFERRAL_STATES: Final[Mapping[ReferralState, str]] = MappingProxyType(
    {
        ReferralState.sent: lazy("已报省"),
        ReferralState.taken: lazy("省级已接收"),
        ReferralState.returned: lazy("省级退回"),
        ReferralState.placed: lazy("已在省内其他市落地"),
    }
)
