from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import NotFound
from services.projects import imports
from services.projects.tables import InvestorConsent, Project, ProjectMove, Transfer
from services.projects.words import TransferState
from services.regions.imports import write_counties
from tests.services.projects import factories as make
from tests.services.regions import factories as regions


async def _city(session: AsyncSession) -> None:
    await regions.make_city(session)
    codes = ("611023", "611024", "611025", "611026")
    await write_counties(session, make.SYSTEM, [regions.county_input(code) for code in codes])


async def test_the_example_loads_and_is_read_back_as_it_was(session: AsyncSession):
    await _city(session)
    projects, transfers = make.example_projects(), make.example_transfers()
    companies, paid_in, planned = make.example_companies(), make.example_paid_in(), make.example_planned()
    await imports.write_projects(session, make.SYSTEM, projects)
    await imports.write_transfers(session, make.SYSTEM, transfers)
    await imports.write_companies(session, make.SYSTEM, companies)
    await imports.write_paid_in(session, make.SYSTEM, paid_in)
    await imports.write_planned_projects(session, make.SYSTEM, planned)
    assert await imports.existing_projects(session, make.CITY) == {row.code: row for row in projects}
    assert await imports.existing_transfers(session, make.CITY) == {
        (row.project, row.applied_on): row for row in transfers
    }
    assert await imports.existing_companies(session, make.CITY) == {row.project: row for row in companies}
    assert len(await imports.existing_paid_in(session, make.CITY)) == len(paid_in) == 229
    assert await imports.existing_planned_projects(session, make.CITY) == {row.code: row for row in planned}
    states = dict((await session.execute(select(Project.state, func.count()).group_by(Project.state))).all())
    assert {state.value: count for state, count in states.items()} == {
        "registered": 17,
        "accepted": 32,
        "pooled": 40,
        "signed": 13,
        "contracted": 21,
        "incorporated": 23,
        "started": 49,
        "producing": 24,
    }
    hosted = await session.scalar(select(func.count()).where(Project.host_county == Project.origin))
    assert hosted == 130
    assert await session.scalar(select(func.count()).select_from(text("hold"))) == 0


async def test_loading_again_changes_no_state_and_writes_no_move(session: AsyncSession):
    await make.make_pool(session)
    moves = select(func.count()).select_from(ProjectMove)
    before = await session.scalar(moves)
    await session.execute(text("UPDATE project SET state = 'committed'"))
    session.expire_all()
    await imports.write_projects(session, make.SYSTEM, [make.project_input(name="新名称")])
    row = (await session.scalars(select(Project))).one()
    assert (row.state.value, row.name, row.version) == ("committed", "新名称", 2)
    assert await session.scalar(moves) == before
    assert (await imports.existing_projects(session, make.CITY))["6110-2026-0001"].stage == "入池"


async def test_another_stage_is_taken_over_as_a_move(session: AsyncSession):
    await make.make_pool(session)
    signed = make.project_input(stage="签约", signed_on=date(2026, 12, 1))
    await imports.write_projects(session, make.SYSTEM, [signed])
    row = (await session.scalars(select(Project))).one()
    assert (row.state.value, row.host_county) == ("signed", make.DANFENG)
    moves = (await session.scalars(select(ProjectMove).order_by(ProjectMove.seq))).all()
    assert [(move.seq, move.action, move.to_state.value) for move in moves] == [
        (1, "import", "pooled"),
        (2, "import", "signed"),
    ]
    await imports.write_projects(session, make.SYSTEM, [make.project_input(stage="在谈")])
    await session.refresh(row)
    assert (row.state.value, row.host_county) == ("accepted", None)


async def test_an_agreement_says_who_hosts(session: AsyncSession):
    signed = make.project_input(stage="签约", signed_on=date(2026, 12, 1))
    await make.make_pool(session, signed)
    await imports.set_hosts(session, make.SYSTEM, {signed.code: make.LUONAN})
    row = (await session.scalars(select(Project))).one()
    assert (row.host_county, row.version) == (make.LUONAN, 2)
    await imports.set_hosts(session, make.SYSTEM, {signed.code: make.LUONAN})
    assert row.version == 2


async def test_the_latest_transfer_is_the_live_one(session: AsyncSession):
    await make.make_pool(session)
    later = make.transfer_input(applied_on=date(2026, 12, 17), floor_ratio_bp=4_000)
    await imports.write_transfers(session, make.SYSTEM, [later])
    rows = (await session.scalars(select(Transfer).order_by(Transfer.applied_on))).all()
    assert [row.state for row in rows] == [TransferState.ended, TransferState.approved]
    project = (await session.scalars(select(Project))).one()
    assert project.pooled_on == date(2026, 12, 17)
    assert project.window_until == date(2026, 12, 31)
    assert project.recall_from == date(2027, 2, 15)
    assert await session.scalar(select(func.count()).select_from(InvestorConsent)) == 1


async def test_two_transfers_of_one_load_leave_one_live(session: AsyncSession):
    await regions.make_city(session)
    await imports.write_projects(session, make.SYSTEM, [make.project_input()])
    rows = [make.transfer_input(applied_on=date(2026, month, 1)) for month in (11, 9)]
    await imports.write_transfers(session, make.SYSTEM, rows)
    states = (await session.scalars(select(Transfer.state).order_by(Transfer.applied_on))).all()
    assert states == [TransferState.ended, TransferState.approved]


async def test_a_request_of_a_lead_under_negotiation_waits_for_review(session: AsyncSession):
    await regions.make_city(session)
    await imports.write_projects(session, make.SYSTEM, [make.project_input(stage="在谈")])
    await imports.write_transfers(session, make.SYSTEM, [make.transfer_input(investor_consent_on=None)])
    project = (await session.scalars(select(Project))).one()
    assert (project.state.value, project.pooled_on) == ("transfer_requested", None)
    assert (await session.scalars(select(Transfer.state))).one() is TransferState.requested


async def test_acceptance_begins_protection(session: AsyncSession):
    await regions.make_city(session)
    await imports.write_projects(session, make.SYSTEM, [make.project_input(accepted_on=date(2026, 6, 26))])
    row = (await session.scalars(select(Project))).one()
    # 26 September 2026 is a Saturday inside the Mid-Autumn leave; 28 September is worked again.
    assert row.protected_until == date(2026, 9, 28)


@pytest.mark.parametrize("write", [imports.write_transfers, imports.write_companies, imports.write_paid_in])
async def test_a_row_of_no_project_is_refused(session: AsyncSession, write):
    await regions.make_city(session)
    row = make.transfer_input("6110-2026-9999")
    with pytest.raises(NotFound):
        await write(session, make.SYSTEM, [row])


@pytest.mark.parametrize(
    "write",
    [
        imports.write_projects,
        imports.write_transfers,
        imports.write_companies,
        imports.write_paid_in,
        imports.write_planned_projects,
    ],
)
async def test_loading_nothing_leaves_nothing(session: AsyncSession, write):
    await write(session, make.SYSTEM, [])
    assert await session.scalar(select(func.count()).select_from(text("audit_event"))) == 0
