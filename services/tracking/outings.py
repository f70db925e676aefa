"""外出招商: trips and whom they met, days out against what the city asks, and the weekly board."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.tracking.outings import days_out, month_of, week_of
from allocation.tracking.words import OutingRole
from auth.policy import COUNTY_EYES
from auth.principal import Principal, Role
from auth.tracking import can_log_outing, sees_firms_met
from services.intake.tables import TargetFirm
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.regions.repo import load_counties, load_region, unit_names
from services.regions.settings import CitySettings, settings_on
from services.tracking.errors import AlreadyEnded, BadTracking, NoSuchOuting, NotYourOuting
from services.tracking.outing_views import BoardAnswer, BoardLine, OutingsAnswer, OutingView
from services.tracking.record import made
from services.tracking.schemas import BecauseForm, OutingForm
from services.tracking.tables import Outing, OutingFirm, OutingWithdrawal

LONGEST = 31
"""Days of one trip; a mistyped year would meet every month's target."""
YEARS = range(2000, 2101)
"""Years whose board is shown; at the ends of the calendar a week has no Monday or no Sunday."""
MOST = 200
"""Trips that a list shows, the latest first."""


async def log(session: AsyncSession, principal: Principal, form: OutingForm) -> OutingView:
    """Enter a trip.

    Raises:
        NotYourOuting: another unit's.
        BadTracking: no such unit, days that are no span, too many or to come, fewer visits than firms, a
            target firm of another's list.
    """
    today = await Clock().today(session, principal.city)
    if await load_region(session, principal.city, form.unit) is None:
        raise BadTracking(errors=[FieldError("/unit", "unknown", lazy("没有这个责任单位"))])
    if not can_log_outing(principal, form.unit):
        raise NotYourOuting
    wrong = []
    if not form.from_on <= form.to_on <= today:
        wrong.append(FieldError("/to_on", "order", lazy("返回日期应在出发之后、今天以前")))
    elif (form.to_on - form.from_on).days >= LONGEST:
        wrong.append(FieldError("/to_on", "long", lazy("一次外出最多 31 天，更长的请按月分次登记")))
    if form.visits < len(form.firms):
        wrong.append(FieldError("/visits", "fewer", lazy("拜访企业次数不能少于拜访的企业家数")))
    for place, firm in enumerate(form.firms):
        if firm.target is not None and not await _listed(session, principal.city, form.unit, firm.target):
            told = lazy("目标企业清单中没有这家企业")
            wrong.append(FieldError(f"/firms/{place}/target", "unknown", told))
    if wrong:
        raise BadTracking(errors=wrong)
    row = Outing(**form.model_dump(exclude={"firms"}), **made(principal, today), id=uuid7())
    session.add(row)
    await session.flush()
    for seq, firm in enumerate(form.firms, start=1):
        session.add(OutingFirm(**firm.model_dump(), city=row.city, outing=row.id, seq=seq))
    await session.flush()
    await _record(session, principal, "tracking.outing_logged", row.id, form.model_dump(mode="json"))
    [view] = (await trips(session, principal, only=row.id)).items
    return view


async def _listed(session: AsyncSession, city: str, unit: str, target: UUID) -> bool:
    found = await session.get(TargetFirm, (city, target))
    return found is not None and found.owner in {unit, city}


async def withdraw(session: AsyncSession, principal: Principal, key: UUID, form: BecauseForm) -> OutingView:
    """Withdraw a trip that was entered wrongly: it stays on record and counts no more.

    Raises:
        NoSuchOuting: none of one's own unit.
        AlreadyEnded: it was withdrawn before.
    """
    query = select(Outing).where(col(Outing.city) == principal.city, col(Outing.id) == key)
    row = await session.scalar(query.with_for_update())
    if row is None or not can_log_outing(principal, row.unit):
        raise NoSuchOuting
    if await session.get(OutingWithdrawal, (row.city, row.id)) is not None:
        raise AlreadyEnded
    today = await Clock().today(session, principal.city)
    session.add(OutingWithdrawal(**made(principal, today), outing=row.id, reason=form.reason))
    await session.flush()
    await _record(session, principal, "tracking.outing_withdrawn", row.id, {"reason": form.reason})
    [view] = (await trips(session, principal, only=row.id)).items
    return view


async def trips(session: AsyncSession, principal: Principal, *, only: UUID | None = None) -> OutingsAnswer:
    """Return the trips of one's own unit, of all units for the city's office; others see the board alone."""
    today = await Clock().today(session, principal.city)
    query = select(Outing).where(col(Outing.city) == principal.city)
    if principal.role in COUNTY_EYES:
        query = query.where(col(Outing.unit) == principal.county)
    elif principal.role is not Role.city_office:
        return OutingsAnswer(as_of=today, items=[])
    if only is not None:
        query = query.where(col(Outing.id) == only)
    query = query.order_by(col(Outing.from_on).desc(), col(Outing.id)).limit(MOST)
    rows = list(await session.scalars(query))
    firms = await _firms(session, principal.city, [row.id for row in rows])
    withdrawn = await _withdrawn(session, principal.city)
    names = await unit_names(session, principal.city)
    plain = ("id", "unit", "role", "post", "from_on", "to_on", "place", "visits", "result", "by_name")
    return OutingsAnswer(
        as_of=today,
        items=[
            OutingView(
                **{name: getattr(row, name) for name in plain},
                unit_name=names.get(row.unit, row.unit),
                days=(row.to_on - row.from_on).days + 1,
                firms=firms[row.id] if sees_firms_met(principal, row.unit) else [],
                withdrawn=withdrawn.get(row.id),
                may_withdraw=row.id not in withdrawn and can_log_outing(principal, row.unit),
            )
            for row in rows
        ],
    )


async def board(session: AsyncSession, principal: Principal, day: date | None = None) -> BoardAnswer:
    """Return the weekly board (每周张榜): every unit's days out of a week and of its month, by who led.

    All offices of the city read it; whom a unit met is not on it.

    Raises:
        BadTracking: a day of a year that has no board.
    """
    if day is not None and day.year not in YEARS:
        raise BadTracking(errors=[FieldError("/day", "range", lazy("日期应在 2000 年至 2100 年之间"))])
    today = await Clock().today(session, principal.city)
    shown = day or today
    week, month = week_of(shown), month_of(shown)
    asked = await settings_on(session, principal.city, month[1])
    query = select(Outing).where(
        col(Outing.city) == principal.city,
        col(Outing.to_on) >= min(week[0], month[0]),
        col(Outing.from_on) <= max(week[1], month[1]),
    )
    withdrawn = await _withdrawn(session, principal.city)
    trips_of: dict[tuple[str, OutingRole], list[Outing]] = defaultdict(list)
    for row in await session.scalars(query):
        if row.id not in withdrawn:
            trips_of[row.unit, row.role].append(row)
    names, order = await unit_names(session, principal.city), list(OutingRole)
    units = [row.code for row in await load_counties(session, principal.city)]
    units += sorted({unit for unit, _ in trips_of} - set(units))
    lines = []
    for unit in units:
        for role in OutingRole:
            spans = [(row.from_on, row.to_on) for row in trips_of[unit, role]]
            monthly = days_out(spans, *month)
            lines.append(
                BoardLine(
                    unit=unit,
                    unit_name=names.get(unit, unit),
                    role=role,
                    week_days=days_out(spans, *week),
                    month_days=monthly,
                    asked_days=asked_days(asked, role),
                    short_days=max(asked_days(asked, role) - monthly, 0),
                    visits=sum(
                        row.visits
                        for row in trips_of[unit, role]
                        if row.from_on <= month[1] and row.to_on >= month[0]
                    ),
                )
            )
    return BoardAnswer(
        as_of=today,
        week_first=week[0],
        week_last=week[1],
        month=f"{month[0]:%Y-%m}",
        over=month[1] < today,
        items=sorted(lines, key=lambda line: (order.index(line.role), -line.month_days)),
    )


def asked_days(settings: CitySettings, role: OutingRole) -> int:
    """Return the days out that the city asks of a role in a month."""
    return {
        OutingRole.leader: settings.outing_leader_days,
        OutingRole.deputy: settings.outing_deputy_days,
        OutingRole.bureau: settings.outing_bureau_days,
    }[role]


async def _firms(session: AsyncSession, city: str, keys: list[UUID]) -> dict[UUID, list[str]]:
    rows = await session.scalars(
        select(OutingFirm)
        .where(col(OutingFirm.city) == city, col(OutingFirm.outing).in_(keys))
        .order_by(col(OutingFirm.seq))
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row.outing].append(row.name)
    return found


async def _withdrawn(session: AsyncSession, city: str) -> dict[UUID, str]:
    rows = await session.scalars(select(OutingWithdrawal).where(col(OutingWithdrawal.city) == city))
    return {row.outing: row.reason for row in rows}


async def _record(
    session: AsyncSession, principal: Principal, action: str, key: UUID, told: dict[str, object]
) -> None:
    await record_event(
        session, principal.city, actor=principal, action=action, entity="outing", entity_id=key, after=told
    )
