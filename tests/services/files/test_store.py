"""Files kept once, bound to what they prove, read by those whom walls admit, guarded in the database."""

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind
from allocation.lifecycle import Action
from auth.principal import Principal, Role
from services.files import binding, service, walls
from services.files.errors import (
    BadFile,
    BindingEnded,
    FileTooLarge,
    NoSuchFile,
    NotToUnlock,
    WrongEvidence,
)
from services.files.schemas import BindIn
from services.files.tables import FileContent, StoredFile
from services.files.words import FileKind, Subject
from services.kit.events import AuditEvent
from services.projects import files, repo
from services.projects import service as projects
from services.projects.dossier import open_dossier
from services.projects.errors import NoSuchProject, NotYours
from services.projects.tables import Project
from services.regions.settings import set_setting
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.projects import road
from tests.services.projects.road import HOST, LEADER, OFFICER, TODAY, plain

AUDITOR = make.principal(Role.auditor, make.CITY)
FINANCE = make.principal(Role.county_finance, make.DANFENG)


async def put(
    session: AsyncSession,
    who: Principal,
    content: bytes | None = None,
    purpose: EvidenceKind = EvidenceKind.visit_record,
) -> StoredFile:
    return await service.upload(
        session, who, "走访.pdf", content or samples.pdf(), purpose=purpose, today=TODAY
    )


async def on_project(session: AsyncSession, who: Principal, lead: Project) -> StoredFile:
    file = await put(session, who)
    form = BindIn(file=file.id, proves=EvidenceKind.visit_record)
    await files.attach(session, who, lead.id, form, TODAY)
    return file


async def shown(session: AsyncSession, who: Principal, ref: str | UUID) -> set[UUID]:
    found = await files.project_files(session, await open_dossier(session, who, ref))
    return {row.id for row in found.items}


@pytest.mark.usefixtures("lead")
async def test_the_same_bytes_are_kept_once_and_each_upload_is_a_row(session: AsyncSession) -> None:
    first, second = await put(session, OFFICER), await put(session, HOST)
    assert first.id != second.id
    assert first.sha256 == second.sha256 == hashlib.sha256(samples.pdf()).hexdigest()
    assert await session.scalar(select(func.count()).select_from(FileContent)) == 1
    stored, kind, content = await service.read(session, HOST, second.id)
    assert (stored.id, kind, content) == (second.id, FileKind.pdf, samples.pdf())


@pytest.mark.usefixtures("lead")
async def test_what_is_not_taken_leaves_nothing(session: AsyncSession) -> None:
    await set_setting(session, make.SYSTEM, "file_max_bytes", 100, TODAY)
    with pytest.raises(FileTooLarge) as refused:
        await put(session, OFFICER, samples.pdf("x" * 100))
    assert refused.value.facts == {"limit_bytes": 100}
    for content, code in ((b" ", "unknown-type"), (samples.pdf()[:20], "cut-short")):
        with pytest.raises(BadFile) as bad:
            await put(session, OFFICER, content)
        assert bad.value.errors[0].code == code
    with pytest.raises(BadFile) as empty:
        await service.upload(session, OFFICER, "a", b"", purpose=EvidenceKind.other, today=TODAY)
    assert empty.value.errors[0].code == "empty"
    assert await session.scalar(select(func.count()).select_from(StoredFile)) == 0


async def test_only_the_uploader_reads_what_proves_nothing(session: AsyncSession, lead: Project) -> None:
    file = await put(session, OFFICER)
    assert [row.id for row in await service.own_unbound(session, OFFICER)] == [file.id]
    assert (await service.show(session, OFFICER, file.id)).bindings == []
    form = BindIn(file=file.id, proves=EvidenceKind.visit_record)
    for who in (LEADER, HOST, make.OFFICE, AUDITOR, make.principal(Role.county_officer, make.DANFENG, 2)):
        with pytest.raises(NoSuchFile):
            await service.find(session, who, file.id)
        with pytest.raises((NoSuchFile, NoSuchProject, NotYours)):
            await files.attach(session, who, lead.id, form, TODAY)
    with pytest.raises(NoSuchFile):
        await service.find(session, OFFICER, UUID(int=1))


async def test_a_projects_file_is_read_by_its_origin_and_by_the_office_once_it_said_why(
    session: AsyncSession, lead: Project
) -> None:
    file = await on_project(session, OFFICER, lead)
    assert await shown(session, LEADER, lead.id) == {file.id}
    assert await shown(session, AUDITOR, lead.public_id) == set()
    before = await files.project_files(session, await open_dossier(session, make.OFFICE, lead.id))
    assert (before.items, before.locked) == ([], True)
    with pytest.raises(NoSuchFile):
        await service.read(session, make.OFFICE, file.id)
    await files.unlock_files(session, make.OFFICE, lead.id, "核对走访记录", TODAY)
    after = await files.project_files(session, await open_dossier(session, make.OFFICE, lead.id))
    assert ([row.id for row in after.items], after.locked) == ([file.id], False)
    await service.read(session, make.OFFICE, file.id)
    other = make.principal(Role.city_office, make.CITY, 2)
    assert await shown(session, other, lead.id) == set(), "each says why for himself"
    actions = list(
        await session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.entity.in_(["file", "project"]), AuditEvent.action.like("files.%"))
            .order_by(AuditEvent.id)
        )
    )
    assert actions == ["files.uploaded", "files.bound", "files.unlocked", "files.read"]


async def test_an_unlock_ends_with_its_day(session: AsyncSession, lead: Project) -> None:
    file = await on_project(session, OFFICER, lead)
    await binding.unlock(
        session, make.OFFICE, Subject.project, lead.id, reason="核对", today=TODAY.replace(day=14)
    )
    assert await shown(session, make.OFFICE, lead.id) == set()
    await set_setting(session, make.SYSTEM, "file_unlock_days", 2, TODAY)
    await files.unlock_files(session, make.OFFICE, lead.id, "核对", TODAY)
    assert await shown(session, make.OFFICE, lead.id) == {file.id}


async def test_others_unlock_nothing(session: AsyncSession, lead: Project) -> None:
    for who in (OFFICER, AUDITOR):
        with pytest.raises(NotToUnlock):
            await files.unlock_files(session, who, lead.public_id, "想看", TODAY)


async def test_a_host_reads_the_origins_files_once_it_is_matched(session: AsyncSession) -> None:
    lead = await road.chosen(session)
    file = await on_project(session, OFFICER, lead)
    assert await shown(session, HOST, lead.public_id) == set(), "to know the name is not to read the files"
    own = await put(session, HOST)
    form = BindIn(file=own.id, proves=EvidenceKind.photo)
    with pytest.raises(NotYours):
        await files.attach(session, HOST, lead.public_id, form, TODAY)
    lead.host_county, lead.host_park = make.SHANGZHOU, make.PARK
    await session.flush()
    assert await shown(session, HOST, lead.id) == {file.id}
    assert await shown(session, make.officer(make.LUONAN), lead.public_id) == set()
    photo = await on_project(session, HOST, lead)
    assert await shown(session, OFFICER, lead.id) == {file.id, photo.id}


async def test_a_move_takes_files_of_its_kinds_and_ones_own_alone(
    session: AsyncSession, lead: Project
) -> None:
    right = await put(session, OFFICER, samples.pdf("1"), EvidenceKind.capacity_sheet)
    wrong = await put(session, OFFICER, samples.pdf("2"), EvidenceKind.licence)
    foreign = await put(session, HOST, samples.pdf("3"), EvidenceKind.capacity_sheet)
    for named, refusal in (([right.id, wrong.id], WrongEvidence), ([foreign.id], NoSuchFile)):
        ask = make.transfer_form(files=named)
        with pytest.raises(refusal) as refused:
            async with session.begin_nested():
                await projects.request_transfer(session, OFFICER, lead.id, ask)
        if refusal is WrongEvidence:
            assert [place.pointer for place in refused.value.errors] == ["/files/1"]
    ask = make.transfer_form(files=[right.id])
    lead = await projects.request_transfer(session, OFFICER, lead.id, ask)
    move = await repo.last_move(session, lead)
    kept = {"id": str(right.id), "proves": "capacity_sheet", "sha256": right.sha256}
    assert (move.action, move.facts["files"]) == ("request_transfer", [kept])
    [bound] = (await service.show(session, LEADER, right.id)).bindings
    assert (bound.subject, bound.subject_id) == (Subject.move, move.id)
    assert await shown(session, LEADER, lead.id) == {right.id}


async def test_a_hosts_letter_is_not_read_by_its_rivals_nor_the_origins_past_by_the_host(
    session: AsyncSession,
) -> None:
    lead = await road.chosen(session)
    consent = await put(session, OFFICER, samples.pdf("同意"), EvidenceKind.consent)
    form = road.consent(make.LUONAN).model_copy(update={"files": [consent.id]})
    await projects.record_consent(session, OFFICER, lead.id, form)
    paper = await put(session, HOST, samples.pdf("函"), EvidenceKind.commitment)
    [row] = [one for one in await repo.moves(session, lead) if one.action == "commit"]
    await binding.bind(
        session, HOST, paper.id, Subject.move, row.id, proves=EvidenceKind.commitment, today=TODAY
    )
    colleague = make.principal(Role.county_officer, make.SHANGZHOU, 2)
    assert await shown(session, colleague, lead.public_id) == {paper.id}, "what one's own office brought"
    assert await shown(session, make.officer(make.LUONAN), lead.public_id) == set()
    assert await shown(session, OFFICER, lead.id) == {consent.id, paper.id}
    lead.host_county, lead.host_park = make.SHANGZHOU, make.PARK
    await session.flush()
    assert await shown(session, colleague, lead.id) == {paper.id}, "who else was named is not said"


FORBIDDEN = (
    "UPDATE file SET name = 'x'",
    "DELETE FROM file",
    "TRUNCATE file CASCADE",
    "UPDATE file_binding SET subject_id = id",
    "DELETE FROM file_binding",
    "DELETE FROM file_content",
    "UPDATE file_content SET content = 'x'",
    "UPDATE file_content SET content = NULL",
    "UPDATE file_content SET kind = 'png'",
    "UPDATE file_content SET sha256 = repeat('0', 64)",
    "DELETE FROM file_unlock",
    "UPDATE file_unlock SET until_on = until_on + 100",
)


async def test_the_database_keeps_what_was_kept(session: AsyncSession, lead: Project) -> None:
    await on_project(session, OFFICER, lead)
    await files.unlock_files(session, make.OFFICE, lead.id, "核对", TODAY)
    for statement in FORBIDDEN:
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text(statement))


async def test_a_binding_is_taken_back_by_its_maker_or_the_office(
    session: AsyncSession, lead: Project
) -> None:
    file = await on_project(session, OFFICER, lead)
    [bound] = (await service.show(session, OFFICER, file.id)).bindings
    assert bound.may_end
    with pytest.raises(NoSuchFile):
        await binding.end_binding(session, LEADER, file.id, bound.id, reason="传错", today=TODAY)
    left = await binding.end_binding(session, OFFICER, file.id, bound.id, reason="传错", today=TODAY)
    assert left.bindings == []
    assert await shown(session, LEADER, lead.id) == set()
    with pytest.raises(BindingEnded):
        await binding.end_binding(session, OFFICER, file.id, bound.id, reason="传错", today=TODAY)
    with pytest.raises(NoSuchFile):
        await binding.end_binding(session, OFFICER, file.id, UUID(int=1), reason="传错", today=TODAY)


async def test_nothing_is_bound_to_a_subject_without_a_wall(session: AsyncSession, lead: Project) -> None:
    file = await put(session, OFFICER)
    with pytest.raises(ValueError, match="adjustment"):
        await binding.bind(
            session,
            OFFICER,
            file.id,
            Subject.adjustment,
            lead.id,
            proves=EvidenceKind.other,
            today=TODAY,
        )
    assert await service.files_of(session, OFFICER, [(Subject.adjustment, lead.id)]) == []
    assert await service.files_of(session, LEADER, []) == []
    assert not await walls.admits(session, LEADER, Subject.adjustment, lead.id)
    assert await walls.ended_on(session, make.CITY, Subject.adjustment, lead.id) is None


async def test_finance_reads_no_files_of_a_signed_lead(session: AsyncSession, lead: Project) -> None:
    contract = await put(session, OFFICER, samples.pdf("签约"), EvidenceKind.contract)
    move = plain(Action.sign_own, on_date=TODAY, files=[contract.id])
    await projects.move(session, OFFICER, lead.id, move)
    assert await shown(session, FINANCE, lead.id) == set()
    assert await shown(session, LEADER, lead.id) == {contract.id}
