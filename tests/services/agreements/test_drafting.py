import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.agreements import confirmations, repo, service
from services.agreements.errors import (
    AlreadyAgreed,
    BadTerms,
    BelowFloor,
    FavoursFirm,
    Incomplete,
    NoSuchAgreement,
    NoSuchConfirmation,
    NotHeld,
    NotYourPaper,
    OverlappingTerms,
    WrongState,
)
from services.agreements.numbering import next_number
from services.agreements.tables import Agreement
from services.agreements.words import PaperKind, PaperState
from services.kit.database import Database
from services.kit.errors import Invalid, Stale
from services.kit.events import AuditEvent
from services.kit.known import last_known
from services.kit.tables import uuid7
from services.ledger.agreed import agreements_as_known
from services.projects.errors import NoSuchProject
from tests.services.agreements import factories as make


async def test_a_draft_has_a_number_its_terms_and_an_audit_row(session: AsyncSession):
    project, agreement = await make.drafted(session)
    assert agreement.code == "6110-XY-2027-001"
    assert (agreement.origin, agreement.host) == (make.ORIGIN, make.HOST)
    assert agreement.state is PaperState.draft
    (version,) = await repo.load_versions(session, make.CITY, agreement.id)
    assert version.terms["ratios_bp"] == [4000] * 5
    assert version.terms["host"] == make.HOST
    assert version.known is None
    events = await session.scalars(select(AuditEvent).where(AuditEvent.entity == "agreement"))
    assert [event.action for event in events] == ["agreements.drafted"]
    assert project.id == agreement.project


@pytest.mark.parametrize("by", [make.HOST_OFFICER, make.ORIGIN_OFFICER, make.OFFICE])
async def test_a_party_or_the_city_office_drafts(session: AsyncSession, by):
    project = await make.held(session)
    assert await service.draft_agreement(session, by, make.proposal(project), make.TODAY)


async def test_others_do_not_learn_that_the_project_is_there(session: AsyncSession):
    project = await make.held(session)
    for by in (make.OTHER_OFFICER, make.FINANCE, make.AUDITOR, make.HOST_FINANCE):
        with pytest.raises(NoSuchProject):
            await service.draft_agreement(session, by, make.proposal(project), make.TODAY)


async def test_only_a_held_project_has_papers(session: AsyncSession):
    project = await make.held(session)
    await session.execute(text("UPDATE project SET host_county = NULL, host_park = NULL, state = 'chosen'"))
    await session.refresh(project)
    with pytest.raises(NotHeld):
        await service.draft_agreement(session, make.ORIGIN_OFFICER, make.proposal(project), make.TODAY)
    with pytest.raises(NotHeld):
        await confirmations.open_confirmation(session, make.ORIGIN_OFFICER, str(project.id), make.TODAY)


async def test_one_live_paper_of_a_kind_a_project(session: AsyncSession):
    project, agreement = await make.drafted(session)
    with pytest.raises(AlreadyAgreed):
        await service.draft_agreement(session, make.OFFICE, make.proposal(project), make.TODAY)
    ended = await service.end_agreement(
        session, make.OFFICE, agreement.id, agreement.revision, make.TODAY, "改由首谈地自办"
    )
    assert ended.state is PaperState.ended
    assert ended.ended_known is None  # it never was in force, so nothing became known
    second = await service.draft_agreement(session, make.OFFICE, make.proposal(project), make.TODAY)
    assert second.code == "6110-XY-2027-002"


FORBIDDEN = [
    ({"ratios_bp": [2999]}, BelowFloor, "/ratios_bp"),
    ({"years": 4}, BelowFloor, "/years"),
    ({"ratios_bp": [5000, 4000], "years": 5, "method": "yearly"}, BadTerms, "/ratios_bp"),
    ({"ratios_bp": [5000, 4000, 4000, 4000, 4000]}, BadTerms, "/ratios_bp"),
    ({"remark": "落地地对企业先征后返"}, FavoursFirm, "/remark"),
]


async def test_terms_that_no_agreement_may_have(session: AsyncSession):
    project = await make.held(session)
    for changes, error, pointer in FORBIDDEN:
        with pytest.raises(error) as refused:
            await service.draft_agreement(
                session, make.HOST_OFFICER, make.proposal(project, **changes), make.TODAY
            )
        assert isinstance(refused.value, Invalid)
        assert refused.value.errors[0].pointer == pointer


async def test_a_draft_is_changed_by_who_saw_its_last_state(session: AsyncSession):
    _, agreement = await make.drafted(session)
    changed = make.edit(ratios_bp=[4500], minutes_no="")
    await service.edit_agreement(session, make.ORIGIN_OFFICER, agreement.id, 1, changed)
    assert agreement.revision == 2
    assert agreement.minutes_no == ""
    with pytest.raises(Stale):
        await service.edit_agreement(session, make.HOST_OFFICER, agreement.id, 1, changed)
    with pytest.raises(BelowFloor):
        await service.edit_agreement(session, make.HOST_OFFICER, agreement.id, 2, make.edit(ratios_bp=[100]))


async def test_minutes_and_consent_stand_before_signing(session: AsyncSession):
    _, agreement = await make.drafted(session, minutes_no=" ", deduction_consent=False)
    with pytest.raises(Incomplete) as refused:
        await service.send_agreement(session, make.HOST_OFFICER, agreement.id, 1)
    assert [place.pointer for place in refused.value.errors] == ["/minutes_no", "/deduction_consent"]


async def test_what_is_sent_is_fixed(session: AsyncSession):
    _, agreement = await make.sent(session)
    assert agreement.state is PaperState.signing
    with pytest.raises(WrongState):
        await service.edit_agreement(session, make.HOST_OFFICER, agreement.id, 2, make.edit())
    with pytest.raises(WrongState):
        await service.send_agreement(session, make.HOST_OFFICER, agreement.id, 2)
    with pytest.raises(WrongState):
        await service.amend_agreement(session, make.HOST_OFFICER, agreement.id, 2, make.edit())


async def test_a_floor_raised_since_the_draft_still_binds(session: AsyncSession):
    _, agreement = await make.drafted(session)
    await session.execute(text("UPDATE transfer SET floor_ratio_bp = 4500"))
    session.expunge_all()
    with pytest.raises(BelowFloor):
        await service.send_agreement(session, make.HOST_OFFICER, agreement.id, 1)


async def test_no_version_starts_before_the_last(session: AsyncSession):
    _, agreement = await make.in_force(session)
    early = make.edit(effective_on=make.TODAY - timedelta(days=1))
    with pytest.raises(OverlappingTerms):
        await service.amend_agreement(session, make.HOST_OFFICER, agreement.id, agreement.revision, early)


async def test_an_agreement_in_force_ends_at_a_known_number(session: AsyncSession):
    _, agreement = await make.in_force(session)
    before = await last_known(session, make.CITY)
    changed = make.edit(ratios_bp=[5000])
    await service.amend_agreement(session, make.HOST_OFFICER, agreement.id, agreement.revision, changed)
    await service.end_agreement(
        session, make.OFFICE, agreement.id, agreement.revision, make.TODAY, "项目终止"
    )
    assert agreement.ended_known == before + 1
    first, second = await repo.load_versions(session, make.CITY, agreement.id)
    assert (first.state, second.state) == (PaperState.in_force, PaperState.ended)
    (then,) = await agreements_as_known(session, make.CITY, before)
    (now,) = await agreements_as_known(session, make.CITY, before + 1)
    assert then.ended_on is None
    assert now.ended_on == make.TODAY
    for act in (service.send_agreement,):
        with pytest.raises(WrongState):
            await act(session, make.HOST_OFFICER, agreement.id, agreement.revision)
    with pytest.raises(WrongState):
        await service.end_agreement(
            session, make.OFFICE, agreement.id, agreement.revision, make.TODAY, "再次"
        )


async def test_only_the_city_office_ends_papers(session: AsyncSession):
    project, agreement = await make.sent(session)
    confirmation = await make.confirmation_of(session, project)
    for by in (make.HOST_LEADER, make.FINANCE):
        with pytest.raises(NotYourPaper):
            await service.end_agreement(session, by, agreement.id, 2, make.TODAY, "因故")
        with pytest.raises(NotYourPaper):
            await confirmations.end_confirmation(session, by, confirmation.id, "因故")
    with pytest.raises(Stale):
        await service.end_agreement(session, make.OFFICE, agreement.id, 1, make.TODAY, "因故")
    await confirmations.end_confirmation(session, make.OFFICE, confirmation.id, "因故")
    with pytest.raises(WrongState):
        await confirmations.end_confirmation(session, make.OFFICE, confirmation.id, "因故")


async def test_papers_of_others_are_not_there(session: AsyncSession):
    project, agreement = await make.sent(session)
    confirmation = await make.confirmation_of(session, project)
    for by in (make.OTHER_OFFICER, make.ADMINISTRATOR, make.PARK_OFFICER):
        with pytest.raises(NoSuchAgreement):
            await service.end_agreement(session, by, agreement.id, 2, make.TODAY, "因故")
        with pytest.raises(NoSuchAgreement):
            await service.send_agreement(session, by, agreement.id, 2)
        with pytest.raises(NoSuchConfirmation):
            await confirmations.end_confirmation(session, by, confirmation.id, "因故")
    with pytest.raises(NotYourPaper):
        await service.send_agreement(session, make.HOST_FINANCE, agreement.id, 2)


async def test_numbers_of_papers_have_no_gap(database: Database):
    async def take(*, keep: bool) -> None:
        async with database.session() as session:
            await next_number(session, make.CITY, PaperKind.agreement, 2027)
            if not keep:
                await session.rollback()

    await asyncio.gather(*(take(keep=number % 3 != 0) for number in range(12)))
    async with database.session() as session:
        assert await next_number(session, make.CITY, PaperKind.agreement, 2027) == "6110-XY-2027-009"
        assert await next_number(session, make.CITY, PaperKind.confirmation, 2027) == "6110-QR-2027-001"
        assert await next_number(session, make.CITY, PaperKind.agreement, 2028) == "6110-XY-2028-001"


async def test_an_agreement_that_is_nowhere(session: AsyncSession):
    with pytest.raises(NoSuchAgreement):
        await service.send_agreement(session, make.OFFICE, uuid7(), 1)
    assert (await session.scalars(select(Agreement))).all() == []
