"""The city's rule of fairness: dated, edited under its version, and what a run makes of it."""

from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.matching.fairness import FairnessRule
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.matching.fair_errors import BadFairness
from services.matching.fair_schemas import FairnessAnswer, FairnessForm
from services.matching.fair_tables import FairnessSetting
from services.regions import repo as regions

_FIELDS: Final = tuple(name for name in FairnessForm.model_fields if name != "effective_from")


async def setting_on(session: AsyncSession, city: str, on: date) -> FairnessSetting | None:
    """Return the setting in force on a date; None before the city's first."""
    query = (
        select(FairnessSetting)
        .where(col(FairnessSetting.city) == city, col(FairnessSetting.effective_from) <= on)
        .order_by(col(FairnessSetting.effective_from).desc())
        .limit(1)
    )
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()


async def current_version(session: AsyncSession, city: str) -> int:
    """Return how often the city has changed its rule."""
    query = select(func.coalesce(func.max(col(FairnessSetting.version)), 0))
    return int((await session.execute(query.where(col(FairnessSetting.city) == city))).scalar_one())


async def rule_now(session: AsyncSession, principal: Principal, clock: Clock) -> FairnessAnswer:
    """Tell the rule in force on the city's business date, with the version that an edit must name."""
    today = await clock.today(session, principal.city)
    setting = await setting_on(session, principal.city, today)
    version = await current_version(session, principal.city)
    if setting is None:
        off = FairnessForm(effective_from=today, enabled=False).model_dump(include=set(_FIELDS))
        return FairnessAnswer(**off, effective_from=None, version=version)
    fields = {name: getattr(setting, name) for name in _FIELDS}
    return FairnessAnswer(**fields, effective_from=setting.effective_from, version=version)


async def set_rule(
    session: AsyncSession, principal: Principal, clock: Clock, form: FairnessForm, version: int
) -> FairnessAnswer:
    """Set the rule from a day on; one already set for that very day is replaced, and the audit shows both.

    Raises:
        Stale: somebody changed the rule since `version`.
        BadFairness: a day that is past, or a county that is none of the city's.
    """
    city = principal.city
    today = await clock.today(session, city)
    await _check(session, city, form, today)
    await session.execute(
        select(col(FairnessSetting.version)).where(col(FairnessSetting.city) == city).with_for_update()
    )
    known = await current_version(session, city)
    if version != known:
        raise Stale
    before = await setting_on(session, city, form.effective_from)
    was: dict[str, Any] = {} if before is None else {name: getattr(before, name) for name in _FIELDS}
    values = {name: getattr(form, name) for name in _FIELDS}
    statement = insert(FairnessSetting).values(
        city=city,
        effective_from=form.effective_from,
        version=known + 1,
        changed_by=principal.account,
        **values,
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["city", "effective_from"],
            set_={**values, "version": known + 1, "changed_by": principal.account},
        )
    )
    await record_event(
        session,
        city,
        actor=principal,
        action="matching.fairness_changed",
        entity="fairness_setting",
        entity_id=form.effective_from.isoformat(),
        before=was,
        after=form.model_dump(mode="json"),
    )
    return await rule_now(session, principal, clock)


async def _check(session: AsyncSession, city: str, form: FairnessForm, today: date) -> None:
    errors = []
    if form.effective_from < today:
        errors.append(FieldError("/effective_from", "past", lazy("生效日期不能早于今天")))
    counties = {row.code for row in await regions.load_counties(session, city)}
    errors += [
        FieldError(f"/weights_bp/{code}", "unknown", lazy("没有这个县区"))
        for code in sorted(set(form.weights_bp) - counties)
    ]
    if errors:
        raise BadFairness(errors=errors)


def rule_of(setting: FairnessSetting) -> FairnessRule:
    """Read a setting as the matcher's rule."""
    return FairnessRule(
        months=setting.months,
        measure=setting.measure,
        ceiling_bp=setting.ceiling_bp,
        floor_bp=setting.floor_bp,
        weights_bp=setting.weights_bp,
    )
