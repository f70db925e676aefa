"""An auditor reads a project's files under a checked letter that covers it, and not a day longer."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind
from auth.principal import Principal, Role
from services.audit import letters
from services.audit.file_letters import has_letter
from services.audit.letters import LetterIn
from services.files import service as store
from services.files.errors import NoSuchFile
from services.files.schemas import BindIn
from services.kit.events import AuditEvent
from services.projects import files
from services.projects.dossier import open_dossier
from tests.services.accounts.factories import make_account
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.projects import road
from tests.services.projects.road import OFFICER, TODAY

NOW = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
OTHER = make.principal(Role.city_office, make.CITY, 2)


async def test_files_open_under_a_letter_alone(session: AsyncSession) -> None:
    lead = await road.lead(session)
    file = await store.upload(
        session, OFFICER, "走访.pdf", samples.pdf(), purpose=EvidenceKind.visit_record, today=TODAY
    )
    form = BindIn(file=file.id, proves=EvidenceKind.visit_record)
    await files.attach(session, OFFICER, lead.id, form, TODAY)
    account = await make_account(session, Role.auditor, make.CITY, login="audit9")
    auditor = Principal(
        account=account.id, city=make.CITY, role=Role.auditor, office=make.CITY, county=make.CITY, name="审计"
    )

    async def record(number: str, county: str) -> None:
        asked = LetterIn(
            number=number,
            auditor=account.id,
            counties=[county],
            from_on=date(2027, 1, 1),
            until_on=date(2027, 2, 1),
        )
        made = await letters.record_letter(session, make.OFFICE, asked)
        await letters.check_letter(session, OTHER, made.id, NOW)

    with pytest.raises(NoSuchFile):
        await store.read(session, auditor, file.id)
    await record("商审通〔2027〕8号", make.LUONAN)
    with pytest.raises(NoSuchFile):
        await store.read(session, auditor, file.id)
    await record("商审通〔2027〕9号", make.DANFENG)
    assert (await store.read(session, auditor, file.id))[2] == samples.pdf()
    dossier = await open_dossier(session, auditor, lead.public_id)
    assert [row.id for row in (await files.project_files(session, dossier)).items] == [file.id]
    assert not await has_letter(session, OFFICER, lead)
    event = await session.scalar(select(AuditEvent).where(AuditEvent.action == "files.read"))
    assert event is not None
    assert event.account == auditor.account
