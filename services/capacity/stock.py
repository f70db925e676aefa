"""What keepers of a park do: verify, say what is not true, plan dates, record uses outside the program."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.policy import can_keep_stock
from auth.principal import Principal
from services.capacity import repo
from services.capacity.errors import BadStock, NoSuchUse, UseEnded
from services.capacity.schemas import AvailabilityForm, EndForm, OutsideForm, UseView, VerifyForm
from services.capacity.tables import OutsideUse
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.projects.room import require_room
from services.regions import repo as regions
from services.regions import service as stock_service
from services.regions.errors import NoSuchPark, NoSuchStock, NotYourStock
from services.regions.tables import Hall, Park, Plot

PLOT, HALL = "plot", "hall"


async def check_stock(
    session: AsyncSession,
    principal: Principal,
    park: str,
    kind: str,
    code: str,
    form: VerifyForm,
    today: date,
) -> None:
    """Say that a plot or hall is still as stored, or not any more: that leaves the matcher at once.

    Raises:
        NoSuchPark, NoSuchStock: there is none.
        NotYourStock: it is another's.
        BadStock: what is not true has no reason.
    """
    row = await _own_stock(session, principal, park, kind, code)
    if form.still_true:
        verify = stock_service.verify_plot if kind == PLOT else stock_service.verify_hall
        await verify(session, principal, code, today)
        return
    if not form.reason:
        raise BadStock(errors=[FieldError("/reason", "needed", lazy("不属实的须写明情况"))])
    before = {"untrue_on": row.untrue_on.isoformat() if row.untrue_on else None}
    # A check of the same day is overruled: what is not true is so from now on.
    row.untrue_on = max(today, row.verified_on)
    row.untrue_reason = form.reason
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="capacity.stock_not_true",
        entity=kind,
        entity_id=code,
        before=before,
        after={"untrue_on": row.untrue_on.isoformat(), "reason": form.reason},
    )


async def plan_stock(
    session: AsyncSession, principal: Principal, park: str, kind: str, code: str, form: AvailabilityForm
) -> None:
    """Set from when a plot or hall can be handed over; the matcher counts it from that day.

    Raises:
        NoSuchPark, NoSuchStock: there is none.
        NotYourStock: it is another's.
    """
    row = await _own_stock(session, principal, park, kind, code)
    before, row.ready_on = row.ready_on, form.ready_on
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="capacity.availability_set",
        entity=kind,
        entity_id=code,
        before={"ready_on": before.isoformat()},
        after={"ready_on": form.ready_on.isoformat(), "reason": form.reason},
    )


async def record_use(
    session: AsyncSession, principal: Principal, code: str, form: OutsideForm, today: date
) -> UseView:
    """Record what is used outside the program; the matcher no longer gives it.

    Raises:
        NoSuchPark: there is none.
        NotYourStock: it is another's.
        BadStock: land without its plot, nothing used, or a period that ends before it begins.
        OverOffered: the park, plot or hall has not so much left beside what it has promised.
    """
    park = await _own_park(session, principal, code)
    _check(form)
    await require_room(session, principal.city, code, UUID(int=0), form, plot=form.plot, hall=form.hall)
    row = OutsideUse(
        **form.model_dump(),
        city=park.city,
        park=park.code,
        recorded_on=today,
        recorded_by=principal.account,
        recorded_name=principal.name,
        end_reason="",
        revision=1,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="capacity.outside_use_recorded",
        entity="outside_use",
        entity_id=row.id,
        after=form.model_dump(mode="json"),
    )
    return await _view(session, row)


async def end_use(
    session: AsyncSession, principal: Principal, code: str, key: UUID, form: EndForm, today: date, seen: int
) -> UseView:
    """End a use outside the program: what it took is free again.

    Raises:
        NoSuchPark, NoSuchUse: there is none.
        NotYourStock: it is another's.
        Stale: somebody changed it since.
        UseEnded: it was ended before.
    """
    await _own_park(session, principal, code)
    row = await repo.use(session, principal.city, code, key)
    if row is None:
        raise NoSuchUse
    if row.revision != seen:
        raise Stale
    if row.ended_on is not None:
        raise UseEnded
    row.ended_on, row.ended_by, row.end_reason, row.revision = today, principal.account, form.reason, 2
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="capacity.outside_use_ended",
        entity="outside_use",
        entity_id=row.id,
        after={"ended_on": today.isoformat(), "reason": form.reason},
    )
    return await _view(session, row)


async def _view(session: AsyncSession, row: OutsideUse) -> UseView:
    counts = row.id in await repo.counting(session, row.city, row.park)
    return UseView.model_validate({**row.model_dump(), "counts": counts})


def _check(form: OutsideForm) -> None:
    errors = []
    if (form.land_mu > 0) != (form.plot is not None):
        errors.append(FieldError("/plot", "needed", lazy("占用土地须写明地块和面积")))
    if (form.hall_m2 > 0) != (form.hall is not None):
        errors.append(FieldError("/hall", "needed", lazy("占用厂房须写明厂房和面积")))
    if not any((form.land_mu, form.hall_m2, form.energy_tce, form.water_td, form.cod_kg)):
        errors.append(FieldError("/land_mu", "nothing", lazy("至少填写一项占用")))
    if form.until is not None and form.until < form.since:
        errors.append(FieldError("/until", "before", lazy("结束日期不能早于开始日期")))
    if errors:
        raise BadStock(errors=errors)


async def _own_park(session: AsyncSession, principal: Principal, code: str) -> Park:
    park = await regions.load_park(session, principal.city, code)
    if park is None:
        raise NoSuchPark
    if not can_keep_stock(principal, park.owner, park.code):
        raise NotYourStock
    return park


async def _own_stock(
    session: AsyncSession, principal: Principal, park: str, kind: str, code: str
) -> Plot | Hall:
    row: Plot | Hall | None = (
        await regions.lock_plot(session, principal.city, code)
        if kind == PLOT
        else await regions.lock_hall(session, principal.city, code)
    )
    if row is None or row.park != park:
        raise NoSuchStock
    await _own_park(session, principal, park)
    return row
