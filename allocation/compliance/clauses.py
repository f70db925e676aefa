"""Finding forbidden clauses in a text, with the passage as it was written.

A promise to a firm that follows the tax it pays is forbidden; the same words between governments ("地方留成")
are how counties share. So every text comes with its beneficiary. A prohibition ("不得…返还") is no promise; a
sentence that hedges it ("…除外", "不得低于…") counts as a promise: people can clear it, a machine cannot.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from allocation.compliance.rules import RULINGS, Beneficiary, ClauseRule, Ruling, Weight

_SKIPPED: Final = frozenset("\"'“”‘’「」『』《》〈〉*_~`·•^|")
"""Signs of emphasis and quotation: they do not part a word from itself."""
_SENTENCE: Final = frozenset("。;!?")
_NOT: Final = re.compile(
    "不得|不应|不要求|不可|不能|不准|不许|严禁|禁止|杜绝|不予|不再|不给予|不承诺|不存在|不含|不以|不向|不对|不实行|不采取|未承诺|未约定|取消|停止"
)
_HEDGED: Final = re.compile(
    "不|低于|少于|小于|迟于|晚于|早于|超过|拒绝|拖延|拖欠|延迟|推迟|克扣|减少|无故|影响|取消|停止|中止|撤销"
)
"""Between the negation and what it seems to forbid: words that turn the prohibition into a promise."""
_EXCEPT: Final = re.compile("除外|例外|除[^。;]{1,20}外|但[^。;]{0,12}(?:可|给予|返还|奖励)|另有约定|为限")
_GOES_ON: Final = re.compile("向|对|或|以及|并|也不|亦不|及|和|实行|采取|以")
_TO_A_FIRM: Final = re.compile(
    "(?:向|给|给予|返还|奖励|补贴|支付)(?:给)?[^。;,]{0,4}?(?:企业|公司|投资方|投资人|项目方)"
)
_GIVEN: Final = re.compile("奖励|返还|补贴|扶持|支持|给予|兑现|补助")
_DEDUCTED: Final = re.compile("扣除|扣减|减去|减除")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One passage that a rule is about.

    Attributes:
        rule: what it was found to be.
        weight: whether it stops the approval.
        article: the article cited.
        passage: the words as written, spaces and line breaks included.
        start: index of the passage's first character in the text.
        end: index after its last.
    """

    rule: ClauseRule
    weight: Weight
    article: str
    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Dense:
    """A text without spaces and emphasis: `places` leads back to the original; `breaks`: line ends."""

    text: str
    places: tuple[int, ...]
    breaks: frozenset[int]


def findings(text: str, beneficiary: Beneficiary = Beneficiary.firm) -> tuple[Finding, ...]:
    """Return every passage of a text that a rule is about, in the order of the text.

    Args:
        text: what somebody wrote; any width, spacing and line breaks.
        beneficiary: whom the text gives something. Between governments only what is then handed to a firm
            counts.
    """
    dense = _dense(text)
    found: list[Finding] = []
    for ruling in RULINGS:
        for match in ruling.pattern.finditer(dense.text):
            weight = _weight(dense, match.start(), match.end(), ruling, beneficiary)
            if weight is None:
                continue
            start, end = dense.places[match.start()], dense.places[match.end() - 1] + 1
            found.append(
                Finding(
                    rule=ruling.rule,
                    weight=weight,
                    article=ruling.article,
                    passage=text[start:end],
                    start=start,
                    end=end,
                )
            )
    return tuple(sorted(found, key=lambda item: (item.start, item.end)))


def blocking(text: str, beneficiary: Beneficiary = Beneficiary.firm) -> tuple[Finding, ...]:
    """Return the findings that stop an approval."""
    return tuple(item for item in findings(text, beneficiary) if item.weight is Weight.blocking)


def _dense(text: str) -> _Dense:
    letters: list[str] = []
    places: list[int] = []
    breaks: set[int] = set()
    for place, sign in enumerate(text):
        if sign in "\n\r\u2028\u2029":
            breaks.add(len(letters))
        for letter in unicodedata.normalize("NFKC", sign):
            if letter in _SKIPPED or unicodedata.category(letter)[0] in "ZC":
                continue
            letters.append(letter)
            places.append(place)
    return _Dense("".join(letters), tuple(places), frozenset(breaks))


def _weight(dense: _Dense, start: int, end: int, ruling: Ruling, beneficiary: Beneficiary) -> Weight | None:
    """Tell what a match means, or None where it is no promise to a firm."""
    first, last = _sentence(dense, start, end)
    sentence = dense.text[first:last]
    if _prohibited(dense.text[first:start], sentence[end - first :]):
        return None
    if beneficiary is Beneficiary.government:
        handed_on = _TO_A_FIRM.search(sentence) is not None and _DEDUCTED.search(sentence) is None
        return ruling.weight if handed_on else None
    if ruling.rule is ClauseRule.retained:
        return Weight.blocking if _GIVEN.search(sentence) else Weight.notice
    return ruling.weight


def _sentence(dense: _Dense, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around a match begins and ends; a line break ends one as a full stop does."""
    first = start
    while first > 0 and dense.text[first - 1] not in _SENTENCE and first not in dense.breaks:
        first -= 1
    last = end
    while last < len(dense.text) and dense.text[last] not in _SENTENCE and last not in dense.breaks:
        last += 1
    return first, last


def _prohibited(before: str, after: str) -> bool:
    """Tell whether the sentence forbids what the match names, plainly and without exception.

    A comma ends the reach of a negation, unless the part after it plainly goes on ("不得以任何名义,向企业…"),
    or is the next item of a list whose last one was forbidden ("不得先征后返,即征即退").
    """
    if _EXCEPT.search(after) is not None:
        return False
    later = ""
    pieces = before.split(",")
    while True:
        piece = pieces.pop()
        negations = list(_NOT.finditer(piece))
        if negations:
            if len(negations) > 1 and negations[-2].end() == negations[-1].start():
                return False  # "不得不给予" promises
            reach = piece[negations[-1].end() :] + later
            return _HEDGED.search(reach) is None
        if not pieces or not _goes_on(piece, pieces[-1]):
            return False
        later = piece + later


def _goes_on(piece: str, former: str) -> bool:
    """Tell whether what stands after a comma belongs to what the part before it forbids."""
    if piece:
        return _GOES_ON.match(piece) is not None
    return any(ruling.pattern.search(former) for ruling in RULINGS)
