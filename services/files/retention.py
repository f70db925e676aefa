"""After its years a file's content may go: only the bytes; row, hash, size, bindings and the reason stay."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import add_months
from auth.principal import Principal
from services.files import repo, walls
from services.files.errors import TooEarly
from services.files.tables import FileContent, StoredFile
from services.kit.clock import Clock
from services.kit.events import record_event
from services.regions.settings import settings_on

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, or would be."""

    contents: int
    bytes_freed: int
    kept: int
    """Contents that stay: something they prove is not over, or not long enough."""


async def prune(
    session: AsyncSession, principal: Principal, before: date, *, reason: str, commit: bool
) -> Pruned:
    """Remove the content of files all of whose bindings ended before a day.

    A binding ends when it is taken back, or when its subject is over; an upload that proves nothing counts
    from its own day. Content that several uploads share goes only when the time of all is over.

    Args:
        session: the transaction.
        principal: who removes.
        before: the day; at most today less the city's years of retention.
        reason: why, kept with the row.
        commit: remove; else only count.

    Raises:
        TooEarly: the years of retention are not over on that day.
    """
    city = principal.city
    today = await Clock().today(session, city)
    years = (await settings_on(session, city, today)).file_retention_years
    latest = add_months(today, -MONTHS * years)
    if before > latest:
        raise TooEarly(latest=latest.isoformat())
    contents = await session.execute(
        select(col(FileContent.sha256), col(FileContent.size))
        .where(col(FileContent.city) == city, col(FileContent.pruned_at).is_(None))
        .order_by(col(FileContent.sha256))
    )
    over: list[tuple[str, int]] = []
    kept = 0
    for digest, size in contents.all():
        if await _is_over(session, city, digest, before):
            over.append((digest, size))
        else:
            kept += 1
    if commit:
        for digest, size in over:
            await _remove(session, principal, digest, size, reason)
    return Pruned(contents=len(over), bytes_freed=sum(size for _, size in over), kept=kept)


async def _is_over(session: AsyncSession, city: str, digest: str, before: date) -> bool:
    # An upload of the same bytes holds the row until it is committed: what is read below is then all.
    await session.execute(
        select(col(FileContent.sha256))
        .where(col(FileContent.city) == city, col(FileContent.sha256) == digest)
        .with_for_update()
    )
    files = (
        await session.scalars(
            select(StoredFile).where(col(StoredFile.city) == city, col(StoredFile.sha256) == digest)
        )
    ).all()
    bound = await repo.bindings_of(session, city, [file.id for file in files])
    for file in files:
        if file.on_date >= before:
            return False
        for one in bound.get(file.id, []):
            ended = one.end.on_date if one.end else await _subject_end(session, city, one)
            if ended is None or ended >= before:
                return False
    return True


async def _subject_end(session: AsyncSession, city: str, bound: repo.Bound) -> date | None:
    subject: UUID = bound.row.subject_id
    return await walls.ended_on(session, city, bound.row.subject, subject)


async def _remove(session: AsyncSession, principal: Principal, digest: str, size: int, reason: str) -> None:
    await session.execute(
        update(FileContent)
        .where(col(FileContent.city) == principal.city, col(FileContent.sha256) == digest)
        .values(content=None, pruned_at=func.clock_timestamp(), pruned_reason=reason)
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="files.pruned",
        entity="file_content",
        entity_id=digest,
        after={"reason": reason, "bytes": size},
    )
