"""The closed lists of a project's life: states, actions, hands and reasons, and the groups of states."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a project stands. It stands in exactly one state."""

    registered = "registered"  # 登记
    returned = "returned"  # 退回补正
    reviewed = "reviewed"  # 县内审核通过
    accepted = "accepted"  # 受理，在谈，首谈保护
    transfer_requested = "transfer_requested"  # 申请流转
    pooled = "pooled"  # 入池
    applied = "applied"  # 申领中
    terms_accepted = "terms_accepted"  # 保底揭名
    committed = "committed"  # 要素承诺
    chosen = "chosen"  # 投资方选定
    held = "held"  # 市级审定，独占持有
    signed = "signed"  # 签约
    contracted = "contracted"  # 合同
    incorporated = "incorporated"  # 注册
    ready = "ready"  # 达到开工条件
    started = "started"  # 开工
    statistics = "statistics"  # 纳统
    completed = "completed"  # 竣工
    producing = "producing"  # 投产
    full_output = "full_output"  # 达产
    released = "released"  # 保护释放
    recalled = "recalled"  # 召回
    disputed = "disputed"  # 争议中止
    withdrawn = "withdrawn"  # 撤回
    lost = "lost"  # 流失市外
    ended = "ended"  # 协议终止


class Action(StrEnum):
    """What moves a project."""

    resubmit = "resubmit"  # 补正后再报
    review = "review"  # 县内审核
    return_ = "return"  # 退回补正
    accept = "accept"  # 受理
    extend = "extend"  # 延长保护
    release = "release"  # 释放
    reaccept = "reaccept"  # 释放后重新受理
    request_transfer = "request_transfer"  # 申请流转
    refuse_transfer = "refuse_transfer"  # 流转不予同意
    pool = "pool"  # 入池
    apply = "apply"  # 申领
    propose = "propose"  # 推荐给县区
    accept_terms = "accept_terms"  # 接受保底条件
    commit = "commit"  # 要素承诺函
    step_back = "step_back"  # 申领方撤回申领
    decline = "decline"  # 婉拒
    choose = "choose"  # 投资方选定
    refuse_hosts = "refuse_hosts"  # 投资方均不选
    hold = "hold"  # 市级审定
    release_hold = "release_hold"  # 解除持有，再入池
    recall = "recall"  # 召回
    sign = "sign"  # 签约
    sign_own = "sign_own"  # 首谈地自行签约
    contract = "contract"  # 合同
    incorporate = "incorporate"  # 注册
    make_ready = "make_ready"  # 达到开工条件
    start = "start"  # 开工
    enlist = "enlist"  # 纳统
    complete = "complete"  # 竣工
    produce = "produce"  # 投产
    reach_output = "reach_output"  # 达产
    fail_to_pool = "fail_to_pool"  # 落地失败，再入池
    fail_to_origin = "fail_to_origin"  # 落地失败，召回首谈地
    dispute = "dispute"  # 争议中止
    rule = "rule"  # 联席会议裁定
    resume = "resume"  # 争议了结，恢复争议前状态
    give_way = "give_way"  # 争议了结，让与他方
    withdraw = "withdraw"  # 撤回
    lose = "lose"  # 流失市外
    end = "end"  # 协议终止


class Hand(StrEnum):
    """In what capacity somebody acts on one project."""

    origin = "origin"  # 首谈方
    origin_leader = "origin_leader"  # 首谈方分管领导
    host = "host"  # 承接方
    host_leader = "host_leader"  # 承接方分管领导
    city = "city"  # 市级统筹


class Reason(StrEnum):
    """Why a move is refused."""

    wrong_state = "wrong_state"
    not_yours = "not_yours"
    same_person = "same_person"
    no_reason = "no_reason"
    no_evidence = "no_evidence"
    no_consent_to_pool = "no_consent_to_pool"
    no_floor_terms = "no_floor_terms"
    no_minutes = "no_minutes"
    extended_before = "extended_before"
    protection_running = "protection_running"
    protection_over = "protection_over"
    extension_open = "extension_open"
    major_project = "major_project"
    applied_before = "applied_before"
    own_lead = "own_lead"
    not_applied = "not_applied"
    not_a_candidate = "not_a_candidate"
    accepted_before = "accepted_before"
    terms_not_accepted = "terms_not_accepted"
    not_revealed = "not_revealed"
    not_committed = "not_committed"
    unchecked_commitment = "unchecked_commitment"
    no_consent_to_host = "no_consent_to_host"
    not_the_choice = "not_the_choice"
    recall_not_due = "recall_not_due"
    not_the_host = "not_the_host"
    never_pooled = "never_pooled"
    date_missing = "date_missing"
    date_in_future = "date_in_future"
    date_before_last = "date_before_last"
    no_joint_visit = "no_joint_visit"
    not_on_agenda = "not_on_agenda"
    too_few_opinions = "too_few_opinions"
    assigned_elsewhere = "assigned_elsewhere"


CANDIDATES: Final = (State.pooled, State.applied, State.terms_accepted, State.committed, State.chosen)
"""The pool's states in the order in which hosts pass through them."""

POOL_STATES: Final = frozenset(CANDIDATES) | {State.held}
"""In the pool: every county may browse it, masked."""

STAGES: Final = (
    State.signed,
    State.contracted,
    State.incorporated,
    State.ready,
    State.started,
    State.statistics,
    State.completed,
    State.producing,
    State.full_output,
)
"""Signed and after, in order."""

SIGNED_STATES: Final = frozenset(STAGES)
FINAL_STATES: Final = frozenset({State.withdrawn, State.lost, State.ended})
