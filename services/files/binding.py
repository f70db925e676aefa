"""What files prove: bound to a thing, checked against a step, taken back; and unlocked with a reason."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind, misfits
from auth.files import can_unlock_files
from auth.principal import Principal
from services.files import repo
from services.files.errors import BindingEnded, NoSuchFile, NotToUnlock, WrongEvidence
from services.files.schemas import BoundFile, FileView
from services.files.service import find, may_end, record, show
from services.files.tables import FileBinding, FileBindingEnd, FileUnlock
from services.files.walls import is_kept
from services.files.words import Subject
from services.kit.events import record_event
from services.regions.settings import settings_on


async def bind(
    session: AsyncSession,
    principal: Principal,
    file: UUID,
    subject: Subject,
    subject_id: UUID,
    *,
    proves: EvidenceKind,
    today: date,
) -> FileBinding:
    """Bind a file to what it proves. Whether this person may add to the subject is the caller's to ask.

    Only a file that one may read can be bound: binding shows it to the subject's readers.

    Raises:
        NoSuchFile: none, or none that this person may read.
        ValueError: no slice says who reads the files of such a subject.
    """
    if not is_kept(subject):
        raise ValueError(f"nobody answers for who reads the files of a {subject.value}")
    await find(session, principal, file)
    binding = FileBinding(
        city=principal.city,
        file=file,
        subject=subject,
        subject_id=subject_id,
        proves=proves,
        bound_by=principal.account,
        office=principal.office,
        on_date=today,
    )
    session.add(binding)
    await session.flush()
    told: dict[str, object] = {
        "subject": subject.value,
        "subject_id": str(subject_id),
        "proves": proves.value,
    }
    await record(session, principal, "bound", file, told)
    return binding


async def check_evidence(
    session: AsyncSession, principal: Principal, step: str, files: Sequence[UUID]
) -> list[BoundFile]:
    """Look at the files that a step names, before it is taken.

    Args:
        session: the step's transaction.
        principal: who takes the step.
        step: its name in `allocation.evidence_kinds.ACCEPTED`.
        files: the ids, as named.

    Returns:
        What the step's history keeps of them.

    Raises:
        NoSuchFile: one is none, or none that this person may read.
        WrongEvidence: a file proves what the step does not ask for; every place is named.
    """
    found = [await find(session, principal, file) for file in dict.fromkeys(files)]
    wrong = misfits(step, (row.file.purpose for row in found))
    if wrong:
        raise WrongEvidence.at(wrong)
    return [
        BoundFile(id=str(row.file.id), proves=row.file.purpose.value, sha256=row.file.sha256) for row in found
    ]


async def bind_all(
    session: AsyncSession,
    principal: Principal,
    files: Sequence[BoundFile],
    subject: Subject,
    subject_id: UUID,
    *,
    today: date,
) -> None:
    """Bind the checked files of a step to what came of it."""
    for file in files:
        proves = EvidenceKind(file.proves)
        await bind(session, principal, UUID(file.id), subject, subject_id, proves=proves, today=today)


async def end_binding(
    session: AsyncSession, principal: Principal, file: UUID, binding: UUID, *, reason: str, today: date
) -> FileView:
    """Take a binding back: from here it shows the file to nobody. The binder does, or the city's office.

    Returns:
        The file as it was seen just before.

    Raises:
        NoSuchFile: no such file or binding, or none that this person may read or end.
        BindingEnded: it was taken back before.
    """
    seen = await show(session, principal, file)
    bound = (await repo.bindings_of(session, principal.city, [file])).get(file, [])
    row = next((one for one in bound if one.row.id == binding), None)
    if row is None or not may_end(principal, row):
        raise NoSuchFile
    if row.end is not None:
        raise BindingEnded
    session.add(
        FileBindingEnd(
            city=principal.city, binding=binding, reason=reason, ended_by=principal.account, on_date=today
        )
    )
    await session.flush()
    await record(session, principal, "unbound", file, {"binding": str(binding), "reason": reason})
    return seen.model_copy(update={"bindings": [one for one in seen.bindings if one.id != binding]})


async def unlock(
    session: AsyncSession,
    principal: Principal,
    subject: Subject,
    subject_id: UUID,
    *,
    reason: str,
    today: date,
) -> FileUnlock:
    """State why one must read a subject's files; it counts for the days of the city's setting.

    Raises:
        NotToUnlock: this person unlocks nothing.
    """
    if not can_unlock_files(principal):
        raise NotToUnlock
    days = (await settings_on(session, principal.city, today)).file_unlock_days
    made = FileUnlock(
        city=principal.city,
        subject=subject,
        subject_id=subject_id,
        account=principal.account,
        office=principal.office,
        reason=reason,
        from_on=today,
        until_on=today + timedelta(days=max(days, 1) - 1),
    )
    session.add(made)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="files.unlocked",
        entity=subject.value,
        entity_id=subject_id,
        after={"reason": reason, "until_on": made.until_on.isoformat()},
    )
    return made
