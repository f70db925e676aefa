"""What a form's page says of a value that a service refused: what is asked for, not only that it is wrong."""

from collections.abc import Mapping
from typing import Any, Final

from services.kit.i18n import Locale, gettext, lazy

PLAIN: Final = lazy("填写内容不符合要求")
SENTENCES: Final[Mapping[str, str]] = {
    "missing": lazy("请填写此项"),
    "int_parsing": lazy("应为整数"),
    "int_from_float": lazy("应为整数"),
    "int_parsing_size": lazy("数值过大"),
    "string_too_short": lazy("至少填写 {min_length} 个字"),
    "string_too_long": lazy("最多填写 {max_length} 个字"),
    "too_short": lazy("至少选择 {min_length} 项"),
    "too_long": lazy("最多选择 {max_length} 项"),
    "greater_than_equal": lazy("不能小于 {ge}"),
    "greater_than": lazy("应大于 {gt}"),
    "less_than_equal": lazy("不能大于 {le}"),
    "less_than": lazy("应小于 {lt}"),
    "date_parsing": lazy("请写成 2027-01-15 的样式，并且是存在的日期"),
    "date_from_datetime_parsing": lazy("请写成 2027-01-15 的样式，并且是存在的日期"),
    "enum": lazy("请从列表中选择"),
    "literal_error": lazy("请从列表中选择"),
}
"""By what the model calls the refusal."""

HIGH: Final = frozenset({"less_than_equal", "less_than"})
BOUNDS: Final = HIGH | {"greater_than_equal", "greater_than"}
SCALED: Final = ("_fen", "_mu", "_bp", "_e4", "_cents")
"""Ends of the names of values kept in other units than they are typed in: their bounds mean nothing there."""
TOLD: Final = 1_000_000_000
"""Bounds beyond this are only what the books can hold."""


def refusal(name: str, why: str, facts: Mapping[str, Any], locale: Locale, label: str = "") -> str:
    """Say what a field asks for.

    Args:
        name: the field's name in the model.
        why: the model's word for the refusal; one that is not known here is said plainly.
        facts: the bounds that go with it.
        locale: the reader's language.
        label: the field's label, already in that language.
    """
    if why == "string_too_short" and facts.get("min_length") == 1:
        why = "missing"
    if why == "missing" and label:
        return gettext(lazy("请填写“{label}”"), locale, label=label)
    if why in BOUNDS and _untold(name, facts):
        said = gettext(lazy("数值过大") if why in HIGH else lazy("数值过小"), locale)
    else:
        said = gettext(SENTENCES.get(why, PLAIN), locale, **facts)
    return gettext(lazy("“{label}”{said}"), locale, label=label, said=said) if label else said


def _untold(name: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether a bound would puzzle who reads it: kept in another unit, or beyond all sense."""
    bounds = [one for one in facts.values() if isinstance(one, int | float)]
    return any(one != 0 and (name.endswith(SCALED) or abs(one) > TOLD) for one in bounds)
