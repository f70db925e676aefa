"""Forms of funds and targets: read what was typed into what the services take."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from starlette.datastructures import FormData

from services.console.project_fields import fill
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
    """Read an entry: the amount in 万元 or 万美元, with a minus where a correction takes back."""
    facts: dict[str, Any] = {name: value for name, value in values.items() if value}
    amount = _WAN.fullmatch(values["amount"].replace(",", ""))
    if amount is None:
        return None, {"amount": gettext(lazy("金额请填写数字，最多六位小数"), locale)}
    facts["amount"] = int(Decimal(amount[0]) * WAN)
    form, errors = fill(FundForm, facts | {"files": files}, locale)
    return form, _months(errors, locale)


def read_rate(values: Mapping[str, str], locale: Locale) -> tuple[RateForm | None, dict[str, str]]:
    """Read a month's rate, yuan per dollar with up to four decimals."""
    if _RATE.fullmatch(values["rate"]) is None:
        return None, {"rate": gettext(lazy("汇率请填写数字，最多四位小数"), locale)}
    facts = {
        "month": values["month"],
        "source": values["source"],
        "rate_e4": int(Decimal(values["rate"]) * RATE_SCALE),
    }
    form, errors = fill(RateForm, facts, locale)
    return form, _months(errors, locale)


def read_goal(values: Mapping[str, str], locale: Locale) -> tuple[GoalForm | None, dict[str, str]]:
    """Read a target."""
    return fill(GoalForm, values, locale)


def _months(errors: dict[str, str], locale: Locale) -> dict[str, str]:
    """Say of a month how it is written."""
    told = gettext(MONTH, locale)
    return {name: told if name in {"month", "corrects_month"} else text for name, text in errors.items()}
