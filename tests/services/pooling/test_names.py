"""Terms before name: no path tells a name before terms, investor and origin; each reveal is logged."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Reason
from services.pooling import service as pooling
from services.projects import service
from services.projects.errors import BadProject, MoveRefused, NameBeforeTerms, NameNotAgreed
from services.projects.pool_forms import AgreementForm, VisitForm
from services.projects.schemas import AcceptanceForm
from tests.services.pooling.city import setting
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, HOST_LEADER, OFFICER, consent, letter, offer, pooled, reasons


def visit(**changes: object) -> VisitForm:
    facts = {
        "park": make.PARK,
        "visited_on": make.TODAY,
        "origin_people": "丹凤县招商局负责人",
        "host_people": "商州区招商局负责人",
        "investor_people": "投资方负责人",
        "record": "现场看地，道路和供电可按期交付",
    }
    return VisitForm.model_validate(facts | changes)


async def test_a_name_is_told_after_terms_investor_and_origin(session: AsyncSession):
    made = await pooled(session)
    ref = made.public_id
    with pytest.raises(NameBeforeTerms):
        await pooling.name_of(session, HOST, ref)
    await service.apply(session, HOST, ref, offer())
    with pytest.raises(NameBeforeTerms):
        await pooling.name_of(session, HOST, ref)
    await service.accept_terms(session, HOST_LEADER, ref, AcceptanceForm(park=make.PARK))
    with pytest.raises(NameNotAgreed):
        await pooling.name_of(session, HOST, ref)
    # The investor agrees by way of the office: the origin has still to agree.
    await service.record_consent(session, make.OFFICE, made.id, consent(make.SHANGZHOU))
    with pytest.raises(NameNotAgreed):
        await pooling.name_of(session, HOST, ref)
    with pytest.raises(MoveRefused) as error:
        await service.record_visit(session, HOST, ref, visit())
    assert reasons(error) == {Reason.not_revealed}
    form = AgreementForm(counties=[make.SHANGZHOU])
    with pytest.raises(MoveRefused) as error:
        await service.agree_to_name(session, make.OFFICE, made.id, form)
    assert reasons(error) == {Reason.not_yours}
    with pytest.raises(BadProject):
        await service.agree_to_name(session, OFFICER, made.id, AgreementForm(counties=["611099"]))
    await service.agree_to_name(session, OFFICER, made.id, form)
    await service.agree_to_name(session, OFFICER, made.id, form)
    assert (await pooling.name_of(session, HOST, ref)).investor_name == made.investor_name
    seen = "SELECT count(*) FROM audit_event WHERE action = 'projects.revealed'"
    assert (await session.execute(text(seen))).scalar_one() == 1
    assert (await pooling.around(session, HOST, ref)).agreed == [make.SHANGZHOU]


async def test_the_database_itself_asks_for_investor_and_origin(
    session: AsyncSession,
):
    made = await pooled(session)
    await service.apply(session, HOST, made.public_id, offer())
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    reveal = "UPDATE terms_acceptance SET revealed_at = clock_timestamp()"
    for agree in (None, make.OFFICE):
        if agree is not None:
            await service.record_consent(session, agree, made.id, consent(make.SHANGZHOU))
        with pytest.raises(DBAPIError, match="investor and the origin agree"):
            async with session.begin_nested():
                await session.execute(text(reveal))


async def test_a_joint_visit_is_flagged_or_required(session: AsyncSession):
    made = await pooled(session)
    ref = made.public_id
    with pytest.raises(MoveRefused) as error:
        await service.record_visit(session, OFFICER, made.id, visit())
    assert reasons(error) == {Reason.terms_not_accepted}
    await service.apply(session, HOST, ref, offer())
    await service.record_consent(session, OFFICER, made.id, consent(make.SHANGZHOU))
    await service.accept_terms(session, HOST_LEADER, ref, AcceptanceForm(park=make.PARK))
    await setting(session, joint_visit_required=True)
    with pytest.raises(MoveRefused) as error:
        await service.commit(session, HOST, ref, letter())
    assert reasons(error) == {Reason.no_joint_visit}
    await setting(session, joint_visit_required=False)
    await service.commit(session, HOST, ref, letter())
    assert (await pooling.around(session, OFFICER, made.id)).visit_missing == [make.SHANGZHOU]
    with pytest.raises(BadProject):
        await service.record_visit(session, HOST, ref, visit(visited_on="2027-01-16"))
    await service.record_visit(session, HOST, ref, visit(origin_people=""))
    shown = await pooling.around(session, make.OFFICE, made.id)
    assert (shown.visit_missing, [row.origin_present for row in shown.visits]) == ([], [False])
    await setting(session, joint_visit_required=True)
    await service.commit(session, HOST, ref, letter())
    stranger = make.officer(make.LUONAN)
    assert not (await pooling.around(session, stranger, ref)).visits
