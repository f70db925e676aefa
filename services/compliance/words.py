"""Closed lists of compliance, with the Chinese words of the pages."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.compliance.rules import Beneficiary, ClauseRule
from services.kit.i18n import lazy


class ItemKind(StrEnum):
    """What a host promises."""

    land = "land"
    hall = "hall"
    energy = "energy"
    infrastructure = "infrastructure"
    building = "building"
    equity = "equity"
    interest = "interest"
    award = "award"
    rent = "rent"
    talent = "talent"
    service = "service"
    other = "other"


class Source(StrEnum):
    """Where the money of a promise comes from."""

    none = "none"
    budget = "budget"
    funds = "funds"
    special = "special"
    bond = "bond"
    state_firm = "state_firm"


class OpinionKind(StrEnum):
    """Who looks at a list of promises: finance, or legal review."""

    finance = "finance"
    legal = "legal"


class OpinionOutcome(StrEnum):
    """How they found it."""

    agreed = "agreed"
    returned = "returned"


class Conclusion(StrEnum):
    """What a fair-competition review concludes."""

    passed = "pass"
    exception = "exception"
    failed = "fail"


class ExceptionGround(StrEnum):
    """The grounds of Art. 12 of the regulation and Art. 25 of its rules; no other exception exists."""

    security = "security"
    technology = "technology"
    relief = "relief"
    law = "law"


class Body(StrEnum):
    """The body whose minutes record the collective decision."""

    government = "government"
    party = "party"
    joint_meeting = "joint_meeting"
    committee = "committee"


class Missing(StrEnum):
    """What keeps a decision from being taken."""

    letter = "letter"
    sheet = "sheet"
    finance = "finance"
    finance_returned = "finance_returned"
    legal = "legal"
    legal_returned = "legal_returned"
    review = "review"
    review_failed = "review_failed"
    exception_over = "exception_over"
    minutes = "minutes"
    clause = "clause"


class TextSource(StrEnum):
    """Where a text that was looked through stands."""

    letter = "letter"
    item = "item"
    application = "application"
    floor_terms = "floor_terms"
    consent = "consent"
    agreement = "agreement"


ITEM_KINDS: Final[Mapping[ItemKind, str]] = MappingProxyType(
    {
        ItemKind.land: lazy("用地"),
        ItemKind.hall: lazy("厂房"),
        ItemKind.energy: lazy("用能用水和环境容量"),
        ItemKind.infrastructure: lazy("配套基础设施"),
        ItemKind.building: lazy("代建"),
        ItemKind.equity: lazy("基金或国企出资"),
        ItemKind.interest: lazy("贴息"),
        ItemKind.award: lazy("奖补"),
        ItemKind.rent: lazy("租金"),
        ItemKind.talent: lazy("人才和用工"),
        ItemKind.service: lazy("专班服务"),
        ItemKind.other: lazy("其他承诺"),
    }
)
SOURCES: Final[Mapping[Source, str]] = MappingProxyType(
    {
        Source.none: lazy("不涉及资金"),
        Source.budget: lazy("一般公共预算"),
        Source.funds: lazy("政府性基金"),
        Source.special: lazy("上级专项资金"),
        Source.bond: lazy("专项债券"),
        Source.state_firm: lazy("国有公司自有资金"),
    }
)
BENEFICIARIES: Final[Mapping[Beneficiary, str]] = MappingProxyType(
    {
        Beneficiary.firm: lazy("企业"),
        Beneficiary.government: lazy("政府（县区之间）"),
        Beneficiary.public: lazy("公共设施"),
    }
)
OPINIONS: Final[Mapping[OpinionKind, str]] = MappingProxyType(
    {OpinionKind.finance: lazy("财政审核"), OpinionKind.legal: lazy("合法性审查")}
)
OUTCOMES: Final[Mapping[OpinionOutcome, str]] = MappingProxyType(
    {OpinionOutcome.agreed: lazy("同意"), OpinionOutcome.returned: lazy("退回修改")}
)
CONCLUSIONS: Final[Mapping[Conclusion, str]] = MappingProxyType(
    {
        Conclusion.passed: lazy("可以出台"),
        Conclusion.exception: lazy("适用例外规定"),
        Conclusion.failed: lazy("不得出台"),
    }
)
EXCEPTIONS: Final[Mapping[ExceptionGround, str]] = MappingProxyType(
    {
        ExceptionGround.security: lazy("维护国家安全和发展利益"),
        ExceptionGround.technology: lazy("促进科学技术进步、增强自主创新能力"),
        ExceptionGround.relief: lazy("节约能源、保护环境、救灾救助等社会公共利益"),
        ExceptionGround.law: lazy("法律、行政法规规定的其他情形"),
    }
)
BODIES: Final[Mapping[Body, str]] = MappingProxyType(
    {
        Body.government: lazy("政府常务会议"),
        Body.party: lazy("党委常委会会议"),
        Body.joint_meeting: lazy("招商工作联席会议"),
        Body.committee: lazy("管委会主任办公会议"),
    }
)
MISSING: Final[Mapping[Missing, str]] = MappingProxyType(
    {
        Missing.letter: lazy("承接地没有有效的要素承诺函：由承接地在项目页提交"),
        Missing.sheet: lazy("没有与现行承诺函对应的承诺事项清单：由承接地在合规页登记"),
        Missing.finance: lazy("承诺事项未经财政审核：由承接地财政局在合规页办理"),
        Missing.finance_returned: lazy("财政审核退回：由承接地修改清单后重新送审"),
        Missing.legal: lazy("没有合法性审查意见：由清单经办人以外的人在合规页登记"),
        Missing.legal_returned: lazy("合法性审查退回：由承接地修改清单后重新送审"),
        Missing.review: lazy("没有公平竞争审查记录：由承接地在合规页登记"),
        Missing.review_failed: lazy("公平竞争审查结论为不得出台：修改承诺后重新审查"),
        Missing.exception_over: lazy("公平竞争审查的例外期限已过：由承接地重新审查"),
        Missing.minutes: lazy("没有集体决策会议纪要：由承接地在合规页登记常务会议纪要"),
        Missing.clause: lazy("有违反公平竞争审查的条款：修改文字，或由两人在合规页说明并确认不属于"),
    }
)
"""Each says where it is mended."""
RULES: Final[Mapping[ClauseRule, str]] = MappingProxyType(
    {
        ClauseRule.refund: lazy("先征后返、即征即退、列收列支"),
        ClauseRule.tax_reward: lazy("与企业缴税挂钩的奖励或返还"),
        ClauseRule.contribution: lazy("按财力贡献、经济贡献给予"),
        ClauseRule.retained: lazy("以地方留成给予企业"),
        ClauseRule.bespoke: lazy("一企一策"),
        ClauseRule.staying: lazy("限制企业迁出"),
        ClauseRule.factor: lazy("要素、收费、基金和社保费优惠"),
        ClauseRule.case_by_case: lazy("一事一议（须经审查）"),
    }
)
TEXT_SOURCES: Final[Mapping[TextSource, str]] = MappingProxyType(
    {
        TextSource.letter: lazy("要素承诺函"),
        TextSource.item: lazy("承诺事项"),
        TextSource.application: lazy("承接申请"),
        TextSource.floor_terms: lazy("保底条件"),
        TextSource.consent: lazy("投资方意见"),
        TextSource.agreement: lazy("利益共享协议"),
    }
)
