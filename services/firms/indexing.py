"""Keeping the names of firms under the keys by which alike ones are found."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation import names
from allocation.names.parsing import Places
from services.firms.tables import FirmName
from services.firms.words import NameKind, SubjectKind
from services.kit.tables import uuid7
from services.regions.repo import load_regions

BATCH: Final = 1_000
_UNITS: Final = ("市", "县", "区", "盟", "旗")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A firm's name as a project or a company brings it."""

    subject_kind: SubjectKind
    subject: UUID
    name: str
    kind: NameKind
    credit_code: str


async def own_places(session: AsyncSession, city: str) -> Places:
    """Return the short names of the city and its counties, as they stand at the head of firms' names."""
    regions = await load_regions(session, city)
    # One character alone: 商州区 is 商州, not 商.
    short = (row.name[:-1] if row.name.endswith(_UNITS) else row.name for row in regions)
    return frozenset(name for name in short if len(name) > 1)


def number(city: str, key: str) -> int:
    """Number a key: 64 bits of a digest over city and key, so that one index serves all cities apart."""
    return int.from_bytes(hashlib.blake2b(f"{city}\0{key}".encode(), digest_size=8).digest(), signed=True)


def keys_of(city: str, name: str, places: Places) -> list[int]:
    """Return the numbered keys of a name, in order."""
    return sorted(number(city, key) for key in names.keys(names.parse(name, places)))


async def keep_names(session: AsyncSession, city: str, rows: Iterable[Named]) -> None:
    """Keep the names of projects and companies, in place of what was kept of them."""
    places = await own_places(session, city)
    facts = [_row(city, row, places) for row in rows if row.name.strip()]
    for start in range(0, len(facts), BATCH):
        statement = insert(FirmName)
        statement = statement.on_conflict_do_update(
            index_elements=["city", "subject_kind", "subject"],
            set_={name: statement.excluded[name] for name in ("name", "kind", "credit_code", "keys")},
        )
        await session.execute(statement, facts[start : start + BATCH])


def _row(city: str, row: Named, places: Places) -> dict[str, Any]:
    return {
        "city": city,
        "id": uuid7(),
        "subject_kind": row.subject_kind,
        "subject": row.subject,
        "name": row.name,
        "kind": row.kind,
        "credit_code": row.credit_code,
        "keys": keys_of(city, row.name, places),
        "county": "",
    }


async def rebuild(session: AsyncSession, city: str) -> int:
    """Make the keys of all names of a city anew; the number of names whose keys changed."""
    places = await own_places(session, city)
    query = select(col(FirmName.id), col(FirmName.name), col(FirmName.keys)).where(col(FirmName.city) == city)
    changed = []
    for key, name, stored in (await session.execute(query)).all():
        fresh = keys_of(city, name, places)
        if fresh != stored:
            changed.append({"row": key, "fresh": fresh})
    statement = (
        update(FirmName.__table__)  # type: ignore[attr-defined] # SQLModel does not type its table
        .where(col(FirmName.city) == city, col(FirmName.id) == bindparam("row"))
        .values(keys=bindparam("fresh"))
    )
    for start in range(0, len(changed), BATCH):
        await session.execute(statement, changed[start : start + BATCH])
    return len(changed)
