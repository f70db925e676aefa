import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from services.agreements import repo, service, signing
from services.agreements.errors import (
    BadScan,
    NoSuchAgreement,
    NoSuchConfirmation,
    NoSuchSignature,
    NotYourPaper,
    WrongState,
)
from services.agreements.scans import media_type_of
from services.agreements.tables import MAX_SCAN_BYTES, AgreementVersion, SignedScan
from services.agreements.words import MediaType, PaperKind, PaperState, Party, SignatureState
from services.kit.database import Database
from services.kit.known import last_known
from services.kit.tables import uuid7
from services.ledger.agreed import agreements_as_known
from services.projects.tables import ProjectMove
from tests.services.agreements import factories as make

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 8 + b"\xff\xd9"


async def test_the_last_check_puts_the_agreement_in_force(session: AsyncSession):
    _, agreement = await make.sent(session)
    for party in (Party.origin, Party.host):
        await make.check(session, agreement, await make.upload(session, agreement, party))
        assert agreement.state is PaperState.signing
    before = await last_known(session, make.CITY)
    await make.check(session, agreement, await make.upload(session, agreement, Party.witness))
    assert agreement.state is PaperState.in_force
    assert agreement.live == 1
    (version,) = await repo.load_versions(session, make.CITY, agreement.id)
    assert version.state is PaperState.in_force
    assert version.known == before + 1


@pytest.mark.parametrize("agreement_first", [True, False])
async def test_both_papers_signed_record_the_signing_of_the_project(
    session: AsyncSession, agreement_first: bool
):
    project, agreement = await make.sent(session)
    confirmation = await make.confirmation_of(session, project)
    papers = [agreement, confirmation] if agreement_first else [confirmation, agreement]
    await make.sign_all(session, papers[0])
    await session.refresh(project)
    assert project.state is State.held
    await make.sign_all(session, papers[1])
    await session.refresh(project)
    assert project.state is State.signed
    assert project.signed_on == make.TODAY
    assert confirmation.signed_on == make.TODAY
    moves = await session.scalars(select(ProjectMove).where(ProjectMove.action == "sign"))
    assert len(moves.all()) == 1


async def test_two_who_check_the_last_signatures_at_once_record_one_signing(database: Database):
    async with database.session() as session:
        project, agreement = await make.sent(session)
        confirmation = await make.confirmation_of(session, project)
        last = []
        for paper in (agreement, confirmation):
            parties = [Party.origin, Party.witness if paper is agreement else Party.investor]
            for party in parties:
                await make.check(session, paper, await make.upload(session, paper, party))
            last.append((paper, await make.upload(session, paper, Party.host)))

    async def finish(paper, signature) -> None:
        async with database.session() as session:
            await make.check(session, paper, signature)

    await asyncio.gather(*(finish(*one) for one in last))
    async with database.session() as session:
        states = await session.execute(text("SELECT state FROM project"))
        assert states.scalars().all() == ["signed"]


async def test_the_maker_does_not_check(session: AsyncSession):
    _, agreement = await make.sent(session)
    signature = await make.upload(session, agreement, Party.origin, by=make.ORIGIN_LEADER)
    with pytest.raises(NotYourPaper):
        await make.check(session, agreement, signature, by=make.ORIGIN_LEADER)
    witness = await make.upload(session, agreement, Party.witness, by=make.FINANCE)
    with pytest.raises(NotYourPaper):
        await make.check(session, agreement, witness, by=make.FINANCE)


async def test_the_database_refuses_one_person_as_maker_and_checker(session: AsyncSession):
    _, agreement = await make.sent(session)
    await make.upload(session, agreement, Party.origin)
    with pytest.raises(Exception, match="two_people"):
        await session.execute(
            text("UPDATE agreement_signature SET state='checked', checked_by=made_by, checked_at=now()")
        )


NOT_THEIR_SIDE = [
    (Party.origin, make.HOST_OFFICER),
    (Party.host, make.ORIGIN_OFFICER),
    (Party.host, make.OFFICE),
    (Party.witness, make.HOST_OFFICER),
    (Party.investor, make.HOST_OFFICER),
    (Party.host, make.HOST_FINANCE),
]
NOT_THEIR_CHECK = [
    (Party.origin, make.HOST_LEADER),
    (Party.host, make.ORIGIN_LEADER),
    (Party.host, make.HOST_FINANCE),
    (Party.witness, make.OFFICE_TWO),
]


async def test_a_side_is_signed_and_checked_by_its_own(session: AsyncSession):
    _, agreement = await make.sent(session)
    for party, by in NOT_THEIR_SIDE:
        with pytest.raises(NotYourPaper):
            await make.upload(session, agreement, party, by=by)
    uploaded = {
        party: await make.upload(session, agreement, party)
        for party in (Party.origin, Party.host, Party.witness)
    }
    for party, by in NOT_THEIR_CHECK:
        with pytest.raises(NotYourPaper):
            await make.check(session, agreement, uploaded[party], by=by)


async def test_one_scan_a_side_until_it_is_sent_back(session: AsyncSession):
    _, agreement = await make.sent(session)
    first = await make.upload(session, agreement, Party.host)
    with pytest.raises(WrongState):
        await make.upload(session, agreement, Party.host)
    facts = {"reason": "印章不清", "now": make.NOW}
    with pytest.raises(BadScan):
        await signing.reject_signature(
            session, make.HOST_LEADER, PaperKind.agreement, agreement.id, first.id, reason=" ", now=make.NOW
        )
    sent_back = await signing.reject_signature(
        session, make.HOST_LEADER, PaperKind.agreement, agreement.id, first.id, **facts
    )
    assert sent_back.state is SignatureState.rejected
    with pytest.raises(NoSuchSignature):
        await make.check(session, agreement, first)
    second = await make.upload(session, agreement, Party.host)
    await make.check(session, agreement, second)
    with pytest.raises(WrongState):
        await make.check(session, agreement, second)


async def test_equal_bytes_are_kept_once(session: AsyncSession):
    _, agreement = await make.sent(session)
    one = await make.upload(session, agreement, Party.origin, content=make.PDF)
    two = await make.upload(session, agreement, Party.host, content=make.PDF)
    assert one.scan == two.scan
    scan = (await session.scalars(select(SignedScan))).one()
    assert scan.content == make.PDF
    assert scan.name == "扫描件.pdf"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make.PDF, MediaType.pdf),
        (PNG, MediaType.png),
        (JPEG, MediaType.jpeg),
        (b"%PDF-1.7 cut short", None),
        (PNG[:-8], None),
        (JPEG[:-2], None),
        (b"MZ\x90", None),
        (b"<html><script>", None),
        (b"GIF89a", None),
    ],
)
def test_what_a_file_is_by_its_own_bytes(content: bytes, kind: MediaType | None):
    assert media_type_of(content) is kind


async def test_no_other_file_is_kept(session: AsyncSession):
    _, agreement = await make.sent(session)
    for content in (b"MZ", b"%PDF-" + b"x" * MAX_SCAN_BYTES + b"%%EOF"):
        with pytest.raises(BadScan):
            await make.upload(session, agreement, Party.host, content=content)


async def test_nobody_signs_tomorrow(session: AsyncSession):
    _, agreement = await make.sent(session)
    with pytest.raises(BadScan) as refused:
        await make.upload(session, agreement, Party.host, signed_on=make.TODAY + timedelta(days=1))
    assert refused.value.errors[0].pointer == "/signed_on"


async def test_a_draft_is_not_signed(session: AsyncSession):
    _, agreement = await make.drafted(session)
    with pytest.raises(WrongState):
        await make.upload(session, agreement, Party.host)


async def test_papers_that_are_not_there(session: AsyncSession):
    project, _ = await make.sent(session)
    await make.confirmation_of(session, project)
    facts = {"party": Party.host, "signer": "甲", "signed_on": make.TODAY, "name": "", "content": make.PDF}
    for kind, error in (
        (PaperKind.agreement, NoSuchAgreement),
        (PaperKind.confirmation, NoSuchConfirmation),
    ):
        with pytest.raises(error):
            await signing.upload_signature(
                session, make.HOST_OFFICER, kind, uuid7(), today=make.TODAY, **facts
            )


async def test_a_second_version_takes_over_when_it_is_signed(session: AsyncSession):
    _, agreement = await make.in_force(session)
    changed = make.edit(ratios_bp=[5000], effective_on=make.TODAY + timedelta(days=30))
    await service.amend_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision, changed)
    await service.send_agreement(session, make.ORIGIN_OFFICER, agreement.id, agreement.revision)
    assert agreement.state is PaperState.in_force
    assert agreement.live == 1
    await make.sign_all(session, agreement)
    first, second = await repo.load_versions(session, make.CITY, agreement.id)
    assert (first.state, second.state) == (PaperState.amended, PaperState.in_force)
    assert first.known is not None
    assert second.known is not None
    assert first.known < second.known
    assert agreement.live == 2
    early, late = await _as_known(session, first), await _as_known(session, second)
    assert early == [1]
    assert late == [1, 2]


async def _as_known(session: AsyncSession, version: AgreementVersion) -> list[int]:
    assert version.known is not None
    (found,) = await agreements_as_known(session, make.CITY, version.known)
    return [one.version for one in found.versions]
