"""The investor without an account: three consents by a code, refusing costs nothing, and who may see it."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, State
from services.pooling import investors, service
from services.pooling.errors import BadPooling, NoSuchCode
from services.pooling.schemas import InvestorAnswerForm, LinkForm
from services.projects import service as projects
from services.projects.answers import OpenView, ProposedView
from services.projects.errors import MoveRefused
from services.projects.pool_forms import AgreementForm
from services.projects.schemas import AcceptanceForm
from tests.services.projects import factories as make
from tests.services.projects.road import (
    HOST,
    HOST_LEADER,
    OFFICER,
    RIVAL_LEADER,
    lead,
    letter,
    offer,
    plain,
    pooled,
    reasons,
)

LINK = LinkForm(contact="丹凤县招商局 0914-0000000")


def said(subject: str, *, agree: bool = True, **more: object) -> InvestorAnswerForm:
    return InvestorAnswerForm.model_validate({"subject": subject, "agree": agree, **more})


async def test_the_investor_agrees_three_times_by_its_code(session: AsyncSession):
    made = await pooled(session)
    ref = made.public_id
    with pytest.raises(MoveRefused) as error:
        await investors.issue(session, HOST, ref, LINK)
    assert reasons(error) == {Reason.not_yours}
    code = (await investors.issue(session, OFFICER, made.id, LINK)).code
    assert code is not None
    stored = (await session.execute(text("SELECT code_hash FROM investor_link"))).scalar_one()
    assert code.rpartition(".")[2] not in stored
    visitor = await investors.visit(session, code)
    await investors.note_view(session, visitor)
    first = await service.investor_view(session, visitor)
    assert (first.counties, first.options, first.contact) == ([], [], LINK.contact)
    for wrong in (
        said("counties", counties=[make.SHANGZHOU]),
        said("counties"),
        said("host", park=make.PARK),
    ):
        with pytest.raises(BadPooling):
            await investors.answer(session, code, wrong)
    # Two counties ask; the investor agrees to one of them.
    await projects.propose(session, make.OFFICE, made.id, [make.PARK, make.LUONAN_PARK])
    await projects.accept_terms(session, HOST_LEADER, ref, AcceptanceForm(park=make.PARK))
    await projects.accept_terms(session, RIVAL_LEADER, ref, AcceptanceForm(park=make.LUONAN_PARK))
    both = AgreementForm(counties=[make.SHANGZHOU, make.LUONAN])
    await projects.agree_to_name(session, OFFICER, made.id, both)
    assert isinstance(await projects.project(session, HOST, ref), ProposedView)
    await investors.answer(session, code, said("counties", counties=[make.SHANGZHOU]))
    assert isinstance(await projects.project(session, HOST, ref), OpenView)
    # The second county cannot see it, and the log shows who was agreed to.
    assert isinstance(await projects.project(session, RIVAL_LEADER, ref), ProposedView)
    await projects.commit(session, HOST, ref, letter())
    offered = await service.investor_view(session, await investors.visit(session, code))
    assert [row.agreed for row in offered.counties] == [True, False]
    assert [row.park for row in offered.options] == [make.PARK]
    assert not re.search(r"score|rank|ratio|floor", offered.model_dump_json())
    await investors.answer(session, code, said("host", agree=False, park=make.PARK))
    assert made.state is State.committed
    chosen = await investors.answer(session, code, said("host", park=make.PARK))
    assert chosen.dossier.project.state is State.chosen
    shown = await service.around(session, OFFICER, made.id)
    assert [(row.action.value, row.counties) for row in shown.acts] == [
        ("viewed", []),
        ("agreed_counties", [make.SHANGZHOU]),
        ("refused_host", [make.SHANGZHOU]),
        ("agreed_host", [make.SHANGZHOU]),
    ]
    assert not (await service.around(session, HOST, ref)).acts
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text("UPDATE investor_act SET action = 'viewed'"))


async def test_refusing_costs_nothing_and_closes_the_door(session: AsyncSession):
    made = await pooled(session)
    code = str((await investors.issue(session, make.OFFICE, made.id, LINK)).code)
    await projects.propose(session, make.OFFICE, made.id, [make.PARK])
    state = made.state
    await investors.answer(session, code, said("counties", counties=[make.SHANGZHOU]))
    await investors.answer(session, code, said("counties", agree=False, counties=[make.SHANGZHOU]))
    await projects.agree_to_name(session, OFFICER, made.id, AgreementForm(counties=[make.SHANGZHOU]))
    await projects.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    assert isinstance(await projects.project(session, HOST, made.public_id), ProposedView)
    assert made.state is State.terms_accepted
    assert state is State.pooled
    refused = await investors.answer(session, code, said("pool", agree=False))
    assert not (await service.investor_view(session, refused)).pool_agreed
    agreed = await investors.answer(session, code, said("pool"))
    assert (await service.investor_view(session, agreed)).pool_agreed
    await investors.answer(session, code, said("counties", counties=[make.SHANGZHOU]))
    assert isinstance(await projects.project(session, HOST, made.public_id), OpenView)


async def test_a_lead_whose_investor_took_its_consent_back_is_not_pooled(session: AsyncSession):
    made = await lead(session)
    code = str((await investors.issue(session, OFFICER, made.id, LINK)).code)
    await projects.request_transfer(session, OFFICER, made.id, make.transfer_form())
    await investors.answer(session, code, said("pool", agree=False))
    with pytest.raises(MoveRefused) as error:
        await projects.move(session, make.OFFICE, made.id, plain(Action.pool))
    assert reasons(error) == {Reason.no_consent_to_pool}
    await investors.answer(session, code, said("pool"))
    await projects.move(session, make.OFFICE, made.id, plain(Action.pool))
    await projects.apply(session, HOST, made.public_id, offer())


async def test_a_code_ends_by_revocation_and_by_its_time(session: AsyncSession):
    made = await pooled(session)
    first = await investors.issue(session, OFFICER, made.id, LINK)
    second = await investors.issue(session, OFFICER, made.id, LINK)
    await investors.revoke(session, OFFICER, made.id, first.id)
    for link in (first.id, uuid4()):
        with pytest.raises(NoSuchCode):
            await investors.revoke(session, OFFICER, made.id, link)
    assert second.expires_on == date(2027, 4, 15)
    for code in (str(first.code), f"{second.code}x", "nothing", "6110-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"):
        with pytest.raises(NoSuchCode):
            await investors.visit(session, code)
    await investors.visit(session, str(second.code))
    await session.execute(text("UPDATE city SET business_date = '2027-04-16'"))
    with pytest.raises(NoSuchCode):
        await investors.visit(session, str(second.code))
