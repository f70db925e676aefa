"""The numbers of days, thresholds and ratios that a city may set, each with its default.

A setting is dated: a past decision keeps the figures that were in force on its day.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
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
    protection_idle_days: int = 30
    """Days without evidenced progress after which a protection that ran out counts as lapsed by idleness."""
    first_talk_statement_days: int = 5
    """首谈争议: working days from the opening in which each side states its case."""
    first_talk_hearing_days: int = 10
    """首谈争议: working days from the opening in which the sides are heard."""
    first_talk_ruling_days: int = 20
    """首谈争议: working days from the opening in which the joint meeting rules."""
    application_window_days: int = 10
    """申领窗口: working days."""
    major_threshold_fen: int = 100_000_000_000
    """重大项目: at or above 10 亿 the joint meeting assigns."""
    stock_stale_days: int = 180
    """Stock not verified for this many days takes no part in matching."""
    stock_warning_days: int = 30
    """Stock not verified for this many days is flagged on the pages."""
    stock_recheck_warning_days: int = 30
    """Days before stock leaves the matcher in which its keepers are asked to verify it."""
    contract_rate_floor_bp: int = 6_000
    """合同率: the least that is not flagged."""
    registration_rate_floor_bp: int = 8_000
    """注册率: the least that is not flagged."""
    ready_rate_floor_bp: int = 5_000
    """达到开工条件率: the least that is not flagged."""
    league_table_public: bool = False
    """各县区排名: whether counties see each other's places and rates in the city's reports."""
    score_weight_contract: int = 15
    """年考核: weight of the 合同率 in a county's score; weights are relative to their sum."""
    score_weight_registration: int = 15
    """The same of the 注册率."""
    score_weight_ready: int = 10
    """The same of the 达到开工条件率."""
    score_weight_start: int = 20
    """The same of the 开工率."""
    score_weight_signed: int = 20
    """The same of the progress of the target for projects signed of 1 亿 and more."""
    score_weight_funds: int = 20
    """The same of the progress of the target for funds paid in."""
    quota_award_first_mu: int = 10_000
    """用地指标奖励: land quota for the first place, in hundredths of a mu."""
    quota_award_second_mu: int = 8_000
    """The same for the second place."""
    quota_award_third_mu: int = 5_000
    """The same for the third place."""
    statement_answer_days: int = 10
    """结算单确认期: working days from the issue in which a county confirms or objects."""
    objection_answer_days: int = 10
    """异议答复期: working days in which the city answers an objection."""
    match_objection_days: int = 5
    """对匹配提出异议: working days from the proposal or the decision; a later objection is flagged."""
    match_objection_answer_days: int = 10
    """匹配异议答复期: working days in which the reviewer answers."""
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
    contact_counties: int = 2
    """接触备案: counties that may call on one firm within a window."""
    contact_window_days: int = 7
    """接触备案: days of that window."""
    contact_report_days: int = 14
    """接触备案: days after a contact in which its result is noted."""
    target_firms_most: int = 200
    """目标企业清单: firms on one county's, or the city's, list."""
    intake_respond_days: int = 1
    """公开受理: working days in which the city responds to an idea left by the public."""
    intake_judge_days: int = 3
    """公开受理: working days in which it judges it."""
    intake_feedback_days: int = 7
    """公开受理: working days in which a county takes up contact and it is fed back."""
    intake_contact_days: int = 180
    """公开受理: days after the answer, or without one after the day of arrival, that a contact is kept."""
    relocation_base_fen: int = 300_000_000
    """市内迁移: from this much tax in the year before, the receiving county owes that base."""
    firm_checks_a_day: int = 60
    """查重: how often one person may ask within 24 hours whether a firm is registered."""
    repackaged_tolerance_bp: int = 3_000
    """包装预警: by how much investment or land may differ and still count as alike, in basis points."""
    late_interest_bp: int = 0
    """逾期利息: yearly rate on what is not paid in time, in basis points over 365 days; 0 is off."""
    open_hold_cap: int = 5
    """持有上限: a county's holds without evidence of progress, at most."""
    cool_down_days: int = 30
    """冷静期: days in which a county whose hold failed neither applies nor holds; 0 is off."""
    application_day_cap: int = 10
    """每日申领上限: applications of one county on one day."""
    quarantine_days: int = 0
    """新线索静置期: days from the pool to the first application; 0 is off."""
    hold_evidence_days: int = 30
    """持有佐证期: days from the hold, or from the last evidence, in which evidence of progress is due."""
    joint_visit_required: bool = False
    """Whether a commitment letter needs a joint visit on record; otherwise its lack is flagged."""
    major_opinions_least: int = 3
    """重大项目: written opinions without which the joint meeting assigns nothing."""
    investor_link_days: int = 90
    """投资方查询码: days for which a code that the origin issues is good."""

    respond_days: int = 1
    """响应: working days from registration in which the county first answers."""
    judge_days: int = 3
    """研判: working days from registration in which the county's leader approves or returns it."""
    judge_expert_days: int = 7
    """The same where experts are asked."""
    feed_back_days: int = 7
    """反馈: days from registration in which who registered hears the city's answer."""
    acceptance_days: int = 3
    """受理: working days in which the city accepts or returns what a county reviewed."""
    follow_up_days: int = 14
    """跟进: days after the last entry of a protected lead in which its county enters how it stands."""
    stale_months: int = 1
    """久无进展: months after the last entry of a lead that waits; then it is flagged."""
    transfer_review_days: int = 5
    """流转审核: working days in which the city decides on a request to pass a lead on."""
    host_reply_days: int = 5
    """答复: working days in which a county answers a proposal."""
    decision_days: int = 5
    """市级审定: working days from the investor's choice to the city's decision."""
    decision_major_days: int = 10
    """The same of a major project."""
    hold_progress_days: int = 30
    """持有推进: days of a hold without evidence of progress; then it is flagged as hoarded."""
    clock_warning_days: int = 2
    """A clock with no more days left than these is shown yellow."""
    escalation_days: int = 3
    """升级: working days past its last day after which a clock is brought to the next superior."""
    file_max_bytes: int = 10_000_000
    """佐证文件: the largest that is taken, in bytes; the process takes no upload above its own limit."""
    file_unlock_days: int = 1
    """佐证文件解封: days, that of the reason included, for which the city's office may then read."""
    file_retention_years: int = 10
    """佐证文件保存年限: years from the end of what a file proves, before its content may be removed."""

    delegation_max_days: int = 90
    """委托代办: the longest delegation, in days."""
    delegation_link_days: int = 30
    """委托代办: days after its last day in which neither of the two checks what the other made."""

    notice_retention_days: int = 180
    """通知保存期: days for which a notice stays in an inbox, read or not; the audit trail keeps the event."""

    look_back_threshold_fen: int = 100_000_000_000
    """回看: projects of at least 10 亿 are looked at again."""
    look_back_signing_months: int = 12
    """回看: months after signing by which that is due."""
    look_back_production_months: int = 12
    """The same after the start of production."""
    promise_cap_bp: int = 1_000
    """避免政府违约: how much of a county's fiscal strength of a year may be promised, in basis points."""
    outing_leader_days: int = 5
    """外出招商: days out that are asked of a unit's leaders a month."""
    outing_deputy_days: int = 7
    """The same of the deputy in charge."""
    outing_bureau_days: int = 10
    """The same of the bureau that invites investment."""


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


async def settings_book(session: AsyncSession, city: str) -> Callable[[date], CitySettings]:
    """Return what tells the settings in force on any day; the city's own are read once."""
    rows = await session.execute(
        select(col(CitySetting.effective_from), col(CitySetting.key), col(CitySetting.value))
        .where(col(CitySetting.city) == city, col(CitySetting.key).in_(KINDS))
        .order_by(col(CitySetting.effective_from))
    )
    changes = [(since, key, value) for since, key, value in rows]

    @cache
    def on(day: date) -> CitySettings:
        return CitySettings(**{key: value for since, key, value in changes if since <= day})

    return on


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
