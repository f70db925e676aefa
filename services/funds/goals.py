"""Yearly targets: set and changed by the city's office as dated versions, and how far each unit has come."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.funds import month_of
from allocation.statistics.goals import (
    CHANNELS,
    INDICATORS,
    Actor,
    Span,
    Venture,
    behind,
    new_customers,
    progress,
)
from allocation.statistics.rates import Rate
from auth.funds import can_see_goal, can_set_goals, sees_all_funds
from auth.principal import Principal
from services.funds import repo
from services.funds.errors import BadGoal, NotYourFunds
from services.funds.queries import ventures
from services.funds.schemas import GoalForm, Goals, GoalView, RateView
from services.funds.tables import Goal
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.regions.repo import load_parks, load_regions, load_targets, unit_names

Key = tuple[Actor, str, str]
"""Actor, unit, indicator."""


async def set_goal(session: AsyncSession, principal: Principal, form: GoalForm, today: date) -> Goal:
    """Set a unit's target, or change it from a day on; every version before stays.

    Raises:
        NotYourFunds: not the city's office.
        BadGoal: no unit, none of that code, no known indicator, or a unit of measure that does not fit.
    """
    if not can_set_goals(principal):
        raise NotYourFunds
    regions = {row.code for row in await load_regions(session, principal.city)}
    parks = {row.code for row in await load_parks(session, principal.city)}
    _check(form, {Actor.county: regions, Actor.park: parks})
    before = [
        row
        for row in await repo.goals(session, principal.city, form.year)
        if (row.actor, row.unit, row.indicator) == (form.actor, form.unit, form.indicator)
    ]
    row = Goal(
        city=principal.city,
        **form.model_dump(),
        version=len(before) + 1,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="goals.set",
        entity="goal",
        entity_id=row.id,
        before={"value": before[-1].value, "value_unit": before[-1].value_unit} if before else None,
        after=form.model_dump(mode="json"),
    )
    return row


def _check(form: GoalForm, codes: dict[Actor, set[str]]) -> None:
    errors = []
    if not form.unit:
        errors.append(FieldError("/unit", "needed", lazy("目标须写明责任单位")))
    elif form.actor in codes and form.unit not in codes[form.actor]:
        errors.append(FieldError("/unit", "unknown", lazy("没有这个县区或园区，请填写代码")))
    indicator = INDICATORS.get(form.indicator)
    if indicator is None:
        errors.append(FieldError("/indicator", "unknown", lazy("没有这个考核指标")))
    if not form.value_unit:
        errors.append(FieldError("/value_unit", "needed", lazy("目标值须写明计量单位")))
    elif indicator is not None and form.value_unit not in indicator.units:
        errors.append(FieldError("/value_unit", "unfit", lazy("计量单位与指标不符")))
    if not form.document_no:
        errors.append(FieldError("/document_no", "needed", lazy("目标须写明文号")))
    if form.effective_from.year > form.year:
        errors.append(FieldError("/effective_from", "later", lazy("生效日期不能晚于目标年度")))
    if errors:
        raise BadGoal(errors=errors)


async def listed(session: AsyncSession, principal: Principal, year: int, today: date) -> Goals:
    """Return the targets of a year that somebody sees, each with its progress as of a day."""
    city = principal.city
    names = await unit_names(session, city)
    owners = {row.code: row.owner for row in await load_parks(session, city)}
    span = Span(year=year, as_of=min(today, date(year, 12, 31)))
    found = await ventures(session, city, year, month_of(span.as_of))
    items = [
        _view(goal, names, found, span)
        for goal in await _standing(session, city, year, today, owners)
        if _may_see(principal, goal, owners)
    ]
    return Goals(
        year=year,
        as_of=span.as_of,
        items=items,
        new_customers=RateView.of(new_customers(found, span)) if sees_all_funds(principal) else None,
    )


async def standing(session: AsyncSession, city: str, year: int, today: date) -> list[GoalView]:
    """Return the targets of a year that stand on a day, of all units, without their progress."""
    owners = {row.code: row.owner for row in await load_parks(session, city)}
    return await _standing(session, city, year, today, owners)


async def _standing(
    session: AsyncSession, city: str, year: int, today: date, owners: dict[str, str]
) -> list[GoalView]:
    """Return the targets that stand on a day: the latest version in effect, else what a file brought."""
    found: dict[Key, GoalView] = {}
    for row in await load_targets(session, city, year):
        actor = Actor.park if row.unit in owners else Actor.county
        found[actor, row.unit, row.indicator] = _bare(
            actor, row.unit, year, row.indicator, row.value, row.value_unit
        )
    for goal in await repo.goals(session, city, year):
        if goal.effective_from <= today:
            shown = _bare(goal.actor, goal.unit, year, goal.indicator, goal.value, goal.value_unit)
            shown.version, shown.effective_from = goal.version, goal.effective_from
            shown.document_no = goal.document_no
            found[goal.actor, goal.unit, goal.indicator] = shown
    order = list(Actor)
    return [found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1], key[2]))]


def _bare(actor: Actor, unit: str, year: int, indicator: str, value: int, value_unit: str) -> GoalView:
    return GoalView(
        actor=actor,
        unit=unit,
        unit_name=unit,
        year=year,
        indicator=indicator,
        value=value,
        value_unit=value_unit,
        version=0,
        effective_from=None,
        document_no="",
        progress=None,
        behind=False,
    )


def _may_see(principal: Principal, goal: GoalView, owners: dict[str, str]) -> bool:
    if goal.actor in CHANNELS:
        return can_see_goal(principal, None, None)
    park = goal.unit if goal.actor is Actor.park else None
    return can_see_goal(principal, owners.get(goal.unit) if park else goal.unit, park)


def _view(goal: GoalView, names: dict[str, str], found: Sequence[Venture], span: Span) -> GoalView:
    """Fill in the unit's name and how far it has come."""
    goal.unit_name = names.get(goal.unit, goal.unit)
    indicator = INDICATORS.get(goal.indicator)
    scale = None if indicator is None else indicator.units.get(goal.value_unit)
    if scale is not None:
        reached = progress(found, goal.actor, goal.unit, goal.indicator, goal.value * scale, span)
        if reached is not None:
            goal.progress = RateView.of(reached)
            goal.behind = behind(reached, span)
    return goal


def together(rates: Sequence[RateView]) -> RateView:
    """Add up what units reached over what they were to reach; all are of one kind and day."""
    first = rates[0]
    return RateView.of(
        Rate(
            sum(rate.numerator for rate in rates),
            sum(rate.denominator for rate in rates),
            first.kind,
            first.as_of,
        )
    )
