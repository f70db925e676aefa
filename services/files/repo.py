"""Reads of files, their content and their bindings; every query names the city."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.files.tables import FileBinding, FileBindingEnd, FileContent, FileUnlock, StoredFile
from services.files.words import FileKind, Subject


@dataclass(frozen=True, slots=True)
class Described:
    """A file and what its content is, without the bytes."""

    file: StoredFile
    kind: FileKind
    size: int
    pruned_at: datetime | None
    pruned_reason: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding, and how it ended if it did."""

    row: FileBinding
    end: FileBindingEnd | None


async def described(session: AsyncSession, city: str, files: Iterable[UUID]) -> list[Described]:
    """Return files by id, oldest first."""
    rows = await session.execute(
        select(
            StoredFile,
            col(FileContent.kind),
            col(FileContent.size),
            col(FileContent.pruned_at),
            col(FileContent.pruned_reason),
        )
        .join(
            FileContent,
            and_(
                col(FileContent.city) == col(StoredFile.city),
                col(FileContent.sha256) == col(StoredFile.sha256),
            ),
        )
        .where(col(StoredFile.city) == city, col(StoredFile.id).in_(set(files)))
        .order_by(col(StoredFile.id))
    )
    return [Described(*row) for row in rows]


async def content(session: AsyncSession, city: str, sha256: str) -> bytes | None:
    """Return the bytes under a hash; None when they were removed."""
    query = select(col(FileContent.content)).where(
        col(FileContent.city) == city, col(FileContent.sha256) == sha256
    )
    return (await session.execute(query)).scalar_one()


async def bindings_of(session: AsyncSession, city: str, files: Iterable[UUID]) -> dict[UUID, list[Bound]]:
    """Return the bindings of files, oldest first."""
    return await _bound(session, city, col(FileBinding.file).in_(set(files)))


async def bound_to(
    session: AsyncSession, city: str, subjects: Sequence[tuple[Subject, UUID]]
) -> dict[UUID, list[Bound]]:
    """Return by file the bindings of these subjects."""
    if not subjects:
        return {}
    return await _bound(
        session, city, tuple_(col(FileBinding.subject), col(FileBinding.subject_id)).in_(list(subjects))
    )


async def _bound(session: AsyncSession, city: str, condition: object) -> dict[UUID, list[Bound]]:
    rows = await session.execute(
        select(FileBinding, FileBindingEnd)
        .outerjoin(
            FileBindingEnd,
            and_(
                col(FileBindingEnd.city) == col(FileBinding.city),
                col(FileBindingEnd.binding) == col(FileBinding.id),
            ),
        )
        .where(col(FileBinding.city) == city, condition)  # type: ignore[arg-type] # a condition on the columns
        .order_by(col(FileBinding.id))
    )
    found: dict[UUID, list[Bound]] = {}
    for row, end in rows:
        found.setdefault(row.file, []).append(Bound(row, end))
    return found


async def own_unbound(session: AsyncSession, city: str, account: UUID, limit: int) -> list[UUID]:
    """Return somebody's latest uploads that prove nothing yet."""
    bound = select(col(FileBinding.file)).where(col(FileBinding.city) == city)
    rows = await session.scalars(
        select(col(StoredFile.id))
        .where(
            col(StoredFile.city) == city,
            col(StoredFile.uploader) == account,
            col(StoredFile.id).not_in(bound),
        )
        .order_by(col(StoredFile.id).desc())
        .limit(limit)
    )
    return list(rows)


async def is_unlocked(
    session: AsyncSession, city: str, account: UUID, subject: Subject, subject_id: UUID, today: date
) -> bool:
    """Tell whether somebody has stated why they must read a subject's files, and it still counts."""
    query = (
        select(col(FileUnlock.id))
        .where(
            col(FileUnlock.city) == city,
            col(FileUnlock.subject) == subject,
            col(FileUnlock.subject_id) == subject_id,
            col(FileUnlock.account) == account,
            col(FileUnlock.from_on) <= today,
            col(FileUnlock.until_on) >= today,
        )
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none() is not None
