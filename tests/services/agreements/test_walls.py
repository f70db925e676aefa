"""Who learns of a paper, and what of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.money import can_see_agreement
from auth.principal import Principal, Role
from services.agreements import listing, repo, views
from services.agreements.errors import NoSuchAgreement, NoSuchConfirmation, NoSuchSignature
from services.agreements.tables import Agreement, TransferConfirmation
from services.agreements.todos import todos
from services.agreements.words import PaperKind, PaperState, Party
from services.kit.tables import uuid7
from tests.services.agreements import factories as make
from tests.services.projects import factories as leads

OFFICES = {role: [make.CITY] for role in Role} | {
    Role.county_officer: [make.ORIGIN, make.HOST, make.OTHER, ""],
    Role.county_leader: [make.ORIGIN, make.HOST, make.OTHER],
    Role.county_finance: [make.ORIGIN, make.HOST, make.OTHER],
    Role.park_officer: [leads.PARK, leads.CITY_PARK],
}
EVERYBODY = [leads.principal(role, office) for role, offices in OFFICES.items() for office in offices]
STRANGER = Principal(
    account=uuid7(), city="320800", role=Role.city_office, office="320800", county="320800", name="外市"
)


async def test_the_query_says_what_the_policy_says(session: AsyncSession):
    project, agreement = await make.sent(session)
    confirmation = await make.confirmation_of(session, project)
    for who in (*EVERYBODY, STRANGER):
        await _sees_what_it_may(session, who, agreement, confirmation)


async def _sees_what_it_may(
    session: AsyncSession, who: Principal, agreement: Agreement, confirmation: TransferConfirmation
) -> None:
    may = who.city == make.CITY and can_see_agreement(who, (make.ORIGIN, make.HOST))
    for paper in (Agreement, TransferConfirmation):
        found = (await session.scalars(select(paper).where(repo.visible_to(who, paper)))).all()
        assert bool(found) == may
    assert bool(await listing.list_agreements(session, who)) == may
    assert bool(await listing.list_confirmations(session, who)) == may
    if may:
        assert (await views.show_agreement(session, who, agreement.id)).code == agreement.code
        assert (await views.show_confirmation(session, who, confirmation.id)).code == confirmation.code
    else:
        with pytest.raises(NoSuchAgreement):
            await views.show_agreement(session, who, agreement.id)
        with pytest.raises(NoSuchConfirmation):
            await views.show_confirmation(session, who, confirmation.id)
        assert await todos(session, who, make.TODAY) == []


async def test_the_auditor_reads_no_firms_name(session: AsyncSession):
    project, agreement = await make.sent(session)
    confirmation = await make.confirmation_of(session, project)
    signature = await make.upload(session, agreement, Party.host)
    signed = await make.upload(session, confirmation, Party.investor)
    shown = [
        await views.show_agreement(session, make.AUDITOR, agreement.id),
        await views.show_confirmation(session, make.AUDITOR, confirmation.id),
        *await listing.list_agreements(session, make.AUDITOR),
        *await listing.list_confirmations(session, make.AUDITOR),
    ]
    for paper in shown:
        text = paper.model_dump_json()
        for secret in (project.name, project.investor_name, project.investor_credit_code, "签字人"):
            assert secret not in text
        assert project.code_name in text
    for kind, paper, one in (
        (PaperKind.agreement, agreement, signature),
        (PaperKind.confirmation, confirmation, signed),
    ):
        with pytest.raises(NoSuchSignature):
            await views.show_scan(session, make.AUDITOR, kind, paper.id, one.id)
        scan = await views.show_scan(session, make.ORIGIN_OFFICER, kind, paper.id, one.id)
        assert scan.content.startswith(make.PDF)


async def test_the_auditor_does_not_find_a_firm_by_its_name(session: AsyncSession):
    project, _ = await make.sent(session)
    assert await listing.list_agreements(session, make.AUDITOR, text=project.name) == []
    assert await listing.list_agreements(session, make.AUDITOR, text=project.code_name)
    assert await listing.list_agreements(session, make.FINANCE, text=project.name)


async def test_scans_of_others_are_not_there(session: AsyncSession):
    project, agreement = await make.sent(session)
    confirmation = await make.confirmation_of(session, project)
    signature = await make.upload(session, agreement, Party.host)
    for kind, paper, error in (
        (PaperKind.agreement, agreement, NoSuchAgreement),
        (PaperKind.confirmation, confirmation, NoSuchConfirmation),
    ):
        with pytest.raises(error):
            await views.show_scan(session, make.OTHER_OFFICER, kind, paper.id, signature.id)
        with pytest.raises(NoSuchSignature):
            await views.show_scan(session, make.OFFICE, kind, paper.id, uuid7())


FILTERS = [
    ({"state": PaperState.signing}, True),
    ({"state": PaperState.draft}, False),
    ({"county": make.HOST}, True),
    ({"county": make.OTHER}, False),
    ({"text": "6110-XY-2027"}, True),
    ({"text": "%"}, False),
    ({"after": "6110-XY-2027-001"}, False),
    ({"after": "6110-XY-2027-002"}, True),
]


async def test_lists_are_narrowed(session: AsyncSession):
    await make.sent(session)
    for filters, found in FILTERS:
        assert bool(await listing.list_agreements(session, make.OFFICE, **filters)) == found, filters


async def test_confirmations_are_paged_by_number(session: AsyncSession):
    project = await make.held(session)
    await make.confirmation_of(session, project)
    assert await listing.list_confirmations(session, make.OFFICE, after="6110-QR-2027-002")
    assert await listing.list_confirmations(session, make.OFFICE, after="6110-QR-2027-001") == []


async def kinds(session: AsyncSession, who: Principal) -> set[str]:
    return {todo.kind for todo in await todos(session, who, make.TODAY)}


async def test_what_waits_for_whom(session: AsyncSession):
    project = await make.held(session)
    both = {"agreements.draft", "confirmations.draft"}
    assert await kinds(session, make.HOST_OFFICER) == both
    assert await kinds(session, make.OFFICE) == both
    assert await kinds(session, make.FINANCE) == set()
    _, agreement = await make.drafted(session)
    assert await kinds(session, make.ORIGIN_OFFICER) == {"agreements.edit", "confirmations.draft"}
    confirmation = await make.confirmation_of(session, project)
    from services.agreements import service

    await service.send_agreement(session, make.HOST_OFFICER, agreement.id, 1)
    uploads = {"agreements.upload", "confirmations.upload"}
    assert await kinds(session, make.HOST_OFFICER) == uploads
    assert await kinds(session, make.FINANCE) == {"agreements.upload"}
    assert await kinds(session, make.HOST_FINANCE) == set()
    await make.upload(session, agreement, Party.host)
    await make.upload(session, confirmation, Party.investor)
    await make.upload(session, confirmation, Party.host)
    assert await kinds(session, make.HOST_OFFICER) == set()
    assert await kinds(session, make.HOST_LEADER) == {"agreements.check", "confirmations.check"}
    text = next(todo for todo in await todos(session, make.HOST_LEADER, make.TODAY))
    assert text.facts == {"code": agreement.code}
    assert text.href == f"/agreements/{agreement.id}"


async def test_actions_follow_the_state(session: AsyncSession):
    project, agreement = await make.in_force(session)

    async def actions(who: Principal) -> list[str]:
        return (await views.show_agreement(session, who, agreement.id)).actions

    assert await actions(make.HOST_OFFICER) == ["amend"]
    assert await actions(make.OFFICE) == ["amend", "end"]
    assert await actions(make.FINANCE) == []
    confirmation = await make.confirmation_of(session, project)
    shown = await views.show_confirmation(session, make.OFFICE, confirmation.id)
    assert shown.actions == ["end"]
    assert shown.missing == [Party.investor, Party.origin, Party.host]


async def test_the_citys_own_unit_is_signed_for_by_its_office(session: AsyncSession):
    from services.agreements.access import may_upload

    _, agreement = await make.sent(session)
    of_city = Agreement(**agreement.model_dump() | {"host": make.CITY})
    assert may_upload(make.OFFICE, of_city, Party.host)
    assert not may_upload(make.HOST_OFFICER, of_city, Party.host)
