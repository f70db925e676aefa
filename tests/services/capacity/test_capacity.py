"""Capacity on a real pool: the arithmetic with its rows, nothing promised twice, and who sees how much."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.capacity import service, stock
from services.capacity.errors import BadStock, NoSuchUse, UseEnded
from services.capacity.schemas import EndForm, Figure, OutsideForm, Source
from services.kit.database import Database
from services.kit.errors import Stale
from services.matching.snapshot import build_pool
from services.projects import service as projects
from services.projects.errors import OverOffered
from services.projects.room import require_room
from services.regions.errors import NoSuchPark, NotYourStock
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, TODAY, choice, chosen, offer, pooled
from tests.services.regions import factories as regions

PARK_OFFICER = make.principal(Role.park_officer, make.PARK)
RIVAL = make.officer(make.LUONAN)


def use(**changes: object) -> OutsideForm:
    facts: dict[str, object] = {
        "plot": "6110P01-001",
        "land_mu": 3_000,
        "used_by": "某物流企业",
        "since": TODAY,
        "evidence": "土地出让合同",
    }
    return OutsideForm.model_validate(facts | changes)


async def figures(session: AsyncSession, who: Any = HOST, park: str = make.PARK) -> dict[str, Figure]:
    shown = await service.capacity(session, who, park, TODAY)
    return {figure.measure.value: figure for figure in shown.figures}


async def test_total_less_offered_less_accepted_less_outside_is_free_with_its_rows(session: AsyncSession):
    made = await pooled(session)
    land = (await figures(session))["land_mu"]
    assert (land.total, land.offered, land.accepted, land.outside, land.free) == (15_500, 0, 0, 0, 15_500)
    await projects.apply(session, HOST, made.public_id, offer(plot="6110P01-001"))
    await stock.record_use(session, HOST, make.PARK, use(plot="6110P01-002"), TODAY)
    shown = await service.capacity(session, HOST, make.PARK, TODAY)
    land = shown.figures[0]
    assert (land.offered, land.committed, land.outside, land.free) == (10_000, 0, 3_000, 2_500)
    assert land.unbound == 12_500
    assert [(row.source, row.land_mu, row.name) for row in shown.rows] == [
        (Source.application, 10_000, made.code_name),
        (Source.outside, 3_000, "某物流企业"),
    ]
    for figure in shown.figures:
        rows = sum(getattr(row, figure.measure.value) for row in shown.rows)
        assert figure.free == figure.total - rows
    left = {line.code: line.left for line in shown.stock}
    assert left == {"6110P01-001": 12_000, "6110P01-002": 500, "6110P01-F01": 10_000}


async def test_a_letter_binds_and_a_hold_takes_its_place(session: AsyncSession):
    made = await chosen(session)
    land = (await figures(session))["land_mu"]
    assert (land.offered, land.committed, land.accepted, land.free) == (10_000, 10_000, 0, 5_500)
    await projects.take_hold(session, make.OFFICE, made.id, make.PARK)
    land = (await figures(session))["land_mu"]
    assert (land.offered, land.committed, land.accepted, land.free) == (0, 0, 10_000, 5_500)
    assert [row.source for row in (await service.capacity(session, HOST, make.PARK, TODAY)).rows] == [
        Source.hold
    ]
    assert choice().park == make.PARK


async def test_other_counties_see_only_what_there_is(session: AsyncSession):
    await chosen(session)
    await stock.record_use(session, HOST, make.PARK, use(land_mu=100), TODAY)
    shown = await service.capacity(session, RIVAL, make.PARK, TODAY)
    for figure in shown.figures:
        hidden = (figure.offered, figure.committed, figure.accepted, figure.outside, figure.free)
        assert hidden == (None,) * 5
        assert (figure.unbound, figure.overlapping) == (None, False)
    assert (shown.rows, shown.outside, shown.may_keep) == ([], [], False)
    assert all(line.left is None for line in shown.stock)
    assert all(line.left_land_mu is None and line.taken_land_mu is None for line in shown.quarters)
    for who in (PARK_OFFICER, make.OFFICE):
        assert (await service.capacity(session, who, make.PARK, TODAY)).may_keep
    with pytest.raises(NoSuchPark):
        await service.capacity(session, HOST, "6110P99", TODAY)


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"land_mu": 15_501}, {"/land_mu"}),
        ({"land_mu": 12_001, "plot": "6110P01-001"}, {"/plot"}),
        ({"plot": "6110P04-001"}, {"/plot"}),
        ({"hall_m2": 10_001, "hall": "6110P01-F01"}, {"/hall", "/hall_m2"}),
        (
            {"energy_tce": 39_727, "cod_kg": 11_007, "water_td": 1_288},
            {"/energy_tce", "/cod_kg", "/water_td"},
        ),
    ],
)
async def test_an_application_for_more_than_is_left_is_refused_with_every_place(
    session: AsyncSession, changes: dict[str, object], places: set[str]
):
    made = await pooled(session)
    with pytest.raises(OverOffered) as refused:
        await projects.apply(session, HOST, made.public_id, offer(**changes))
    assert {error.pointer for error in refused.value.errors} == places


async def test_applications_of_two_leads_may_overlap_and_are_flagged(session: AsyncSession):
    made = await pooled(session)
    await projects.apply(session, HOST, made.public_id, offer())
    await session.execute(
        text(
            "INSERT INTO application (city, id, project, county, park, land_mu, hall_m2, energy_tce,"
            " water_td, cod_kg, ready_on, remark, applied_on, state) SELECT city, gen_random_uuid(), project,"
            " :other, park, land_mu, hall_m2, energy_tce, water_td, cod_kg, ready_on, '', applied_on, state"
            " FROM application"
        ),
        {"other": make.LUONAN},
    )
    land = (await figures(session))["land_mu"]
    assert (land.offered, land.free, land.overlapping, land.unbound) == (20_000, -4_500, True, 15_500)


async def test_land_promised_to_one_lead_is_not_promised_to_another(session: AsyncSession):
    made = await chosen(session)
    other = UUID(int=7)
    await require_room(session, make.CITY, make.PARK, made.id, offer(land_mu=15_500))
    await require_room(session, make.CITY, make.PARK, other, offer(land_mu=5_500))
    with pytest.raises(OverOffered):
        await require_room(session, make.CITY, make.PARK, other, offer(land_mu=5_501))
    with pytest.raises(OverOffered):
        await stock.record_use(session, HOST, make.PARK, use(land_mu=5_501), TODAY)
    await stock.record_use(session, HOST, make.PARK, use(land_mu=5_500), TODAY)


COPY = text(
    "INSERT INTO hold (city, id, project, county, park, land_mu, hall_m2, energy_tce, water_td, cod_kg,"
    " land_deadline) SELECT city, gen_random_uuid(), :project, county, park, 6000, 0, 0, 0, 0, land_deadline"
    " FROM hold LIMIT 1"
)


async def test_the_database_itself_promises_nothing_twice(database: Database):
    async with database.session() as session:
        made = await chosen(session)
        form = make.form(
            investor_credit_code=make.OTHER_CREDIT_CODE, investor_name="另一公司", name="另一项目"
        )
        other = await projects.register(session, make.officer(make.DANFENG), form)
        await projects.take_hold(session, make.OFFICE, made.id, make.PARK)
    with pytest.raises(IntegrityError, match="beside what it has promised"):
        async with database.session() as session:
            await session.execute(COPY, {"project": other.id})


async def test_of_many_at_once_only_as_many_as_there_is_land_for(database: Database):
    async with database.session() as session:
        await regions.make_city(session)

    async def claim(number: int) -> bool:
        try:
            async with database.session() as session:
                form = use(used_by=f"企业{number}", land_mu=2_500)
                await stock.record_use(session, HOST, make.PARK, form, TODAY)
        except OverOffered:
            return False
        return True

    won = await asyncio.gather(*(claim(number) for number in range(8)))
    assert sum(won) == 4, "the plot has 120 mu: four times 25, and 20 are left"
    async with database.session() as session:
        land = (await figures(session))["land_mu"]
        assert (land.outside, land.free) == (10_000, 5_500)


async def test_an_outside_use_leaves_the_matcher_and_comes_back_when_it_ends(session: AsyncSession):
    await regions.make_city(session)
    before = await build_pool(session, make.CITY, TODAY)
    made = await stock.record_use(session, PARK_OFFICER, make.PARK, use(energy_tce=726, cod_kg=6), TODAY)
    assert (made.counts, made.revision, made.recorded_name) == (True, 1, PARK_OFFICER.name)
    pool = await build_pool(session, make.CITY, TODAY)
    park = next(park for park in pool.parks if park.code == make.PARK)
    assert [plot.area_mu for plot in park.plots] == [9_000, 3_500]
    assert (park.energy_tce, park.water_td, park.cod_kg) == (39_000, 1_287, 11_000)
    with pytest.raises(Stale):
        await stock.end_use(session, HOST, make.PARK, made.id, EndForm(reason="退租"), TODAY, 2)
    with pytest.raises(NoSuchUse):
        await stock.end_use(session, HOST, make.PARK, UUID(int=9), EndForm(reason="退租"), TODAY, 1)
    ended = await stock.end_use(session, HOST, make.PARK, made.id, EndForm(reason="退租"), TODAY, 1)
    assert (ended.counts, ended.ended_on, ended.revision) == (False, TODAY, 2)
    with pytest.raises(UseEnded):
        await stock.end_use(session, HOST, make.PARK, made.id, EndForm(reason="退租"), TODAY, 2)
    assert (await build_pool(session, make.CITY, TODAY)).parks == before.parks
    with pytest.raises(IntegrityError, match="ended once"):
        await session.execute(text("UPDATE outside_use SET used_by = 'x'"))


async def test_a_use_with_an_end_counts_until_that_day(session: AsyncSession):
    await regions.make_city(session)
    made = await stock.record_use(session, HOST, make.PARK, use(until=TODAY), TODAY)
    assert made.counts
    await session.execute(text("UPDATE city SET business_date = :day"), {"day": TODAY + timedelta(days=1)})
    shown = await service.capacity(session, HOST, make.PARK, TODAY + timedelta(days=1))
    assert [row.counts for row in shown.outside] == [False]
    assert shown.figures[0].outside == 0


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"plot": None}, {"/plot"}),
        ({"land_mu": 0}, {"/plot", "/land_mu"}),
        ({"hall_m2": 5}, {"/hall"}),
        ({"until": date(2026, 1, 1)}, {"/until"}),
    ],
)
async def test_a_bad_use_names_its_places(
    session: AsyncSession, changes: dict[str, object], places: set[str]
):
    await regions.make_city(session)
    with pytest.raises(BadStock) as refused:
        await stock.record_use(session, HOST, make.PARK, use(**changes), TODAY)
    assert {error.pointer for error in refused.value.errors} == places


async def test_another_countys_park_is_not_ones_own(session: AsyncSession):
    await regions.make_city(session)
    with pytest.raises(NotYourStock):
        await stock.record_use(session, RIVAL, make.PARK, use(), TODAY)
    with pytest.raises(NoSuchPark):
        await stock.record_use(session, RIVAL, "6110P99", use(), TODAY)
