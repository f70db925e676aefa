"""Who is told of what: one closed table, by the names that events have in the audit trail.

An event that does not stand here is told to nobody. A notice holds the event's name and its subject alone;
what a reader may see of the subject is worked out when it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy
from services.notices.words import Audience, Subject


@dataclass(frozen=True, slots=True)
class Rule:
    """Of one event: what it is about, in what words it is told, to whom, and whether at once.

    An urgent notice starts or ends a person's duty or a right with a date. It goes out at once and cannot
    be opted out of.
    """

    subject: Subject
    text: str
    told: frozenset[Audience]
    urgent: bool = False


_ORIGIN, _HOST, _OFFICE = Audience.origin, Audience.host, Audience.city_office
_MONEY = (Audience.finance, Audience.city_finance)


def _project(text: str, *told: Audience, urgent: bool = False) -> Rule:
    return Rule(Subject.project, text, frozenset(told), urgent)


def _agreement(text: str, *told: Audience, urgent: bool = False) -> Rule:
    return Rule(Subject.agreement, text, frozenset(told), urgent)


def _statement(text: str, *told: Audience, urgent: bool = False) -> Rule:
    return Rule(Subject.statement, text, frozenset(told), urgent)


def _settlement(text: str, *told: Audience, urgent: bool = False) -> Rule:
    return Rule(Subject.settlement, text, frozenset(told), urgent)


def _case(text: str, *told: Audience, urgent: bool = False) -> Rule:
    return Rule(Subject.case, text, frozenset(told), urgent)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "projects.review": _project(lazy("县内审核通过，等待市级受理"), _OFFICE),
        "projects.return": _project(lazy("登记已退回补正"), _ORIGIN, urgent=True),
        "projects.accept": _project(lazy("已受理，首谈保护开始"), _ORIGIN),
        "projects.extend": _project(lazy("首谈保护已延期"), _ORIGIN),
        "projects.release": _project(lazy("首谈保护已释放"), _ORIGIN, urgent=True),
        "projects.reaccept": _project(lazy("释放后已重新受理"), _ORIGIN),
        "projects.request_transfer": _project(lazy("县区申请流转"), _OFFICE),
        "projects.refuse_transfer": _project(lazy("流转申请未获同意"), _ORIGIN, urgent=True),
        "projects.pooled": _project(lazy("项目进入共享池"), Audience.counties),
        "projects.apply": _project(lazy("收到申领"), _OFFICE),
        "projects.propose": _project(lazy("项目推荐给贵县区，请在限期内答复"), Audience.named, urgent=True),
        "projects.accept_terms": _project(lazy("候选承接地已接受保底条件"), _OFFICE),
        "projects.commit": _project(lazy("候选承接地已提交要素承诺函"), _OFFICE),
        "projects.step_back": _project(lazy("申领已撤回"), _OFFICE),
        "projects.decline": _project(lazy("候选承接地婉拒"), _OFFICE),
        "projects.choose": _project(lazy("投资方已选定承接地，等待市级审定"), _OFFICE),
        "projects.refuse_hosts": _project(lazy("投资方均未选定"), _ORIGIN, _OFFICE),
        "projects.held": _project(lazy("市级审定完成，承接地已确定"), _ORIGIN, _HOST, urgent=True),
        "projects.release_hold": _project(
            lazy("持有已解除，项目再次入池"), _ORIGIN, Audience.named, urgent=True
        ),
        "projects.recall": _project(lazy("项目已召回首谈地"), _ORIGIN, _OFFICE, urgent=True),
        "projects.signed": _project(lazy("项目已签约"), _ORIGIN, _HOST, _OFFICE, *_MONEY),
        "projects.contract": _project(lazy("项目已签合同"), _ORIGIN, _HOST, _OFFICE),
        "projects.incorporate": _project(lazy("项目公司已注册"), _ORIGIN, _HOST, _OFFICE),
        "projects.make_ready": _project(lazy("项目达到开工条件"), _ORIGIN, _HOST, _OFFICE),
        "projects.start": _project(lazy("项目已开工"), _ORIGIN, _HOST, _OFFICE),
        "projects.enlist": _project(lazy("项目已纳统"), _ORIGIN, _HOST, _OFFICE),
        "projects.complete": _project(lazy("项目已竣工"), _ORIGIN, _HOST, _OFFICE),
        "projects.produce": _project(lazy("项目已投产"), _ORIGIN, _HOST, _OFFICE),
        "projects.reach_output": _project(lazy("项目已达产"), _ORIGIN, _HOST, _OFFICE),
        "projects.fail_to_pool": _project(lazy("落地失败，项目再次入池"), _ORIGIN, _OFFICE, urgent=True),
        "projects.fail_to_origin": _project(lazy("落地失败，召回首谈地"), _ORIGIN, _OFFICE, urgent=True),
        "projects.dispute": _project(lazy("因争议中止办理"), _ORIGIN, _OFFICE, urgent=True),
        "projects.resume": _project(lazy("争议了结，恢复办理"), _ORIGIN, _OFFICE),
        "projects.give_way": _project(lazy("争议了结，让与他方"), _ORIGIN, _OFFICE),
        "projects.withdraw": _project(lazy("登记已撤回"), _OFFICE),
        "projects.lose": _project(lazy("项目流失市外"), _OFFICE),
        "projects.end": _project(lazy("项目协议终止"), _ORIGIN, _HOST, *_MONEY),
        "agreements.sent": _agreement(lazy("协议文本已送签"), Audience.parties, urgent=True),
        "agreements.in_force": _agreement(lazy("协议已生效"), Audience.parties, _OFFICE, *_MONEY),
        "agreements.ended": _agreement(lazy("协议已终止"), Audience.parties, _OFFICE, *_MONEY),
        "ledger.statement_approve": _statement(
            lazy("年终结算单已出具，请在限期内确认或提出异议"),
            Audience.parties,
            Audience.finance,
            urgent=True,
        ),
        "ledger.statement_confirm": _statement(lazy("县区已确认结算单"), Audience.city_finance),
        "ledger.statement_object": _statement(
            lazy("县区对结算单提出异议"), Audience.city_finance, urgent=True
        ),
        "settlement.check": _settlement(
            lazy("轧差方案已复核，请按校验码确认"), Audience.parties, Audience.finance, urgent=True
        ),
        "settlement.post": _settlement(
            lazy("结算已入账，拨款指令已生成"), Audience.finance, Audience.city_finance
        ),
        "settlement.void": _settlement(lazy("轧差方案已作废"), Audience.parties, Audience.finance),
        "first_talk.file": _case(lazy("县区提出首谈争议"), _OFFICE),
        "first_talk.admit": _case(lazy("首谈争议已受理，请陈述"), Audience.parties, urgent=True),
        "first_talk.settle": _case(lazy("首谈争议已和解"), Audience.parties),
        "first_talk.rule": _case(lazy("首谈争议已裁定"), Audience.parties, urgent=True),
    }
)
"""Every event that somebody is told of."""

URGENT: Final = frozenset(name for name, rule in RULES.items() if rule.urgent)
MUTABLE: Final = frozenset(RULES) - URGENT
"""Events that a person may opt out of."""
