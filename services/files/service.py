"""The file store: take a file in, show it to those whom its walls admit, and hand it out."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind
from auth.files import can_unlock_files
from auth.principal import Principal
from services.files import repo, walls
from services.files.content import Unfit, kind_of, plain_name
from services.files.errors import BadFile, ContentGone, FileTooLarge, NoSuchFile
from services.files.repo import Bound, Described
from services.files.schemas import BindingView, FileView
from services.files.tables import FileContent, StoredFile
from services.files.words import FileKind, Subject
from services.kit.events import record_event
from services.regions.settings import settings_on

OFFERED = 20
"""How many of one's latest unbound uploads a form offers."""


async def upload(
    session: AsyncSession,
    principal: Principal,
    name: str,
    content: bytes,
    *,
    purpose: EvidenceKind,
    today: date,
    note: str = "",
) -> StoredFile:
    """Take a file in; the same bytes are kept once, and nobody learns that they were here.

    Raises:
        FileTooLarge: larger than the city's setting.
        BadFile: empty, of an unknown kind, cut short or hostile.
    """
    limit = (await settings_on(session, principal.city, today)).file_max_bytes
    if len(content) > limit:
        raise FileTooLarge(limit_bytes=limit)
    if not content:
        raise BadFile.of("empty")
    try:
        # A directory of many thousand entries takes a moment to read; others are served meanwhile.
        kind = await asyncio.to_thread(kind_of, content)
    except Unfit as error:
        raise BadFile.of(error.code) from None
    digest = hashlib.sha256(content).hexdigest()
    await _keep(session, principal.city, digest, kind, content)
    file = StoredFile(
        city=principal.city,
        name=plain_name(name, kind),
        sha256=digest,
        purpose=purpose,
        note=note,
        uploader=principal.account,
        uploader_name=principal.name,
        office=principal.office,
        on_date=today,
    )
    session.add(file)
    await session.flush()
    # The name may hold a firm's; who reads the events may not be allowed to.
    await record(session, principal, "uploaded", file.id, {"sha256": digest, "bytes": len(content)})
    return file


async def _keep(session: AsyncSession, city: str, digest: str, kind: FileKind, content: bytes) -> None:
    """Keep bytes under their hash; content that was removed after its time comes back with a new upload."""
    fresh = {"content": content, "pruned_at": None, "pruned_reason": ""}
    statement = insert(FileContent).values(city=city, sha256=digest, size=len(content), kind=kind, **fresh)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["city", "sha256"],
            set_=fresh,
            where=FileContent.__table__.c.content.is_(None),  # type: ignore[attr-defined] # SQLModel's table
        )
    )


async def find(session: AsyncSession, principal: Principal, file: UUID) -> Described:
    """Return a file that this person may read: one's own upload, or one that a wall opens.

    Raises:
        NoSuchFile: none, or none that this person may read.
    """
    rows = await repo.described(session, principal.city, [file])
    if not rows:
        raise NoSuchFile
    bound = (await repo.bindings_of(session, principal.city, [file])).get(file, [])
    if not is_own(principal, rows[0].file) and not await _open(session, principal, bound):
        raise NoSuchFile
    return rows[0]


def is_own(principal: Principal, file: StoredFile) -> bool:
    """Tell whether somebody brought a file, for the office that they still are of."""
    return file.uploader == principal.account and file.office == principal.office


def may_end(principal: Principal, bound: Bound) -> bool:
    """Tell whether somebody may take a binding back: who made it, or the city's office."""
    return bound.row.bound_by == principal.account or can_unlock_files(principal)


async def _open(session: AsyncSession, principal: Principal, bound: Iterable[Bound]) -> list[Bound]:
    """Return the bindings that stand and whose subject shows its files to this person."""
    return [
        one
        for one in bound
        if one.end is None and await walls.admits(session, principal, one.row.subject, one.row.subject_id)
    ]


async def show(session: AsyncSession, principal: Principal, file: UUID) -> FileView:
    """Show a file without its content.

    Raises:
        NoSuchFile: none, or none that this person may read.
    """
    row = await find(session, principal, file)
    bound = (await repo.bindings_of(session, principal.city, [file])).get(file, [])
    return view_of(principal, row, await _open(session, principal, bound))


async def read(session: AsyncSession, principal: Principal, file: UUID) -> tuple[StoredFile, FileKind, bytes]:
    """Hand out a file's content; every reading is an event.

    Raises:
        NoSuchFile: none, or none that this person may read.
        ContentGone: it was removed after its time.
    """
    row = await find(session, principal, file)
    content = await repo.content(session, principal.city, row.file.sha256)
    if content is None:
        raise ContentGone
    await record(session, principal, "read", file, {"sha256": row.file.sha256})
    return row.file, row.kind, content


async def files_of(
    session: AsyncSession, principal: Principal, subjects: Sequence[tuple[Subject, UUID]]
) -> list[FileView]:
    """Show the files of subjects that this person may read, oldest first."""
    bound = await repo.bound_to(session, principal.city, subjects)
    shown = {file: await _open(session, principal, rows) for file, rows in bound.items()}
    rows = await repo.described(session, principal.city, shown)
    return [
        view_of(principal, row, shown[row.file.id])
        for row in rows
        if shown[row.file.id] or is_own(principal, row.file)
    ]


async def own_unbound(session: AsyncSession, principal: Principal) -> list[FileView]:
    """Show this person's latest uploads that prove nothing yet, as choices of a form."""
    files = await repo.own_unbound(session, principal.city, principal.account, OFFERED)
    return [view_of(principal, row, []) for row in await repo.described(session, principal.city, files)]


def view_of(principal: Principal, row: Described, bound: Sequence[Bound]) -> FileView:
    """Build what is shown of a file, with these of its bindings."""
    file = row.file
    return FileView(
        id=file.id,
        name=file.name,
        kind=row.kind,
        size=row.size,
        sha256=file.sha256,
        purpose=file.purpose,
        note=file.note,
        uploader_name=file.uploader_name,
        office=file.office,
        on_date=file.on_date,
        at=file.at,
        available=row.pruned_at is None,
        gone_because=row.pruned_reason,
        bindings=[
            BindingView(
                id=one.row.id,
                subject=one.row.subject,
                subject_id=one.row.subject_id,
                proves=one.row.proves,
                office=one.row.office,
                on_date=one.row.on_date,
                may_end=may_end(principal, one),
            )
            for one in bound
        ],
    )


async def record(
    session: AsyncSession, principal: Principal, action: str, file: UUID, told: dict[str, object]
) -> None:
    """Write the event of something done with a file."""
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=f"files.{action}",
        entity="file",
        entity_id=file,
        after=told,
    )
