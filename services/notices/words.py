"""Closed lists of notices and the channels that carry them, with their Chinese words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class Subject(StrEnum):
    """What a notice is about; the value is the name of the table."""

    project = "project"
    agreement = "agreement"
    statement = "statement"
    settlement = "settlement"
    case = "first_talk_case"


class Audience(StrEnum):
    """Who is told, by relation to the subject."""

    origin = "origin"
    host = "host"
    named = "named"
    counties = "counties"
    parties = "parties"
    finance = "finance"
    city_office = "city_office"
    city_finance = "city_finance"


AUDIENCES: Final[Mapping[Audience, str]] = MappingProxyType(
    {
        Audience.origin: lazy("首谈地"),
        Audience.host: lazy("承接地"),
        Audience.named: lazy("事项所列县区"),
        Audience.counties: lazy("各县区和园区"),
        Audience.parties: lazy("双方县区"),
        Audience.finance: lazy("有关县区财政"),
        Audience.city_office: lazy("市级统筹"),
        Audience.city_finance: lazy("市财政"),
    }
)


class ChannelKind(StrEnum):
    """How a channel is spoken to."""

    webhook = "webhook"
    wecom = "wecom"
    dingtalk = "dingtalk"
    feishu = "feishu"


CHANNELS: Final[Mapping[ChannelKind, str]] = MappingProxyType(
    {
        ChannelKind.webhook: lazy("Webhook（Standard Webhooks）"),
        ChannelKind.wecom: lazy("企业微信群机器人"),
        ChannelKind.dingtalk: lazy("钉钉群机器人"),
        ChannelKind.feishu: lazy("飞书群机器人"),
    }
)


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    waiting = "waiting"
    sent = "sent"
    dead = "dead"
    stopped = "stopped"


DELIVERIES: Final[Mapping[DeliveryState, str]] = MappingProxyType(
    {
        DeliveryState.waiting: lazy("等待发送"),
        DeliveryState.sent: lazy("已送达"),
        DeliveryState.dead: lazy("多次未送达"),
        DeliveryState.stopped: lazy("不需再发"),
    }
)
