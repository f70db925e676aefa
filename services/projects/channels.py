"""Where a lead comes from (来源渠道), what each channel must say of itself, and what a filing is for."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class FilingReason(StrEnum):
    """What a filing is for. A firm with a signed project here may file an expansion only."""

    new_build = "new_build"
    transfer_in = "transfer_in"
    acquisition = "acquisition"
    assigned = "assigned"
    expansion = "expansion"


FILING_REASONS: Final[Mapping[FilingReason, str]] = MappingProxyType(
    {
        FilingReason.new_build: lazy("新建项目"),
        FilingReason.transfer_in: lazy("市外产业转入"),
        FilingReason.acquisition: lazy("并购重组"),
        FilingReason.assigned: lazy("市级交办"),
        FilingReason.expansion: lazy("增资扩产"),
    }
)


class ChannelFact(StrEnum):
    """What a channel may have to say; each is a field of the registration."""

    unit = "channel_unit"
    reference = "channel_reference"
    fee = "channel_fee_fen"


CHANNEL_FACTS: Final[Mapping[str, frozenset[ChannelFact]]] = MappingProxyType(
    {
        "县区招商局": frozenset[ChannelFact](),
        "园区": frozenset[ChannelFact](),
        "驻外招商局": frozenset({ChannelFact.unit}),
        "产业招商工作队": frozenset({ChannelFact.unit}),
        "市直部门": frozenset({ChannelFact.unit}),
        "热线": frozenset({ChannelFact.reference}),
        "咨询": frozenset({ChannelFact.reference}),
        "以商招商": frozenset({ChannelFact.unit}),
        "委托招商": frozenset({ChannelFact.unit, ChannelFact.reference, ChannelFact.fee}),
        "公开受理": frozenset({ChannelFact.reference}),
    }
)
"""The closed list of channels and what each must bring: which outpost, department, team, introducing firm or
agent; the number of the hotline's or consultation's sheet, of the agent's contract, of the public offer; the
agent's fee (0 where none is agreed). A file of older leads may name further channels."""

CHANNELS: Final = tuple(CHANNEL_FACTS)

PUBLIC: Final = "公开受理"

MISSING_FACTS: Final[Mapping[ChannelFact, str]] = MappingProxyType(
    {
        ChannelFact.unit: lazy("该渠道须写明引荐单位（驻外机构、部门、工作队、企业或受托机构）"),
        ChannelFact.reference: lazy("该渠道须写明编号（工单号、咨询单号、委托合同号或公开受理编号）"),
        ChannelFact.fee: lazy("委托招商须写明约定的代理费，没有的填 0"),
    }
)
