"""The numbers of days, thresholds and ratios that a city may set, each with its default.

A setting is dated: a past decision keeps the figures that were in force on its day.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.kit.errors import FieldError, Invalid
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.regions.repo import load_settings
from services.regions.tables import CitySetting

_SETTING_LIMIT = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySettings:
    """All settings of a city on one day. Whole numbers; money in fen, ratios in basis points."""

    protection_months: int = 3
    """首谈保护期: months from acceptance."""
    protection_extensions: int = 1
    """How often the protection may be extended by as many months."""
    protection_warning_days: int = 15
    """Days before the end of the protection on which the county is warned."""
    application_window_days: int = 10
    """申领窗口: working days."""
    major_threshold_fen: int = 100_000_000_000
    """重大项目: at or above 10 亿 the joint meeting assigns."""
    stock_stale_days: int = 180
    """Stock not verified for this many days takes no part in matching."""
    stock_warning_days: int = 30
    """Stock not verified for this many days is flagged on the pages."""
    contract_rate_floor_bp: int = 6_000
    """合同率: the least that is not flagged."""
    registration_rate_floor_bp: int = 8_000
    """注册率: the least that is not flagged."""
    ready_rate_floor_bp: int = 5_000
    """达到开工条件率: the least that is not flagged."""
    statement_answer_days: int = 10
    """结算单确认期: working days from the issue in which a county confirms or objects."""
    objection_answer_days: int = 10
    """异议答复期: working days in which the city answers an objection."""
    silence_is_consent: bool = False
    """Whether a statement unanswered in time may be recorded as confirmed by this rule."""
    positioning_is_gate: bool = False
    """Whether a park takes only industries of its own positioning."""
    estimate_ratio_bp: int = 5_000
    """The calculator's share of the origin, where nothing is agreed yet."""
    estimate_years: int = 5
    """Its years of sharing."""
    estimate_start_year: int = 1
    """The year construction starts; this year is 1."""
    estimate_build_years: int = 2
    """Years of construction."""
    estimate_first_tax_year: int = 3
    """The first year of tax and output; this year is 1."""
    estimate_first_tax_bp: int = 5_000
    """Tax and output of that year, of the expected yearly figures."""
    estimate_growth_bp: int = 2_500
    """What each later year adds, until the expected figures are reached."""
    estimate_mix_vat: int = 60
    """Weight of value-added tax in a yearly tax of which only the sum is known (illustrative)."""
    estimate_mix_cit: int = 30
    """The same of corporate income tax."""
    estimate_mix_pit: int = 5
    """The same of individual income tax."""
    estimate_mix_urban_construction: int = 5
    """The same of urban construction tax."""
    settlement_confirm_days: int = 30
    """轧差方案: days in which counties confirm their nets; after them the city may declare it expired."""
    settlement_pay_days: int = 30
    """拨款指令: days from the settlement to the day by which its orders are paid, never before 31 March."""
    late_interest_bp: int = 0
    """逾期利息: yearly rate on what is not paid in time, in basis points over 365 days; 0 is off."""


DEFAULTS = CitySettings()
KINDS: dict[str, type] = {field.name: type(getattr(DEFAULTS, field.name)) for field in fields(CitySettings)}


class BadSetting(Invalid):
    """There is no such setting, or the value does not fit it."""

    slug = "bad-setting"
    title = lazy("参数不符合要求")


async def settings_on(session: AsyncSession, city: str, on: date) -> CitySettings:
    """Return the settings in force on a date: the city's own where it set them, else the defaults."""
    own = await load_settings(session, city, on)
    return CitySettings(**{key: value for key, value in own.items() if key in KINDS})


async def setting_history(session: AsyncSession, city: str, key: str) -> list[tuple[date, Any]]:
    """Return all values that a city set for a key, by the day from which each holds."""
    rows = await session.execute(
        select(col(CitySetting.effective_from), col(CitySetting.value))
        .where(col(CitySetting.city) == city, col(CitySetting.key) == key)
        .order_by(col(CitySetting.effective_from))
    )
    return [(since, value) for since, value in rows]


async def set_setting(
    session: AsyncSession, principal: Principal, key: str, value: Any, effective_from: date
) -> None:
    """Set a value from a date on; one already set for that very date is replaced, and the audit shows both.

    Raises:
        BadSetting: no such setting, or a value of another kind or out of range.
    """
    kind = KINDS.get(key)
    if kind is None:
        raise BadSetting(errors=[FieldError("/key", "unknown", lazy("没有这个参数"))])
    in_range = isinstance(value, bool) or (isinstance(value, int) and 0 <= value < _SETTING_LIMIT)
    if type(value) is not kind or not in_range:
        raise BadSetting(errors=[FieldError("/value", "range", lazy("取值不符合要求"))])
    before = (await load_settings(session, principal.city, effective_from)).get(key, getattr(DEFAULTS, key))
    statement = insert(CitySetting).values(
        city=principal.city, key=key, effective_from=effective_from, value=value
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["city", "key", "effective_from"], set_={"value": statement.excluded.value}
        )
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="regions.setting_changed",
        entity="city_setting",
        entity_id=key,
        before={"value": before},
        after={"value": value, "effective_from": effective_from.isoformat()},
    )
