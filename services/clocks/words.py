"""The Chinese words of the clocks' closed lists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from allocation.clock_table import ClockKind, Colour, Debtor, Superior
from services.kit.i18n import lazy

KINDS: Final[Mapping[ClockKind, str]] = MappingProxyType(
    {
        ClockKind.respond: lazy("首次响应"),
        ClockKind.judge: lazy("县内研判"),
        ClockKind.feed_back: lazy("受理反馈"),
        ClockKind.accept: lazy("市级受理"),
        ClockKind.protection: lazy("首谈保护"),
        ClockKind.follow_up: lazy("定期跟进"),
        ClockKind.stale: lazy("久无进展"),
        ClockKind.transfer_review: lazy("流转审核"),
        ClockKind.window: lazy("申领窗口"),
        ClockKind.host_reply: lazy("承接答复"),
        ClockKind.decide: lazy("市级审定时限"),
        ClockKind.hold_progress: lazy("持有推进"),
    }
)

DEBTORS: Final[Mapping[Debtor, str]] = MappingProxyType(
    {
        Debtor.origin_leader: lazy("首谈地分管领导"),
        Debtor.origin: lazy("首谈地"),
        Debtor.host: lazy("承接地"),
        Debtor.city: lazy("市级统筹"),
    }
)

COLOURS: Final[Mapping[Colour, str]] = MappingProxyType(
    {Colour.green: lazy("时限内"), Colour.yellow: lazy("即将到期"), Colour.red: lazy("超期")}
)

TONES: Final[Mapping[Colour, str]] = MappingProxyType(
    {Colour.green: "ok", Colour.yellow: "warn", Colour.red: "bad"}
)

SUPERIORS: Final[Mapping[Superior, str]] = MappingProxyType(
    {Superior.county_leader: lazy("县区分管领导"), Superior.city_office: lazy("市级统筹办")}
)
