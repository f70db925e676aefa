"""Forms of the pool as lists of fields: what a page shows, and how it is read.

Offices type 万元, 亩 and %; services take fen, hundredths of a mu and basis points. Energy, water and COD are
typed as they are kept. What cannot be read is named at its field, all at once.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from services.console.refusals import refusal
from services.kit.i18n import Locale, gettext, lazy

LONGEST: Final = 2000
"""Characters of one typed value that are read."""


class Kind(StrEnum):
    """What a field takes, and so how it is read."""

    text = "text"
    area = "area"
    date = "date"
    select = "select"
    combobox = "combobox"
    checks = "checks"
    whole = "whole"
    wan = "wan"
    mu = "mu"
    percent = "percent"


@dataclass(frozen=True, slots=True)
class _Number:
    decimals: int
    factor: int
    unit: str


NUMBERS: Final = {
    Kind.whole: _Number(0, 1, ""),
    Kind.wan: _Number(6, 1_000_000, lazy("万元")),
    Kind.mu: _Number(2, 100, lazy("亩")),
    Kind.percent: _Number(2, 100, "%"),
}
_DIGITS: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_PLACES: Final = 12
"""Digits before the point that are read; more would not be money or land of any project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form; words are message ids."""

    name: str
    label: str
    kind: Kind = Kind.text
    required: bool = True
    hint: str = ""
    unit: str = ""
    options: Sequence[tuple[str, str]] = ()
    default: str = ""

    def shown_unit(self) -> str:
        """The unit beside the input, a message id."""
        return self.unit or (NUMBERS[self.kind].unit if self.kind in NUMBERS else "")

    def with_options(self, options: Sequence[tuple[str, str]]) -> "Field":
        """The same field with what may be chosen."""
        return replace(self, options=tuple(options))


Typed = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


def typed_values(fields: Sequence[Field], form: FormData) -> Typed:
    """Read what was typed, as it was typed, to show it again."""
    typed: Typed = {}
    for field in fields:
        if field.kind is Kind.checks:
            typed[field.name] = [str(item)[:LONGEST] for item in form.getlist(field.name)]
        else:
            value = form.get(field.name, "")
            typed[field.name] = value[:LONGEST].strip() if isinstance(value, str) else ""
    return typed


def parse(fields: Sequence[Field], typed: Mapping[str, Any], locale: Locale) -> tuple[Typed, dict[str, str]]:
    """Turn what was typed into what a service takes.

    Returns:
        the values of the fields that could be read, and a sentence for each that could not.
    """
    values: Typed = {}
    errors: dict[str, str] = {}
    for field in fields:
        raw = typed.get(field.name) or ([] if field.kind is Kind.checks else field.default)
        if not raw:
            if field.required:
                errors[field.name] = gettext(
                    lazy("请填写“{label}”"), locale, label=gettext(field.label, locale)
                )
            continue
        try:
            values[field.name] = _read(field, raw)
        except ValueError as error:
            errors[field.name] = gettext(str(error), locale, label=gettext(field.label, locale))
    return values, errors


def _read(field: Field, raw: Any) -> Any:
    """Read one value.

    Raises:
        ValueError: with a message id that takes `label`.
    """
    allowed = {key for key, _ in field.options}
    if field.kind is Kind.checks:
        if not set(raw) <= allowed:
            raise ValueError(lazy("“{label}”中有不存在的选项"))
        return raw
    text = unicodedata.normalize("NFKC", raw) if field.kind in NUMBERS or field.kind is Kind.date else raw
    if field.kind in {Kind.select, Kind.combobox}:
        if text not in allowed:
            raise ValueError(lazy("请从列表中选择“{label}”"))
        return text
    if field.kind is Kind.date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(lazy("“{label}”请写成 2027-01-15 的样式"))
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(lazy("“{label}”不是有效的日期")) from None
    if field.kind in NUMBERS:
        return _number(NUMBERS[field.kind], text)
    return text


def _number(rule: _Number, text: str) -> int:
    found = _DIGITS.fullmatch(text.replace(",", ""))
    if found is None:
        raise ValueError(lazy("“{label}”应为不小于零的数字"))
    if len(found[1].lstrip("0")) > _PLACES:
        raise ValueError(lazy("“{label}”过大，小数点前最多 12 位"))
    if len((found[2] or "").rstrip("0")) > rule.decimals:
        too_fine = {
            0: lazy("“{label}”应为整数"),
            2: lazy("“{label}”最多保留 2 位小数"),
            6: lazy("“{label}”最多保留 6 位小数"),
        }
        raise ValueError(too_fine[rule.decimals])
    return int(Decimal(found[0]) * rule.factor)


RULES: Final = {
    "fixed investment is part of the investment": (
        "fixed_investment_fen",
        lazy("固定资产投资不能大于总投资"),
    ),
    "land or a hall is needed": ("land_mu", lazy("用地需求和厂房需求至少填写一项")),
    "a consent has its day and its evidence": (
        "filing_consent_evidence",
        lazy("投资方同意报备的日期和佐证须同时填写"),
    ),
}
"""Rules between fields: where each is shown and its sentence."""


def model_errors(
    error: ValidationError, locale: Locale, labels: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the sentences of a model's errors by field, begun with the field's label where there is one."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False, include_input=False):
        place = str(item["loc"][0]) if item["loc"] else ""
        facts = item.get("ctx", {})
        rule = RULES.get(str(facts.get("error", "")))
        if rule is not None:
            place, sentence = rule
            found[place] = gettext(sentence, locale)
        else:
            label = gettext(labels[place], locale) if labels and place in labels else ""
            found[place] = refusal(place, item["type"], facts, locale, label)
    return found


def fill(
    model: type[Model],
    values: Mapping[str, Any],
    locale: Locale,
    labels: Mapping[str, str] | None = None,
) -> tuple[Model | None, dict[str, str]]:
    """Make a service's form from values, or tell what is wrong at which field."""
    try:
        return model.model_validate(dict(values)), {}
    except ValidationError as error:
        return None, model_errors(error, locale, labels)
