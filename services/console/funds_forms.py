"""Forms of funds and targets: read what was typed into what the services take."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from starlette.datastructures import FormData

from services.console.project_fields import fill
from services.console.refusals import refusal
from services.funds.schemas import FundForm, GoalForm, RateForm
from services.kit.i18n import Locale, gettext, lazy

LONGEST: Final = 500
ENTRY: Final = (
    *("project", "month", "fund_kind", "currency", "amount", "evidence", "corrects_month", "replaces"),
    "reason",
)
GOAL: Final = (
    *("year", "actor", "unit", "indicator", "value", "value_unit", "effective_from", "document_no", "reason"),
)
RATE: Final = ("month", "rate", "source")
_WAN: Final = re.compile(r"(-?[0-9]{1,9})(?:\.([0-9]{1,6}))?")
_RATE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")
WAN: Final = 1_000_000
RATE_SCALE: Final = 10_000
MONTH: Final = lazy("月份请写成 2027-01 的样式")
ENTRY_LABELS: Final[Mapping[str, str]] = {
    "project": lazy("项目公开编号"),
    "month": lazy("月份"),
    "fund_kind": lazy("资金类型"),
    "currency": lazy("币种"),
    "amount": lazy("金额（万元或万美元）"),
    "evidence": lazy("凭证说明"),
    "reason": lazy("更正或修订的原因"),
}
GOAL_LABELS: Final[Mapping[str, str]] = {
    "year": lazy("年度"),
    "actor": lazy("单位类别"),
    "unit": lazy("责任单位"),
    "indicator": lazy("指标"),
    "value": lazy("目标值"),
    "value_unit": lazy("计量单位"),
    "effective_from": lazy("生效日期"),
    "document_no": lazy("文号"),
    "reason": lazy("设定或调整的原因"),
}
RATE_LABELS: Final[Mapping[str, str]] = {"rate": lazy("汇率"), "source": lazy("来源")}


def typed(names: tuple[str, ...], form: FormData) -> dict[str, str]:
    """Read what was typed, to show it again."""
    found = {}
    for name in names:
        value = form.get(name, "")
        found[name] = value[:LONGEST].strip() if isinstance(value, str) else ""
    return found


def read_entry(
    values: Mapping[str, str], files: list[UUID], locale: Locale
) -> tuple[FundForm | None, dict[str, str]]:
    """Read an entry: the amount in 万元 or 万美元, with a minus where a correction takes back.

    Everything that is missing or cannot be read is named, all at once, in the form's order.
    """
    facts: dict[str, Any] = {name: value for name, value in values.items() if value}
    wrong = _missing(
        ("project", "month", "fund_kind", "currency", "amount", "evidence"), facts, ENTRY_LABELS, locale
    )
    amount = _WAN.fullmatch(values["amount"].replace(",", ""))
    if amount is None and "amount" not in wrong:
        wrong["amount"] = gettext(lazy("金额请填写数字，小数点前最多九位，小数最多六位"), locale)
    facts["amount"] = int(Decimal(amount[0]) * WAN) if amount else 0
    form, errors = fill(FundForm, facts | {"files": files}, locale, ENTRY_LABELS)
    named = _months(errors, locale) | wrong
    ordered = {name: named[name] for name in (*ENTRY, *named) if name in named}
    return (form, {}) if form is not None and not ordered else (None, ordered)


def read_rate(values: Mapping[str, str], locale: Locale) -> tuple[RateForm | None, dict[str, str]]:
    """Read a month's rate, yuan per dollar with up to four decimals."""
    wrong = {}
    if _RATE.fullmatch(values["rate"]) is None:
        wrong["rate"] = gettext(lazy("汇率请填写数字，最多四位小数"), locale)
    facts = {
        "month": values["month"],
        "source": values["source"],
        "rate_e4": 1 if wrong else int(Decimal(values["rate"]) * RATE_SCALE),
    }
    form, errors = fill(RateForm, facts, locale, RATE_LABELS)
    if "rate_e4" in errors:
        wrong["rate"] = gettext(lazy("汇率应大于零"), locale)
        del errors["rate_e4"]
    named = wrong | _months(errors, locale)
    return (form, {}) if form is not None and not named else (None, named)


def read_goal(values: Mapping[str, str], locale: Locale) -> tuple[GoalForm | None, dict[str, str]]:
    """Read a target."""
    facts = {name: value for name, value in values.items() if value}
    wrong = _missing(tuple(GOAL_LABELS), facts, GOAL_LABELS, locale)
    form, errors = fill(GoalForm, facts, locale, GOAL_LABELS)
    named = errors | wrong
    ordered = {name: named[name] for name in (*GOAL, *named) if name in named}
    return (form, {}) if form is not None and not ordered else (None, ordered)


def _missing(
    names: tuple[str, ...], facts: Mapping[str, Any], labels: Mapping[str, str], locale: Locale
) -> dict[str, str]:
    """Name the fields that were left empty and may not be."""
    return {
        name: refusal(name, "missing", {}, locale, gettext(labels[name], locale))
        for name in names
        if name not in facts
    }


def _months(errors: dict[str, str], locale: Locale) -> dict[str, str]:
    """Say of a month how it is written."""
    told = gettext(MONTH, locale)
    return {name: told if name in {"month", "corrects_month"} else text for name, text in errors.items()}
