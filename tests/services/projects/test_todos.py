"""What waits, for whom, and until when."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth.principal import Principal, Role
from services.kit.todo import Todo
from services.projects import service
from services.projects.schemas import AcceptanceForm
from services.projects.todos import todos
from tests.services.projects import factories as make
from tests.services.projects.road import (
    HOST,
    HOST_LEADER,
    LEADER,
    OFFICER,
    chosen,
    consent,
    lead,
    letter,
    plain,
    pooled,
)
from tests.services.regions import factories as regions


async def waiting(session: AsyncSession, who: Principal, today: date = make.TODAY) -> list[Todo]:
    return await todos(session, who, today)


async def kinds(session: AsyncSession, who: Principal, today: date = make.TODAY) -> list[str]:
    return [todo.kind for todo in await waiting(session, who, today)]


async def test_a_registration_waits_for_another_leader_and_then_for_the_city(session: AsyncSession):
    await regions.make_city(session)
    made = await service.register(session, OFFICER, make.form())
    todo = (await waiting(session, LEADER))[0]
    assert (todo.kind, todo.href, todo.due_on) == (
        "projects.review",
        f"/projects/{made.public_id}",
        date(2027, 1, 20),
    )
    assert (await waiting(session, LEADER, date(2027, 1, 21)))[0].overdue
    assert await kinds(session, HOST_LEADER) == []
    await service.move(session, LEADER, made.id, plain(Action.return_, reason="补正"))
    assert await kinds(session, OFFICER) == ["projects.returned"]
    await service.move(session, OFFICER, made.id, plain(Action.resubmit))
    await service.move(session, LEADER, made.id, plain(Action.review))
    assert await kinds(session, make.OFFICE) == ["projects.accept"]


async def test_ones_own_registration_is_not_ones_own_to_review(session: AsyncSession):
    await regions.make_city(session)
    await service.register(session, LEADER, make.form())
    assert await kinds(session, LEADER) == []


async def test_the_county_is_warned_and_the_city_confirms_the_release(session: AsyncSession):
    await lead(session)
    assert await kinds(session, OFFICER) == []
    assert await kinds(session, OFFICER, date(2027, 4, 1)) == ["projects.protection"]
    assert await kinds(session, make.OFFICE, date(2027, 4, 15)) == []
    late = await waiting(session, make.OFFICE, date(2027, 4, 16))
    assert [(todo.kind, todo.overdue) for todo in late] == [("projects.release", True)]


async def test_a_proposal_waits_until_the_terms_are_accepted_then_the_letter(session: AsyncSession):
    made = await pooled(session)
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    park = make.principal(Role.park_officer, make.PARK)
    for who in (HOST, HOST_LEADER, park):
        todo = (await waiting(session, who))[0]
        assert (todo.kind, todo.due_on, todo.facts) == (
            "projects.answer",
            date(2027, 1, 22),
            {"name": made.code_name},
        )
    await service.record_consent(session, OFFICER, made.id, consent(make.SHANGZHOU))
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    for who in (HOST, HOST_LEADER, park):
        assert await kinds(session, who) == ["projects.commit"]
    await service.commit(session, HOST, made.public_id, letter())
    assert await kinds(session, HOST) == []


async def test_the_city_decides_what_is_chosen_and_others_have_nothing(session: AsyncSession):
    await chosen(session)
    assert await kinds(session, make.OFFICE) == ["projects.decide"]
    for role in (Role.auditor, Role.city_finance, Role.administrator):
        assert await kinds(session, make.principal(role, make.CITY)) == []
