"""Contacts around the origin, leads handed to the province, leads lost: recorded, answered once, counted."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, State
from auth.errors import NotPermitted
from services.kit.errors import SamePerson, Stale
from services.pooling import losses, referrals, reports, service
from services.pooling.errors import (
    AlreadyReferred,
    BadPooling,
    NoSuchReferral,
    NoSuchReport,
    NotToRefer,
    ReportRuled,
)
from services.pooling.schemas import ReferralAnswerForm, ReferralForm, ReportForm, RulingForm
from services.projects import service as projects
from services.projects.errors import BadProject, MoveRefused
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, OFFICER, lead, plain, pooled, reasons

REPORT = ReportForm(county=make.LUONAN, what="单独约谈投资方", evidence="会见记录")
SENT = ReferralForm(reason="no_land", document="商招函〔2027〕9号")


def answered(state: str, on: date = make.TODAY) -> ReferralAnswerForm:
    return ReferralAnswerForm.model_validate({"state": state, "answer": "已收悉", "answered_on": on})


async def test_a_contact_around_the_origin_is_ruled_on_once_by_another(session: AsyncSession):
    made = await pooled(session)
    with pytest.raises(MoveRefused) as error:
        await reports.report(session, HOST, made.public_id, REPORT)
    assert reasons(error) == {Reason.not_yours}
    for county in (make.DANFENG, "611099"):
        with pytest.raises(BadPooling):
            await reports.report(session, OFFICER, made.id, REPORT.model_copy(update={"county": county}))
    await reports.report(session, make.OFFICE, made.id, REPORT)
    (found,) = (await service.around(session, OFFICER, made.id)).reports
    ruling = RulingForm(ruling="upheld", reason="记录属实")
    with pytest.raises(NotPermitted):
        await reports.rule(session, OFFICER, found.id, ruling)
    with pytest.raises(SamePerson):
        await reports.rule(session, make.OFFICE, found.id, ruling)
    other = make.principal(make.OFFICE.role, make.CITY, 2)
    with pytest.raises(NoSuchReport):
        await reports.rule(session, other, uuid4(), ruling)
    with pytest.raises(Stale):
        await reports.rule(session, other, found.id, ruling, revision=7)
    await reports.rule(session, other, found.id, ruling, revision=found.revision)
    with pytest.raises(ReportRuled):
        await reports.rule(session, other, found.id, ruling)
    assert not (await service.around(session, HOST, made.public_id)).reports
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text("UPDATE origin_bypass SET what = ''"))


async def test_the_province_gets_a_row_of_its_own_and_the_citys_stays(session: AsyncSession):
    made = await pooled(session)
    before = (made.version, made.state)
    with pytest.raises(MoveRefused):
        await referrals.refer(session, OFFICER, made.id, SENT)
    row = await referrals.refer(session, make.OFFICE, made.id, SENT)
    assert (made.version, made.state) == before
    assert row.province == "610000"
    for hidden in (made.name, made.investor_name, made.code, str(made.investment_fen), made.origin):
        assert hidden not in str(row.card)
    with pytest.raises(AlreadyReferred):
        await referrals.refer(session, make.OFFICE, made.id, SENT)
    with pytest.raises(NotPermitted):
        await referrals.answer(session, OFFICER, row.id, answered("taken"))
    with pytest.raises(NotPermitted):
        await referrals.referrals(session, OFFICER)
    with pytest.raises(NoSuchReferral):
        await referrals.answer(session, make.OFFICE, uuid4(), answered("taken"))
    with pytest.raises(Stale):
        await referrals.answer(session, make.OFFICE, row.id, answered("taken"), revision=9)
    with pytest.raises(BadPooling):
        await referrals.answer(session, make.OFFICE, row.id, answered("taken", date(2027, 1, 16)))
    await referrals.answer(session, make.OFFICE, row.id, answered("taken"), revision=1)
    with pytest.raises(AlreadyReferred):
        await referrals.answer(session, make.OFFICE, row.id, answered("taken"))
    await referrals.answer(session, make.OFFICE, row.id, answered("returned"))
    with pytest.raises(AlreadyReferred):
        await referrals.answer(session, make.OFFICE, row.id, answered("placed"))
    again = await referrals.refer(session, make.OFFICE, made.id, SENT)
    (shown, first) = (await referrals.referrals(session, make.OFFICE)).items
    assert (shown.id, shown.project, first.state) == (again.id, made.public_id, "returned")
    found = (await service.around(session, OFFICER, made.id)).referral
    assert found is not None
    assert found.id == again.id
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text("UPDATE provincial_referral SET document = 'x'"))


async def test_a_loss_has_a_reason_of_the_list_and_is_counted(session: AsyncSession):
    made = await lead(session)
    with pytest.raises(BadProject):
        await projects.move(session, OFFICER, made.id, plain(Action.lose, reason="他们不来了"))
    with pytest.raises(MoveRefused) as error:
        await projects.move(session, OFFICER, made.id, plain(Action.lose))
    assert reasons(error) == {Reason.no_reason}
    await projects.move(session, OFFICER, made.id, plain(Action.lose, reason="supply_chain"))
    assert made.state is State.lost
    with pytest.raises(NotToRefer):
        await referrals.refer(session, make.OFFICE, made.id, SENT)
    told = await losses.losses(session, make.OFFICE, 2027)
    assert [(row.reason, row.count) for row in told.lines] == [("supply_chain", 1)]
    assert (told.count, told.investment_fen) == (1, made.investment_fen)
    assert (await losses.losses(session, make.OFFICE, 2026)).count == 0
    with pytest.raises(NotPermitted):
        await losses.losses(session, OFFICER, 2027)
