"""Words that no agreement of governments may hold: a favour to the firm. Pure patterns.

From rulings published under 公平竞争审查条例 (国务院令第783号) 第十条 and its 实施办法.
"""

import re
import unicodedata
from typing import Final

ARTICLE_ZH: Final = "公平竞争审查条例（国务院令第783号）第十条"
ARTICLE_EN: Final = "Fair Competition Review Regulations (State Council Decree 783), Article 10"

_CLAUSE: Final = r"(?:^|[，。；,.;])(?:(?!不得|不予|不向|禁止)[^，。；,.;])*?"
"""The beginning of a clause that forbids nothing."""
_WITHIN: Final = r"(?:(?!不得|不予|禁止)[^，。；,.;])"
"""A letter of such a clause further on."""
_FIRM: Final = r"(?:企业|公司|投资[方人者])"
_RETURNED: Final = r"(?:返还|退还|返奖|奖补)"
_OVERPAID: Final = r"(?!的?(?:多缴|误缴|留抵))"
"""What the tax law itself gives back to a firm is no favour."""

PATTERNS: Final = (
    (
        "returned_by_tax",
        re.compile(
            r"先征后返|即征即退|列收列支|税收.{0,8}(?:奖励|返还|挂钩)|财力贡献|"
            f"{_CLAUSE}{_FIRM}{_WITHIN}{{0,16}}{_RETURNED}|"
            f"{_CLAUSE}{_RETURNED}{_WITHIN}{{0,8}}{_FIRM}{_OVERPAID}|"
            f"{_CLAUSE}{_FIRM}{_WITHIN}{{0,8}}(?:贡献|纳税|缴税|留成){_WITHIN}{{0,8}}奖励"
        ),
    ),
    ("for_one_firm", re.compile(r"一企一策")),
    ("bound_to_place", re.compile(r"不得?迁出|注册地.{0,6}不迁")),
)


def favours(text: str) -> list[str]:
    """The codes of the favours in free text; spaces, signs and width do not hide one."""
    plain = re.sub(r"[\s_\-·•*]+", "", unicodedata.normalize("NFKC", text))
    return [code for code, pattern in PATTERNS if pattern.search(plain)]
