"""A county reads explanations of its own and its proposed projects, and of its own parks; nobody's else."""

from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.database import Database
from services.matching import repo, service
from services.matching.errors import NoSuchMatch, NoSuchRun
from services.matching.schemas import MatchAnswer
from services.matching.tables import MatchRun
from services.matching.todos import todos
from services.projects.errors import NoSuchProject
from tests.services.matching import factories as make
from tests.services.projects import factories as projects_make
from tests.services.regions import factories as regions

ORIGIN = projects_make.officer(make.DANFENG)
HOST = projects_make.officer(make.SHANGZHOU)
STRANGER = projects_make.officer("611026")
AUDITOR = projects_make.principal(Role.auditor, make.CITY)
PARK_OFFICER = projects_make.principal(Role.park_officer, make.PARK)


async def _match(session: AsyncSession, who: Principal, code: str) -> MatchAnswer:
    project = await make.project(session, code)
    return await service.match_of(session, who, project.public_id)


def _parks(found: MatchAnswer) -> set[str]:
    return {row.park for row in found.candidates} | {row.park for row in found.rejections}


async def test_the_origin_the_office_and_the_auditor_read_all(pool: Database, run: MatchRun) -> None:
    everywhere = {make.PARK, make.CITY_PARK, make.LUONAN_PARK}
    async with pool.session() as session:
        for who in (ORIGIN, make.OFFICE, AUDITOR):
            for code in (make.LAND, make.BLOCKED):
                found = await _match(session, who, code)
                assert (found.scope, _parks(found)) == ("all", everywhere)


async def test_a_proposed_county_reads_its_own_parks(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        found = await _match(session, HOST, make.HALL)
        assert (found.scope, _parks(found)) == ("own", {make.PARK})
        assert (await _match(session, PARK_OFFICER, make.HALL)) == found
        assert found.decisions == ()


async def test_a_county_that_was_not_proposed_reads_nothing(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        for who in (HOST, STRANGER, PARK_OFFICER):
            with pytest.raises(NoSuchMatch):
                await _match(session, who, make.BLOCKED)
        with pytest.raises(NoSuchMatch):
            await _match(session, STRANGER, make.HALL)
        with pytest.raises(NoSuchProject):
            await service.match_of(session, STRANGER, "nothing-here")


async def test_sums_over_other_projects_are_withheld_from_counties(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        for code in (make.LAND, make.HALL, make.WIDE):
            office = await _match(session, make.OFFICE, code)
            origin = await _match(session, ORIGIN, code)
            assert all(row.price is None for row in origin.candidates)
            assert any(row.price is not None for row in office.candidates)
            for row in origin.candidates:
                assert all(item.limit is None for item in row.shortfalls)
    glimpse = service.run_answer(HOST, run).model_dump()
    assert set(glimpse) == {"view", "id", "state", "as_of", "created_at", "finished_at"}
    assert service.run_answer(AUDITOR, run).model_dump()["value"] == run.value


async def test_lists_show_what_each_may_read(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        office = await service.placements(session, make.OFFICE, run)
        auditor = await service.placements(session, AUDITOR, run)
        origin = await service.placements(session, ORIGIN, run)
        host = await service.placements(session, HOST, run)
        stranger = await service.placements(session, STRANGER, run)
    assert [row.project for row in office] == [row.project for row in auditor]
    assert len(office) == len(origin) == 4
    assert all(row.name is None and row.code is None for row in auditor)
    assert all(row.name for row in office + origin)
    assert stranger == []
    assert 0 < len(host) < 4
    assert all(row.name is None and row.park in {None, make.PARK} for row in host)
    assert all((row.total is None) == (row.park is None) == (row.value is None) for row in host)
    assert [row.land_deadline for row in office] == sorted(row.land_deadline for row in office)


async def test_a_host_reads_on_after_the_decision_and_the_others_do_not(
    pool: Database, run: MatchRun
) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        best = (await repo.candidates(session, make.CITY, run.id, project.id))[0]
        county = {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}[best.park]
        await make.choose(session, make.HALL, best.park, county)
        waiting = await todos(session, make.OFFICE, regions.BUSINESS_DATE)
        assert [(item.kind, item.overdue) for item in waiting] == [("matching.decide", False)]
        assert await todos(session, HOST, regions.BUSINESS_DATE) == []
        await service.decide(session, make.OFFICE, project.id, best.park, run.id)
        assert await todos(session, make.OFFICE, regions.BUSINESS_DATE) == []
        office = await _match(session, make.OFFICE, make.HALL)
        assert [row.park for row in office.decisions] == [best.park]
        host = await _match(session, projects_make.officer(county), make.HALL)
        assert best.park in _parks(host)
        assert host.decisions == ()


async def test_before_a_run_there_is_nothing_to_read(pool: Database) -> None:
    async with pool.session() as session:
        assert await service.latest(session, make.OFFICE) is None
        assert await todos(session, make.OFFICE, regions.BUSINESS_DATE) == []
        with pytest.raises(NoSuchMatch):
            await _match(session, make.OFFICE, make.LAND)
        with pytest.raises(NoSuchRun):
            await service.run_of(session, make.OFFICE, uuid4())


async def test_a_run_is_its_own_citys(pool: Database, run: MatchRun) -> None:
    other = Principal.system("610100")
    async with pool.session() as session:
        with pytest.raises(NoSuchRun):
            await service.run_of(session, other, run.id)
        assert await service.latest(session, other) is None
        assert (await service.list_runs(session, other, secret="s" * 32)).items == []


async def test_an_old_run_can_still_be_read(pool: Database, run: MatchRun) -> None:
    newer = await make.stored_run(pool)
    async with pool.session() as session:
        project = await make.project(session, make.LAND)
        found = await service.match_of(session, make.OFFICE, project.public_id, run.id)
        assert found.run == run.id
        assert (await service.match_of(session, make.OFFICE, project.public_id)).run == newer.id
