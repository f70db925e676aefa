"""Closed lists of the pool, with the Chinese words that files and pages use for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.lifecycle import Reason, State
from allocation.precedence import Ground
from services.kit.i18n import lazy


class FundKind(StrEnum):
    """Where the money comes from: 省际, 省内, 外资."""

    province_outside = "province_outside"
    province_inside = "province_inside"
    foreign = "foreign"


class TransferReason(StrEnum):
    """Why a county passes a lead on."""

    land_quota = "land_quota"
    positioning = "positioning"
    carrier = "carrier"
    energy = "energy"
    environment = "environment"
    investor = "investor"
    major = "major"
    no_progress = "no_progress"


class TransferState(StrEnum):
    """A transfer request is asked for, approved (in the pool), refused, or ended by recall or release."""

    requested = "requested"
    approved = "approved"
    refused = "refused"
    ended = "ended"


class ApplicationState(StrEnum):
    """An application is open until it is withdrawn, declined, or its project leaves the pool."""

    open = "open"
    withdrawn = "withdrawn"
    declined = "declined"
    closed = "closed"


class ProposalState(StrEnum):
    """A proposal is open until the host declines it or the project leaves the pool."""

    open = "open"
    declined = "declined"
    closed = "closed"


class ConsentKind(StrEnum):
    """The investor's consent is recorded three times: to the pool, to named counties, to the host."""

    pool = "pool"
    counties = "counties"
    host = "host"


class Exit(StrEnum):
    """Why a host declines, a hold is released, or a lead is taken back or lost."""

    no_land = "no_land"
    no_energy = "no_energy"
    not_fitting = "not_fitting"
    terms = "terms"
    investor = "investor"
    no_progress = "no_progress"
    meeting = "meeting"
    outside = "outside"
    other = "other"


STAGES: Final[Mapping[str, State]] = MappingProxyType(
    {
        "登记": State.registered,
        "在谈": State.accepted,
        "入池": State.pooled,
        "签约": State.signed,
        "合同": State.contracted,
        "注册": State.incorporated,
        "开工": State.started,
        "投产": State.producing,
    }
)
"""The stages of the offices' file, and the state that each means on import."""

STAGE_OF: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.registered: "登记",
        State.returned: "登记",
        State.reviewed: "登记",
        State.accepted: "在谈",
        State.transfer_requested: "在谈",
        State.recalled: "在谈",
        State.released: "在谈",
        State.disputed: "在谈",
        State.withdrawn: "在谈",
        State.lost: "在谈",
        State.pooled: "入池",
        State.applied: "入池",
        State.terms_accepted: "入池",
        State.committed: "入池",
        State.chosen: "入池",
        State.held: "入池",
        State.signed: "签约",
        State.ended: "签约",
        State.contracted: "合同",
        State.incorporated: "注册",
        State.ready: "注册",
        State.started: "开工",
        State.statistics: "开工",
        State.completed: "开工",
        State.producing: "投产",
        State.full_output: "投产",
    }
)
"""The stage under which a state stands in the offices' file."""

STATE_LABELS: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.registered: lazy("已登记"),
        State.returned: lazy("退回补正"),
        State.reviewed: lazy("县内已审"),
        State.accepted: lazy("在谈"),
        State.transfer_requested: lazy("申请流转"),
        State.pooled: lazy("入池"),
        State.applied: lazy("申领中"),
        State.terms_accepted: lazy("已接受保底"),
        State.committed: lazy("已承诺"),
        State.chosen: lazy("投资方已选"),
        State.held: lazy("市级审定"),
        State.signed: lazy("已签约"),
        State.contracted: lazy("已订合同"),
        State.incorporated: lazy("已注册"),
        State.ready: lazy("达到开工条件"),
        State.started: lazy("已开工"),
        State.statistics: lazy("已纳统"),
        State.completed: lazy("已竣工"),
        State.producing: lazy("已投产"),
        State.full_output: lazy("已达产"),
        State.released: lazy("保护已释放"),
        State.recalled: lazy("已召回"),
        State.disputed: lazy("争议中止"),
        State.withdrawn: lazy("已撤回"),
        State.lost: lazy("流失市外"),
        State.ended: lazy("协议终止"),
    }
)

TRANSFER_REASONS: Final[Mapping[TransferReason, str]] = MappingProxyType(
    {
        TransferReason.land_quota: lazy("用地指标不足"),
        TransferReason.positioning: lazy("产业定位不符"),
        TransferReason.carrier: lazy("载体不足"),
        TransferReason.energy: lazy("能耗指标不足"),
        TransferReason.environment: lazy("环境容量不足"),
        TransferReason.investor: lazy("投资方要求"),
        TransferReason.major: lazy("重大项目市域统筹"),
        TransferReason.no_progress: lazy("保护期满无实质进展"),
    }
)

FUND_KINDS: Final[Mapping[FundKind, str]] = MappingProxyType(
    {
        FundKind.province_outside: lazy("省际"),
        FundKind.province_inside: lazy("省内"),
        FundKind.foreign: lazy("外资"),
    }
)

EXITS: Final[Mapping[Exit, str]] = MappingProxyType(
    {
        Exit.no_land: lazy("用地或厂房不能落实"),
        Exit.no_energy: lazy("能耗、用水或环境容量不能落实"),
        Exit.not_fitting: lazy("不符合产业方向"),
        Exit.terms: lazy("保底条件不能接受"),
        Exit.investor: lazy("投资方意愿变化"),
        Exit.no_progress: lazy("期内无实质进展"),
        Exit.meeting: lazy("专题会议决定"),
        Exit.outside: lazy("投资方选择市外"),
        Exit.other: lazy("其他"),
    }
)

CHANNELS: Final = (
    "县区招商局",
    "园区",
    "驻外招商局",
    "产业招商工作队",
    "市直部门",
    "以商招商",
    "委托招商",
    "公开受理",
)
"""Where leads come from, as the registration form offers it; a file may bring further ones."""

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.wrong_state: lazy("项目当前状态不允许此操作"),
        Reason.not_yours: lazy("您的岗位不能进行此操作"),
        Reason.same_person: lazy("经办与审核不能为同一人"),
        Reason.no_reason: lazy("请填写原因"),
        Reason.no_evidence: lazy("请填写佐证材料"),
        Reason.no_consent_to_pool: lazy("缺少投资方同意流转的记录"),
        Reason.no_floor_terms: lazy("缺少首谈地的保底条件"),
        Reason.no_minutes: lazy("请填写会议纪要文号"),
        Reason.extended_before: lazy("保护期只能延长一次"),
        Reason.protection_running: lazy("首谈保护期尚未届满"),
        Reason.protection_over: lazy("首谈保护期已届满"),
        Reason.extension_open: lazy("县区的延期申请尚未答复，请先同意或不同意延期"),
        Reason.major_project: lazy("重大项目由联席会议统筹，不开放申领"),
        Reason.applied_before: lazy("本单位已有未结的申领"),
        Reason.own_lead: lazy("不能申领本地登记的线索"),
        Reason.not_applied: lazy("本单位没有未结的申领"),
        Reason.not_a_candidate: lazy("本单位既未申领，也未被推荐"),
        Reason.accepted_before: lazy("本单位已接受保底条件"),
        Reason.terms_not_accepted: lazy("尚未接受首谈地的保底条件"),
        Reason.not_revealed: lazy("投资方尚未同意与该县区接洽"),
        Reason.not_committed: lazy("该承接方尚未出具要素承诺函"),
        Reason.unchecked_commitment: lazy("承诺函缺少财政审核或合法性审查意见"),
        Reason.no_consent_to_host: lazy("缺少投资方对该承接方的同意"),
        Reason.not_the_choice: lazy("该承接方不是投资方的选择"),
        Reason.recall_not_due: lazy("召回期限未到"),
        Reason.not_the_host: lazy("项目尚无承接方"),
        Reason.never_pooled: lazy("项目未曾入池"),
        Reason.date_missing: lazy("请填写日期"),
        Reason.date_in_future: lazy("日期不能晚于今天"),
        Reason.date_before_last: lazy("日期不能早于上一环节"),
        Reason.no_joint_visit: lazy("缺少联合考察记录"),
        Reason.not_on_agenda: lazy("该纪要对应的联席会议没有审议本项目"),
        Reason.too_few_opinions: lazy("联席会议的书面意见份数不足"),
        Reason.assigned_elsewhere: lazy("联席会议指定的是另一承接方"),
    }
)

GROUNDS: Final[Mapping[Ground, str]] = MappingProxyType(
    {
        Ground.sole_filing: lazy("唯一登记"),
        Ground.agreement: lazy("已有签约项目或有效协议"),
        Ground.earlier_acceptance: lazy("受理在先"),
        Ground.follow_up: lazy("同日受理，后续服务有据"),
        Ground.others_lapsed: lazy("在先登记的保护已失效"),
        Ground.ruling: lazy("联席会议裁定"),
        Ground.open_question: lazy("规则不能决定，需联席会议裁定"),
    }
)
"""What a verdict on two filings rests on."""
