"""Words of advice on fair division: the rules, what each means, and why a question has no answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from allocation.sharing.advice.case import AdviceMethod
from allocation.sharing.advice.refusal import Fault, Refusal
from services.kit.i18n import Locale, gettext, lazy

METHODS: Final[Mapping[AdviceMethod, str]] = MappingProxyType(
    {
        AdviceMethod.proportional: lazy("按比例"),
        AdviceMethod.cea: lazy("有上限的等额"),
        AdviceMethod.cel: lazy("有下限的等损"),
        AdviceMethod.talmud: lazy("塔木德规则"),
        AdviceMethod.shapley: lazy("夏普利值"),
        AdviceMethod.nucleolus: lazy("核仁"),
        AdviceMethod.nash: lazy("纳什谈判解"),
    }
)

MEANINGS: Final[Mapping[AdviceMethod, str]] = MappingProxyType(
    {
        AdviceMethod.proportional: lazy("按各方主张（没有主张的，按各自单独的数）的比例分。"),
        AdviceMethod.cea: lazy("各方分得一样多，但不超过各自的主张。"),
        AdviceMethod.cel: lazy("各方少得一样多，但不少于零。"),
        AdviceMethod.talmud: lazy("不够一半时等额分到主张的一半为止，超过一半时等损到主张的一半为止。"),
        AdviceMethod.shapley: lazy("按所有加入次序平均，各方加入时带来多少就得多少。"),
        AdviceMethod.nucleolus: lazy("让最吃亏的联合体吃亏最少，再依次照顾下一个。"),
        AdviceMethod.nash: lazy("合作比不合作多出来的部分平分，有主张的以主张为限。"),
    }
)

CORE: Final[Mapping[bool, str]] = MappingProxyType(
    {
        True: lazy("任何几方单干都不会更好（在核心内）。"),
        False: lazy("有几方单干会更好（不在核心内）。"),
    }
)

FAULTS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.not_text: lazy("不是 UTF-8 文本"),
        Fault.not_json: lazy("第 {line} 行不是有效的 JSON"),
        Fault.too_deep: lazy("嵌套过深"),
        Fault.not_an_object: lazy("应为 JSON 对象"),
        Fault.duplicate_key: lazy("同一个键写了两次"),
        Fault.unknown_key: lazy("不认识的键"),
        Fault.missing_key: lazy("缺少此项"),
        Fault.no_form: lazy("应写明 claims（连同 estate）、values 或 costs"),
        Fault.two_forms: lazy("{first} 与 {second} 只能写一种"),
        Fault.no_players: lazy("没有任何一方"),
        Fault.too_many_players: lazy("{count} 方太多，最多 {most} 方"),
        Fault.empty_name: lazy("名称为空"),
        Fault.strange_name: lazy("名称过长或含有不可显示的字符"),
        Fault.comma_in_name: lazy("名称不能含逗号"),
        Fault.repeated_name: lazy("同一名称出现两次"),
        Fault.repeated_coalition: lazy("同一联合体写了两次（名称的次序不同也算同一个）"),
        Fault.unknown_name: lazy("没有这一方"),
        Fault.missing_coalitions: lazy("缺 {count} 个联合体：{first}"),
        Fault.not_a_number: lazy('应为整数，或 "3.25"、"100/3" 这样的文本'),
        Fault.a_float: lazy('带小数点的 JSON 数和 NaN 不精确，请写成 "3.25" 或 "100/3" 这样的文本'),
        Fault.too_large: lazy("数值应小于 2^53"),
        Fault.too_fine: lazy("各数的公分母应小于 2^53"),
        Fault.negative: lazy("不能为负"),
        Fault.estate_above_claims: lazy("可分总额 {estate} 超过主张之和 {total}"),
        Fault.wants_claims: lazy("此规则只适用于主张（estate 与 claims）"),
        Fault.nothing_to_measure: lazy("各方单独的数都是 0，没有比例可依"),
        Fault.no_surplus: lazy("各方不合作反而更好，没有可分的增益"),
        Fault.disagreement_above_claim: lazy("不合作时所得超过主张"),
    }
)

_LONGEST: Final = 400


def sentence(refusal: Refusal, locale: Locale) -> str:
    """Say in one line why a question has no answer, led by its place."""
    text = gettext(
        FAULTS[refusal.fault], locale, **{key: plain(value) for key, value in refusal.facts.items()}
    )
    return ": ".join((*(plain(part) for part in refusal.place), text))


def plain(fact: object) -> str:
    """Show a name or value of a document so that it stays one line whatever it holds."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(fact)[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
