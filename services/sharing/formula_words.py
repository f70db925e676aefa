"""Why a formula, a case of one or a rule pack is refused: in one line, the field as its reader knows it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from allocation.sharing.formulas.errors import DataError, Fault
from allocation.sharing.packs import PackError
from services.kit.i18n import Locale, gettext, lazy
from services.sharing.words import plain

FAULTS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.missing: lazy("缺少此项"),
        Fault.unknown_field: lazy("没有这一项"),
        Fault.not_an_object: lazy("应为 JSON 对象"),
        Fault.not_a_list: lazy("应为 1 到 {most} 项的列表"),
        Fault.no_list: lazy("应为列表"),
        Fault.too_many: lazy("应为最多 {most} 项的对象"),
        Fault.no_text: lazy("应为文字"),
        Fault.not_text: lazy("应为 1 到 {most} 个字的文字"),
        Fault.no_words: lazy("应写文字"),
        Fault.unknown_word: lazy("只能是：{known}"),
        Fault.not_true_or_false: lazy("应为 true 或 false"),
        Fault.not_a_number: lazy('应为整数，或 "0.35"、"1/3" 这样的文本'),
        Fault.a_float: lazy('{value} 是不精确的小数，请写成 "0.35" 这样的文本'),
        Fault.too_large: lazy("数值应小于 2^53"),
        Fault.not_whole_fen: lazy("金额应为整数分"),
        Fault.not_rounded: lazy("支付的金额应为整数分，请先取整"),
        Fault.named_twice: lazy("{name} 出现两次"),
        Fault.same_name: lazy("输入与设定不能同名"),
        Fault.not_a_party: lazy("每一方应写明 id，可写 name 和 role"),
        Fault.unknown_role: lazy("类别只能是：{known}"),
        Fault.must_be_set: lazy("没有预设值，必须填写"),
        Fault.not_asked: lazy("规则不需要此项"),
        Fault.not_a_name: lazy("名称只用 a 到 z、0 到 9 和 _，以字母开头"),
        Fault.not_roles: lazy("应为规则中已有类别的列表"),
        Fault.roles_of_one: lazy("只有每一方各有的数才分类别"),
        Fault.not_a_step: lazy("每一步应有其中之一：{known}"),
        Fault.not_days: lazy('应为按先后排列的日期，如 "05-15"'),
        Fault.wants_money_each: lazy("应为每一方各有的金额"),
        Fault.wants_one_amount: lazy("应为一个总金额"),
        Fault.too_deep: lazy("嵌套超过 {most} 层"),
        Fault.unknown_name: lazy("{name} 在此处还没有定义"),
        Fault.wants_sum: lazy("{name} 是每一方各有的数，此处应取合计（sum）"),
        Fault.unknown_operation: lazy("{name} 不是可用的运算"),
        Fault.wrong_count: lazy("运算 {name} 不能有 {count} 个数"),
        Fault.sum_in_sum: lazy("合计之内不能再合计，请把里层另写一步"),
        Fault.log_digits: lazy("对数应写明小数位数，1 到 {most}"),
        Fault.not_by_role: lazy("此处的对象只能是 by_role"),
        Fault.every_role: lazy("by_role 只用于各方，且应写全所有类别"),
        Fault.too_long: lazy("分数过长，无法保存"),
        Fault.by_zero: lazy("除数为 0：各项因素是否都为 0？"),
        Fault.log_of_nothing: lazy("零或负数没有对数"),
        Fault.negative_weight: lazy("{party} 的权重为负"),
        Fault.no_weight: lazy("各方权重都为 0，无人可分"),
        Fault.sum_is_not_base: lazy("各方合计 {found} 分，不等于基数 {base} 分"),
        Fault.nowhere: lazy("{pointer} 在条款中不存在"),
        Fault.not_an_id: lazy("只用 a 到 z、0 到 9 和单个连字符"),
        Fault.no_example: lazy("规则包应有算例"),
        Fault.unknown_pack: lazy("没有计算公式类的规则包 {name}"),
        Fault.no_figure: lazy("没有这个数"),
        Fault.not_utf8: lazy("不是 UTF-8 文本"),
        Fault.not_json: lazy("第 {line} 行不是有效的 JSON"),
        Fault.wrong_file_name: lazy("文件名应为 {name}"),
    }
)

_PARTS: Final = re.compile(
    r"(?:(?:formula|expect)\.)?(?:inputs|settings|steps|figures|rounded)(?:\[(?P<step>\d+)\])?(?:\.(?P<name>.*))?"
)
_PARTY: Final = re.compile(r"parties\[(\d+)\](?:\.\w+)?")


def sentence(error: DataError, document: Any, locale: Locale) -> str:
    """Say in one line what is refused: the field in words, then as it is written, then what is wrong.

    Args:
        error: what the formula or the pack said.
        document: the case or the pack, from which labels and names of parties are taken; anything at all.
        locale: the reader's language.
    """
    facts = {name: plain(value) for name, value in error.facts.items()}
    told = gettext(FAULTS[error.fault], locale, **facts)
    called = field_words(error.field, document, locale)
    field = plain(error.field)
    if called:
        field = gettext(lazy("{called}（{field}）"), locale, called=plain(called), field=field)
    file = plain(error.file) if isinstance(error, PackError) else ""
    return gettext(lazy("："), locale).join(part for part in (file, field, told) if part)


def field_words(field: str, document: Any, locale: Locale) -> str:
    """Name a field as its reader knows it: `inputs.growth.a` is “甲县 · 增长额”; "" where nothing does."""
    formula = _of(document, "formula")
    if party := _PARTY.fullmatch(field):
        return gettext(lazy("第 {n} 方"), locale, n=int(party[1]) + 1)
    parts = _PARTS.fullmatch(field)
    name, _, rest = ((parts["name"] or "") if parts else field).partition(".")
    label = _label(formula, name, locale)
    if not label and parts and parts["step"]:
        return gettext(lazy("第 {n} 步"), locale, n=int(parts["step"]) + 1)
    who = _party(document, rest) if label else ""
    return " · ".join(part for part in (who, label) if part)


def _label(formula: Any, name: str, locale: Locale) -> str:
    """The words of an input, a setting or a step, where the formula gives them."""
    steps = _of(formula, "steps")
    named = {str(_of(step, "name")): step for step in steps} if isinstance(steps, list) else {}
    for part in (_of(formula, "inputs"), _of(formula, "settings"), named):
        words = _of(_of(part, name), locale)
        if isinstance(words, str):
            return words
    return ""


def _party(document: Any, identity: str) -> str:
    """The name of a party of the case by its id."""
    parties = _of(document, "parties")
    for party in parties if isinstance(parties, list) else []:
        if identity and _of(party, "id") == identity:
            return str(party.get("name", identity))
    return ""


def _of(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None
