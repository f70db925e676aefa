"""A firm that two counties file: who is told what, what the city does before it accepts, and both sides."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth.errors import NotPermitted
from auth.principal import Role
from services.kit.database import Database
from services.projects import advice, duplicates, service
from services.projects.duplicate_schemas import FindingForm
from services.projects.errors import DuplicatesOpen, NoSuchWarning, WarningAnswered
from services.projects.schemas import DuplicateQuery, ProjectForm
from services.projects.tables import DuplicateWarning, Project, WarningState
from tests.services.projects import factories as make
from tests.services.projects.person import Enter
from tests.services.projects.road import HOST, LEADER, OFFICER, lead, plain

RIVAL_LEADER = make.leader(make.SHANGZHOU)


def second(**changes: object) -> ProjectForm:
    facts = {
        "origin": make.SHANGZHOU,
        "name": "另一个零部件项目",
        "investor_name": "德润融通汽车实业（商州）有限公司",
        "investor_credit_code": make.OTHER_CREDIT_CODE,
    }
    return make.form(**(facts | changes))


async def two(session: AsyncSession, **changes: object) -> tuple[Project, Project]:
    """A lead that was accepted, and one of a like firm that another county filed and reviewed."""
    first = await lead(session)
    later = await service.register(session, HOST, second(**changes))
    await service.move(session, RIVAL_LEADER, later.id, plain(Action.review))
    return first, later


async def only(session: AsyncSession) -> DuplicateWarning:
    return (await session.scalars(select(DuplicateWarning))).one()


async def test_the_filer_is_told_no_more_than_firm_county_and_date(session: AsyncSession):
    first, later = await two(session)
    told = await advice.told_at_filing(session, await service.open_dossier(session, HOST, later.id))
    assert [row.model_dump(exclude_none=True) for row in told.items] == [
        {
            "kind": "name",
            "likeness_from": 100,
            "origin": make.DANFENG,
            "first_talk_on": first.first_talk_on,
            "protected": True,
        }
    ]
    office = await advice.told_at_filing(session, await service.open_dossier(session, make.OFFICE, later.id))
    assert office.items[0].code == first.code
    nobody = await service.open_dossier(session, OFFICER, first.id)
    assert (await advice.told_at_filing(session, nobody)).items == []


HIDDEN = (
    "name = name || '隐', code_name = '青松0001', channel = '别的', industry = '3911', land_mu = land_mu + 9,"
    " investment_fen = investment_fen + 7, tax_fen = tax_fen + 5, registered_on = registered_on - 2,"
    " accepted_on = accepted_on - 1, investor_registered = '440300', version = version + 1"
)


async def test_two_worlds_that_differ_in_hidden_fields_warn_alike(session: AsyncSession):
    first = (await two(session))[0].id
    query = DuplicateQuery(investor_name="德润融通汽车", investor_credit_code=make.OTHER_CREDIT_CODE)

    async def answer() -> str:
        session.expire_all()
        return (await advice.find_duplicates(session, make.officer(make.LUONAN), query)).model_dump_json()

    before = await answer()
    assert before.count("likeness_from") == 2
    await session.execute(text(f"UPDATE project SET {HIDDEN} WHERE id = :id"), {"id": first})
    rename = "UPDATE firm_name SET name = '德润融通汽车实业集团有限公司' WHERE subject = :id"
    await session.execute(text(rename), {"id": first})
    assert await answer() == before


async def test_the_city_accepts_with_a_reason_and_the_warning_keeps_it(session: AsyncSession):
    later = (await two(session))[1].id
    with pytest.raises(DuplicatesOpen):
        async with session.begin_nested():
            await service.move(session, make.OFFICE, later, plain(Action.accept))
    await service.move(session, make.OFFICE, later, plain(Action.accept, reason="两县各有一期"))
    row = await only(session)
    assert (row.state, row.reason, row.noted_by) == (
        WarningState.noted,
        "两县各有一期",
        make.OFFICE.account,
    )
    with pytest.raises(DBAPIError, match="answered"):
        await session.execute(text("UPDATE duplicate_warning SET reason = '改'"))


async def test_two_firms_by_the_citys_finding_need_no_reason(session: AsyncSession):
    first, later = await two(session)
    key = (await duplicates.list_warnings(session, make.OFFICE)).items[0].id
    view = await duplicates.side_by_side(session, make.OFFICE, key)
    assert (view.later.code, view.earlier.code, view.likeness) == (later.code, first.code, 10_000)
    form = FindingForm(finding="different", reason="法人和股东均不同")
    found = await duplicates.find_out(session, make.OFFICE, key, form)
    assert (found.state, found.reason) == (WarningState.different, "法人和股东均不同")
    await service.move(session, make.OFFICE, later.id, plain(Action.accept))
    with pytest.raises(WarningAnswered):
        await duplicates.find_out(session, make.OFFICE, key, form)
    with pytest.raises(NoSuchWarning):
        await duplicates.side_by_side(session, make.OFFICE, first.id)
    with pytest.raises(NoSuchWarning):
        await duplicates.find_out(session, make.OFFICE, first.id, form)
    with pytest.raises(NotPermitted):
        await duplicates.list_warnings(session, LEADER)
    assert len((await duplicates.list_warnings(session, make.OFFICE, None)).items) == 1


async def test_a_correction_clears_a_warning_and_brings_it_back(session: AsyncSession):
    await lead(session)
    later = await service.register(session, HOST, second())
    away = second(investor_name="金泰餐饮有限公司")
    await service.correct(session, HOST, later.id, away)
    assert (await only(session)).state is WarningState.cleared
    await service.correct(session, HOST, later.id, second())
    assert (await only(session)).state is WarningState.open


async def test_ones_own_earlier_filing_and_an_ended_one_need_no_reason(session: AsyncSession):
    first, later = (row.id for row in await two(session))
    await session.execute(text("UPDATE project SET state = 'withdrawn' WHERE id = :id"), {"id": first})
    session.expire_all()
    await service.move(session, make.OFFICE, later, plain(Action.accept))
    assert (await only(session)).state is WarningState.open


async def test_the_pages_of_the_city(enter: Enter, database: Database):
    async with database.session() as session:
        first, later = await two(session)
        key = (await only(session)).id
    office = await enter(Role.city_office, make.CITY)
    page = await office.open("/duplicates")
    assert later.investor_name in page
    pair = f"/duplicates/{key}"
    assert first.code in await office.open(pair)
    wrong = await office.send(pair, finding="noted", reason=" ")
    assert wrong.status_code == 422
    done = await office.send(pair, finding="noted", reason="两县各有一期")
    assert done.status_code == 303
    assert "两县各有一期" in await office.open(pair)
    twice = await office.client.post(pair, data={"finding": "noted", "reason": "再来"})
    assert twice.status_code in {403, 422}
    assert "没有这一类" in await office.open("/duplicates?state=open")
    assert later.code in await office.open("/duplicates?state=all")
    assert (await office.open("/duplicates/checks")).count("查重记录") > 1


async def test_names_are_recorded_on_their_page(small_city: None, enter: Enter):
    officer = await enter(Role.county_officer, make.DANFENG)
    filled = {"credit_code": make.CREDIT_CODE.lower(), "name": "宏远机械有限公司", "kind": "former"}
    wrong = await officer.send("/firms", **(filled | {"kind": ""}))
    assert wrong.status_code == 422
    done = await officer.send("/firms", **filled)
    assert done.status_code == 303
    again = await officer.send("/firms", **filled)
    assert again.status_code == 422
    assert "该名称已经备案" in again.text
    page = await officer.open("/firms")
    path = page.split('action="/firms/')[1].split('"')[0]
    ended = await officer.resend(f"/firms/{path}")
    assert ended.status_code == 303
    assert "终止" in await officer.open("/firms")
