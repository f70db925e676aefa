"""Plots and halls: verified, not true any more, ready later, and asked for before they leave the matcher."""

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.eligibility import blockers
from allocation.matching.result import Rule
from auth.principal import Role
from services.capacity import service, stock
from services.capacity.errors import BadStock
from services.capacity.schemas import AvailabilityForm, VerifyForm
from services.capacity.todos import todos
from services.matching.snapshot import build_pool, lead_of
from services.regions.errors import NoSuchStock, NotYourStock
from services.regions.imports import write_plots
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, TODAY
from tests.services.regions import factories as regions

PARK_OFFICER = make.principal(Role.park_officer, make.PARK)
RIVAL = make.officer(make.LUONAN)
RICH = {"investment_fen": 10**12, "fixed_investment_fen": 10**12, "tax_fen": 10**11}
"""A lead that passes every entry floor."""
PLOT, HALL = "6110P01-001", "6110P01-F01"


async def offered(session: AsyncSession, on: date = TODAY) -> tuple[list[str], list[str]]:
    pool = await build_pool(session, make.CITY, on)
    park = next(park for park in pool.parks if park.code == make.PARK)
    return [plot.code for plot in park.plots], [hall.code for hall in park.halls]


async def say(session: AsyncSession, kind: str, code: str, *, true: bool, reason: str = "已出让他人") -> None:
    form = VerifyForm(still_true=true, reason=reason)
    await stock.check_stock(session, PARK_OFFICER, make.PARK, kind, code, form, TODAY)


async def test_what_is_not_true_leaves_the_matcher_at_once_until_it_is_verified(
    session: AsyncSession,
):
    system = await regions.make_city(session)
    await say(session, "plot", PLOT, true=False)
    await say(session, "hall", HALL, true=False)
    assert await offered(session) == (["6110P01-002"], [])
    shown = await service.capacity(session, HOST, make.PARK, TODAY)
    assert [figure.total for figure in shown.figures[:2]] == [3_500, 0]
    line = next(line for line in shown.stock if line.code == PLOT)
    assert (line.untrue_on, line.untrue_reason, line.left, line.rechecked) == (TODAY, "已出让他人", 0, False)
    await say(session, "hall", HALL, true=True)
    assert await offered(session) == (["6110P01-002"], [HALL])
    # A file that was checked later brings it back as well; an older one does not.
    await write_plots(session, system, [regions.plot_input(PLOT, verified_on=TODAY)])
    assert (await offered(session))[0] == ["6110P01-002"]
    await write_plots(session, system, [regions.plot_input(PLOT, verified_on=TODAY + timedelta(days=1))])
    session.expire_all()
    assert (await offered(session))[0] == [PLOT, "6110P01-002"]


async def test_not_true_needs_its_reason_and_the_parks_own_keeper(session: AsyncSession):
    await regions.make_city(session)
    with pytest.raises(BadStock):
        await say(session, "plot", PLOT, true=False, reason=" ")
    untrue = VerifyForm(still_true=False, reason="已出让")
    with pytest.raises(NotYourStock):
        await stock.check_stock(session, RIVAL, make.PARK, "plot", PLOT, untrue, TODAY)
    for park, code in ((make.PARK, "6110P04-001"), (make.PARK, "none"), (make.LUONAN_PARK, PLOT)):
        with pytest.raises(NoSuchStock):
            await stock.check_stock(session, PARK_OFFICER, park, "plot", code, untrue, TODAY)


async def test_stock_that_nobody_verified_for_180_days_leaves_the_matcher(session: AsyncSession):
    system = await regions.make_city(session)
    lead = lead_of(make.form(land_mu=12_000, industry="3922", **RICH))
    last = TODAY - timedelta(days=180)
    for verified, gone in ((last, False), (last - timedelta(days=1), True)):
        await write_plots(
            session,
            system,
            [
                regions.plot_input(PLOT, verified_on=verified),
                regions.plot_input("6110P01-002", area_mu=3_500, verified_on=verified),
            ],
        )
        session.expire_all()
        pool = await build_pool(session, make.CITY, TODAY)
        park = next(park for park in pool.parks if park.code == make.PARK)
        found = {blocker.rule for blocker in blockers(pool, lead, park)}
        assert (Rule.STALE_LAND in found) is gone
        assert (Rule.LAND in found) is gone
        shown = await service.capacity(session, HOST, make.PARK, TODAY)
        assert [line.stale for line in shown.stock if line.kind == "plot"] == [gone, gone]


async def test_keepers_are_asked_before_stock_leaves_and_after(session: AsyncSession):
    system = await regions.make_city(session)
    # 6110P01-002 was verified on 1 July 2026: it counts until 28 December 2026.
    (todo,) = await todos(session, PARK_OFFICER, TODAY)
    assert (todo.kind, todo.href, todo.due_on, todo.overdue) == (
        "capacity.verify",
        f"/parks/{make.PARK}/capacity",
        date(2026, 12, 28),
        True,
    )
    assert todo.facts["n"] == 1
    assert [one.href for one in await todos(session, HOST, TODAY)] == [todo.href]
    assert not (await todos(session, HOST, date(2026, 12, 28)))[0].overdue
    assert await todos(session, HOST, date(2026, 11, 28)) == []
    assert len(await todos(session, HOST, date(2026, 11, 29))) == 1
    assert await todos(session, RIVAL, TODAY) == []
    assert await todos(session, make.principal(Role.auditor, make.CITY), TODAY) == []
    assert await todos(session, make.officer(make.DANFENG), TODAY) == []
    await write_plots(session, system, [regions.plot_input("6110P03-001", "6110P03", verified_on=TODAY)])
    assert await todos(session, make.OFFICE, TODAY) == []
    await stock.check_stock(
        session, HOST, make.PARK, "plot", "6110P01-002", VerifyForm(still_true=True), TODAY
    )
    assert await todos(session, HOST, TODAY) == []


async def test_land_that_becomes_ready_later_counts_in_its_quarter(session: AsyncSession):
    await regions.make_city(session)
    form = AvailabilityForm(ready_on=date(2027, 5, 10), reason="拆迁完成后交地")
    await stock.plan_stock(session, HOST, make.PARK, "plot", PLOT, form)
    shown = await service.capacity(session, HOST, make.PARK, TODAY)
    plan = [(row.year, row.number, row.new_land_mu, row.land_mu) for row in shown.quarters[:3]]
    assert plan == [(2027, 1, 3_500, 3_500), (2027, 2, 12_000, 15_500), (2027, 3, 0, 15_500)]
    assert shown.quarters[0].new_hall_m2 == 10_000
    pool = await build_pool(session, make.CITY, TODAY)
    park = next(park for park in pool.parks if park.code == make.PARK)
    assert {plot.code: plot.ready_on for plot in park.plots}[PLOT] == date(2027, 5, 10)
    for deadline, fits in ((date(2027, 5, 9), False), (date(2027, 5, 10), True)):
        lead = lead_of(
            make.form(
                land_mu=3_600,
                industry="3922",
                land_deadline=deadline,
                **RICH,
            )
        )
        assert (Rule.LAND not in {blocker.rule for blocker in blockers(pool, lead, park)}) is fits
    with pytest.raises(NotYourStock):
        await stock.plan_stock(session, RIVAL, make.PARK, "hall", HALL, form)


async def test_the_yearly_check_counts_what_was_verified_this_year(session: AsyncSession):
    await regions.make_city(session)
    shown = await service.capacity(session, HOST, make.PARK, TODAY)
    assert (shown.recheck_year, shown.rechecked, len(shown.stock)) == (2027, 0, 3)
    await say(session, "plot", PLOT, true=True)
    assert (await service.capacity(session, HOST, make.PARK, TODAY)).rechecked == 1
