"""The closed list of forbidden clauses: what is looked for, and the article that forbids it.

Source: 公平竞争审查条例 (国务院令第783号, in force 2024-08-01) Arts. 8 and 10, and its 实施办法 (in force
2025-04-20) Arts. 18 to 20. Patterns run over text without spaces, signs of emphasis and full-width forms.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Beneficiary(StrEnum):
    """Whom a clause gives something: a firm, a government (sharing between counties), or everybody."""

    firm = "firm"
    government = "government"
    public = "public"


class Weight(StrEnum):
    """Whether a finding stops the approval, or asks for a look."""

    blocking = "blocking"
    notice = "notice"


class ClauseRule(StrEnum):
    """What a clause is found to be."""

    refund = "refund"
    tax_reward = "tax_reward"
    contribution = "contribution"
    retained = "retained"
    bespoke = "bespoke"
    staying = "staying"
    factor = "factor"
    case_by_case = "case_by_case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One rule: its pattern, the article it rests on, and what a finding means for the approval."""

    rule: ClauseRule
    pattern: re.Pattern[str]
    article: str
    weight: Weight = Weight.blocking


_TAX_ARTICLE: Final = "《公平竞争审查条例》第十条第一项；《公平竞争审查条例实施办法》第十八条"
_AWARD_ARTICLE: Final = "《公平竞争审查条例》第十条第二项；《公平竞争审查条例实施办法》第十九条"
_FACTOR_ARTICLE: Final = "《公平竞争审查条例》第十条第三项；《公平竞争审查条例实施办法》第二十条"
_EXIT_ARTICLE: Final = "《公平竞争审查条例》第八条（不合理的退出条件）"

_TAX: Final = "(?:税收|税款|税额|纳税|缴税|增值税|所得税|留成税)"
_GIVE: Final = "(?:奖励|返还|返补|返回|挂钩|补贴|补助|扶持|奖补|退还)"

RULINGS: Final = (
    Ruling(
        rule=ClauseRule.refund,
        pattern=re.compile("先征后[返退奖补]|先缴后[返退奖补]|即征即[返退奖]|列收列支"),
        article=_TAX_ARTICLE,
    ),
    Ruling(
        rule=ClauseRule.tax_reward,
        pattern=re.compile(f"{_TAX}[^。;]{{0,8}}?{_GIVE}|{_GIVE}[^。;,]{{0,6}}?{_TAX}"),
        article=_AWARD_ARTICLE,
    ),
    Ruling(
        rule=ClauseRule.contribution,
        pattern=re.compile("(?:财力|财政|地方经济|地方财政|税收|经济)贡献"),
        article=_AWARD_ARTICLE,
    ),
    Ruling(
        rule=ClauseRule.retained,
        pattern=re.compile("地方留成|县级留成|本级留成|留成部分"),
        article=_AWARD_ARTICLE,
    ),
    Ruling(rule=ClauseRule.bespoke, pattern=re.compile("一企一策"), article=_AWARD_ARTICLE),
    Ruling(
        rule=ClauseRule.staying,
        pattern=re.compile(
            "不得?(?:对外)?(?:迁出|迁移|迁离|搬离|搬迁)|注册地[^。;]{0,8}?不(?:得|能|予)?(?:外?迁|变更|变动)"
            "|[年期]内不得?(?:外?迁|搬|注销)"
        ),
        article=_EXIT_ARTICLE,
    ),
    Ruling(
        rule=ClauseRule.factor,
        pattern=re.compile(
            "零地价|零租金|(?:地价|出让金|出让价款)[^。;,]{0,8}?(?:返还|减免|免收|补贴|奖励)"
            "|(?:返还|减免|免收|免除)[^。;,]{0,8}?(?:地价|出让金|出让价款|行政事业性收费|政府性基金|社会保险费|社保费)"
            "|(?:行政事业性收费|政府性基金|社会保险费|社保费)[^。;,]{0,6}?(?:返还|减免|免收|免缴|缓缴)"
        ),
        article=_FACTOR_ARTICLE,
    ),
    Ruling(
        rule=ClauseRule.case_by_case,
        pattern=re.compile("一事一议"),
        article="《公平竞争审查条例实施办法》第二条（“一事一议”政策措施须经审查）",
        weight=Weight.notice,
    ),
)
"""In the order in which findings are reported where two begin at one place."""
