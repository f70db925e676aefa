"""The auditor's ready questions: their names, rules and weights, with the words of pages and papers."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class Check(StrEnum):
    """One ready question."""

    repeated_signing = "repeated_signing"
    unpaid_share = "unpaid_share"
    late_payout = "late_payout"
    idle_land = "idle_land"
    early_incentive = "early_incentive"
    unsealed = "unsealed"
    override_without_minutes = "override_without_minutes"
    two_hands = "two_hands"


class Severity(StrEnum):
    """How much weight a finding has."""

    high = "high"
    medium = "medium"


CHECK_NAMES: Final[Mapping[Check, str]] = MappingProxyType(
    {
        Check.repeated_signing: lazy("重复签约"),
        Check.unpaid_share: lazy("应付未付"),
        Check.late_payout: lazy("迟付"),
        Check.idle_land: lazy("闲置用地"),
        Check.early_incentive: lazy("未达条件先兑现"),
        Check.unsealed: lazy("确认无盖章扫描件"),
        Check.override_without_minutes: lazy("改定无会议纪要"),
        Check.two_hands: lazy("一人经办两道手续"),
    }
)
CHECK_RULES: Final[Mapping[Check, str]] = MappingProxyType(
    {
        Check.repeated_signing: lazy(
            "同一企业（信用代码相同，或名称相同、只差一字）在不同县区或年度签约两次及以上"
        ),
        Check.unpaid_share: lazy("已关账年度应上解款，关账或应付日后超过 {unpaid_days} 天仍未付清"),
        Check.late_payout: lazy("拨款指令的应付日后超过 {late_days} 天才付款"),
        Check.idle_land: lazy("已持有或已签约、需用地的项目，超过 {idle_months} 个月未开工"),
        Check.early_incentive: lazy("政策兑现早于首笔税款且早于投产，或当年累计超过当年县级留成，或没有文号"),
        Check.unsealed: lazy("县区已确认结算单，但没有复核通过的盖章扫描件"),
        Check.override_without_minutes: lazy("审定结果不是匹配第一名，且没有会议纪要文号"),
        Check.two_hands: lazy("同一人在同一事项上办理了应由两人办理的手续"),
    }
)
SEVERITIES: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.high: lazy("严重"), Severity.medium: lazy("关注")}
)

FINDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "same_code": lazy("{count} 个项目的统一社会信用代码相同，签约在 {counties} 个县区、{years} 个年度"),
        "near_name": lazy(
            "{count} 个项目的投资方名称相同或只差一字，在 {counties} 个县区、{years} 个年度签约"
        ),
        "unpaid_year": lazy("{year} 年应上解款尚欠 {fen}，关账已 {days} 天"),
        "unpaid_order": lazy("拨款指令 {number} 尚欠 {fen}，应付日已过 {days} 天"),
        "late": lazy("拨款指令 {number} 的 {fen} 于应付日后 {days} 天付出"),
        "idle": lazy("需地 {land} 亩，自 {since} 起 {months} 个月未开工"),
        "before_tax": lazy("文号 {document} 于 {paid_on} 兑现 {fen}，其时无税款入库、未投产"),
        "above_retained": lazy("{year} 年累计兑现 {fen}，超过当年县级留成 {retained}"),
        "no_document": lazy("{paid_on} 兑现 {fen}，没有文号"),
        "unsealed": lazy("结算单 {number} 已由 {by_name} 于 {on} 确认，无盖章扫描件"),
        "override": lazy("匹配第 {rank} 名被审定，理由为{reason}，无会议纪要文号"),
        "override_unranked": lazy("未进入匹配名次的园区被审定，理由为{reason}，无会议纪要文号"),
        "statement_hands": lazy("结算单 {number} 的{steps}由同一人办理"),
        "project_hands": lazy("项目{steps}由同一人办理"),
    }
)
"""What a finding says; its facts fill the places."""

STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "prepare": lazy("编制"),
        "check": lazy("复核"),
        "review": lazy("审核"),
        "approve": lazy("批准"),
        "register": lazy("登记"),
        "county_review": lazy("县内审核"),
        "request_transfer": lazy("申请流转"),
        "pool": lazy("准予入池"),
    }
)
